//go:build unix

// Command bench compares winnow with the floor: a Fiber handler that returns a
// constant, served and loaded in the same way, in the same run.
//
// Absolute times mean little on a shared machine, and requests per second less.
// What survives noise is the CPU time that the server process spends on one
// request, as a ratio to the floor's in the same round; the median of the rounds
// is printed, and compared with the limits that winnow promises. Calls of
// platforms are compared with /v1/decide for the same contacts, by turns at the
// same server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sort"
	"syscall"
	"time"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	if len(args) == 2 && args[0] == "floor" {
		return floor(args[1])
	}
	if len(args) == 4 && args[0] == "screen-floor" {
		return screenFloor(args[1], args[2], args[3])
	}
	if len(args) == 3 && args[0] == "contacts" {
		return contacts(args[1], args[2])
	}
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	binary := flags.String("winnow", "bin/winnow", "the winnow binary to measure")
	rounds := flags.Int("rounds", 5, "rounds; each runs every server once")
	seconds := flags.Duration("for", 3*time.Second, "how long each server is loaded in a round, after a warm-up")
	conns := flags.Int("connections", 64, "requests in flight")
	contacts := flags.Int("contacts", 1_000_000, "contacts to screen; 0 leaves that out")
	orders := flags.Int("orders", 1_000_000, "orders to analyse, of a tenth as many customers; 0 leaves that out")
	largest := flags.Int("list", 10_000_000, "size of the largest list, in steps of 100 from 1,000")
	only := flags.Bool("screen-only", false, "leave the servers out")
	check := flags.Bool("check", false, "fail when a limit is passed (with 15 % allowed for noise)")
	_ = flags.Parse(args)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	failed := 0
	if *contacts > 0 {
		s := &screening{binary: *binary, contacts: *contacts, rounds: *rounds}
		over, err := s.run(ctx)
		if err == nil {
			err = growth(min(time.Second, *seconds), sizes(*largest))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			return 1
		}
		failed += over
	}
	if *orders > 0 {
		a := &analysis{binary: *binary, orders: *orders, customers: max(1, *orders/10), rounds: max(11, *rounds)}
		over, err := a.run(ctx)
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			return 1
		}
		failed += over
	}
	if !*only {
		b := &bench{binary: *binary, conns: *conns, span: *seconds, rounds: *rounds}
		if err := b.run(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			return 1
		}
		failed += b.report(os.Stdout)
	}
	if *check && failed > 0 {
		return 1
	}
	return 0
}

func sizes(largest int) (out []int) {
	for n := 1000; n <= largest; n *= 100 {
		out = append(out, n)
	}
	return out
}

// contender is a server under test and what it may cost.
type contender struct {
	name string
	args []string // of the winnow binary; nil is the floor
	must float64  // × the CPU of the floor, or of /v1/decide, per request; 0: no promise
	aim  float64
	from *source // what calls; nil for /v1/decide
}

func contenders(dir string) []contender {
	serve := func(more ...string) []string {
		return append([]string{"serve", dir, "--addr", "127.0.0.1:0", "--poll", "0", "--hash-key-file", dir + "/hash.key"}, more...)
	}
	list := []contender{
		{name: "fiber constant"},
		{name: "decide, no log", args: serve("--log", "off"), must: 2.4, aim: 1.8},
		{name: "decide, buffered log", args: serve("--db", dir+"/buffered.db", "--ack", "buffered")},
		{name: "decide, durable log", args: serve("--db", dir+"/durable.db", "--ack", "commit"), must: 3.5, aim: 2.6},
	}
	for _, s := range sources() {
		c := contender{name: "source, " + s.name, args: serve("--log", "off", "--sources", dir+"/bench.sources"), from: &s}
		if s.scheme == "" { // what a signature costs is the scheme's own
			c.must = 1.25
		}
		list = append(list, c)
	}
	return list
}

type bench struct {
	binary string
	conns  int
	span   time.Duration
	rounds int
	list   []contender
	cpu    map[string][]float64 // µs a request, by round
	bases  map[string][]float64 // µs a request of /v1/decide, by round, at servers that platforms call
	rate   map[string][]float64 // requests a second
	memory map[string]float64   // MiB, the most seen
}

// maxMemory is what a server may take under load, in MiB.
const maxMemory = 64

func (b *bench) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "winnow-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := errors.Join(writeBundle(dir), writeSources(dir)); err != nil {
		return err
	}
	b.list = contenders(dir)
	b.cpu, b.bases, b.rate, b.memory = map[string][]float64{}, map[string][]float64{}, map[string][]float64{}, map[string]float64{}
	for i := range b.rounds {
		for _, c := range b.list {
			m, err := b.measure(ctx, c)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			b.cpu[c.name] = append(b.cpu[c.name], m.cpu)
			b.bases[c.name] = append(b.bases[c.name], m.base)
			b.rate[c.name] = append(b.rate[c.name], m.rate)
			b.memory[c.name] = max(b.memory[c.name], m.memory)
			fmt.Fprintf(os.Stderr, "round %d  %-22s %6.2f µs CPU", i+1, c.name, m.cpu)
			if m.base > 0 {
				fmt.Fprintf(os.Stderr, " against %6.2f", m.base)
			}
			fmt.Fprintf(os.Stderr, "  %8.0f req/s  %5.1f MiB\n", m.rate, m.memory)
		}
	}
	return nil
}

func (b *bench) report(w io.Writer) (failed int) {
	fmt.Fprintf(w, "%-22s %12s %10s %8s %8s %10s %8s\n", "", "CPU µs/req", "× floor", "must", "aim", "req/s", "MiB")
	for _, c := range b.list {
		base := b.cpu[b.list[0].name]
		if c.from != nil {
			base = b.bases[c.name]
		}
		ratios := make([]float64, b.rounds)
		for i := range ratios {
			ratios[i] = b.cpu[c.name][i] / base[i]
		}
		ratio := median(ratios)
		fmt.Fprintf(w, "%-22s %12.2f %10.2f %8s %8s %10.0f %8.1f", c.name, median(b.cpu[c.name]), ratio, limit(c.must), limit(c.aim), median(b.rate[c.name]), b.memory[c.name])
		if c.from != nil {
			fmt.Fprint(w, "  × decide, at the same server")
		}
		fmt.Fprintln(w)
		failed += over(w, ratio, c.must)
		if b.memory[c.name] > maxMemory {
			failed++
			fmt.Fprintf(w, "  more memory than %d MiB\n", maxMemory)
		}
	}
	return failed
}

// noise is how far over its limit a ratio may be: that much differs between
// runs of the same program.
const noise = 1.15

// over counts and tells a limit that was passed; must is 0 where there is none.
func over(w io.Writer, ratio, must float64) int {
	if must == 0 || ratio <= must*noise {
		return 0
	}
	fmt.Fprintf(w, "  over the limit: %.2f > %.2f\n", ratio, must)
	return 1
}

func limit(x float64) string {
	if x == 0 {
		return "-"
	}
	return fmt.Sprintf("%.3g", x)
}

func median(xs []float64) float64 {
	s := append([]float64(nil), xs...)
	sort.Float64s(s)
	return s[len(s)/2]
}
