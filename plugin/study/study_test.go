package study_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/study"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
)

const text = `
winnow: 1
personas:
  - {id: many, kind: negative, name: N, when: orders.count > 5, action: suppress, holdout: 0%}
slots:
  hero: {default: a, variants: {a: {}, b: {}}, rules: [{when: orders.count > 2, use: b}]}
`

func bundle(t *testing.T, text string) *rules.Bundle {
	t.Helper()
	b, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(text)}}, rules.Options{})
	require.NotNil(t, b, "%v", list)
	return b
}

// flips counts what changes between two bundles.
type flips struct{ *census.Flips }

func (f flips) Count(c *study.Case) {
	was, now := census.AnswerOf(c.Name(), c.Decisions[0]), census.AnswerOf(c.Name(), c.Decisions[1])
	f.Add(&was, &now)
}

func reader(t *testing.T, rows string) *audience.Reader {
	t.Helper()
	r, err := audience.New(strings.NewReader(rows), audience.Options{Name: "c.ndjson", BlockSize: 700})
	require.NoError(t, err)
	return r
}

func rows(n int) string {
	var b strings.Builder
	for i := range n {
		switch {
		case i%100 == 99:
			b.WriteString("{\"contact\": oops}\n")
		case i%10 == 9:
			fmt.Fprintf(&b, "{\"contact\": {\"email\": \"c%d@x.example\"}, \"orders\": {\"count\": %d}}\n", i, i%10)
		default:
			fmt.Fprintf(&b, "{\"contact\": {\"id\": \"c%d\"}, \"orders\": {\"count\": %d}}\n", i, i%10)
		}
	}
	return b.String()
}

// However many workers count, the answer is the same.
func TestRun(t *testing.T) {
	was, now := bundle(t, text), bundle(t, strings.Replace(text, "> 5", "> 7", 1))
	var first *census.FlipReport
	for _, workers := range []int{1, 2, 7, 0} {
		how := census.Sampling{Size: 4}
		counters, result, err := study.Run(t.Context(), reader(t, rows(1000)), study.Options{
			Bundles: []*rules.Bundle{was, now}, Now: time.Unix(0, 0), Workers: workers,
		}, func() flips { return flips{census.NewFlips(how)} })
		require.NoError(t, err)
		require.EqualValues(t, 990, result.Rows)
		require.EqualValues(t, 10, result.Rejected)
		require.Len(t, result.Rejects, 10)
		require.EqualValues(t, 100, result.Rejects[0].Line)
		require.NotContains(t, result.Rejects[0].Reason, "oops", "no values in messages")
		for _, c := range counters[1:] {
			counters[0].Merge(c.Flips)
		}
		got := counters[0].Report()
		require.EqualValues(t, 200, got.In, "those with 6 and 7 orders")
		require.Zero(t, got.Out)
		if first == nil {
			first = got
		}
		require.Equal(t, first, got)
	}
}

// A message laid over the rows decides for all of them.
func TestMessage(t *testing.T) {
	b := bundle(t, text)
	counters, _, err := study.Run(t.Context(), reader(t, rows(9)), study.Options{
		Bundles: []*rules.Bundle{b, b}, Message: []byte(`{"message": {"class": "service"}}`),
	}, func() flips { return flips{census.NewFlips(census.Sampling{})} })
	require.NoError(t, err)
	require.Zero(t, counters[0].Report().Changed)
}

// Names are ids or lines, never addresses.
func TestNames(t *testing.T) {
	b := bundle(t, text)
	var names names
	_, _, err := study.Run(t.Context(), reader(t, rows(10)), study.Options{Bundles: []*rules.Bundle{b}, Workers: 1}, func() *namesCounter { return &namesCounter{&names} })
	require.NoError(t, err)
	require.Equal(t, []string{"c8", "line 10"}, []string(names[8:]))
}

type names []string

type namesCounter struct{ to *names }

func (n *namesCounter) Count(c *study.Case) { *n.to = append(*n.to, c.Name()) }

// A run ends when its context does, and when its file can't be read further.
func TestRunEndsEarly(t *testing.T) {
	b := bundle(t, text)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, _, err := study.Run(ctx, reader(t, rows(1000)), study.Options{Bundles: []*rules.Bundle{b}}, func() *namesCounter { return &namesCounter{new(names)} })
	require.ErrorIs(t, err, context.Canceled)

	broken := errors.New("the disk is gone")
	r, err := audience.New(io.MultiReader(strings.NewReader(rows(5000)), failing{broken}), audience.Options{Name: "c.ndjson"})
	require.NoError(t, err)
	_, result, err := study.Run(t.Context(), r, study.Options{Bundles: []*rules.Bundle{b}, Workers: 1}, func() *namesCounter { return &namesCounter{new(names)} })
	require.ErrorIs(t, err, broken)
	require.Positive(t, result.Rows)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
