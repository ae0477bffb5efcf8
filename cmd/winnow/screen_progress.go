package main

import (
	"fmt"
	"io"
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
	start  int64 // bytes of the file that were read before
	last   time.Time
	shown  bool
	active bool
}

// newProgress shows nothing on a terminal that the decisions go to.
func newProgress(e *env, src *audience.Reader, out io.Writer) *progress {
	_, read := src.Size()
	return &progress{e: e, src: src, begun: e.now(), start: read, active: isTerminal(e.stderr) && !isTerminal(out)}
}

func (p *progress) update(now time.Time, c *screen.Counts, from int64) {
	const every = 200 * time.Millisecond
	if !p.active || now.Sub(p.last) < every {
		return
	}
	p.last, p.shown = now, true
	size, read := p.src.Size()
	line := progressLine(now.Sub(p.begun), size, p.start, read, c, from)
	if width := columnsOf(p.e.stderr); width > 0 && len(line) >= width { // a second line would stay
		line = line[:width-1]
	}
	fmt.Fprintf(p.e.stderr, "\r\x1b[K%s", line)
}

// clear makes room for what else is said on the terminal.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.e.stderr, "\r\x1b[K")
		p.shown = false
	}
}

// progressLine is the rate, how long it will take and what the rows came to, of which
// from were done before, up to the byte start.
func progressLine(took time.Duration, size, start, read int64, c *screen.Counts, from int64) string {
	var b strings.Builder
	rows := c.Rows + c.Rejected
	fmt.Fprintf(&b, "%s rows", grouped(rows))
	if took > 0 {
		fmt.Fprintf(&b, ", %s/s", grouped(int64(float64(rows-from)/took.Seconds())))
	}
	if size > 0 && read > start {
		left := float64(took) * float64(max(0, size-read)) / float64(read-start)
		fmt.Fprintf(&b, ", %.0f %%, %s left", 100*min(1, float64(read)/float64(size)), time.Duration(left).Round(time.Second))
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
