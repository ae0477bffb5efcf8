package facts

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/field"
)

func unix(text string) int64 {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t.UnixNano()
}

func known(n int64) Slot      { return Slot{State: Known, Int: n} }
func knownText(s string) Slot { return Slot{State: Known, Str: s} }

// valueCases lists, per field of testFields, JSON values and what becomes of them.
func valueCases() map[string]map[string]Slot {
	wrong, out := Slot{State: WrongType}, Slot{State: OutOfRange}
	long := strings.Repeat("x", field.MaxStringBytes)
	return map[string]map[string]Slot{
		"a.bool": {
			"true": known(1), "false": known(0), "null": {State: Null}, "1": wrong, `"true"`: wrong, "[]": wrong, "{}": wrong,
		},
		"a.int": {
			"0": known(0), "-0": known(0), "7": known(7), "3.0": known(3), "3e2": known(300), "30e-1": known(3),
			"1.5e1": known(15), "9007199254740993": known(9007199254740993), "9223372036854775807": known(1<<63 - 1),
			"-9223372036854775808": known(-1 << 63), "9223372036854775808": wrong, "-9223372036854775809": wrong,
			"10000000000000000000000e-22": known(1), "1e18": known(1e18), "1e19": wrong, "1e999999999999": wrong,
			"0e999999999999": known(0), "1e-999999999999": wrong, "1.5": wrong, "0.99999999999999999999999": wrong,
			"1.00000000000000000000001": wrong, "100000000000000000000.0": wrong, "0.000000000000000000000001e24": known(1),
			`"7"`: wrong, "true": wrong, "null": {State: Null}, "[1]": wrong, `{"x":1}`: wrong,
		},
		"a.float": {
			"0": known(floatBits(0)), "-0": known(floatBits(0)), "-0.0": known(floatBits(0)), "1.5": known(floatBits(1.5)),
			"0.1": known(floatBits(0.1)), "1e400": out, "-1e400": out, "1e-400": known(floatBits(0)),
			"1.7976931348623157e308": known(floatBits(1.7976931348623157e308)), "5e-324": known(floatBits(5e-324)),
			"123456789012345678901234567890": known(floatBits(123456789012345678901234567890)), `"1"`: wrong, "false": wrong,
		},
		"a.string": {
			`""`: knownText(""), `"ab"`: knownText("ab"), `"a\"b\\\/\b\f\n\r\t"`: knownText("a\"b\\/\b\f\n\r\t"),
			`"\u017c\ud83d\ude00"`: knownText("ż😀"), `"żółć"`: knownText("żółć"), `"\u0000"`: wrong, `"a\u0000b"`: wrong,
			`"\ud83d"`: wrong, `"\ude00\ud83d"`: wrong, `"\ud83dx"`: wrong, `"\ud83d\u0041"`: wrong, "1": wrong, "true": wrong,
			`"` + long + `"`: knownText(long), `"` + long + `x"`: out, `"\u0078` + long + `"`: out, `"\uFFFD"`: knownText("\uFFFD"),
		},
		"a.id": {
			`"x-1"`: knownText("x-1"), "12345678901234567890": knownText("12345678901234567890"), "-5": knownText("-5"),
			"1.0": wrong, "1e3": wrong, "0": knownText("0"), "true": wrong, `""`: knownText(""),
		},
		"a.time": {
			`"2026-11-22T10:00:00Z"`: known(unix("2026-11-22T10:00:00Z")), `"2026-11-22"`: known(unix("2026-11-22T00:00:00Z")),
			`"2026-11-22T10:00"`: known(unix("2026-11-22T10:00:00Z")), `"2026-11-22 10:00:05"`: known(unix("2026-11-22T10:00:05Z")),
			`"2026-11-22\u002010:00:05"`:               known(unix("2026-11-22T10:00:05Z")),
			`"2026-11-22T10:00:00.123456789123+02:00"`: known(unix("2026-11-22T08:00:00.123456789Z")),
			"1700000000": known(1700000000e9), "1700000000000": known(1700000000e9), "1700000000.25": known(1700000000.25e9),
			"-1": known(-1e9), "0": known(0), "99999999999": out, "100000000000": known(1e8 * 1e9), "1e30": out, "1.7e9": known(1.7e18),
			`"1677-12-31T23:59:59Z"`: out, `"1678-01-01"`: known(minTime), `"2262-04-10T23:59:59.999999999Z"`: known(maxTime),
			`"2262-04-11"`: out, `"9999-12-31"`: out, `"0000-01-01"`: out, `"2026-13-01"`: wrong, `"2026-02-29"`: wrong,
			`"2024-02-29"`: known(unix("2024-02-29T00:00:00Z")), `"2026-11-22T24:00:00Z"`: wrong, `"2026-11-22T10:00:60Z"`: wrong,
			`"2026-11-22T"`: wrong, `""`: wrong, `"yesterday"`: wrong, `"1700000000"`: wrong, "true": wrong, `"2026-11-22T10:00:00.Z"`: wrong,
		},
		"a.strings": {
			"[]": {State: Known}, `["a"]`: {State: Known, N: 1}, `["a",1]`: wrong, `["a",null]`: wrong, `["a",["b"]]`: wrong,
			`"a"`: wrong, "{}": wrong, "null": {State: Null}, "[" + strings.Repeat(`"x",`, 999) + `"x"]`: {State: Known, N: 1000},
			"[" + strings.Repeat(`"x",`, 1000) + `"x"]`: out, `["` + long + `x"]`: out, `["\u0000"]`: wrong,
		},
		"a.ints":    {"[1,2.0,3]": {State: Known, N: 3}, "[1.5]": wrong, "[1,[2]]": wrong, "[ ]": {State: Known}},
		"b.count":   {"-1": out, "0": known(0), "9": known(9), "10": out},
		"b.rate":    {"-0.1": out, "0": known(floatBits(0)), "1": known(floatBits(1)), "1.1": out},
		"b.class":   {`"red"`: knownText("red"), `"blue"`: out, `"Red"`: out, `""`: out},
		"b.classes": {`["red","green"]`: {State: Known, N: 2}, `["red","blue"]`: out, "[]": {State: Known}},
		"b.deep.er.rows": {
			"[]": {State: Known}, "[{},{}]": {State: Known, N: 2}, "[{},1]": wrong, "[null]": wrong, "{}": wrong, "[[]]": wrong,
			"[" + strings.Repeat("{},", 1000) + "{}]": out,
		},
	}
}

