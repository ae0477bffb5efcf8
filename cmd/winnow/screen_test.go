package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/screen"
	"github.com/winnow-gate/winnow/rules/workload"
)

const screenClock = "2026-11-22T12:00:00Z"

// audienceFiles writes the workload's rules, and contacts as NDJSON, as packed
// NDJSON and as CSV; some rows of each can't be read.
func audienceFiles(t *testing.T, n int) (dir string, files []string) {
	t.Helper()
	dir = t.TempDir()
	write := func(name string, text []byte) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o600))
	}
	write("rules/rules.yaml", []byte("winnow: 1\n"+workload.Rules()))
	var lines, columns bytes.Buffer
	columns.WriteString("id,email,country,tags,nps\n")
	people := workload.People(n)
	for i, body := range workload.Bodies(people) {
		if i%997 == 5 {
			body = body[:len(body)/2]
			columns.WriteString("too few\n")
		}
		fmt.Fprintf(&lines, "%s\n", body)
		c := &people[i].Contact
		fmt.Fprintf(&columns, "%s,%s,%s,\"%s\",%d\n", c.ID, c.Email, c.Country, strings.Join(c.Tags, "|"), people[i].Attributes.NPS)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write(lines.Bytes())
	require.NoError(t, err)
	require.NoError(t, z.Close())
	write("contacts.ndjson", lines.Bytes())
	write("contacts.ndjson.gz", packed.Bytes())
	write("contacts.csv", columns.Bytes())
	return dir, []string{"contacts.ndjson", "contacts.ndjson.gz", "contacts.csv"}
}

// finished runs winnow to its end and returns its exit code.
func finished(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return cmd.ProcessState.ExitCode()
}

// fromEnv is a number that a longer run may raise.
func fromEnv(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, name)
	return n
}

// Killed at random points and resumed, a run writes what it would have written
// in one go. WINNOW_SCREEN_KILLS is how often it is killed for each kind of file.
func TestScreenGoesOnAfterBeingKilled(t *testing.T) {
	kills := fromEnv(t, "WINNOW_SCREEN_KILLS", 3)
	dir, files := audienceFiles(t, 12_000)
	random := rand.New(rand.NewPCG(7, uint64(kills)))
	midway := 0
	for _, file := range files {
		args := func(out string, more ...string) []string {
			return append([]string{"screen", dir + "/rules", filepath.Join(dir, file), "--at", screenClock, "--format", "ndjson", "--out", out}, more...)
		}
		whole, out := filepath.Join(dir, "whole.ndjson"), filepath.Join(dir, "out.ndjson")
		begun := time.Now()
		require.Equal(t, exitFailed, finished(t, winnow(args(whole)...)), "some rows are bad")
		span := time.Since(begun)
		killed := 0
		for try := 0; killed < kills || midway == 0; try++ { // until one kill came while it wrote
			require.Less(t, try, 200*kills, "%s: it is never killed, or not while it writes", file)
			interval := []string{"0", "1ms"}[try%2] // waiting for the disk, and not
			cmd := winnow(args(out, "--resume", "--checkpoint", interval)...)
			require.NoError(t, cmd.Start())
			timer := time.AfterFunc(time.Duration(random.Int64N(int64(span))), func() { _ = cmd.Process.Kill() })
			err := cmd.Wait()
			timer.Stop()
			if err != nil && cmd.ProcessState.Sys().(syscall.WaitStatus).Signaled() {
				killed++
				if info, err := os.Stat(out); err == nil && info.Size() > 0 {
					midway++
				} else {
					span += span / 4 // the machine has become slower since
				}
				continue
			}
			span -= span / 5         // it has become faster
			sameFiles(t, whole, out) // it got through in time
			require.NoError(t, os.Remove(out))
		}
		require.Equal(t, exitFailed, finished(t, winnow(args(out, "--resume")...)))
		sameFiles(t, whole, out)
	}
	t.Logf("%d kills came while it wrote", midway)
}

