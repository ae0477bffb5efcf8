package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/winnow-gate/winnow/rules/workload"
)

// screening holds winnow screen against what any way of going through the same
// file costs: reading it, counting its lines, decoding it.
type screening struct {
	binary   string
	dir      string
	contacts int
	rounds   int
}

// pass is one way to go through the file. must is how many times the CPU time of
// decoding the needed fields it may take; 0: no promise.
type pass struct {
	name string
	args []string
	must float64
}

// floorOfScreening is the pass that the others are held against.
const floorOfScreening = 3

func (s *screening) passes(file string) ([]pass, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	floor := func(mode string) []string { return []string{self, "screen-floor", mode, s.dir, file} }
	screen := func(more ...string) []string {
		return append([]string{s.binary, "screen", s.dir, file, "--at", workload.Now().Format(time.RFC3339)}, more...)
	}
	return []pass{
		{"wc -l", []string{"wc", "-l", file}, 0},
		{"read and cut into lines", floor("read"), 0},
		{"encoding/json decode", floor("json"), 0},
		{"decode the needed fields", floor("fields"), 0},
		{"decode and decide", floor("decide"), 0},
		{"screen, answers to /dev/null", screen(), 1.6},
		{"screen, answers as CSV file", screen("-o", s.dir+".out.csv"), 1.6},
		{"screen, answers as NDJSON file", screen("-o", s.dir+".out.ndjson"), 1.6},
	}, nil
}

func (s *screening) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "winnow-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s.dir = filepath.Join(dir, "rules")
	file := filepath.Join(dir, "contacts.ndjson")
	if err = os.Mkdir(s.dir, 0o700); err == nil {
		err = writeBundle(s.dir)
	}
	if err == nil {
		err = writeContacts(file, s.contacts)
	}
	if err != nil {
		return err
	}
	passes, err := s.passes(file)
	if err != nil {
		return err
	}
	took := make([][]cost, len(passes))
	for range s.rounds {
		for i, p := range passes {
			c, err := s.measure(ctx, p)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			took[i] = append(took[i], c)
		}
	}
	s.report(passes, took)
	return nil
}

// writeContacts writes contacts of about 1.2 KB; after 50,000 they come again.
func writeContacts(name string, n int) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	bodies := workload.Bodies(workload.People(min(n, 50_000)))
	for i := range n {
		_, _ = w.Write(append(bodies[i%len(bodies)], '\n')) // an error comes again with the flush
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

type cost struct{ cpu, wall, memory float64 }

func (s *screening) measure(ctx context.Context, p pass) (cost, error) {
	cmd := exec.CommandContext(ctx, p.args[0], p.args[1:]...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%w: %s", err, errs.String())
	}
	c := cost{wall: time.Since(begun).Seconds()}
	c.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	c.memory = float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024
	return c, nil
}

func (s *screening) report(passes []pass, took [][]cost) {
	of := func(i int, get func(cost) float64) float64 {
		xs := make([]float64, len(took[i]))
		for r := range xs {
			xs[r] = get(took[i][r])
		}
		return median(xs)
	}
	cpu, wall := func(c cost) float64 { return c.cpu }, func(c cost) float64 { return c.wall }
	fmt.Printf("\n%d contacts in a file, 25 conditions\n", s.contacts)
	fmt.Printf("%-32s %10s %10s %8s %10s %8s\n", "", "CPU µs/row", "× fields", "must", "rows/s", "wall s")
	for i, p := range passes {
		each, floor := of(i, cpu)/float64(s.contacts)*1e6, of(floorOfScreening, cpu)/float64(s.contacts)*1e6
		fmt.Printf("%-32s %10.2f %10.2f %8s %10.0f %8.2f\n", p.name, each, each/floor, limit(p.must), float64(s.contacts)/of(i, wall), of(i, wall))
	}
}

// padded makes bodies of about a size: by purchases taken away, or by fields
// that no rule reads.
func padded(size int) [][]byte {
	people := workload.People(256)
	for i := range people {
		p := &people[i].Data.Purchases
		if size < 1000 && len(*p) > 1 {
			*p = (*p)[:1]
		}
	}
	bodies := workload.Bodies(people)
	for i, b := range bodies {
		for n := 0; len(b) < size-100; n++ {
			note, err := json.Marshal(strings.Repeat("unread ", min(12, (size-len(b))/8)))
			if err != nil {
				continue // never: it is text
			}
			b = append(b[:len(b)-1], fmt.Sprintf(`,"note_%d":{"text":%s,"at":"2026-01-02T03:04:05Z","n":%d}}`, n, note, n*7919)...)
		}
		bodies[i] = b
	}
	return bodies
}