// bodyWith puts a value at a path.
func bodyWith(path, value string) string {
	names := strings.Split(path, ".")
	return `{"` + strings.Join(names, `":{"`) + `":` + value + strings.Repeat("}", len(names))
}

func TestValues(t *testing.T) {
	l := layoutOf(t, testFields())
	for path, cases := range valueCases() {
		require.NotEmpty(t, cases)
		for value, want := range cases {
			for _, body := range []string{bodyWith(path, value), bodyWith(path, " \t\r\n"+value+"\n ")} {
				got := slotOf(t, l, decoded(t, l, body), path)
				got.Int = map[bool]int64{true: got.Int, false: 0}[want.N == 0]
				require.Equal(t, want, got, "%s = %.60s", path, value)
			}
		}
	}
}

func TestRowsMarkEachCell(t *testing.T) {
	l := layoutOf(t, testFields())
	f := decoded(t, l, `{"b":{"deep":{"er":{"rows":[
		{"m_id":7,"m_int":2,"extra":[{"m_int":1}],"m_string":"x","m_time":0},
		{"m_int":"2","m_float":1e999,"m_bool":null,"m_string":"\u0000"}]}}}}`)
	s := slotOf(t, l, f, "b.deep.er.rows")
	require.Equal(t, int32(2), s.N)
	w := l.Width(l.Slot("b.deep.er.rows"))
	require.Equal(t, 6, w)
	rows := f.Rows[s.Int:]
	require.Equal(t, []Slot{{}, known(2), {}, knownText("x"), knownText("7"), known(0)}, rows[:w])
	require.Equal(t, []Slot{
		{State: Null}, {State: WrongType}, {State: OutOfRange}, {State: WrongType}, {}, {},
	}, rows[w:2*w])
	require.Len(t, f.Rows, 2*w)
}

func TestListsLieInTheirArenas(t *testing.T) {
	l := layoutOf(t, testFields())
	f := decoded(t, l, `{"a":{"strings":["a","\u0062"],"ints":[1,2]},"b":{"classes":["red"]}}`)
	s := slotOf(t, l, f, "a.strings")
	require.Equal(t, []string{"a", "b"}, f.Strs[s.Int:s.Int+int64(s.N)])
	s = slotOf(t, l, f, "a.ints")
	require.Equal(t, []int64{1, 2}, f.Nums[s.Int:s.Int+int64(s.N)])
	s = slotOf(t, l, f, "b.classes")
	require.Equal(t, []string{"red"}, f.Strs[s.Int:s.Int+int64(s.N)])
}