// A run that can't be made resumable says so, also when it did not wait for the
// checkpoint that failed.
func TestScreenTellsOfACheckpointThatFailed(t *testing.T) {
	dir := t.TempDir()
	file, err := os.Create(filepath.Join(dir, "out"))
	require.NoError(t, err)
	defer file.Close()
	e := &env{stderr: &bytes.Buffer{}, now: func() time.Time { return scriptNow }}
	s := &screenOut{
		e: e, flags: &screenFlags{out: filepath.Join(dir, "none", "out"), interval: time.Second},
		out: file, file: file, rejects: file, reject: file, show: &progress{}, state: checkpoint{Input: "contacts.csv"},
	}
	require.NoError(t, s.Put(&screen.Part{Out: []byte("row\n")}))
	require.ErrorContains(t, s.save(), "can't make the run resumable")
	require.NoError(t, s.saveBeside())
	s.saving <- <-s.saving // it has ended
	require.ErrorContains(t, s.saveBeside(), "can't make the run resumable")
}

// What is written of a part that can't be written whole does not count: a run
// that is resumed does the part again.
func TestScreenCountsWholePartsOnly(t *testing.T) {
	e := &env{stderr: &bytes.Buffer{}, now: func() time.Time { return scriptNow }}
	part := &screen.Part{Out: []byte("row\n"), Rejects: []byte("3,not JSON\n"), Counts: screen.Counts{Rows: 1, Rejected: 1}}
	for _, full := range []*screenOut{
		{out: &fullDisk{room: 2}, rejects: io.Discard},
		{out: io.Discard, rejects: &fullDisk{room: 2}},
	} {
		full.e, full.show = e, &progress{}
		require.ErrorContains(t, full.Put(part), "can't write: no space left on device")
		require.Zero(t, full.state)
	}
}

// fullDisk has room for so many bytes.
type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(d.room, len(p))
	d.room -= n
	if n < len(p) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

// sameFiles compares decisions and rejects of two runs, and finds nothing left
// of being resumable.
func sameFiles(t *testing.T, want, got string) {
	t.Helper()
	for _, end := range []string{"", ".rejects.csv"} {
		a, err := os.ReadFile(want + end)
		require.NoError(t, err)
		b, err := os.ReadFile(got + end)
		require.NoError(t, err)
		require.NotEmpty(t, a)
		require.True(t, bytes.Equal(a, b), "%s differs from %s", got+end, want+end)
	}
	require.NoFileExists(t, checkpointName(got))
}

