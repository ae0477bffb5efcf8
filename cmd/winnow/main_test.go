package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// scriptNow is the clock of the verbs in scripts.
var scriptNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// TestScripts runs every verb in process. With UPDATE_SCRIPTS set it rewrites
// the files that cmp compares with.
func TestScripts(t *testing.T) {
	dir, err := filepath.Abs("testdata/script")
	require.NoError(t, err)
	scripts, err := filepath.Glob(dir + "/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, scripts)
	examples, err := filepath.Abs("../../examples")
	require.NoError(t, err)
	guests, err := filepath.Abs("../../wasm/guest/testdata")
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir:           dir,
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"winnow": (&oneAtATime{}).winnow},
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, "EXAMPLES="+examples, "GUESTS="+guests)
			return nil
		},
	})
}

// oneAtATime lets one verb run at a time: they read files relative to the working directory, which all
// scripts share.
type oneAtATime struct{ sync.Mutex }

// winnow runs winnow in the script's folder: `winnow check shop`, and
// `! winnow check shop`, for a code other than 0; a first argument such as =3
// wants just that code. Standard input is the file stdin.json, if there is one.
func (s *oneAtATime) winnow(ts *testscript.TestScript, neg bool, args []string) {
	want := ""
	if len(args) > 0 && strings.HasPrefix(args[0], "=") {
		want, args = args[0][1:], args[1:]
	}
	stdin, err := os.ReadFile(ts.MkAbs("stdin.json"))
	if err != nil {
		stdin = nil
	}
	s.Lock()
	defer s.Unlock()
	old, err := os.Getwd()
	ts.Check(err)
	ts.Check(os.Chdir(ts.MkAbs(".")))
	defer func() { ts.Check(os.Chdir(old)) }()
	e := &env{stdin: bytes.NewReader(stdin), stdout: ts.Stdout(), stderr: ts.Stderr(), now: func() time.Time { return scriptNow }}
	code := e.run(context.Background(), args)
	switch {
	case want != "" && want != string(rune('0'+code)):
		ts.Fatalf("exit code %d, want %s", code, want)
	case want == "" && neg == (code == 0):
		ts.Fatalf("exit code %d", code)
	}
}

func TestExitCodesAndTwoLineErrors(t *testing.T) {
	var out, errs bytes.Buffer
	require.Equal(t, exitUsage, run(context.Background(), []string{"chekc"}, nil, &out, &errs))
	require.Contains(t, errs.String(), "winnow: unknown command \"chekc\"")
	require.Contains(t, errs.String(), "\n  winnow help shows the verbs")
}

func TestColour(t *testing.T) {
	none := func(string) string { return "" }
	for _, c := range []struct {
		flag string
		env  func(string) string
		want bool
	}{
		{"always", none, true},
		{"always", func(string) string { return "1" }, true},
		{"never", none, false},
		{"auto", none, false}, // a buffer is no terminal
	} {
		got, err := useColour(c.flag, &bytes.Buffer{}, c.env)
		require.NoError(t, err)
		require.Equal(t, c.want, got, c.flag)
	}
	_, err := useColour("yes", &bytes.Buffer{}, none)
	require.Error(t, err)
}

// The tests run again when a file changed, and only then; the clock of the
// watcher is a function that edits the files.
func TestWatchRunsAgainAfterAChange(t *testing.T) {
	dir := t.TempDir()
	var out, errs bytes.Buffer
	e := &env{stdout: &out, stderr: &errs, stdin: &bytes.Buffer{}, now: func() time.Time { return scriptNow }}
	require.Zero(t, e.run(context.Background(), []string{"init", dir}))
	out.Reset()
	rounds := 0
	wait := func(context.Context) bool {
		rounds++
		switch rounds {
		case 2: // after a round without a change
			require.NoError(t, os.WriteFile(filepath.Join(dir, "broken.yaml"), []byte("winnow: 1\nsignals: {a: 1 =}\n"), 0o600))
		case 3:
			require.NoError(t, os.Remove(filepath.Join(dir, "broken.yaml")))
		}
		return rounds < 5
	}
	require.NoError(t, e.watchTests(context.Background(), dir, testFlags{format: "text"}, wait))
	require.Equal(t, 3, strings.Count(out.String(), "-- 12:00:00"), out.String())
	require.Equal(t, 2, strings.Count(out.String(), "ok  "), out.String())
	require.Contains(t, errs.String(), "the bundle in "+dir+" is invalid")
}

func TestWatchEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	require.True(t, every(time.Nanosecond)(ctx))
	cancel()
	require.False(t, every(time.Hour)(ctx))
}
