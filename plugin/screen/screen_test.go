package screen_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/screen"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/workload"
)

// kept is a sink that keeps all, and may fail.
type kept struct {
	out, rejects bytes.Buffer
	counts       screen.Counts
	parts, most  int
	after        func()
}

var errFull = errors.New("full")

func (k *kept) Put(p *screen.Part) error {
	if k.parts++; k.most > 0 && k.parts > k.most {
		return errFull
	}
	k.out.Write(p.Out)
	k.rejects.Write(p.Rejects)
	k.counts.Add(&p.Counts)
	if k.after != nil {
		k.after()
	}
	return nil
}

func setUp(t *testing.T) (*rules.Bundle, string) {
	t.Helper()
	b, err := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte("winnow: 1\n" + workload.Rules())}}, rules.Options{})
	require.NoError(t, err)
	var lines strings.Builder
	for i, body := range workload.Bodies(workload.People(500)) {
		if i%50 == 7 {
			body = []byte("{}")
		}
		fmt.Fprintf(&lines, "%s\n", body)
	}
	return b, lines.String()
}

func run(t *testing.T, ctx context.Context, lines string, o screen.Options, k *kept) error {
	t.Helper()
	src, err := audience.New(strings.NewReader(lines), audience.Options{BlockSize: 4 << 10})
	require.NoError(t, err)
	return screen.Run(ctx, src, o, k)
}

// However many workers there are, decisions come in the order of the rows.
func TestWorkersKeepTheOrder(t *testing.T) {
	b, lines := setUp(t)
	var want *kept
	for _, workers := range []int{1, 2, 7, 0} {
		for _, csv := range []bool{false, true} {
			got := &kept{}
			require.NoError(t, run(t, context.Background(), lines, screen.Options{Bundle: b, Now: workload.Now(), Workers: workers, CSV: csv}, got))
			require.EqualValues(t, 490, got.counts.Rows)
			require.EqualValues(t, 10, got.counts.Rejected)
			require.Contains(t, got.rejects.String(), `8,"contact: the contact is missing"`+"\n58,")
			if csv {
				require.Equal(t, 490, strings.Count(got.out.String(), "\n"))
				continue
			}
			if want == nil {
				want = got
			}
			require.Equal(t, want.out.String(), got.out.String(), "%d workers", workers)
			require.Equal(t, want.counts, got.counts)
		}
	}
}

// A run that ends early, by its context or its sink, leaves whole parts in
// order and no goroutine: a bubble waits for all.
func TestAnEarlyEndLeavesNothingBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, lines := setUp(t)
		o := screen.Options{Bundle: b, Now: workload.Now(), Workers: 4}
		whole := &kept{}
		require.NoError(t, run(t, context.Background(), lines, o, whole))
		for i := range 20 {
			full := &kept{most: i}
			if i > 0 {
				require.ErrorIs(t, run(t, context.Background(), lines, o, full), errFull)
			}
			ctx, cancel := context.WithCancel(context.Background())
			stopped := &kept{}
			stopped.after = func() {
				if stopped.parts == i+1 {
					cancel()
				}
			}
			require.ErrorIs(t, run(t, ctx, lines, o, stopped), context.Canceled)
			cancel()
			require.Equal(t, i+1, stopped.parts)
			for _, k := range []*kept{full, stopped} {
				require.True(t, strings.HasPrefix(whole.out.String(), k.out.String()))
			}
		}
	})
}

func TestAMessageThatCannotBeRead(t *testing.T) {
	b, lines := setUp(t)
	err := run(t, context.Background(), lines, screen.Options{Bundle: b, Message: []byte("[")}, &kept{})
	require.ErrorContains(t, err, "the message can't be used")
}
