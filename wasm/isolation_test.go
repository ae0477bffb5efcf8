package wasm_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// thief hides the contact's number everywhere a module can keep something,
// and answers with whatever it finds there of the contact before: globals, low
// memory, the end of memory, the size of memory, and every word between.
func thief(pages uint32) []byte {
	b := guest()
	b.Global(wbin.I64, true, "i64.const 0")
	b.Global(wbin.F64, true, "f64.const 0")
	b.Func("sum", "", "l", "il", `
		loop
		  local.get 1 local.get 0 i64.load i64.add local.set 1
		  local.get 0 i32.const 4096 i32.add local.tee 0 memory.size i32.const 16 i32.shl i32.lt_u br_if 0
		end
		local.get 1 memory.size i64.extend_i32_u i64.add`)
	return finish(b, pages, 64, "lil", `
		global.get 0 global.get 1 i64.trunc_sat_f64_s i64.add call $sum i64.add local.set 2
		i32.const 0 i64.const 0 call $get_i64 local.tee 0 global.set 0
		local.get 0 f64.convert_i64_s global.set 1
		loop
		  local.get 1 local.get 0 i64.store
		  local.get 1 i32.const 4096 i32.add local.tee 1 memory.size i32.const 16 i32.shl i32.lt_u br_if 0
		end
		local.get 0 i64.const 7 i64.rem_u i64.eqz if i32.const 1 memory.grow drop end
		i32.const 0 local.get 2 call $output_i64
		i32.const 1 local.get 0 call $output_i64
		i32.const 0`)
}

func thiefOptions() wasm.ModuleOptions {
	return wasm.ModuleOptions{
		Fields:  []wasm.FieldDecl{{Path: "secret", Kind: wasm.KindInt}},
		Outputs: []wasm.OutputDecl{{Name: "found", Kind: wasm.KindInt}, {Name: "own", Kind: wasm.KindInt}},
	}
}

// Nothing of one contact reaches the next, whatever the module does, for
// copied and for mapped memories, from many goroutines at once.
func TestNothingOfOneContactReachesTheNext(t *testing.T) {
	for _, pages := range []uint32{1, 20} {
		rt := newRuntime(t, wasm.Options{})
		m := admit(t, rt, thief(pages), thiefOptions())
		var out wasm.Output
		require.Empty(t, evaluate(t, m, modeInput(1_000_000_007), &out))
		clean := out.Results[0].Num
		var wg sync.WaitGroup
		for g := range int64(4) {
			wg.Go(func() {
				var out wasm.Output
				for i := range int64(300) {
					secret := 1 + g*1_000_003 + i*7919
					if m.Evaluate(context.Background(), wasm.Main, modeInput(secret), &out) != nil ||
						out.Results[0].Num != clean || out.Results[1].Num != secret {
						t.Errorf("contact %d found %d (want %d) and saw %d", secret, out.Results[0].Num, clean, out.Results[1].Num)
						return
					}
				}
			})
		}
		wg.Wait()
		// Without isolation the same module does find the contact before.
		o := thiefOptions()
		o.Isolation = wasm.IsolateInstance
		o.Limits.Instances = 1
		leaky := admit(t, rt, thief(pages), o)
		require.Empty(t, evaluate(t, leaky, modeInput(41), &out))
		require.Empty(t, evaluate(t, leaky, modeInput(42), &out))
		require.NotEqual(t, clean, out.Results[0].Num, "the test can tell")
	}
}

// The warm-up's input must not be found either, unless the owner gave one.
func TestStateIsTheSameOnEveryMachine(t *testing.T) {
	var found [3]int64
	for i := range found {
		m := admit(t, newRuntime(t, wasm.Options{}), thief(1), thiefOptions())
		var out wasm.Output
		for n := range i + 1 {
			require.Empty(t, evaluate(t, m, modeInput(int64(n)), &out))
		}
		found[i] = out.Results[0].Num
	}
	require.Equal(t, found[0], found[1])
	require.Equal(t, found[0], found[2])
}

// blocking is a Fields whose read waits, so that a test can hold an instance.
type blocking struct {
	entered, leave chan struct{}
}

func (b *blocking) Field(int) wasm.Value {
	b.entered <- struct{}{}
	<-b.leave
	return wasm.Int(0)
}
func (b *blocking) Item(int, int) wasm.Value { return wasm.Value{} }

