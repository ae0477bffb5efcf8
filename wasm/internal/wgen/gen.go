// Package wgen makes random, valid modules that always end.
//
// It exists to show that the rewriter changes nothing but the counting: a
// module and its rewritten form must agree on results, memory and globals, and
// two engines must agree on the count. Loops carry a bound and calls go to
// later functions only. NaNs are made canonical where their bits could be
// seen, because the specification leaves those bits to the engine.
package wgen

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/winnow-gate/winnow/wasm/internal/wbin"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
)

// Module is a generated module. Every function "f0", "f1" … takes and gives
// what Params and Results say, in the letters of wbuild.Sig.
type Module struct {
	Bytes []byte
	Sigs  [][2]string
}

const (
	letters = "ilfd"
	pages   = 1
)

type gen struct {
	r       *rand.Rand
	b       *wbuild.Builder
	sigs    [][2]string
	globals string // letters of the mutable globals
	out     strings.Builder
	locals  string // letters of parameters and locals
	self    int    // function under construction
	depth   int    // open blocks without a value, all of them branch targets
	labels  []bool // true where the label is a plain block (safe to branch to)
	loops   int    // counters in use
	budget  int
	result  string
}

// scratch locals of every function after the parameters: four free ones, two
// for canonical NaNs, and loop counters.
const (
	freeLocals = "ilfd"
	nanLocals  = "fd"
	counters   = "iiii"
)

// Generate makes the module of a seed.
func Generate(seed uint64) Module {
	g := &gen{r: rand.New(rand.NewPCG(seed, 0x77696e6e6f77)), b: &wbuild.Builder{}}
	n := 1 + g.r.IntN(5)
	for i := range n {
		sig := [2]string{g.word(3), ""}
		if g.r.IntN(5) > 0 {
			sig[1] = g.word(1)
		} else if g.r.IntN(2) == 0 {
			sig[1] = g.word(3)
		}
		g.sigs = append(g.sigs, sig)
		g.b.Export(fmt.Sprintf("f%d", i), wbin.ExternFunc, g.b.Declare(fmt.Sprintf("f%d", i), sig[0], sig[1]))
	}
	g.b.Memory(pages, 3)
	g.b.Export("memory", wbin.ExternMemory, 0)
	g.setUp(n)
	for i, sig := range g.sigs {
		g.function(i, sig)
	}
	return Module{g.b.Bytes(), g.sigs}
}

func (g *gen) setUp(n int) {
	for range g.r.IntN(4) {
		t := g.word(1)
		if t == "" {
			t = "i"
		}
		g.globals += t
		g.b.Global(wbuild.Sig(t, "").Params[0], true, g.constant(t[0]))
	}
	if n > 1 {
		g.b.Table(4, 4)
		g.b.Elem(0, uint32(n-1), uint32(n-1))
	}
	at := int32(0)
	for range g.r.IntN(4) {
		d := make([]byte, g.r.IntN(20))
		for i := range d {
			d[i] = byte(g.r.Uint32())
		}
		g.b.Data(at, d)
		at += int32(len(d) + g.r.IntN(100))
	}
	if n > 1 && g.r.IntN(4) == 0 && g.sigs[n-1] == [2]string{} {
		g.b.Start(uint32(n - 1))
	}
}

func (g *gen) word(maxLen int) string {
	b := make([]byte, g.r.IntN(maxLen+1))
	for i := range b {
		b[i] = letters[g.r.IntN(4)]
	}
	return string(b)
}

func (g *gen) f(format string, args ...any) { fmt.Fprintf(&g.out, format+" ", args...) }

func (g *gen) function(i int, sig [2]string) {
	g.self, g.depth, g.loops, g.labels = i, 0, 0, nil
	g.budget = 20 + g.r.IntN(150)
	g.locals = sig[0] + freeLocals
	g.result = sig[1]
	g.out.Reset()
	for g.budget > 0 && g.r.IntN(12) > 0 {
		g.stmt(4)
	}
	for j := range sig[1] {
		g.expr(sig[1][j], 3)
	}
	g.b.Body(uint32(i), freeLocals+nanLocals+counters, g.out.String())
}

// base is the index of the first scratch local behind the free ones.
func (g *gen) base() int { return len(g.locals) }

func name(t byte) string {
	return map[byte]string{'i': "i32", 'l': "i64", 'f': "f32", 'd': "f64"}[t]
}

func (g *gen) constant(t byte) string {
	switch t {
	case 'i':
		return fmt.Sprintf("i32.const %d", int32(g.interesting()))
	case 'l':
		return fmt.Sprintf("i64.const %d", int64(g.interesting()))
	case 'f':
		return fmt.Sprintf("f32.const %g", float32(g.real()))
	}
	return fmt.Sprintf("f64.const %g", g.real())
}

func (g *gen) interesting() uint64 {
	list := [...]uint64{0, 1, 2, 7, 8, 0xff, 0x7fff, 1 << 31, 1<<31 - 1, 1<<32 - 1, 1 << 63, 1<<64 - 1}
	if g.r.IntN(2) == 0 {
		return list[g.r.IntN(len(list))]
	}
	return g.r.Uint64()
}

func (g *gen) real() float64 {
	list := [...]float64{0, 1, -1, 0.5, 1e10, -1e300, 3.25, 2147483648}
	return list[g.r.IntN(len(list))]
}

// pick returns the index of a variable of type t in vars, or -1.
func (g *gen) pick(vars string, t byte) int {
	var at []int
	for i := range vars {
		if vars[i] == t {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return -1
	}
	return at[g.r.IntN(len(at))]
}

// canonical makes the float on top of the stack a canonical NaN if it is one.
func (g *gen) canonical(t byte) {
	tmp := g.base()
	if t == 'd' {
		tmp++
	}
	n := name(t)
	g.f("local.tee %d %s.const nan local.get %d local.get %d %s.eq select", tmp, n, tmp, tmp, n)
}
