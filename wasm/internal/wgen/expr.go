package wgen

import "strings"

var (
	binary = map[byte]string{
		'i': "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr",
		'l': "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr",
		'f': "add sub mul div min max",
		'd': "add sub mul div min max",
	}
	unary = map[byte]string{
		'i': "i32.clz i32.ctz i32.popcnt i32.extend8_s i32.extend16_s",
		'l': "i64.clz i64.ctz i64.popcnt i64.extend8_s i64.extend16_s i64.extend32_s",
		'f': "f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt",
		'd': "f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt",
	}
	// conversions: operand letter, then opcode.
	convert = map[byte]string{
		'i': "l:i32.wrap_i64 f:i32.trunc_sat_f32_s d:i32.trunc_sat_f64_u f:i32.trunc_f32_s d:i32.trunc_f64_u",
		'l': "i:i64.extend_i32_s i:i64.extend_i32_u f:i64.trunc_sat_f32_u d:i64.trunc_sat_f64_s",
		'f': "i:f32.convert_i32_s l:f32.convert_i64_u d:f32.demote_f64 i:f32.reinterpret_i32",
		'd': "i:f64.convert_i32_u l:f64.convert_i64_s f:f64.promote_f32 l:f64.reinterpret_i64",
	}
	loads = map[byte]string{
		'i': "i32.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u",
		'l': "i64.load i64.load8_u i64.load16_s i64.load32_u", 'f': "f32.load", 'd': "f64.load",
	}
	stores = map[byte]string{
		'i': "i32.store i32.store8 i32.store16", 'l': "i64.store i64.store8 i64.store32",
		'f': "f32.store", 'd': "f64.store",
	}
)

func (g *gen) oneOf(list string) string {
	w := strings.Fields(list)
	return w[g.r.IntN(len(w))]
}

// expr writes code that leaves one value of type t.
func (g *gen) expr(t byte, d int) {
	g.budget--
	if d <= 0 || g.budget < 0 {
		g.leaf(t)
		return
	}
	switch g.r.IntN(16) {
	case 0, 1:
		g.leaf(t)
	case 2, 3, 4:
		g.expr(t, d-1)
		g.expr(t, d-1)
		g.f("%s.%s", name(t), g.oneOf(binary[t]))
	case 5:
		g.expr(t, d-1)
		g.f("%s", g.oneOf(unary[t]))
	case 6:
		g.conversion(t, d)
	case 7:
		g.address(d)
		g.f("%s offset=%d", g.oneOf(loads[t]), g.r.IntN(64))
	case 8:
		g.expr('i', d-1)
		g.f("if %s", name(t))
		g.inside(func() { g.expr(t, d-1) })
		g.f("else")
		g.inside(func() { g.expr(t, d-1) })
		g.f("end")
	case 9:
		g.f("block %s", name(t))
		g.inside(func() { g.stmt(d - 1); g.expr(t, d-1) })
		g.f("end")
	case 10:
		g.expr(t, d-1)
		g.expr(t, d-1)
		g.expr('i', d-1)
		g.f("select")
	case 11:
		g.compare(t, d)
	case 12:
		g.observe(t, d)
	case 13:
		if i := g.pick(g.locals, t); i >= 0 {
			g.expr(t, d-1)
			g.f("local.tee %d", i)
			return
		}
		g.leaf(t)
	default:
		g.call(t, d)
	}
}

// inside runs body within a block that nothing may branch to.
func (g *gen) inside(body func()) {
	g.labels = append(g.labels, false)
	body()
	g.labels = g.labels[:len(g.labels)-1]
}

func (g *gen) leaf(t byte) {
	if i := g.pick(g.locals, t); i >= 0 && g.r.IntN(3) > 0 {
		g.f("local.get %d", i)
		return
	}
	if i := g.pick(g.globals, t); i >= 0 && g.r.IntN(2) > 0 {
		g.f("global.get %d", i)
		return
	}
	g.f("%s", g.constant(t))
}

// address leaves an address that is mostly in bounds.
func (g *gen) address(d int) {
	g.expr('i', d-1)
	if g.r.IntN(40) > 0 {
		g.f("i32.const 65000 i32.and")
	}
}

func (g *gen) conversion(t byte, d int) {
	w := g.oneOf(convert[t])
	g.expr(w[0], d-1)
	g.f("%s", w[2:])
}

func (g *gen) compare(t byte, d int) {
	if t != 'i' {
		g.leaf(t)
		return
	}
	o := letters[g.r.IntN(4)]
	g.expr(o, d-1)
	g.expr(o, d-1)
	list := "eq ne lt gt le ge"
	if o == 'i' || o == 'l' {
		list = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"
	}
	g.f("%s.%s", name(o), g.oneOf(list))
}

// observe uses the instructions that show the bits of a NaN.
func (g *gen) observe(t byte, d int) {
	switch t {
	case 'i':
		g.expr('f', d-1)
		g.canonical('f')
		g.f("i32.reinterpret_f32")
	case 'l':
		g.expr('d', d-1)
		g.canonical('d')
		g.f("i64.reinterpret_f64")
	default:
		g.expr(t, d-1)
		g.expr(t, d-1)
		g.canonical(t)
		g.f("%s.copysign", name(t))
	}
}

// call calls a later function that gives exactly one value of type t.
func (g *gen) call(t byte, d int) {
	for i := g.self + 1; i < len(g.sigs); i++ {
		if g.sigs[i][1] == string(t) && g.loops < 2 {
			g.arguments(i, d)
			if i == len(g.sigs)-1 && g.r.IntN(2) == 0 {
				g.expr('i', 0)
				// Slots 2 and 3 of the table are empty: a trap, the same everywhere.
				g.f("i32.const %d i32.and call_indirect %d", 1+2*g.r.IntN(2), g.typeOf(i))
				return
			}
			g.f("call $f%d", i)
			return
		}
	}
	g.leaf(t)
}