func TestGroupsOfAnotherShape(t *testing.T) {
	l := layoutOf(t, testFields())
	for value, want := range map[string]State{"5": WrongType, `"x"`: WrongType, "[]": WrongType, "null": Null, "true": WrongType, "{}": Absent} {
		f := decoded(t, l, `{"b":`+value+`}`)
		for i, s := range f.Slots {
			if strings.HasPrefix(l.fields[i].Path, "b.") {
				require.Equal(t, want, s.State, "%s in %s", l.fields[i].Path, value)
			} else {
				require.Equal(t, Absent, s.State)
			}
		}
		require.Equal(t, want, slotOf(t, l, decoded(t, l, `{"b":{"deep":`+value+`}}`), "b.deep.er.rows").State)
	}
}

func TestDoubledKeys(t *testing.T) {
	l := layoutOf(t, testFields())
	f := &Facts{}
	for body, path := range map[string]string{
		`{"a":{"int":1,"int":1}}`:                                            "a.int",
		`{"a":{"int":1,"\u0069nt":1}}`:                                       "a.int",
		`{"a":{"int":1},"b":{},"a":{"float":1}}`:                             "a",
		`{"a":1,"a":{}}`:                                                     "a",
		`{"b":{"deep":{"er":{},"er":null}}}`:                                 "b.deep.er",
		`{"b":{"deep":{"er":{"rows":[],"rows":[]}}}}`:                        "b.deep.er.rows",
		`{"b":{"deep":{"er":{"rows":[{"m_int":1},{"m_int":1,"m_int":2}]}}}}`: "b.deep.er.rows[].m_int",
	} {
		err := l.DecodeJSON([]byte(body), f)
		var e *Error
		require.ErrorAs(t, err, &e, body)
		require.Equal(t, path, e.Path, body)
		require.Contains(t, err.Error(), "twice")
	}
	for _, body := range []string{
		`{"x":1,"x":2,"a":{"y":1,"y":2,"int":3}}`, `{"b":{"deep":{"er":{"rows":[{"z":1,"z":1,"m_int":1},{"m_int":1}]}}}}`,
	} {
		require.NoError(t, l.DecodeJSON([]byte(body), f), body)
	}
}

func TestDoubledKeysInWideGroups(t *testing.T) {
	var fields []field.Field
	for i := range 100 {
		fields = append(
			fields, field.Field{Path: fmt.Sprintf("w.k%d", i), Type: field.Scalar(field.Int)},
			field.Field{Path: fmt.Sprintf("w.in.k%d", i), Type: field.Scalar(field.Int)},
		)
	}
	l := layoutOf(t, fields)
	f := &Facts{}
	for i := range 100 {
		once := fmt.Sprintf(`{"w":{"in":{"k%d":1,"k99":2,"k98":3},"k%d":1,"kk":1,"kk":1}}`, i%98, i)
		require.NoError(t, l.DecodeJSON([]byte(once), f))
		require.Equal(t, known(1), slotOf(t, l, f, fmt.Sprintf("w.k%d", i)))
		twice := fmt.Sprintf(`{"w":{"k%d":1,"in":{"k%d":1},"k%d":1}}`, i, i, i)
		require.ErrorContains(t, l.DecodeJSON([]byte(twice), f), fmt.Sprintf("in w.k%d:", i))
	}
}

