package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/winnow-gate/winnow/plugin/audience"
)

// bounded is a flag that takes only values that make sense, and says which those are.
type bounded[T any] struct {
	value *T
	parse func(string) (T, error)
	fits  func(T) bool
	want  string // what to write
	kind  string
}

// Set implements pflag.Value.
func (b *bounded[T]) Set(text string) error {
	v, err := b.parse(text)
	if err != nil || !b.fits(v) {
		return wanted(b.want)
	}
	*b.value = v
	return nil
}

// String implements pflag.Value.
func (b *bounded[T]) String() string { return fmt.Sprint(*b.value) }

// Type implements pflag.Value: it names the value in the help.
func (b *bounded[T]) Type() string { return b.kind }

// wanted is what may be written instead of a value that makes no sense.
type wanted string

func (w wanted) Error() string { return string(w) }

// refusedFlag says of a value that was refused what may be written instead.
func refusedFlag(_ *cobra.Command, err error) error {
	var of *pflag.InvalidValueError
	var instead wanted
	if errors.As(err, &of) && errors.As(err, &instead) {
		return failure(exitUsage, string(instead), "--%s cannot be %q", of.GetFlag().Name, of.GetValue())
	}
	return err
}

// The most of what is counted: more can't be meant.
const (
	mostLines   = 1_000_000
	mostWorkers = 1024
	mostDays    = 36_500
)

// countFlag adds a flag for a whole number, which keeps the value it has until the
// flag is given.
func countFlag(cmd *cobra.Command, n *int, name, short string, least, most int, usage string) {
	cmd.Flags().VarP(&bounded[int]{
		value: n, parse: strconv.Atoi, kind: "int",
		fits: func(n int) bool { return n >= least && n <= most },
		want: fmt.Sprintf("write a whole number from %d to %d", least, most),
	}, name, short, usage)
}

func linesFlag(cmd *cobra.Command, n *int, usage string) {
	countFlag(cmd, n, "lines", "n", 1, mostLines, usage)
}

func workersFlag(cmd *cobra.Command, n *int, usage string) {
	countFlag(cmd, n, "workers", "", 0, mostWorkers, fmt.Sprintf("%s (default: one a processor, at most %d)", usage, audience.MostWorkers))
}

// numberFlag is countFlag for a number with decimals, which may be followed by unit.
func numberFlag(cmd *cobra.Command, x *float64, name string, most float64, unit, usage string) {
	cmd.Flags().Var(&bounded[float64]{
		value: x, kind: "float",
		parse: func(text string) (float64, error) { return strconv.ParseFloat(strings.TrimSuffix(text, unit), 64) },
		fits:  func(x float64) bool { return x >= 0 && x <= most }, // NaN does not
		want:  "write a number from 0 to " + strconv.FormatFloat(most, 'f', -1, 64) + unit,
	}, name, usage)
}

// durationFlag is countFlag for a length of time.
func durationFlag(cmd *cobra.Command, d *time.Duration, name string, least time.Duration, usage string) {
	cmd.Flags().Var(&bounded[time.Duration]{
		value: d, parse: time.ParseDuration, kind: "duration",
		fits: func(d time.Duration) bool { return d >= least },
		want: fmt.Sprintf("write it as 1s or 250ms, %v or more", least),
	}, name, usage)
}

// wordFlag is countFlag for one of several words.
func wordFlag(cmd *cobra.Command, word *string, name, usage string, words ...string) {
	otherwise := *word
	textFlag(cmd, word, name, usage, listed(words), func(s string) bool { return s == otherwise || slices.Contains(words, s) })
}

// formatFlag adds the flag for what is shown: text, unless it is given.
func formatFlag(cmd *cobra.Command, format *string) {
	*format = "text"
	wordFlag(cmd, format, "format", "text or json", "text", "json")
}

// encodingFlag adds the flag for the encoding of a file.
func encodingFlag(cmd *cobra.Command, encoding *string, of string) {
	const known = "utf-8, utf-16, windows-1250, -1251, -1252, iso-8859-1 or -2"
	textFlag(cmd, encoding, "encoding", "encoding of "+of+": "+known, known, func(s string) bool { return s == "" || audience.KnownEncoding(s) })
}

func textFlag(cmd *cobra.Command, text *string, name, usage, known string, fits func(string) bool) {
	cmd.Flags().Var(&bounded[string]{
		value: text, kind: "string", fits: fits, want: "use " + known,
		parse: func(text string) (string, error) { return text, nil },
	}, name, usage)
}

// fileFlag adds a flag for a file. An empty name comes of a variable that is not set:
// it must not mean that there are no keys, say. Nor is a log kept in memory.
func fileFlag(cmd *cobra.Command, file *string, name, usage string) {
	textFlag(cmd, file, name, usage, "the name of a file", func(s string) bool { return s != "" && s != ":memory:" })
}

// listed is text, json or html.
func listed(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
