package main

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is a headless Chromium that a test speaks the DevTools protocol with.
// It speaks through a pipe, of which each message ends with a NUL: a dozen calls
// need neither a port nor a module, and one browser looks at all pages. A script
// in the page could not do it: the pages forbid scripts, and are tested as they are.
type browser struct {
	t       *testing.T
	to      *os.File
	from    *bufio.Reader
	session string
	calls   int
	// events are those since the test last took them.
	events []devtools
}

// devtools is a message of the protocol: an answer, or an event.
type devtools struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    any             `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     json.RawMessage `json:"error,omitempty"`
}

// chromium is the browser to test with: that of WINNOW_CHROMIUM, which must be
// there, or one in the path; without any the test is skipped.
func chromium(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("WINNOW_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no Chromium here: install it (apt-get install chromium), or set WINNOW_CHROMIUM to its path")
	return ""
}

// openBrowser starts a browser, which ends with the test.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	path := chromium(t)
	theirs, to, err := os.Pipe()
	require.NoError(t, err)
	from, answers, err := os.Pipe()
	require.NoError(t, err)
	// Not in the test's folder, which must be empty at its end: processes of the
	// browser may outlive it for a moment, and write there.
	profile, err := os.MkdirTemp("", "winnow-browser-")
	require.NoError(t, err)
	// Continuous integration runs as root and in containers, where the sandbox
	// can't start and shared memory is small; the pages are our own.
	cmd := exec.Command(path, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
		"--no-first-run", "--disable-background-networking", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir="+profile)
	cmd.ExtraFiles = []*os.File{theirs, answers} // 3 and 4
	require.NoError(t, cmd.Start())
	require.NoError(t, theirs.Close())
	require.NoError(t, answers.Close())
	b := &browser{t: t, to: to, from: bufio.NewReader(from)}
	// A browser that hangs fails the test, here or where it is asked something.
	require.NoError(t, from.SetDeadline(time.Now().Add(4*time.Minute)))
	t.Cleanup(func() {
		b.t, b.session = t, ""
		b.call("Browser.close", nil, nil)
		_ = cmd.Wait() // it has said that it ends; how does not matter
		_ = os.RemoveAll(profile)
	})
	var target struct{ TargetID, SessionID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	for _, domain := range []string{"Page", "Network", "Runtime", "Log"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// call calls a method and keeps the events that come before its answer.
func (b *browser) call(method string, params, result any) {
	b.t.Helper()
	b.calls++
	text, err := json.Marshal(devtools{ID: b.calls, SessionID: b.session, Method: method, Params: params})
	require.NoError(b.t, err)
	_, err = b.to.Write(append(text, 0))
	require.NoError(b.t, err)
	for {
		m := b.next()
		if m.ID != b.calls {
			continue
		}
		require.Empty(b.t, string(m.Error), method)
		if result != nil {
			require.NoError(b.t, json.Unmarshal(m.Result, result))
		}
		return
	}
}

func (b *browser) next() devtools {
	b.t.Helper()
	text, err := b.from.ReadBytes(0)
	require.NoError(b.t, err, "the browser is gone")
	var m devtools
	require.NoError(b.t, json.Unmarshal(text[:len(text)-1], &m))
	if m.ID == 0 {
		b.events = append(b.events, m)
	}
	return m
}

// open shows a page and gives the events until it is loaded.
func (b *browser) open(url string) []devtools {
	b.t.Helper()
	b.events = nil
	b.call("Page.navigate", map[string]any{"url": url}, nil)
	for i := 0; ; i++ {
		for i >= len(b.events) {
			b.next()
		}
		if b.events[i].Method == "Page.loadEventFired" {
			return b.events
		}
	}
}

// screen sets how wide the page is shown, in which scheme and on which medium.
// Below 500 pixels it is a phone, with a phone's rules for widths and text sizes.
func (b *browser) screen(width int, scheme, medium string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": medium, "features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// run runs a script in the page and reads what it comes to.
func (b *browser) run(script string, result any) {
	b.t.Helper()
	var got struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		ExceptionDetails json.RawMessage `json:"exceptionDetails"`
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true, "awaitPromise": true}, &got)
	require.Empty(b.t, string(got.ExceptionDetails))
	if result != nil {
		require.NoError(b.t, json.Unmarshal(got.Result.Value, result))
	}
}

// sheets is how many sheets of A4 the page is printed on.
func (b *browser) sheets() int {
	b.t.Helper()
	var got struct{ Data []byte }
	b.call("Page.printToPDF", map[string]any{"paperWidth": 8.27, "paperHeight": 11.69}, &got) // inches
	return len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(got.Data, -1))
}

// picture is a picture of the whole page.
func (b *browser) picture() []byte {
	b.t.Helper()
	var page struct{ CSSContentSize map[string]float64 }
	b.call("Page.getLayoutMetrics", nil, &page)
	page.CSSContentSize["scale"] = 1
	var got struct{ Data []byte }
	b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true, "clip": page.CSSContentSize}, &got)
	return got.Data
}
