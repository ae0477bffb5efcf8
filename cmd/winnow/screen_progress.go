package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/screen"
)

// progress shows a person at a terminal how far a run is.
type progress struct {
	e      *env
	src    *audience.Reader
	begun  time.Time
	last   time.Time
	shown  bool
	active bool
}

func newProgress(e *env, src *audience.Reader) *progress {
	return &progress{e: e, src: src, begun: e.now(), active: isTerminal(e.stderr)}
}

func (p *progress) update(now time.Time, c *screen.Counts, from int64) {
	const every = 200 * time.Millisecond
	if !p.active || now.Sub(p.last) < every {
		return
	}
	p.last, p.shown = now, true
	size, read := p.src.Size()
	fmt.Fprintf(p.e.stderr, "\r\x1b[K%s", progressLine(now.Sub(p.begun), size, read, c, from))
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.e.stderr, "\r\x1b[K")
	}
}

// progressLine is the rate, how long it will take and what the rows came to.
func progressLine(took time.Duration, size, read int64, c *screen.Counts, from int64) string {
	var b strings.Builder
	rows := c.Rows + c.Rejected
	fmt.Fprintf(&b, "%d rows", rows)
	if took > 0 {
		fmt.Fprintf(&b, ", %.0f/s", float64(rows-from)/took.Seconds())
	}
	if size > 0 && read > 0 {
		share := min(1, float64(read)/float64(size))
		left := time.Duration(float64(took) * (1 - share) / share).Round(time.Second)
		fmt.Fprintf(&b, ", %.0f %%, %s left", 100*share, left)
	}
	for _, o := range c.Outcomes {
		fmt.Fprintf(&b, ", %s %.1f %%", o.Word, 100*float64(o.N)/float64(max(1, c.Rows)))
	}
	if c.Rejected > 0 {
		fmt.Fprintf(&b, ", rejected %d", c.Rejected)
	}
	return b.String()
}

// summary is what a run came to, from being the rows that earlier ones did.
func summary(c *screen.Counts, took time.Duration, from int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s decided, %s to be sent", plural(int(c.Rows), "contact"), grouped(c.Sent))
	for i, o := range c.Outcomes {
		sep := ", "
		if i == 0 {
			sep = " ("
		}
		fmt.Fprintf(&b, "%s%s %s", sep, o.Word, grouped(o.N))
	}
	if len(c.Outcomes) > 0 {
		b.WriteString(")")
	}
	fmt.Fprintf(&b, "; %s rejected", plural(int(c.Rejected), "row"))
	if rows := c.Rows + c.Rejected - from; took > 0 && rows > 0 {
		fmt.Fprintf(&b, "; %.1f s, %s rows/s", took.Seconds(), grouped(int64(float64(rows)/took.Seconds())))
	}
	return b.String()
}
