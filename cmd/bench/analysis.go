//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/rules/cputime"
)

// analysis compares winnow analyze with the time of reading the same file, a pass
// of encoding/csv over it. The limit is on the processor time of all processors,
// the least of the rounds: an idle machine's clock shows no more than that, and less
// where there are two processors, but what else a machine does weighs on its clock.
type analysis struct {
	binary    string
	orders    int
	customers int
	rounds    int
}

const (
	// mustAnalyse is how many times as long as reading an analysis may take.
	mustAnalyse = 2
	// maxAnalysisMemory is what an analysis of a million orders of 100,000
	// customers may take, in MiB.
	maxAnalysisMemory = 160
)

// run measures and reports; failed is how many limits were passed.
func (a *analysis) run(ctx context.Context) (failed int, err error) {
	dir, err := os.MkdirTemp("", "winnow-bench")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	file, table := filepath.Join(dir, "orders.csv"), filepath.Join(dir, "classes.csv")
	if err := a.write(file); err != nil {
		return 0, err
	}
	passes := []pass{
		{name: "encoding/csv"}, // here, and so without the beginning and the end of a process
		{name: "analyze, report", args: []string{a.binary, "analyze", file}, must: mustAnalyse},
		{name: "analyze, report and class table", args: []string{a.binary, "analyze", file, "--out", table}, must: mustAnalyse, out: table},
	}
	took := make([][]cost, len(passes))
	for range a.rounds {
		for i, p := range passes {
			c, err := cost{}, error(nil)
			if p.args == nil {
				c, err = timed(func() error { return csvPass(file) })
			} else {
				c, err = measure(ctx, p)
			}
			if err != nil {
				return 0, fmt.Errorf("%s: %w", p.name, err)
			}
			took[i] = append(took[i], c)
		}
	}
	return a.report(os.Stdout, passes, took), nil
}

func (a *analysis) report(w io.Writer, passes []pass, took [][]cost) (failed int) {
	fmt.Fprintf(w, "\n%d orders of %d customers in a file\n", a.orders, a.customers)
	fmt.Fprintf(w, "%-32s %10s %10s %8s %10s %10s %8s\n", "", "CPU ms", "× csv", "must", "wall ms", "× csv", "MiB")
	cpu, wall, memory := func(c cost) float64 { return c.cpu }, func(c cost) float64 { return c.wall }, func(c cost) float64 { return c.memory }
	least := func(i int, of func(cost) float64) float64 { return slices.Min(each(took[i], of)) }
	for i, p := range passes {
		ratio, most := least(i, cpu)/least(0, cpu), slices.Max(each(took[i], memory))
		fmt.Fprintf(w, "%-32s %10.0f %10.2f %8s %10.0f %10.2f %8.1f\n", p.name, 1e3*least(i, cpu), ratio, limit(p.must), 1e3*least(i, wall), least(i, wall)/least(0, wall), most)
		failed += over(w, ratio, p.must)
		if p.must > 0 && most > maxAnalysisMemory {
			failed++
			fmt.Fprintf(w, "  more memory than %d MiB\n", maxAnalysisMemory)
		}
	}
	return failed
}

// write writes orders in three years, in no order.
func (a *analysis) write(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	rng, first := rand.New(rand.NewPCG(1, 2)), time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	w := bufio.NewWriterSize(f, 1<<16)
	fmt.Fprintln(w, "customer_id,order_id,date,amount")
	for i := range a.orders {
		day := first.AddDate(0, 0, rng.IntN(1096)).Format(time.DateOnly)
		fmt.Fprintf(w, "c%06d,o%07d,%s,%d.%02d\n", rng.IntN(a.customers), i, day, rng.IntN(300), rng.IntN(100))
	}
	return errors.Join(w.Flush(), f.Close())
}

// csvPass reads a file as encoding/csv does, every record made and none kept.
func csvPass(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func timed(run func() error) (cost, error) {
	begun, before := time.Now(), cputime.Used()
	err := run()
	return cost{wall: time.Since(begun).Seconds(), cpu: (cputime.Used() - before).Seconds()}, err
}
