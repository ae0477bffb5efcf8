package examples_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
)

// decisionID is what differs between two answers to the same question.
var decisionID = regexp.MustCompile(`"decision_id":"[^"]*"`)

func sameButID(answer []byte) string {
	return string(decisionID.ReplaceAll(bytes.TrimSpace(answer), []byte(`"decision_id":""`)))
}

// All real contacts, decided through HTTP, through the decide verb and in
// process, get the same answers byte for byte.
func TestBankOverHTTPAndOnTheCommandLine(t *testing.T) {
	rows := bankCSV(t)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	url := serveBundle(t, "bank", now)
	binary := filepath.Join(t.TempDir(), "winnow")
	out, err := exec.Command("go", "build", "-o", binary, "../cmd/winnow").CombinedOutput()
	require.NoError(t, err, "%s", out)

	var lines bytes.Buffer
	for n, row := range rows[1:] {
		lines.Write(append(bankContact(t, rows[0], row, n), '\n'))
	}
	cmd := exec.Command(binary, "decide", "bank", "--lines", "--now", now.Format(time.RFC3339))
	cmd.Stdin, cmd.Stderr = bytes.NewReader(lines.Bytes()), os.Stderr
	verb, err := cmd.Output()
	require.NoError(t, err)
	answers := bytes.Split(bytes.TrimSpace(verb), []byte("\n"))
	require.Len(t, answers, len(rows)-1)

	b := load(t, "bank")
	for n, body := range bytes.Split(bytes.TrimSpace(lines.Bytes()), []byte("\n")) {
		want := sameButID(decideOnce(t, b, body, now))
		require.Equal(t, want, sameButID(answers[n]), "the decide verb, contact %d", n)
		require.Equal(t, want, sameButID(post(t, url, body)), "HTTP, contact %d", n)
	}
}

// serveBundle serves an example on a free port until the test is over.
func serveBundle(t *testing.T, dir string, now time.Time) (url string) {
	t.Helper()
	g, err := gate.New(gate.Options{Clock: func() time.Time { return now }, Deadline: time.Minute})
	require.NoError(t, err)
	require.NoError(t, g.Reload(context.Background(), os.DirFS(dir)))
	r, err := receiver.New(g, receiver.Options{})
	require.NoError(t, err)
	ln, err := receiver.Listen("127.0.0.1:0", nil)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
		require.NoError(t, g.Close())
	})
	return "http://" + ln.Addr().String() + "/v1/decide"
}

func post(t *testing.T, url string, body []byte) []byte {
	t.Helper()
	resp, err := http.Post(url, "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, "%s", answer)
	return answer
}
