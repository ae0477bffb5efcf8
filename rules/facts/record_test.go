package facts

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/field"
)

func hexHash(dst []byte, text string) []byte { return fmt.Appendf(dst, "h%x", text) }

func TestAppendWritesWhatABodyCannot(t *testing.T) {
	l := layoutOf(t, testFields())
	f := decoded(t, l, `{"a":{"bool":1,"int":null,"float":1e999,"string":"a\"\n\u0001ż","time":0,"strings":["x",""]},
		"b":{"count":3,"deep":{"er":{"rows":[{"m_id":7,"m_bool":null,"m_int":1.5,"m_float":1e999},{}]}}}}`)
	f.Slots[l.Slot("b.count")].State = Stale
	want := `{"a":{"bool":{"?":"wrong_type"},"int":null,"float":{"?":"out_of_range"},"string":"a\"\n\u0001ż",` +
		`"time":"1970-01-01T00:00:00Z","strings":["x",""]},"b":{"deep":{"er":{"rows":[{"m_bool":null,"m_int":{"?":"wrong_type"},` +
		`"m_float":{"?":"out_of_range"},"m_id":"7"},{}]}},"count":{"?":"stale","v":3}}}`
	require.Equal(t, want, string(l.AppendAll(nil, f)))
	checkRoundTrip(t, l, f)
	require.Equal(t, "x{}", string(l.AppendAll([]byte("x"), decoded(t, l, "{}"))))
}

func TestAppendKeepsWhatSensitivityAllows(t *testing.T) {
	fields := []field.Field{
		{Path: "c.email", Type: field.Scalar(field.String), Sensitivity: field.Hash, Enum: []string{"a@b.c"}},
		{Path: "c.codes", Type: field.ListOf(field.Int), Sensitivity: field.Hash},
		{Path: "c.mails", Type: field.ListOf(field.String), Sensitivity: field.Hash},
		{Path: "c.rows", Type: field.ListOfObjects(field.Member{Name: "x", Kind: field.Int}), Sensitivity: field.Hash},
		{Path: "c.name.given", Type: field.Scalar(field.String), Sensitivity: field.Drop},
		{Path: "c.name.family", Type: field.Scalar(field.String), Sensitivity: field.Drop},
		{Path: "c.count", Type: field.Scalar(field.Int)},
	}
	l := layoutOf(t, fields)
	f := decoded(t, l, `{"c":{"email":"a@b.c","codes":[1,2],"mails":["m"],"rows":[{"x":1}],"name":{"given":"Anna","family":null},"count":2}}`)
	f.Slots[0].State = Stale
	record, complete := l.AppendJSON(nil, f, hexHash)
	require.False(t, complete)
	require.Equal(t, `{"c":{"email":{"?":"stale","#":"h6140622e63"},"codes":{"#":["h31","h32"]},"mails":{"#":["h6d"]},`+
		`"name":{"family":null},"count":2},"?":["c.email","c.codes","c.mails","c.rows","c.name.given"]}`, string(record))

	back := &Facts{}
	complete, err := l.DecodeRecord(record, back)
	require.NoError(t, err)
	require.False(t, complete)
	require.Equal(t, []int{0, 1, 2, 3, 4}, back.Lost())
	require.Equal(t, Slot{State: Stale, Str: "h6140622e63"}, back.Slots[0])
	require.Equal(t, Slot{}, back.Slots[1])
	require.Equal(t, []string{"h6d"}, back.Strs)
	require.Equal(t, Null, back.Slots[5].State)
	require.Equal(t, known(2), back.Slots[6])

	dropped, complete := l.AppendJSON(nil, f, nil)
	require.False(t, complete)
	require.NotContains(t, string(dropped), "a@b.c")
	require.NotContains(t, string(dropped), "#")
	require.True(t, l.Equal(f, recorded(t, l, string(l.AppendAll(nil, f)))))

	other := layoutOf(t, fields[6:])
	complete, err = other.DecodeRecord(record, back)
	require.NoError(t, err)
	require.True(t, complete, "what this layout reads is all there")
	require.NoError(t, l.DecodeJSON(record, back))
	require.Equal(t, WrongType, back.Slots[0].State, "a body cannot mark values")
}

