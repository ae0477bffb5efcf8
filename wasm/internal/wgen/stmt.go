package wgen

import "github.com/winnow-gate/winnow/wasm/internal/wbuild"

// stmt writes code that leaves nothing.
func (g *gen) stmt(d int) {
	g.budget--
	if d <= 0 || g.budget < 0 {
		g.f("nop")
		return
	}
	switch g.r.IntN(16) {
	case 0, 1, 2:
		i := g.r.IntN(len(g.locals))
		g.expr(g.locals[i], d-1)
		g.f("local.set %d", i)
	case 3:
		if g.globals != "" {
			i := g.r.IntN(len(g.globals))
			g.expr(g.globals[i], d-1)
			g.f("global.set %d", i)
		}
	case 4, 5:
		g.store(d)
	case 6, 7:
		g.expr('i', d-1)
		g.f("if")
		g.target(func() { g.stmt(d - 1) })
		if g.r.IntN(2) == 0 {
			g.f("else")
			g.target(func() { g.stmt(d - 1) })
		}
		g.f("end")
	case 8, 9:
		g.loop(d)
	case 10:
		g.f("block")
		g.target(func() { g.stmt(d - 1); g.stmt(d - 1) })
		g.f("end")
	case 11, 12:
		g.branch(d)
	case 13:
		g.bulk(d)
	case 14:
		g.expr('i', d-1)
		g.f("i32.const 1 i32.and memory.grow drop memory.size drop")
	default:
		g.leave(d)
	}
}

// target runs body within a block whose label takes no value.
func (g *gen) target(body func()) {
	g.labels = append(g.labels, true)
	body()
	g.labels = g.labels[:len(g.labels)-1]
}

func (g *gen) store(d int) {
	t := letters[g.r.IntN(4)]
	g.address(d)
	g.expr(t, d-1)
	if t == 'f' || t == 'd' {
		g.canonical(t)
	}
	g.f("%s offset=%d", g.oneOf(stores[t]), g.r.IntN(64))
}

// loop writes a loop that runs at most a few rounds: its own counter is
// reset before it and counted at its head.
func (g *gen) loop(d int) {
	if g.loops >= len(counters) {
		return
	}
	c := g.base() + len(nanLocals) + g.loops
	g.loops++
	g.f("i32.const %d local.set %d", 1+g.r.IntN(6), c)
	g.f("block")
	g.labels = append(g.labels, true)
	g.f("loop")
	g.labels = append(g.labels, true)
	g.f("local.get %d i32.eqz br_if 1 local.get %d i32.const 1 i32.sub local.set %d", c, c, c)
	g.stmt(d - 1)
	g.stmt(d - 1)
	if g.r.IntN(4) > 0 {
		g.f("br 0")
	}
	g.f("end end")
	g.labels = g.labels[:len(g.labels)-2]
	g.loops--
}

// branch leaves to a random label that takes no value.
func (g *gen) branch(d int) {
	var at []int
	for i := range g.labels {
		if g.labels[len(g.labels)-1-i] {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return
	}
	pick := func() int { return at[g.r.IntN(len(at))] }
	switch g.r.IntN(4) {
	case 0:
		g.f("block")
		g.expr('i', d-1)
		g.f("if br %d end end", pick()+2)
	case 1:
		g.f("block")
		g.expr('i', d-1)
		g.f("br_table [%d %d 0]", pick()+1, pick()+1)
		g.f("end")
	default:
		g.expr('i', d-1)
		g.f("br_if %d", pick())
	}
}

func (g *gen) bulk(d int) {
	g.address(d)
	if g.r.IntN(2) == 0 {
		g.address(d)
		g.f("i32.const %d memory.copy", g.r.IntN(600))
		return
	}
	g.expr('i', d-1)
	g.f("i32.const %d memory.fill", g.r.IntN(600))
}

// leave returns early, calls for effect, or traps.
func (g *gen) leave(d int) {
	switch g.r.IntN(8) {
	case 0:
		g.f("block")
		g.expr('i', d-1)
		g.f("br_if 0 unreachable end")
	case 1, 2:
		g.f("block")
		g.expr('i', d-1)
		g.f("br_if 0")
		for j := range g.result {
			g.expr(g.result[j], d-1)
		}
		g.f("return end")
	default:
		if i := g.self + 1; i < len(g.sigs) && g.loops < 2 {
			g.arguments(i, d)
			g.f("call $f%d", i)
			for range g.sigs[i][1] {
				g.f("drop")
			}
		}
	}
}

func (g *gen) arguments(i, d int) {
	for j := range g.sigs[i][0] {
		g.expr(g.sigs[i][0][j], d-2)
	}
}

func (g *gen) typeOf(i int) uint32 {
	return g.b.Type(wbuild.Sig(g.sigs[i][0], g.sigs[i][1]))
}
