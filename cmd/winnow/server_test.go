package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// asWinnow makes the test binary be winnow: a process of its own can be killed.
const asWinnow = "WINNOW_TEST_AS_WINNOW"

func TestMain(m *testing.M) {
	if os.Getenv(asWinnow) != "" {
		code := mainCode()
		notePeak()
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func winnow(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asWinnow+"=1")
	return cmd
}

// server is winnow serve in a process of its own.
type server struct {
	*exec.Cmd
	url    string
	stderr lockedBuffer
	out    chan string // the rest of stdout
}

// serve starts a server, with a deadline that no slow machine misses.
func serve(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{Cmd: winnow(append([]string{"serve", "--addr", "127.0.0.1:0", "--deadline", "1m"}, args...)...), out: make(chan string, 1)}
	s.Stderr = &s.stderr
	stdout, err := s.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { _ = s.Process.Kill() })
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadString('\n')
	require.NoError(t, err, "it said nothing but %s", &s.stderr)
	require.Regexp(t, `^winnow serves .+ \(bundle [0-9a-f]{12}\) on http://127\.0\.0\.1:\d+, `, first)
	s.url = regexp.MustCompile(`http://[0-9.:]+`).FindString(first)
	go func() {
		rest, _ := io.ReadAll(lines)
		s.out <- string(rest)
	}()
	return s
}

// end waits for the process.
func (s *server) end() error {
	<-s.out
	return s.Wait()
}

func bundleDir(t *testing.T, rules string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte(rules), 0o600))
	return dir
}

func post(url, body string, header ...string) (int, string, error) {
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(b)
}

// lockedBuffer is what a running process has said so far.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
