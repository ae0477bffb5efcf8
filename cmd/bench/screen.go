//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/winnow-gate/winnow/rules/workload"
)

// screening compares winnow screen with what any way of going through the same
// file costs: reading it, counting its lines, decoding it.
type screening struct {
	binary   string
	dir      string
	contacts int
	rounds   int
}

// pass is one way to go through the file. must is how many times as long it may take
// as the pass that it is compared with; 0: no promise.
type pass struct {
	name string
	args []string
	must float64
	out  string // the file it writes, which is gone before each round
}

// floorOfScreening is the pass that the others are compared with.
const floorOfScreening = 3

// maxScreenMemory is what a pass with a promise may take, in MiB, however large
// the file is.
const maxScreenMemory = 128

func (s *screening) passes(file string) ([]pass, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	floor := func(mode string) []string { return []string{self, "screen-floor", mode, s.dir, file} }
	screen := func(more ...string) []string {
		return append([]string{s.binary, "screen", s.dir, file, "--at", workload.Now().Format(time.RFC3339)}, more...)
	}
	csv, ndjson := s.dir+".out.csv", s.dir+".out.ndjson"
	passes := []pass{
		{name: "wc -l", args: []string{"wc", "-l", file}},
		{name: "read and cut into lines", args: floor("read")},
		{name: "encoding/json decode", args: floor("json")},
		{name: "decode the needed fields", args: floor("fields")},
		{name: "decode and decide", args: floor("decide")},
		{name: "screen, answers to /dev/null", args: screen(), must: 1.6},
		{name: "screen, answers as CSV file", args: screen("-o", csv), must: 1.6, out: csv},
		{name: "screen, answers as NDJSON file", args: screen("-o", ndjson), must: 1.6, out: ndjson},
		{name: "cp of those answers", args: []string{"cp", ndjson, ndjson + ".copy"}, out: ndjson + ".copy"},
	}
	if peer, ok := duckDB(file, s.dir+".ids"); ok {
		passes = append(passes, peer)
	}
	return passes, nil
}

// run measures and reports; failed is how many limits were passed.
func (s *screening) run(ctx context.Context) (failed int, err error) {
	dir, err := os.MkdirTemp("", "winnow-bench")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	s.dir = filepath.Join(dir, "rules")
	file := filepath.Join(dir, "contacts.ndjson")
	if err = os.Mkdir(s.dir, 0o700); err == nil {
		err = writeBundle(s.dir)
	}
	if err == nil {
		err = contactsApart(ctx, file, s.contacts)
	}
	if err != nil {
		return 0, err
	}
	passes, err := s.passes(file)
	if err != nil {
		return 0, err
	}
	took := make([][]cost, len(passes))
	for range s.rounds {
		for i, p := range passes {
			c, err := measure(ctx, p)
			if err != nil {
				return 0, fmt.Errorf("%s: %w", p.name, err)
			}
			took[i] = append(took[i], c)
		}
	}
	if last := passes[len(passes)-1]; last.out == s.dir+".ids" {
		if err := sameHeldBack(last.out, s.dir+".out.ndjson"); err != nil {
			return 0, err
		}
	}
	return s.report(os.Stdout, passes, took), nil
}

// contactsApart has a process of its own write the contacts: the memory that this
// one takes is counted as that of each process it starts.
func contactsApart(ctx context.Context, file string, n int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "contacts", file, strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	return cmd.Run()
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

// measure runs a pass once.
func measure(ctx context.Context, p pass) (cost, error) {
	if err := os.Remove(p.out); p.out != "" && err != nil && !errors.Is(err, os.ErrNotExist) {
		return cost{}, err
	}
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
	if runtime.GOOS == "darwin" { // it counts bytes, where others count KiB
		c.memory /= 1024
	}
	return c, nil
}

// report prints what the passes took: the least of the rounds, for whatever else the
// machine does only adds to that. What writing the answers takes is the kernel's
// matter, and in a virtual machine the host's, which may first have to give back the
// memory for them; cp shows how much it is at the time.
func (s *screening) report(w io.Writer, passes []pass, took [][]cost) (failed int) {
	cpu, wall := func(c cost) float64 { return c.cpu }, func(c cost) float64 { return c.wall }
	memory := func(c cost) float64 { return c.memory }
	least := func(i int, of func(cost) float64) float64 { return slices.Min(each(took[i], of)) }
	n := float64(s.contacts)
	fmt.Fprintf(w, "\n%d contacts in a file, 25 conditions\n", s.contacts)
	fmt.Fprintf(w, "%-32s %10s %10s %8s %10s %8s %10s %8s\n", "", "CPU µs/row", "× fields", "must", "rows/s", "wall s", "× fields", "MiB")
	for i, p := range passes {
		ratio, most := least(i, cpu)/least(floorOfScreening, cpu), slices.Max(each(took[i], memory))
		fmt.Fprintf(w, "%-32s %10.2f %10.2f %8s %10.0f %8.2f %10.2f %8.1f\n", p.name, least(i, cpu)/n*1e6, ratio, limit(p.must),
			n/least(i, wall), least(i, wall), least(i, wall)/least(floorOfScreening, wall), most)
		failed += over(w, ratio, p.must)
		if p.must > 0 && most > maxScreenMemory {
			failed++
			fmt.Fprintf(w, "  more memory than %d MiB\n", maxScreenMemory)
		}
	}
	return failed
}

func each(took []cost, get func(cost) float64) []float64 {
	xs := make([]float64, len(took))
	for i, c := range took {
		xs[i] = get(c)
	}
	return xs
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