func recorded(t *testing.T, l *Layout, record string) *Facts {
	t.Helper()
	f := &Facts{}
	_, err := l.DecodeRecord([]byte(record), f)
	require.NoError(t, err, record)
	return f
}

func TestMarksInAnyOrderAndMalformed(t *testing.T) {
	l := layoutOf(t, testFields())
	for mark, want := range map[string]Slot{
		`{"?":"stale","v":3}`: {State: Stale, Int: 3}, `{"v":3,"?":"stale"}`: {State: Stale, Int: 3}, `{"?":"out_of_range","v":3}`: {State: OutOfRange},
		`{"?":"wrong_type"}`: {State: WrongType}, `{"?":7}`: {State: WrongType}, `{"x":1}`: {State: WrongType}, `{"?":"stale","v":"x"}`: {State: WrongType},
		`{ "v" : 3 , "?" : "stale" }`: {State: Stale, Int: 3},
	} {
		require.Equal(t, want, slotOf(t, l, recorded(t, l, bodyWith("a.int", mark)), "a.int"), mark)
	}
	f := &Facts{}
	for _, bad := range []string{`{`, `{}`, `{"?"}`, `{"?":}`, `{"?":"stale",}`, `{"?":"stale"`, `{"v":1 "v":2}`, `{"#":"x]`} {
		_, err := l.DecodeRecord([]byte(bodyWith("a.int", bad)), f)
		require.Error(t, err, bad)
	}
	deep := strings.Repeat(`{"v":`, 100_000) + "1"
	_, err := l.DecodeRecord([]byte(bodyWith("a.int", deep)), f)
	require.ErrorContains(t, err, "nested too deep")
}

func TestApplyAge(t *testing.T) {
	l := layoutOf(t, []field.Field{
		{Path: "o.count", Type: field.Scalar(field.Int), MaxAge: time.Hour, AsOf: "o.updated_at"},
		{Path: "o.updated_at", Type: field.Scalar(field.Time)},
		{Path: "o.other", Type: field.Scalar(field.Int), MaxAge: time.Hour, AsOf: "o.not_read"},
		{Path: "o.plain", Type: field.Scalar(field.Int), AsOf: "o.updated_at"},
		{Path: "o.when", Type: field.Scalar(field.Time), MaxAge: time.Minute, AsOf: "o.updated_at"},
		{Path: "o.chained", Type: field.Scalar(field.Int), MaxAge: time.Hour, AsOf: "o.when"},
	})
	at := unix("2026-11-22T10:00:00Z")
	f := decoded(t, l, `{"o":{"count":1,"updated_at":"2026-11-22T10:00:00Z","other":1,"plain":1,"when":"2026-11-22T09:30:00Z","chained":4}}`)
	states := func(now int64) (out []State) {
		l.ApplyAge(f, now)
		for _, s := range f.Slots {
			out = append(out, s.State)
		}
		return out
	}
	require.Equal(t, []State{Known, Known, Known, Known, Known, Known}, states(at))
	require.Equal(t, []State{Stale, Known, Known, Known, Stale, Stale}, states(at+int64(time.Hour)))
	require.Equal(t, []State{Known, Known, Known, Known, Stale, Stale}, states(at+int64(time.Hour)-1))
	require.Equal(t, []State{Known, Known, Known, Known, Known, Known}, states(at-int64(48*time.Hour)))
	require.Equal(t, known(1), f.Slots[0])
	l.SetNull(f, 1)
	require.Equal(t, Known, states(maxTime)[0], "undated is fresh")
	l.SetAbsent(f, 0)
	require.Equal(t, Absent, states(maxTime)[0])
}

