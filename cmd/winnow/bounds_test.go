package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// A number that makes no sense is refused before anything is done, with what may be
// written instead.
func TestNumbersThatMakeNoSense(t *testing.T) {
	for _, c := range []struct{ line, wrong, want string }{
		{"analyze x.csv --decimals", "-2 7 two", "from -1 to 6"},
		{"analyze x.csv --max-bad", "-1", "from 0 to 1000000"},
		{"analyze x.csv --bins", "-1 0 1 11", "from 2 to 10"},
		{"analyze x.csv --window", "-1 0 99999999", "from 1 to 36500"},
		{"analyze x.csv --inactive", "-1 0 99999999", "from 1 to 36500"},
		{"find p shop -n", "-1 9223372036854775807", "from 0 to 1000000"},
		{"log tail -n", "-1 0", "from 1 to 1000000"},
		{"relay list -n", "-1 0 9223372036854775807", "from 1 to 1000000"},
		{"writeback list -n", "-1 0", "from 1 to 1000000"},
		{"suppressions log -n", "-1 0", "from 1 to 1000000"},
		{"persona sample p -n", "-1 0", "from 1 to 1000000"},
		{"persona show p --width", "-1", "from 0 to 1000"},
		{"screen shop --workers", "-1 100000000", "from 0 to 1024"},
		{"simulate shop --workers", "-1 100000000", "from 0 to 1024"},
		{"simulate shop --samples", "-1", "from 0 to 1000000"},
		{"screen shop --checkpoint", "-1s 1", "0s or more"},
		{"stale --soon", "-1 99999999999", "from 0 to 36500"},
		{"test --min-cover", "-1 101 NaN", "from 0 to 100%"},
		{"wasm bench shop --time", "-1s 0s", "1ms or more"},
		{"serve --deadline", "-1s 0s 1ns", "1ms or more"},
		{"serve --poll", "-1s", "0s or more"},
		{"serve --rate", "-1 NaN Inf", "from 0 to 1000000000"},
		{"serve --retention", "-1d 0 59m 300000d", "at least an hour"},
		{"check --retention", "-1d 0 59m 300000d soon", "at least an hour"},
		{"serve --events-retention", "-1d 0 300000d", "at least an hour"},
		{"replay --bundle shop --since", "-1d 0 300000d", "as 7d or 36h, above 0"},
		{"log stats --since", "-1d 0", "as 7d or 36h, above 0"},
		{"log personas --since", "-1d 0", "as 7d or 36h, above 0"},
	} {
		for wrong := range strings.FieldsSeq(c.wrong) {
			var errs bytes.Buffer
			e := &env{stdin: unread{t}, stdout: io.Discard, stderr: &errs, now: time.Now}
			require.Equal(t, exitUsage, e.run(t.Context(), append(strings.Fields(c.line), wrong)), "%s %s: %s", c.line, wrong, &errs)
			require.Contains(t, errs.String(), c.want, "%s %s", c.line, wrong)
		}
	}
}

// A variable that is not set names no file, and must not let everybody in.
func TestFilesWithoutAName(t *testing.T) {
	for _, flag := range []string{"--db", "--keys", "--sources", "--hash-key-file"} {
		for _, wrong := range []string{"", ":memory:"} {
			var errs bytes.Buffer
			e := &env{stdin: unread{t}, stdout: io.Discard, stderr: &errs, now: time.Now}
			require.Equal(t, exitUsage, e.run(t.Context(), []string{"serve", flag, wrong}), "%s %q: %s", flag, wrong, &errs)
			require.Contains(t, errs.String(), "use the name of a file")
		}
	}
}

