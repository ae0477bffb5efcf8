package wasm_test

import (
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// attack is a body that a rule runs when the field "attack" is set.
type attack struct {
	name   string
	text   string
	locals string
	want   wasm.Reason
}

// attacks are all of the ways in which a call can try to do harm. Each is run
// on both engines; afterwards the same module must give the right answer.
func attacks() []attack {
	return []attack{
		{"infinite loop", "loop br 0 end", "", wasm.ReasonFuel},
		{"loop with work", "loop local.get 0 i64.const 3 i64.mul local.set 0 br 0 end", "l", wasm.ReasonFuel},
		{"loop-free recursion", "i32.const 60 call $fib drop", "", wasm.ReasonFuel},
		{"infinite recursion", "call $forever", "", wasm.ReasonDepth},
		{"recursion through the table", "i32.const 0 call $indirect", "", wasm.ReasonDepth},
		{"recursion with large frames", "call $fat", "", wasm.ReasonDepth},
		{"memory until refused, then a trap", "loop i32.const 1 memory.grow i32.const -1 i32.ne br_if 0 end unreachable", "", wasm.ReasonMemory},
		{"all memory at once", "i32.const 65535 memory.grow i32.const -1 i32.eq if unreachable end", "", wasm.ReasonMemory},
		{"growth in a loop", "loop i32.const 0 memory.grow drop br 0 end", "", wasm.ReasonFuel},
		{"memory.fill", "i32.const 15 memory.grow drop loop i32.const 0 i32.const 7 i32.const 1048576 memory.fill br 0 end", "", wasm.ReasonFuel},
		{"memory.copy", "i32.const 15 memory.grow drop loop i32.const 0 i32.const 1 i32.const 1000000 memory.copy br 0 end", "", wasm.ReasonFuel},
		{"memory.fill out of bounds", "i32.const 0 i32.const 0 i32.const 100000000 memory.fill", "", wasm.ReasonTrap},
		{"divisions in a straight line", "loop " + strings.Repeat("local.get 0 i64.const 7 i64.div_s local.set 0 ", 5000) + "br 0 end", "l", wasm.ReasonFuel},
		{"loads that miss the cache", "i32.const 15 memory.grow drop loop local.get 0 i32.const 1048572 i32.and i32.load local.get 0 i32.const 65599 i32.mul i32.add i32.const 40503 i32.add local.set 0 br 0 end", "i", wasm.ReasonFuel},
		{"references", "loop " + strings.Repeat("ref.func $forever drop ", 500) + "br 0 end", "", wasm.ReasonFuel},
		{"unreachable", "unreachable", "", wasm.ReasonTrap},
		{"division by zero", "i32.const 1 i32.const 0 i32.div_u drop", "", wasm.ReasonTrap},
		{"load out of bounds", "i32.const -4 i32.load drop", "", wasm.ReasonTrap},
		{"store out of bounds", "i32.const 1048576 i32.const 1 i32.store offset=4294967295", "", wasm.ReasonTrap},
		{"empty table entry", "i32.const 3 call_indirect 0", "", wasm.ReasonTrap},
		{"wrong type in the table", "i32.const 0 i32.const 0 call_indirect 1 drop", "", wasm.ReasonTrap},
		{"stack pointer leak", "global.get 0 i32.const 4096 i32.sub global.set 0 unreachable", "", wasm.ReasonTrap},
		{"bad pointer to the host", "i32.const -16 i32.const 100 call $field drop", "", wasm.ReasonTrap},
		{"length of 4 GiB to the host", "i32.const 1 i32.const 0 i32.const -1 call $verdict", "", wasm.ReasonOutput},
		{"log of 4 GiB", "i32.const 1 i32.const 0 i32.const -1 call $log", "", wasm.ReasonTrap},
		{"write beyond memory", "i32.const 1048570 i32.const -1 call $input_json drop", "", wasm.ReasonTrap},
		{"undeclared field handle", "i32.const 99 call $kind drop", "", wasm.ReasonTrap},
		{"negative field handle", "i32.const -1 call $kind drop", "", wasm.ReasonTrap},
		{"undeclared output handle", "i32.const -1 i64.const 1 call $output_i64", "", wasm.ReasonOutput},
		{"output of another kind", "i32.const 0 i64.const 1 call $output_i64", "", wasm.ReasonOutput},
		{"output NaN", "i32.const 0 f64.const 0 f64.const 0 f64.div call $output_f64", "", wasm.ReasonOutput},
		{"output infinity", "i32.const 0 f64.const 1 f64.const 0 f64.div call $output_f64", "", wasm.ReasonOutput},
		{"undeclared slot", "i32.const 5 i32.const 0 i32.const 1 call $variant", "", wasm.ReasonOutput},
		{"undeclared variant", "i32.const 0 i32.const 0 i32.const 1 call $variant", "", wasm.ReasonOutput},
		{"reason too long", "i32.const 1 i32.const 0 i32.const 9999 call $verdict", "", wasm.ReasonOutput},
		{"reason not UTF-8", "i32.const 0 i32.const 255 i32.store8 i32.const 1 i32.const 0 i32.const 1 call $verdict", "", wasm.ReasonOutput},
		{"verdict 7", "i32.const 7 i32.const 0 i32.const 0 call $verdict", "", wasm.ReasonOutput},
		{"host calls without end", "loop call $now drop br 0 end", "", wasm.ReasonFuel},
		{"input document without end", "loop i32.const 0 i32.const 65536 call $input_json drop br 0 end", "", wasm.ReasonFuel},
		{"salt of 60,000 bytes", "i32.const 0 i32.const 60000 call $bucket drop", "", wasm.ReasonTrap},
		{"buckets without end", "loop i32.const 0 i32.const 100 call $bucket drop br 0 end", "", wasm.ReasonFuel},
		{"random numbers without end", "loop i32.const 0 i32.const 60000 call $random_get drop br 0 end", "", wasm.ReasonFuel},
		{"sleeping without end", "loop i32.const 0 i32.const 256 i32.const 1 i32.const 512 call $poll_oneoff drop br 0 end", "", wasm.ReasonFuel},
		{"exit", "i32.const 0 call $proc_exit", "", wasm.ReasonError},
		{"exit with a code", "i32.const 3 call $proc_exit", "", wasm.ReasonError},
	}
}

// victim is a module that counts its answers in a global and in memory, and
// runs the attack when it is told to.
func victim(a attack) []byte {
	b := guest()
	b.Import("wasi_snapshot_preview1", "random_get", "ii", "i")
	b.Import("wasi_snapshot_preview1", "poll_oneoff", "iiii", "i")
	b.Import("wasi_snapshot_preview1", "proc_exit", "i", "")
	b.Type(wbin.FuncType{}) // type index for call_indirect is looked up below
	fib := b.Declare("fib", "i", "i")
	b.Body(fib, "", "local.get 0 i32.const 2 i32.lt_s if local.get 0 return end local.get 0 i32.const 1 i32.sub call $fib local.get 0 i32.const 2 i32.sub call $fib i32.add")
	f := b.Declare("forever", "", "")
	b.Body(f, "", "call $forever")
	fat := b.Declare("fat", "", "")
	b.Body(fat, strings.Repeat("l", 500), "call $fat "+times(500, "local.get 7")+times(500, "drop"))
	ind := b.Declare("indirect", "i", "")
	b.Body(ind, "", "local.get 0 i32.const 1 call_indirect "+decimal(b.Type(wbin.FuncType{Params: []byte{wbin.I32}})))
	b.Table(4, 4)
	b.Elem(0, f, ind)
	b.Global(wbin.I32, true, "i32.const 65536") // a shadow stack pointer
	b.Global(wbin.I32, true, "i32.const 0")
	text := strings.ReplaceAll(a.text, "call_indirect 0", "call_indirect "+decimal(b.Type(wbin.FuncType{})))
	text = strings.ReplaceAll(text, "call_indirect 1", "call_indirect "+decimal(b.Type(wbin.FuncType{Params: []byte{wbin.I32}, Results: []byte{wbin.I32}})))
	text = strings.ReplaceAll(text, "$forever drop", decimal(f)+" drop")
	evil := b.Func("evil", "", "", a.locals, text)
	_ = evil
	return finish(b, 1, 32, "", `
		global.get 1 i32.const 1 i32.add global.set 1
		i32.const 2048 i32.const 2048 i32.load i32.const 1 i32.add i32.store
		i32.const 0 i64.const 0 call $get_i64 i64.const 1 i64.eq if call $evil end
		i32.const 0
		global.get 1 i32.const 2048 i32.load i32.add memory.size i32.const 100 i32.mul i32.add
		global.get 0 i32.add f64.convert_i32_s
		call $output_f64
		i32.const 0`)
}

func decimal(i uint32) string {
	if i >= 10 {
		return decimal(i/10) + string(rune('0'+i%10))
	}
	return string(rune('0' + i))
}

func victimOptions(e wasm.Engine) wasm.ModuleOptions {
	return wasm.ModuleOptions{
		Name: "victim", Engine: e,
		Fields:  []wasm.FieldDecl{{Path: "attack", Kind: wasm.KindInt}},
		Outputs: []wasm.OutputDecl{{Name: "n", Kind: wasm.KindFloat}},
		Slots:   []wasm.SlotDecl{{Name: "hero", Variants: []string{"vip"}}},
		Limits:  wasm.Limits{MemoryPages: 16},
	}
}

func modeInput(mode int64) *wasm.Input {
	p := &person{values: []wasm.Value{wasm.Int(mode)}, id: "c", doc: make([]byte, 60_000)}
	return &wasm.Input{Fields: p, Contact: p, Now: 1}
}

// victimAnswer is the warm-up's count and the call's own, on one page, with
// the stack pointer at its start.
const victimAnswer = 2 + 2 + 100 + 65536

// dearest is how much more processor time an attack may take than a loop that does
// nothing until the fuel is used up. The worst takes six times as much, under the
// race detector, which is in the host's functions, twenty times.
const dearest = 70

func TestAttacksAreContained(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	var out wasm.Output
	m := admit(t, rt, victim(attack{text: "loop br 0 end"}), victimOptions(wasm.Compiler))
	loop := cputime.Least(func() { require.Equal(t, wasm.ReasonFuel, evaluate(t, m, modeInput(1), &out)) })
	for _, a := range attacks() {
		t.Run(a.name, func(t *testing.T) {
			var fuel [2]int64
			for _, e := range []wasm.Engine{wasm.Compiler, wasm.Interpreter} {
				m := admit(t, rt, victim(a), victimOptions(e))
				var out wasm.Output
				require.Empty(t, evaluate(t, m, modeInput(0), &out))
				require.InDelta(t, victimAnswer, out.Results[0].Float(), 0)
				limit := dearest * loop
				if e == wasm.Interpreter {
					limit = math.MaxInt64
				}
				used := cputime.Within(limit, func() { require.Equal(t, a.want, evaluate(t, m, modeInput(1), &out)) })
				t.Logf("stopped after %v CPU, %d fuel", used, out.Fuel)
				require.LessOrEqual(t, used, limit)
				fuel[e] = out.Fuel
				require.Equal(t, wasm.KindAbsent, out.Results[0].Kind)
				require.Empty(t, evaluate(t, m, modeInput(0), &out))
				require.InDelta(t, victimAnswer, out.Results[0].Float(), 0, "the next call is right")
			}
			require.Equal(t, fuel[0], fuel[1], "the same fuel on both engines")
		})
	}
}

// Ten thousand attacks leave nothing behind: no memory, and no goroutine, for all
// of which a bubble waits.
func TestAttacksLeakNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := newRuntime(t, wasm.Options{})
		var mods []*wasm.Module
		list := attacks()
		for _, a := range list {
			o := victimOptions(wasm.Compiler)
			o.Limits.Fuel = 50_000 // 10,000 times the default would take minutes
			mods = append(mods, admit(t, rt, victim(a), o))
		}
		round := func(n int) {
			var out wasm.Output
			for i := range n {
				require.NotEmpty(t, evaluate(t, mods[i%len(mods)], modeInput(1), &out))
			}
		}
		round(len(mods))
		heap, guests := heapInUse(), rt.MemoryInUse()
		n := 10_000
		if testing.Short() {
			n = 500
		}
		round(n)
		require.LessOrEqual(t, rt.MemoryInUse(), guests)
		require.Less(t, int64(heapInUse())-int64(heap), int64(8<<20))
	})
}

// scribe counts how often its document is made.
type scribe struct {
	person
	made int
}

func (s *scribe) JSON() []byte {
	s.made++
	return s.doc
}

// Making the document takes far longer than the host call that asks for it.
func TestTheInputDocumentIsMadeOnceACall(t *testing.T) {
	m := admit(t, newRuntime(t, wasm.Options{}), victim(attack{text: "loop i32.const 0 i32.const 0 call $input_json drop br 0 end"}), victimOptions(wasm.Compiler))
	for call := range 3 {
		s := &scribe{person: person{values: []wasm.Value{wasm.Int(1)}, doc: []byte("{}")}}
		var out wasm.Output
		require.Equal(t, wasm.ReasonFuel, evaluate(t, m, &wasm.Input{Fields: s, Contact: s}, &out))
		require.Greater(t, out.Calls, 1000)
		require.Equal(t, 1, s.made, "call %d", call)
	}
}

func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
