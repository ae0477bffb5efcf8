package rules

import (
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/apart"
	"github.com/winnow-gate/winnow/rules/workload"
)

// memoryOf calls f for each slice that an input writes to.
func memoryOf(path string, v reflect.Value, f func(path string, from, to uintptr)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			memoryOf(path+"."+v.Type().Field(i).Name, v.Field(i), f)
		}
	case reflect.Slice:
		if from := v.Pointer(); v.Cap() > 0 {
			f(path, from, from+uintptr(v.Cap())*v.Type().Elem().Size())
		}
	}
}

// Inputs that two processors work with share no cache line, or each would wait for
// the other at every leaf.
func TestInputsShareNoCacheLine(t *testing.T) {
	b, err := Load(fstest.MapFS{"rules.yaml": {Data: []byte(workload.Rules())}}, Options{})
	require.NoError(t, err)
	bodies := workload.Bodies(workload.People(50))
	var ins []*Input
	for range 20 {
		in := b.NewInput()
		in.Now = workload.Now()
		ins = append(ins, in)
	}
	for _, body := range bodies {
		for _, in := range ins {
			require.NoError(t, in.Decode(body))
			b.Decide(in)
		}
	}
	owner, slices := map[uintptr]int{}, 0
	for i, in := range ins {
		memoryOf("", reflect.ValueOf(in).Elem(), func(path string, from, to uintptr) {
			slices++
			for l := from / uintptr(apart.Line); l <= (to-1)/uintptr(apart.Line); l++ {
				if other, taken := owner[l]; taken && other != i {
					require.Failf(t, "a line is shared", "%s of inputs %d and %d", path, other, i)
				}
				owner[l] = i
			}
		})
	}
	require.Greater(t, slices, 5*len(ins))
}