func TestErrorsLeaveNothingAndTellNothing(t *testing.T) {
	l := layoutOf(t, testFields())
	f := &Facts{}
	for body, offset := range map[string]int{
		``: 0, ` `: 1, `5`: 0, `[]`: 0, `"x"`: 0, `{`: 1, `{"a"`: 4, `{"a":`: 5, `{"a":{"string":"secret"`: 23,
		`{"a":{"string":"secret"}} x`: 26, `{"a":{"string":"secret"},}`: 25, `{"a" 1}`: 5, `{a:1}`: 1, `{'a':1}`: 1,
		`{"a":{"string":"secret","int":01}}`: 31, `{"x":-}`: 6, `{"x":1.}`: 7, `{"x":.5}`: 5, `{"x":1e}`: 7, `{"x":+1}`: 5,
		`{"x":NaN}`: 5, `{"x":tru}`: 5, `{"x":nul`: 5, `{"x":[1,]}`: 8, `{"x":[1}`: 7, `{"x":{"y":1]}`: 11, `{"x":{,}}`: 6,
		`{"x":"\x"}`: 7, `{"x":"\u12g4"}`: 10, "{\"x\":\"a\nb\"}": 7, "{\"x\":\"a\tb\"}": 7, "{\"a\":{\"string\":\"secret\x01\"}}": 22,
		"\ufeff{}": 0, "{\"x\":\"\xff\"}": 6, "{\"\xc3(\":1}": 2, "{\"x\":\xa0 1}": 5, `{"x":{"y" 1}}`: 10, `{"x":[1 2]}`: 8,
	} {
		require.NoError(t, l.DecodeJSON([]byte(`{"a":{"int":1}}`), f))
		err := l.DecodeJSON([]byte(body), f)
		var e *Error
		require.True(t, errors.As(err, &e), "%q", body)
		require.Equal(t, offset, e.Offset, "%q: %v", body, err)
		require.NotContains(t, err.Error(), "secret")
		for _, s := range f.Slots {
			require.Equal(t, Slot{}, s)
		}
	}
}

func TestNesting(t *testing.T) {
	l := layoutOf(t, testFields())
	f := &Facts{}
	for _, kind := range []struct{ open, end string }{{"[", "]"}, {`{"k":`, "}"}, {`[{"k":`, "}]"}} {
		per := strings.Count(kind.open, "[") + strings.Count(kind.open, "{")
		nest := func(n int) string {
			return strings.Repeat(kind.open, n/per) + "1" + strings.Repeat(kind.end, n/per)
		}
		require.NoError(t, l.DecodeJSON([]byte(`{"x":`+nest(62)+`}`), f))
		require.ErrorContains(t, l.DecodeJSON([]byte(`{"x":`+nest(64)+`}`), f), "nested too deep")
		require.ErrorContains(t, l.DecodeJSON([]byte(`{"x":`+nest(100_000)+`}`), f), "nested too deep")
		require.ErrorContains(t, l.DecodeJSON([]byte(`{"x":`+strings.Repeat(kind.open, 100_000)), f), "nested too deep")
		for _, path := range []string{"a.int", "a.strings", "b.deep.er.rows", "b.deep"} {
			require.ErrorContains(t, l.DecodeJSON([]byte(bodyWith(path, nest(64))), f), "nested too deep", path)
			require.NoError(t, l.DecodeJSON([]byte(bodyWith(path, nest(58))), f), path)
		}
		row := `[{"m_int":` + nest(64) + `}]`
		require.ErrorContains(t, l.DecodeJSON([]byte(bodyWith("b.deep.er.rows", row)), f), "nested too deep")
	}
	require.NoError(t, l.DecodeJSON([]byte(`{"x":`+strings.Repeat("[", 63)+strings.Repeat("]", 63)+`}`), f))
	require.Error(t, l.DecodeJSON([]byte(`{"x":`+strings.Repeat("[", 64)+strings.Repeat("]", 64)+`}`), f))
}

func TestBigBodies(t *testing.T) {
	l := layoutOf(t, testFields())
	f := &Facts{}
	big := strings.Repeat("x", 10<<20)
	for body, want := range map[string]State{
		`{"a":{"string":"` + big + `"}}`:                              OutOfRange,
		`{"a":{"string":"\n` + big + `"}}`:                            OutOfRange,
		`{"pad":"` + big + `","a":{"string":"y"}}`:                    Known,
		`{"a":{"string":[` + strings.Repeat("1,", 5<<20) + `1]}}`:     WrongType,
		`{"a":{"string":` + strings.Repeat("1", 10<<20) + `}}`:        WrongType,
		`{"a":{"string":"y"` + strings.Repeat(`,"z":1`, 1<<20) + "}}": Known,
	} {
		require.NoError(t, l.DecodeJSON([]byte(body), f))
		require.Equal(t, want, slotOf(t, l, f, "a.string").State)
	}
	rows := `{"b":{"deep":{"er":{"rows":[{}` + strings.Repeat(`,{"m_int":1}`, 800_000) + "]}}}}"
	require.NoError(t, l.DecodeJSON([]byte(rows), f))
	require.Equal(t, OutOfRange, slotOf(t, l, f, "b.deep.er.rows").State)
	require.LessOrEqual(t, cap(f.Rows), 16*field.MaxListItems)
}
