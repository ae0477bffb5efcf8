package facts

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/field"
)

func TestSetText(t *testing.T) {
	l := layoutOf(t, testFields())
	wrong, out, absent := Slot{State: WrongType}, Slot{State: OutOfRange}, Slot{}
	for path, cases := range map[string]map[string]Slot{
		"a.bool": {
			"true": known(1), "TRUE": known(1), " yes ": known(1), "1": known(1), "false": known(0), "No": known(0), "0": known(0),
			"": absent, " \t": absent, "y": wrong, "2": wrong, "tru": wrong,
		},
		"a.int":   {"58138": known(58138), " -3 ": known(-3), "3.0": known(3), "3.5": wrong, "1,234": wrong, "007": wrong, "0x1": wrong, "": absent, "12 34": wrong},
		"a.float": {"1.5": known(floatBits(1.5)), "1e999": out, "NaN": wrong, "Inf": wrong, ".5": wrong, "1_0": wrong, "-": wrong},
		"a.string": {
			"  x y ": knownText("x y"), "": absent, "a\x00b": wrong, "a\xff": wrong, strings.Repeat("x", field.MaxStringBytes+1): out,
		},
		"a.id": {"42": knownText("42"), "0042": knownText("0042")},
		"a.time": {
			"2026-11-22": known(unix("2026-11-22T00:00:00Z")), "1700000000": known(1700000000e9), "1700000000000": known(1700000000e9),
			"2026": wrong, "20261122": wrong, "22.11.2026": wrong, "9999-01-01": out, "": absent,
		},
		"a.strings": {
			"a; b ;;c": {State: Known, N: 3}, "a,b": {State: Known, N: 2}, "a,b;c": {State: Known, N: 2}, ";": {State: Known}, "": absent,
			strings.Repeat("x;", 1000): {State: Known, N: 1000}, strings.Repeat("x;", 1001): out, "a;\xff": wrong,
		},
		"a.ints":         {"1;2.0;3": {State: Known, N: 3}, "1;x": wrong},
		"b.deep.er.rows": {"a": wrong, "[]": wrong, "": wrong},
		"b.count":        {"10": out, "9": known(9)},
		"b.class":        {"red": knownText("red"), "blue": out},
		"b.classes":      {"red;green": {State: Known, N: 2}, "red;blue": out},
	} {
		for text, want := range cases {
			f := &Facts{}
			f.Reset(l)
			l.SetText(f, l.Slot(path), text)
			require.Equal(t, want, slotOf(t, l, f, path), "%s = %.40q", path, text)
		}
	}
}

func TestLooseBodiesReadStringsAsText(t *testing.T) {
	l := layoutOf(t, testFields())
	f := &Facts{}
	body := `{"a":{"bool":"true","int":"58138","float":"1.5","string":" x ","id":"7","time":"1700000000000","strings":"a;b","ints":["1","2"]},
		"b":{"count":"","rate":0.5,"class":"\u0072ed","classes":"red\u003bblue","deep":{"er":{"rows":[{"m_int":"7","m_bool":"no","m_time":""}]}}}}`
	require.NoError(t, l.DecodeJSONLoose([]byte(body), f))
	for path, want := range map[string]Slot{
		"a.bool": known(1), "a.int": known(58138), "a.float": known(floatBits(1.5)), "a.string": knownText("x"), "a.id": knownText("7"),
		"a.time": known(1700000000e9), "a.strings": {State: Known, N: 2}, "b.count": {}, "b.rate": known(floatBits(0.5)),
		"b.class": knownText("red"), "b.classes": {State: OutOfRange},
	} {
		require.Equal(t, want, slotOf(t, l, f, path), path)
	}
	require.Equal(t, []Slot{known(0), known(7), {}, {}, {}, {}}, f.Rows)
	require.NoError(t, l.DecodeJSON([]byte(body), f))
	require.Equal(t, WrongType, slotOf(t, l, f, "a.int").State)
}

func TestSettersObeyTheSameChecks(t *testing.T) {
	l := layoutOf(t, testFields())
	f := &Facts{}
	f.Reset(l)
	wrong, out := Slot{State: WrongType}, Slot{State: OutOfRange}
	for i, c := range []struct {
		path string
		set  func(slot int)
		want Slot
	}{
		{"a.bool", func(i int) { l.SetBool(f, i, true) }, known(1)},
		{"a.int", func(i int) { l.SetBool(f, i, true) }, wrong},
		{"a.int", func(i int) { l.SetInt(f, i, -4) }, known(-4)},
		{"a.float", func(i int) { l.SetInt(f, i, 4) }, known(floatBits(4))},
		{"a.time", func(i int) { l.SetInt(f, i, 4) }, wrong},
		{"b.count", func(i int) { l.SetInt(f, i, 10) }, out},
		{"a.float", func(i int) { l.SetFloat(f, i, 0.5) }, known(floatBits(0.5))},
		{"a.float", func(i int) { l.SetFloat(f, i, math.NaN()) }, out},
		{"a.float", func(i int) { l.SetFloat(f, i, math.Inf(1)) }, out},
		{"a.float", func(i int) { l.SetFloat(f, i, math.Copysign(0, -1)) }, known(0)},
		{"a.int", func(i int) { l.SetFloat(f, i, 3) }, known(3)},
		{"a.int", func(i int) { l.SetFloat(f, i, 3.5) }, wrong},
		{"a.int", func(i int) { l.SetFloat(f, i, 1e19) }, wrong},
		{"a.string", func(i int) { l.SetString(f, i, "x") }, knownText("x")},
		{"a.string", func(i int) { l.SetString(f, i, "x\x00") }, wrong},
		{"a.int", func(i int) { l.SetString(f, i, "1") }, wrong},
		{"b.class", func(i int) { l.SetString(f, i, "blue") }, out},
		{"a.time", func(i int) { l.SetTime(f, i, 5) }, known(5)},
		{"a.time", func(i int) { l.SetTime(f, i, math.MinInt64) }, out},
		{"a.int", func(i int) { l.SetTime(f, i, 5) }, wrong},
		{"a.int", func(i int) { l.SetNull(f, i) }, Slot{State: Null}},
		{"a.int", func(i int) { l.SetAbsent(f, i) }, Slot{}},
		{"a.strings", func(i int) { l.SetStrings(f, i, []string{"a", "b"}) }, Slot{State: Known, N: 2}},
		{"a.strings", func(i int) { l.SetStrings(f, i, nil) }, Slot{State: Known, Int: 2}},
		{"a.strings", func(i int) { l.SetStrings(f, i, []string{"a", "\xff"}) }, wrong},
		{"a.strings", func(i int) { l.SetStrings(f, i, make([]string, 1001)) }, out},
		{"b.classes", func(i int) { l.SetStrings(f, i, []string{"red", "blue"}) }, out},
		{"a.ints", func(i int) { l.SetStrings(f, i, []string{"1"}) }, wrong},
	} {
		slot := l.Slot(c.path)
		c.set(slot)
		require.Equal(t, c.want, f.Slots[slot], "%d: %s", i, c.path)
	}
	require.Len(t, f.Strs, 2, "items of refused lists are given up")
}
