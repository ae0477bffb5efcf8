package examples_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/workload"
)

// rowInFront is what screening puts in front of a decision.
const rowInFront = `{"line":`

// decisionOf cuts the line and the contact's name off a screened row.
func decisionOf(t *testing.T, row []byte) string {
	t.Helper()
	require.True(t, bytes.HasPrefix(row, []byte(rowInFront)), "%s", row)
	at := bytes.Index(row, []byte(`"decision_id"`))
	require.Positive(t, at)
	return "{" + string(row[at:])
}

// sameOnAllWays decides for every row of a file of contacts by each way there
// is, and compares the decisions byte for byte: in process, one by one over
// HTTP, in batches, in a stream, and on the command line.
func sameOnAllWays(t *testing.T, dir, file string, mapping *audience.Mapping, args ...string) int {
	t.Helper()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	url := serveBundle(t, dir, now)
	binary := filepath.Join(t.TempDir(), "winnow")
	out, err := exec.Command("go", "build", "-o", binary, "../cmd/winnow").CombinedOutput()
	require.NoError(t, err, "%s", out)
	screened := filepath.Join(t.TempDir(), "out.ndjson")
	cmd := exec.Command(binary, append([]string{"screen", dir, file, "--at", now.Format(time.RFC3339), "-o", screened}, args...)...)
	out, err = cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)

	b, err := rules.Load(os.DirFS(dir), rules.Options{})
	require.NoError(t, err)
	src, err := audience.Open(file, audience.Options{Fields: b.Schema().Fields(), Mapping: mapping})
	require.NoError(t, err)
	defer src.Close()
	verb, err := os.Open(screened)
	require.NoError(t, err)
	defer verb.Close()
	rows := lineReader(verb)
	count := 0
	for bodies := nextBodies(t, src); len(bodies) > 0; bodies = nextBodies(t, src) {
		batch := split(t, post(t, url+"/batch", append(append([]byte("["), bytes.Join(bodies, []byte(","))...), ']')))
		stream := bytes.Split(bytes.TrimSpace(postLines(t, strings.Replace(url, "decide", "screen", 1), bytes.Join(bodies, []byte("\n")))), []byte("\n"))
		require.Len(t, batch, len(bodies))
		require.Len(t, stream, len(bodies))
		for i, body := range bodies {
			want := sameButID(decideOnce(t, b, body, now))
			require.Equal(t, want, sameButID(post(t, url, body)), "one by one, row %d", count)
			require.Equal(t, want, sameButID(batch[i]), "in a batch, row %d", count)
			require.Equal(t, want, sameButID(stream[i]), "in a stream, row %d", count)
			require.Equal(t, want, decisionOf(t, rows(t)), "on the command line, row %d", count)
			count++
		}
	}
	return count
}

func nextBodies(t *testing.T, src *audience.Reader) (bodies [][]byte) {
	t.Helper()
	for len(bodies) < 1000 {
		row, err := src.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		require.NoError(t, row.Err)
		bodies = append(bodies, bytes.Clone(row.Body))
	}
	return bodies
}

func lineReader(in io.Reader) func(*testing.T) []byte {
	rest := []byte{}
	buf := make([]byte, 1<<20)
	return func(t *testing.T) []byte {
		t.Helper()
		for {
			if line, after, ok := bytes.Cut(rest, []byte("\n")); ok {
				rest = after
				return line
			}
			n, err := in.Read(buf)
			require.NoError(t, err)
			rest = append(bytes.Clone(rest), buf[:n]...)
		}
	}
}

// split cuts a batch's answer into its decisions.
func split(t *testing.T, answer []byte) [][]byte {
	t.Helper()
	const between = `,{"decision_id"`
	parts := bytes.Split(bytes.TrimSuffix(bytes.TrimPrefix(answer, []byte("[")), []byte("]")), []byte(between))
	for i := range parts[1:] {
		parts[i+1] = append([]byte(between[1:]), parts[i+1]...)
	}
	return parts
}

func postLines(t *testing.T, url string, body []byte) []byte {
	t.Helper()
	resp, err := http.Post(url, "application/x-ndjson", bytes.NewReader(body))
	require.NoError(t, err)
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, "%s", out)
	return out
}

// The real contacts of the bank, straight from their CSV file, get the same
// decisions on every way.
func TestBankIsTheSameOnAllWays(t *testing.T) {
	rows := bankCSV(t)
	file := filepath.Join(t.TempDir(), "bank.csv")
	f, err := os.Create(file)
	require.NoError(t, err)
	w := csv.NewWriter(f)
	w.Comma = ';'
	require.NoError(t, w.WriteAll(rows))
	require.NoError(t, f.Close())
	src, err := os.ReadFile("bank/contacts.map")
	require.NoError(t, err)
	mapping, err := audience.ReadMapping(src)
	require.NoError(t, err)
	require.Equal(t, len(rows)-1, sameOnAllWays(t, "bank", file, mapping, "--map", "bank/contacts.map"))
}

// So do generated contacts; WINNOW_SCREEN_SAME is how many of them.
func TestGeneratedContactsAreTheSameOnAllWays(t *testing.T) {
	count := 2000
	if text := os.Getenv("WINNOW_SCREEN_SAME"); text != "" {
		var err error
		count, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte("winnow: 1\n"+workload.Rules()), 0o600))
	f, err := os.Create(filepath.Join(t.TempDir(), "contacts.ndjson"))
	require.NoError(t, err)
	people := workload.People(count)
	for len(people) > 0 {
		n := min(1000, len(people))
		_, err := fmt.Fprintf(f, "%s\n", bytes.Join(workload.Bodies(people[:n]), []byte("\n")))
		require.NoError(t, err)
		people = people[n:]
	}
	require.NoError(t, f.Close())
	require.Equal(t, count, sameOnAllWays(t, dir, f.Name(), nil))
}