// So is a word that is none of those there are: whatever is named beside it is not
// so much as looked for.
func TestWordsThatAreNotKnown(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"check nosuch --format", "use text, json, sarif or github"},
		{"test nosuch --format", "use text, json or junit"},
		{"explain nosuch --format", "use text, json or auto"},
		{"explain nosuch --lang", "use en, pl, da, vi or ru"},
		{"explain nosuch --data nosuch.csv --contact c --from", "use csv or ndjson"},
		{"gate nosuch --format", "use text, json or auto"},
		{"find p nosuch nosuch.csv --format", "use text, csv, json or html"},
		{"find p nosuch nosuch.csv --from", "use csv or ndjson"},
		{"reasons --format", "use text or json"},
		{"reasons --lang", "use en, pl, da, vi or ru"},
		{"library list --format", "use text or json"},
		{"library show nosuch --lang", "use en, pl, da, vi or ru"},
		{"log tail --db nosuch --format", "use text or json"},
		{"log stats --db nosuch --format", "use text or json"},
		{"log personas --db nosuch --format", "use text or json"},
		{"map nosuch.csv --format", "use text or json"},
		{"map nosuch.csv --encoding", "use utf-8, utf-16, windows-1250"},
		{"map nosuch.csv --bundle nosuch --from", "use csv or ndjson"},
		{"screen nosuch nosuch.csv --format", "use csv or ndjson"},
		{"screen nosuch nosuch.csv --from", "use csv or ndjson"},
		{"screen nosuch nosuch.csv --encoding", "use utf-8, utf-16, windows-1250"},
		{"simulate nosuch nosuch.csv --format", "use text, json or html"},
		{"overlap nosuch nosuch.csv --encoding", "use utf-8, utf-16, windows-1250"},
		{"diff nosuch nosuch --data nosuch.csv --from", "use csv or ndjson"},
		{"replay --log nosuch --bundle nosuch --format", "use text, json or html"},
		{"analyze nosuch.csv --format", "use text or json"},
		{"analyze nosuch.csv --input", "use csv or ndjson"},
		{"analyze nosuch.csv --encoding", "use utf-8, utf-16, windows-1250"},
		{"sign static-header --secret env:NOSUCH --format", "use curl or http"},
		{"stale nosuch --format", "use text or json"},
		{"fields --bundle nosuch --format", "use text or json"},
		{"persona show p nosuch --lang", "use en, pl, da, vi or ru"},
		{"persona new --negative --to /dev/null/nosuch --lang", "use en, pl, da, vi or ru"},
		{"persona sample p nosuch.csv --bundle nosuch --from", "use csv or ndjson"},
		{"suppressions list --db nosuch --format", "use text or json"},
		{"suppressions add x --db nosuch --reason", "use one of [objection unsubscribe complaint hard_bounce]"},
		{"suppressions import nosuch --db nosuch --encoding", "use utf-8, utf-16, windows-1250"},
		{"relay list --queue nosuch --format", "use text or json"},
		{"relay list --queue nosuch --state", "use waiting, sending,"},
		{"relay retry --queue nosuch --state", "use dead, unsure or waiting"},
		{"writeback list --queue nosuch --format", "use text or json"},
		{"handed --book nosuch --format", "use text or json"},
		{"serve nosuch --log", "use on or off"},
		{"serve nosuch --ack", "use commit or buffered"},
		{"serve nosuch --on-trouble", "use default or hold"},
		{"wasm bench nosuch.wasm --format", "use text or json"},
		{"wasm build nosuch --format", "use text or json"},
		{"wasm check nosuch --format", "use text or json"},
		{"wasm inspect nosuch --format", "use text or json"},
		{"wasm run nosuch x --format", "use text or json"},
		{"wasm sign nosuch --key nosuch --format", "use text or json"},
	} {
		var errs bytes.Buffer
		e := &env{stdin: unread{t}, stdout: io.Discard, stderr: &errs, now: time.Now}
		require.Equal(t, exitUsage, e.run(t.Context(), append(strings.Fields(c.line), "nonsense")), "%s: %s", c.line, &errs)
		require.Contains(t, errs.String(), " cannot be \"nonsense\"\n  "+c.want, c.line)
	}
}

// Every flag for a number has bounds: none is of the kinds that take any.
func TestEveryNumberHasBounds(t *testing.T) {
	root, _ := newRootCmd(&env{stdin: unread{t}, stdout: io.Discard, stderr: io.Discard, now: time.Now})
	seen := 0
	var look func(*cobra.Command)
	look = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			switch f.Value.Type() {
			case "string", "bool", "stringSlice", "span":
				return
			}
			seen++
			switch f.Value.(type) {
			case *bounded[int], *bounded[float64], *bounded[time.Duration]:
			default:
				t.Errorf("%s --%s takes any %s", cmd.CommandPath(), f.Name, f.Value.Type())
			}
		})
		for _, sub := range cmd.Commands() {
			look(sub)
		}
	}
	look(root)
	require.Greater(t, seen, 20)
}