func TestCloneOutlivesTheBody(t *testing.T) {
	l := layoutOf(t, testFields())
	body := []byte(`{"a":{"string":"abc","strings":["d","\u0065"]},"b":{"deep":{"er":{"rows":[{"m_string":"f"}]}}}}`)
	f := &Facts{}
	require.NoError(t, l.DecodeJSON(body, f))
	c := f.Clone()
	before := string(l.AppendAll(nil, c))
	for i := range body {
		body[i] = 'X'
	}
	require.NoError(t, l.DecodeJSON([]byte(`{"a":{"string":"\u0031\u0032\u0033","strings":[]}}`), f))
	require.Equal(t, before, string(l.AppendAll(nil, c)))
	require.False(t, l.Equal(f, c))
	require.NotPanics(t, func() { (&Facts{}).Clone() })
}

func TestOverlay(t *testing.T) {
	l := layoutOf(t, testFields())
	f := decoded(t, l, `{"a":{"int":1,"strings":["x"]},"b":{"count":2}}`)
	require.NoError(t, l.Overlay([]byte(`{"a":{"int":7,"strings":["y","z"]}}`), f))
	require.Equal(t, `{"a":{"int":7,"strings":["y","z"]},"b":{"count":2}}`, string(l.AppendAll(nil, f)))
	require.Error(t, l.Overlay([]byte(`{"a":`), f))
}

func TestLayout(t *testing.T) {
	fields := testFields()
	l := layoutOf(t, fields)
	require.Equal(t, fields, l.Fields())
	require.Equal(t, len(fields), l.Len())
	for i, f := range fields {
		require.Equal(t, i, l.Slot(f.Path))
	}
	require.Equal(t, -1, l.Slot("a"))
	require.Equal(t, 0, l.Width(0))
	number := field.Scalar(field.Int)
	for name, bad := range map[string][]field.Field{
		"twice":      {{Path: "a.b", Type: number}, {Path: "a.b", Type: number}},
		"below":      {{Path: "a.b", Type: number}, {Path: "a.b.c", Type: number}},
		"group":      {{Path: "a.b.c", Type: number}, {Path: "a.b", Type: number}},
		"no type":    {{Path: "a.b"}},
		"not a path": {{Path: "a", Type: number}},
	} {
		_, err := NewLayout(bad)
		require.Error(t, err, name)
	}
	empty := layoutOf(t, nil)
	require.NoError(t, empty.DecodeJSON([]byte(`{"a":{"b":1},"":2}`), &Facts{}))
}

func TestBoundsOnInts(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		in     map[string]State
	}{
		{-0.5, 1.5, map[string]State{"-1": OutOfRange, "0": Known, "1": Known, "2": OutOfRange}},
		{1e19, 2e19, map[string]State{"9223372036854775807": OutOfRange}},
		{-2e19, -1e19, map[string]State{"-9223372036854775808": OutOfRange}},
		{-2e19, 2e19, map[string]State{"-9223372036854775808": Known, "9223372036854775807": Known}},
	} {
		l := layoutOf(t, []field.Field{{Path: "a.b", Type: field.Scalar(field.Int), Min: &c.lo, Max: &c.hi}})
		for value, want := range c.in {
			require.Equal(t, want, decoded(t, l, bodyWith("a.b", value)).Slots[0].State, "%v in %v..%v", value, c.lo, c.hi)
		}
	}
}

func TestLongEnums(t *testing.T) {
	var enum []string
	for i := range 50 {
		enum = append(enum, fmt.Sprintf("v%d", i))
	}
	l := layoutOf(t, []field.Field{{Path: "a.b", Type: field.Scalar(field.String), Enum: enum}})
	require.Equal(t, Known, decoded(t, l, `{"a":{"b":"v49"}}`).Slots[0].State)
	require.Equal(t, OutOfRange, decoded(t, l, `{"a":{"b":"v50"}}`).Slots[0].State)
}

func TestStateNames(t *testing.T) {
	seen := map[string]bool{}
	for s := Absent; s <= Known; s++ {
		require.NotEqual(t, "unknown", s.String())
		seen[s.String()] = true
	}
	require.Len(t, seen, int(Known)+1)
	require.Equal(t, "unknown", State(77).String())
}