// An interrupt leaves a run that can be resumed, and says so; what it is resumed
// with must be what it began with.
func TestScreenInterruptedCanBeResumed(t *testing.T) {
	dir, _ := audienceFiles(t, 3000)
	t.Chdir(dir)
	var errs bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	e := &env{stdin: &bytes.Buffer{}, stdout: &bytes.Buffer{}, stderr: &errs, now: func() time.Time { return scriptNow }}
	run := func(ctx context.Context, args ...string) int {
		errs.Reset()
		return e.run(ctx, append([]string{"screen", "rules"}, args...))
	}
	require.Equal(t, exitFailed, run(context.Background(), "contacts.ndjson", "-o", "whole.ndjson"))
	cancel()
	require.Equal(t, exitFailed, run(ctx, "contacts.ndjson", "-o", "out.ndjson"))
	require.Contains(t, errs.String(), "interrupted before line 1\n  --resume goes on where it stopped")
	require.FileExists(t, checkpointName("out.ndjson"))

	require.Equal(t, exitUsage, run(context.Background(), "contacts.ndjson", "-o", "out.ndjson"))
	require.Contains(t, errs.String(), "out.ndjson is of a run that was interrupted\n  --resume goes on with it, --fresh begins anew")
	for what, args := range map[string][]string{
		"the message is not":         {"contacts.ndjson", "-o", "out.ndjson", "--resume", "--class", "legal"},
		"the input is not":           {"contacts.ndjson.gz", "-o", "out.ndjson", "--resume"},
		"the clock (--at) is not":    {"contacts.ndjson", "-o", "out.ndjson", "--resume", "--at", "2020-01-01"},
		"the output's format is not": {"contacts.ndjson", "-o", "out.ndjson", "--resume", "--format", "csv"},
		"format or encoding is not":  {"contacts.ndjson", "-o", "out.ndjson", "--resume", "--encoding", "windows-1252"},
	} {
		require.Equal(t, exitUsage, run(context.Background(), args...), what)
		require.Contains(t, errs.String(), what)
	}
	rules, err := os.ReadFile("rules/rules.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("rules/rules.yaml", append(rules, '\n', '#'), 0o600))
	require.Equal(t, exitUsage, run(context.Background(), "contacts.ndjson", "-o", "out.ndjson", "--resume"))
	require.Contains(t, errs.String(), "the bundle is not what it was")
	require.NoError(t, os.WriteFile("rules/rules.yaml", rules, 0o600))

	contacts, err := os.ReadFile("contacts.ndjson")
	require.NoError(t, err)
	was, err := os.Stat("contacts.ndjson")
	require.NoError(t, err)
	require.Greater(t, len(contacts), 3*lastSize)
	edited := bytes.Clone(contacts)
	middle := len(edited) / 2
	edited[middle+bytes.IndexByte(edited[middle:], '"')] = '!' // of the same size
	require.NoError(t, os.WriteFile("contacts.ndjson", edited, 0o600))
	require.NoError(t, os.Chtimes("contacts.ndjson", time.Time{}, was.ModTime().Add(time.Second))) // clocks of file systems are coarse
	require.Equal(t, exitUsage, run(context.Background(), "contacts.ndjson", "-o", "out.ndjson", "--resume"))
	require.Contains(t, errs.String(), "the time of the input's last change is not what it was\n  a run goes on as it began; --fresh begins anew")
	require.NoError(t, os.WriteFile("contacts.ndjson", contacts, 0o600))
	require.NoError(t, os.Chtimes("contacts.ndjson", time.Time{}, was.ModTime()))

	e.now = func() time.Time { return scriptNow.AddDate(1, 0, 0) } // the clock is that of the first run
	require.Equal(t, exitFailed, run(context.Background(), "contacts.ndjson", "-o", "out.ndjson", "--resume"))
	sameFiles(t, "whole.ndjson", "out.ndjson")
	require.Equal(t, exitFailed, run(context.Background(), "contacts.ndjson", "-o", "out.ndjson", "--fresh"))
}

// A file that ends in the middle gives its whole rows, and says where it broke
// off and what to do once it is there in full.
func TestScreenOfAPackedFileThatIsCutShort(t *testing.T) {
	dir, _ := audienceFiles(t, 3000)
	t.Chdir(dir)
	packed, err := os.ReadFile("contacts.ndjson.gz")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("short.ndjson.gz", packed[:len(packed)/2], 0o600))
	var errs bytes.Buffer
	e := &env{stdin: &bytes.Buffer{}, stdout: &bytes.Buffer{}, stderr: &errs, now: func() time.Time { return scriptNow }}
	require.Equal(t, exitFailed, e.run(context.Background(), []string{"screen", "rules", "short.ndjson.gz", "-o", "short.out"}))
	require.Regexp(t, `stopped before line \d+: the input can't be read beyond byte \d+: the packed file is cut short: unexpected EOF
  with the whole file --fresh begins anew; --resume goes on with this one only`, errs.String())
	require.Equal(t, exitFailed, e.run(context.Background(), []string{"screen", "rules", "contacts.ndjson.gz", "-o", "whole.out"}))
	short, err := os.ReadFile("short.out")
	require.NoError(t, err)
	whole, err := os.ReadFile("whole.out")
	require.NoError(t, err)
	require.NotEmpty(t, short)
	require.True(t, bytes.HasPrefix(whole, short))
	require.True(t, bytes.HasSuffix(short, []byte("}\n")))
}

// A run goes on with its own files only: what stands behind its decisions is cut off,
// and other decisions in their place are not gone on with.
func TestScreenGoesOnWithItsOwnFilesOnly(t *testing.T) {
	dir, _ := audienceFiles(t, 3000)
	t.Chdir(dir)
	packed, err := os.ReadFile("contacts.ndjson.gz")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("short.gz", packed[:len(packed)/2], 0o600)) // it stops in the middle each time
	resume := func() string {
		code, _, errs := verb(t, "", "screen", "rules", "short.gz", "-o", "out", "--resume")
		require.Equal(t, exitFailed, code)
		return errs
	}
	require.Contains(t, resume(), "cut short")
	for _, name := range []string{"out", "out.rejects.csv"} {
		was, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, append(was[:len(was):len(was)], "more"...), 0o600))
		require.Contains(t, resume(), "cut short")
		now, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, was, now)
		now[len(now)-10]++
		require.NoError(t, os.WriteFile(name, now, 0o600))
		require.Contains(t, resume(), "out can't be resumed: what the interrupted run wrote was changed since")
		require.NoError(t, os.WriteFile(name, was, 0o600))
		require.Contains(t, resume(), "cut short")
	}
}