func TestBusyIsBoundedByTheContext(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	o := thiefOptions()
	o.Limits.Instances = 1
	m := admit(t, rt, thief(1), o)
	hold := &blocking{make(chan struct{}), make(chan struct{})}
	done := make(chan error, 1)
	go func() {
		var out wasm.Output
		done <- m.Evaluate(context.Background(), wasm.Main, &wasm.Input{Fields: hold}, &out)
	}()
	<-hold.entered
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	var out wasm.Output
	err := m.Evaluate(ctx, wasm.Main, modeInput(1), &out)
	var f *wasm.Failure
	require.ErrorAs(t, err, &f)
	require.Equal(t, wasm.ReasonBusy, f.Reason)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	// Someone who waits gets the instance as soon as it is free.
	waiting := make(chan error, 1)
	go func() {
		var out wasm.Output
		waiting <- m.Evaluate(context.Background(), wasm.Main, modeInput(2), &out)
	}()
	// Closing while a call is under way lets it end.
	hold.leave <- struct{}{}
	require.NoError(t, <-done)
	require.NoError(t, <-waiting)
}

// A bubble waits for all goroutines.
func TestCloseWaitsForNobodyAndFreesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := newRuntime(t, wasm.Options{})
		m, _, err := rt.Admit(t.Context(), thief(1), thiefOptions())
		require.NoError(t, err)
		hold := &blocking{make(chan struct{}), make(chan struct{})}
		done := make(chan error, 1)
		go func() {
			var out wasm.Output
			done <- m.Evaluate(context.Background(), wasm.Main, &wasm.Input{Fields: hold}, &out)
		}()
		<-hold.entered
		require.NoError(t, m.Close())
		require.NoError(t, m.Close(), "twice is once")
		var out wasm.Output
		require.Equal(t, wasm.ReasonBusy, evaluate(t, m, modeInput(1), &out))
		hold.leave <- struct{}{}
		require.NoError(t, <-done, "a call under way ends as usual")
		require.Zero(t, rt.MemoryInUse())
	})
}

// The memory of all modules together is bounded; idle instances make room.
func TestMemoryOfAllModulesIsBounded(t *testing.T) {
	rt := newRuntime(t, wasm.Options{MemoryBytes: 30 * 64 << 10})
	first := admit(t, rt, thief(20), thiefOptions())
	second := admit(t, rt, thief(20), thiefOptions())
	var out wasm.Output
	for i := range int64(4) {
		require.Empty(t, evaluate(t, first, modeInput(i*7+1), &out))
		require.Empty(t, evaluate(t, second, modeInput(i*7+1), &out))
		require.LessOrEqual(t, rt.MemoryInUse(), int64(30*64<<10))
	}
	_, _, err := rt.Admit(t.Context(), thief(40), thiefOptions())
	require.ErrorContains(t, err, "no memory left")
}

func TestHammer(t *testing.T) {
	rt := newRuntime(t, wasm.Options{MemoryBytes: 16 << 20})
	a := admit(t, rt, scoring(), scoringOptions())
	b := admit(t, rt, victim(attack{text: "unreachable"}), victimOptions(wasm.Compiler))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			<-start
			var out wasm.Output
			for i := range 200 {
				if err := a.Evaluate(context.Background(), wasm.Main, scoringInput(), &out); err != nil || out.Results[0].Float() != 42.5 {
					t.Errorf("scoring: %v %v", err, out.Results)
				}
				err := b.Evaluate(context.Background(), wasm.Main, modeInput(int64((g+i)%2)), &out)
				if ((g+i)%2 == 1) != (err != nil) || (err == nil && out.Results[0].Float() != victimAnswer) {
					t.Errorf("victim: %v", err)
				}
			}
		})
	}
	close(start)
	wg.Wait()
}

func TestAgeAndUsesRetireInstances(t *testing.T) {
	now := time.Unix(0, 0)
	rt := newRuntime(t, wasm.Options{Now: func() time.Time { return now }, MaxUses: 1000})
	o := thiefOptions()
	o.Isolation, o.Limits.Instances = wasm.IsolateInstance, 1
	m := admit(t, rt, thief(1), o)
	var out wasm.Output
	fresh := func() int { // calls until an instance starts from the snapshot again
		for n := 1; ; n++ {
			require.Empty(t, evaluate(t, m, modeInput(3), &out))
			if n > 1 && out.Results[0].Num < 10 {
				return n
			}
		}
	}
	require.Equal(t, 1001, fresh())
	now = now.Add(time.Hour)
	require.Less(t, fresh(), 300, "age is looked at every 256 uses")
}

func TestReasonsNameTheLimit(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	m := admit(t, rt, victim(attack{text: "loop br 0 end"}), victimOptions(wasm.Compiler))
	var out wasm.Output
	err := m.Evaluate(t.Context(), wasm.Main, modeInput(1), &out)
	require.EqualError(t, err, "module victim: module_fuel: more than 10000000 instructions in function $33; do less work per contact, or raise fuel")
	require.False(t, strings.Contains(err.Error(), "wasm stack trace"))
}
