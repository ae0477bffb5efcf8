package wbuild

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// numeric lists the plain opcodes from 0x45 on in order.
const numeric = `i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u
i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u
f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge
i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr
i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr
f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign
f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign
i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u
f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64 f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32
i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64 i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s`

const memory = `i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u
i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32`

const prefixed = `i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u
memory.init data.drop memory.copy memory.fill table.init elem.drop table.copy table.grow table.size table.fill`

// control maps the opcodes with irregular numbers.
func control(word string) (byte, bool) {
	op, ok := map[string]byte{
		"unreachable": 0, "nop": 1, "block": 2, "loop": 3, "if": 4, "else": 5, "end": 0xb, "br": 0xc, "br_if": 0xd,
		"br_table": 0xe, "return": 0xf, "call": 0x10, "call_indirect": 0x11, "drop": 0x1a, "select": 0x1b,
		"local.get": 0x20, "local.set": 0x21, "local.tee": 0x22, "global.get": 0x23, "global.set": 0x24,
		"table.get": 0x25, "table.set": 0x26, "memory.size": 0x3f, "memory.grow": 0x40,
		"i32.const": 0x41, "i64.const": 0x42, "f32.const": 0x43, "f64.const": 0x44,
		"ref.null": 0xd0, "ref.is_null": 0xd1, "ref.func": 0xd2,
	}[word]
	return op, ok
}

// Asm turns flat text into instructions: opcode names with their immediates,
// separated by blanks; ";;" comments to the end of the line. Calls name a
// function ("call $f") or its index, blocks may carry one value type, memory
// instructions an offset ("offset=8"), br_table its labels with the default
// last, in brackets: "br_table [0 1 2]". It panics on anything else: the text
// is part of a test.
func (b *Builder) Asm(text string) []byte {
	a := &asm{b: b}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, ";;")
		a.words = append(a.words, strings.Fields(line)...)
	}
	for len(a.words) > 0 {
		a.one(a.next())
	}
	return a.out
}

type asm struct {
	b     *Builder
	words []string
	out   []byte
}

func (a *asm) next() string {
	w := a.words[0]
	a.words = a.words[1:]
	return w
}

func (a *asm) one(word string) {
	if op, ok := control(word); ok {
		a.out = append(a.out, op)
		a.immediates(op)
		return
	}
	if i := index(memory, word); i >= 0 {
		a.out = append(a.out, byte(0x28+i), 0)
		off := uint64(0)
		if len(a.words) > 0 && strings.HasPrefix(a.words[0], "offset=") {
			off, _ = strconv.ParseUint(a.next()[7:], 0, 32)
		}
		a.out = wbin.AppendU32(a.out, uint32(off))
		return
	}
	if i := index(numeric, word); i >= 0 {
		a.out = append(a.out, byte(0x45+i))
		return
	}
	i := index(prefixed, word)
	if i < 0 {
		panic("wbuild: unknown instruction " + word)
	}
	a.out = append(a.out, 0xfc, byte(i))
	switch word {
	case "memory.copy", "table.copy":
		a.out = append(a.out, 0, 0)
	case "memory.init", "table.init":
		a.out = append(a.out, byte(a.integer()), 0)
	case "memory.fill", "table.grow", "table.size", "table.fill":
		a.out = append(a.out, 0)
	case "data.drop", "elem.drop":
		a.out = append(a.out, byte(a.integer()))
	}
}

func (a *asm) immediates(op byte) {
	switch op {
	case 2, 3, 4:
		a.blockType()
	case 0xc, 0xd, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0xd2:
		a.out = wbin.AppendU32(a.out, uint32(a.integer()))
	case 0x10:
		a.call()
	case 0x11:
		a.out = append(wbin.AppendU32(a.out, uint32(a.integer())), 0)
	case 0xe:
		a.table()
	case 0x3f, 0x40:
		a.out = append(a.out, 0)
	case 0xd0:
		a.out = append(a.out, wbin.FuncRef)
	case 0x41, 0x42:
		a.out = wbin.AppendS64(a.out, a.integer())
	case 0x43:
		a.out = binary.LittleEndian.AppendUint32(a.out, math.Float32bits(float32(a.float())))
	case 0x44:
		a.out = binary.LittleEndian.AppendUint64(a.out, math.Float64bits(a.float()))
	}
}

func (a *asm) blockType() {
	t := byte(0x40)
	if len(a.words) > 0 {
		if i := index("f64 f32 i64 i32", a.words[0]); i >= 0 {
			a.next()
			t = byte(wbin.F64 + i)
		}
	}
	a.out = append(a.out, t)
}

func (a *asm) call() {
	w := a.next()
	i, ok := a.b.names[strings.TrimPrefix(w, "$")]
	if !ok {
		n, err := strconv.ParseUint(w, 0, 32)
		if err != nil {
			panic("wbuild: unknown function " + w)
		}
		i = uint32(n)
	}
	a.out = wbin.AppendU32(a.out, i)
}

func (a *asm) table() {
	var labels []uint32
	for {
		w := a.next()
		n, err := strconv.ParseUint(strings.Trim(w, "[]"), 0, 32)
		if err != nil {
			panic("wbuild: label " + w)
		}
		labels = append(labels, uint32(n))
		if strings.HasSuffix(w, "]") {
			break
		}
	}
	a.out = wbin.AppendU32(a.out, uint32(len(labels)-1))
	for _, l := range labels {
		a.out = wbin.AppendU32(a.out, l)
	}
}

func (a *asm) integer() int64 {
	w := a.next()
	v, err := strconv.ParseInt(w, 0, 64)
	if err != nil {
		u, err := strconv.ParseUint(w, 0, 64)
		if err != nil {
			panic(fmt.Sprintf("wbuild: %q is no integer", w))
		}
		v = int64(u)
	}
	return v
}

func (a *asm) float() float64 {
	w := a.next()
	if w == "nan" { // the canonical one; Go's differs in the lowest bit
		return math.Float64frombits(0x7ff8000000000000)
	}
	v, err := strconv.ParseFloat(w, 64)
	if err != nil {
		panic("wbuild: " + err.Error())
	}
	return v
}

func index(list, word string) int {
	for i, w := range strings.Fields(list) {
		if w == word {
			return i
		}
	}
	return -1
}