// peakFile names the file that a process of ours writes its peak of memory to,
// in KiB. What the system says of it after its end counts this process's too.
const peakFile = "WINNOW_TEST_PEAK"

func notePeak() {
	name := os.Getenv(peakFile)
	status, err := os.ReadFile("/proc/self/status")
	if name == "" || err != nil {
		return
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	if words := strings.Fields(rest); len(words) > 0 {
		_ = os.WriteFile(name, []byte(words[0]), 0o600) // the test misses it
	}
}

// However large a file is, screening it takes the same memory. WINNOW_SCREEN_ROWS
// sets how many contacts of about 1.2 KB it has. Each processor has parts of its own
// under way, so that it is told how many there are.
func TestScreenKeepsToItsMemory(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector takes memory of its own: run without -race")
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("a process's memory is told by /proc: run it on Linux")
	}
	rows := fromEnv(t, "WINNOW_SCREEN_ROWS", 30_000)
	dir, _ := audienceFiles(t, 10)
	f, err := os.Create(filepath.Join(dir, "big.ndjson"))
	require.NoError(t, err)
	bodies := workload.Bodies(workload.People(min(rows, 10_000)))
	for i := range rows {
		_, err := f.Write(append(bodies[i%len(bodies)], '\n'))
		require.NoError(t, err)
	}
	_, err = f.WriteString("{\"" + strings.Repeat("x", 10<<20) + "\n")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	cmd := winnow("screen", dir+"/rules", f.Name(), "--at", screenClock, "-o", filepath.Join(dir, "out"))
	cmd.Env = append(cmd.Env, peakFile+"="+filepath.Join(dir, "peak"), "GOMAXPROCS=64", "GOGC=100") // more than any of ours has
	require.Equal(t, exitFailed, finished(t, cmd), "the last line is too long")
	text, err := os.ReadFile(filepath.Join(dir, "peak"))
	require.NoError(t, err)
	peak, err := strconv.Atoi(string(text))
	require.NoError(t, err)
	t.Logf("%d rows: %d MiB, %v of CPU time", rows, peak>>10, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	require.Less(t, peak>>10, 128)
	rejects, err := os.ReadFile(filepath.Join(dir, "out.rejects.csv"))
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("%s%d,\"the row has more than 1048576 bytes\"\n", screen.RejectHeader, rows+1), string(rejects))
}

func TestProgressLine(t *testing.T) {
	c := screen.Counts{Rows: 900, Rejected: 100, Sent: 600, Outcomes: []screen.Outcome{{Word: "send", N: 600}, {Word: "suppress", N: 300}}}
	require.Equal(t, "1,000 rows, 500/s, 25 %, 6s left, send 66.7 %, suppress 33.3 %, rejected 100", progressLine(2*time.Second, 4000, 0, 1000, &c, 0))
	require.Equal(t, "1,000 rows, 400/s, 75 %, 1s left, send 66.7 %, suppress 33.3 %, rejected 100", progressLine(2*time.Second, 4000, 1000, 3000, &c, 200), "what was done before took no time")
	require.Equal(t, "0 rows", progressLine(0, 0, 0, 0, &screen.Counts{}, 0))
}

// What else is said to the terminal has lines of its own.
func TestProgressMakesRoom(t *testing.T) {
	dir, _ := audienceFiles(t, 10)
	src, err := audience.Open(filepath.Join(dir, "contacts.csv"), audience.Options{})
	require.NoError(t, err)
	defer src.Close()
	var errs bytes.Buffer
	e := &env{stderr: &errs, now: func() time.Time { return scriptNow }}
	s := &screenOut{e: e, flags: &screenFlags{}, out: io.Discard, rejects: e.stderr, show: newProgress(e, src, io.Discard)}
	s.show.active = true
	require.NoError(t, s.Put(&screen.Part{Counts: screen.Counts{Rows: 1}}))
	require.NoError(t, s.Put(&screen.Part{Rejects: []byte("3,why\n"), Counts: screen.Counts{Rejected: 1}}))
	require.Equal(t, "\r\x1b[K1 rows\r\x1b[K3,why\n", errs.String())
}
