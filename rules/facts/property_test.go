package facts

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/checked"
	"github.com/winnow-gate/winnow/rules/field"
)

// reference decodes with encoding/json; keys is false when a key that the
// layout reads is doubled, which encoding/json does not report.
func reference(l *Layout, body []byte) (tree map[string]any, ok bool) {
	if !json.Valid(body) || !utf8.Valid(body) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	tree, ok = v.(map[string]any)
	return tree, ok && !doubled(&l.root, json.RawMessage(body), 1)
}

// doubled walks the tokens of a value beside the tree of the layout. It also
// reports nesting beyond MaxDepth.
func doubled(n *node, raw json.RawMessage, depth int) bool {
	if raw[0] != '{' && raw[0] != '[' {
		return false
	}
	if depth > MaxDepth {
		return true
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	open, err := d.Token()
	if err != nil {
		return true
	}
	seen := map[string]bool{}
	for d.More() {
		var next *node
		if open == json.Delim('{') {
			key, err := d.Token()
			if err != nil {
				return true
			}
			name := key.(string)
			if n != nil {
				next = n.child(name)
			}
			if next != nil && seen[name] {
				return true
			}
			seen[name] = true
			if next != nil && next.leaf != nil && next.leaf.row == nil {
				next = nil
			}
		} else if n != nil && n.leaf != nil {
			next = n.leaf.row
		}
		var value json.RawMessage
		if d.Decode(&value) != nil || len(value) == 0 || doubled(next, value, depth+1) {
			return true
		}
	}
	return false
}

// lookup finds a path in the tree: groups that are null or no objects say so.
func lookup(tree map[string]any, path string) (v any, state State) {
	v = tree
	for name := range strings.SplitSeq(path, ".") {
		group, ok := v.(map[string]any)
		if !ok {
			return nil, WrongType
		}
		if v, ok = group[name]; !ok {
			return nil, Absent
		}
		if v == nil {
			return nil, Null
		}
	}
	return v, Known
}

// checkScalar compares one slot with what encoding/json read. Strings are
// compared only when they hold no replacement characters: encoding/json makes
// those of lone surrogates, which facts refuses.
func checkScalar(t require.TestingT, k field.Kind, got Slot, v any) {
	switch v := v.(type) {
	case bool:
		require.Equal(t, k == field.Bool, got.State == Known)
		require.Equal(t, v && k == field.Bool, got.Int == 1)
	case string:
		if !k.Textual() {
			require.True(t, got.State == WrongType || k == field.Time)
			return
		}
		if strings.ContainsRune(v, utf8.RuneError) {
			return
		}
		require.Equal(t, strings.Contains(v, "\x00"), got.State == WrongType)
		if got.State == Known {
			require.Equal(t, v, got.Str)
		}
	case json.Number:
		checkNumber(t, k, got, v.String())
	default:
		require.Equal(t, WrongType, got.State)
	}
}

func checkNumber(t require.TestingT, k field.Kind, got Slot, text string) {
	if i := strings.IndexAny(text, "eE"); i >= 0 && len(text)-i > 6 {
		return // too large for exact arithmetic; the table has such numbers
	}
	switch k {
	case field.Int:
		r, ok := new(big.Rat).SetString(text)
		require.True(t, ok)
		fits := r.IsInt() && r.Num().IsInt64()
		require.Equal(t, fits, got.State == Known || got.State == OutOfRange, text)
		if got.State == Known {
			require.Equal(t, r.Num().Int64(), got.Int, text)
		}
	case field.Float:
		x, _ := strconv.ParseFloat(text, 64)
		if got.State == Known {
			require.InDelta(t, x, math.Float64frombits(uint64(got.Int)), 0, text)
		} else {
			require.Equal(t, OutOfRange, got.State)
		}
	case field.ID:
		require.Equal(t, !strings.ContainsAny(text, ".eE"), got.State == Known, text)
	case field.Time:
		r, _ := new(big.Rat).SetString(text)
		unit := int64(time.Second)
		if new(big.Rat).Abs(r).Cmp(big.NewRat(1e11, 1)) >= 0 {
			unit = int64(time.Millisecond)
		}
		r.Mul(r, big.NewRat(unit, 1))
		ns := new(big.Int).Quo(r.Num(), r.Denom())
		fits := ns.IsInt64() && ns.Int64() >= minTime && ns.Int64() <= maxTime
		require.Equal(t, fits, got.State == Known, text)
		if fits {
			require.Equal(t, ns.Int64(), got.Int, text)
		}
	default:
		require.Equal(t, WrongType, got.State, text)
	}
}

// checkDecode holds DecodeJSON against encoding/json on one body.
func checkDecode(t require.TestingT, l *Layout, body []byte) *Facts {
	f := &Facts{}
	err := l.DecodeJSON(body, f)
	tree, ok := reference(l, body)
	require.Equal(t, ok, err == nil, "%q: %v", body, err)
	if err != nil {
		return nil
	}
	for i, fd := range l.fields {
		v, state := lookup(tree, fd.Path)
		got := f.Slots[i]
		if state != Known {
			require.Equal(t, Slot{State: state}, got, "%s of %q", fd.Path, body)
			continue
		}
		if fd.Type.Kind.Scalar() {
			checkScalar(t, fd.Type.Kind, got, v)
			continue
		}
		items, isList := v.([]any)
		require.True(t, isList || got.State == WrongType)
		if got.State == Known {
			require.Len(t, items, int(got.N))
		}
		for n := range got.N {
			checkItem(t, l, f, i, got, int(n), items[n])
		}
	}
	return f
}

func checkItem(t require.TestingT, l *Layout, f *Facts, slot int, list Slot, n int, v any) {
	s := &l.specs[slot]
	if s.row == nil {
		text, num := f.item(s, &list, n)
		checkScalar(t, s.item.kind, Slot{State: Known, Int: num, Str: text}, v)
		return
	}
	members := v.(map[string]any)
	for _, c := range s.row.children {
		cell := f.Rows[int(list.Int)+n*s.width+c.slot]
		if v, ok := members[c.name]; ok && v != nil {
			checkScalar(t, c.leaf.kind, cell, v)
		} else {
			require.Equal(t, map[bool]State{true: Null, false: Absent}[ok], cell.State)
		}
	}
}

// checkRoundTrip holds AppendJSON and DecodeRecord against each other.
func checkRoundTrip(t require.TestingT, l *Layout, f *Facts) {
	record, complete := l.AppendJSON(nil, f, nil)
	require.True(t, complete)
	require.Equal(t, string(record), string(l.AppendAll(nil, f)))
	require.True(t, json.Valid(record), "%s", record)
	back := &Facts{}
	complete, err := l.DecodeRecord(record, back)
	require.NoError(t, err, "%s", record)
	require.True(t, complete)
	require.True(t, l.Equal(f, back), "%s", record)
	require.True(t, l.Equal(f, f.Clone()))
}

func TestDecodeAgreesWithEncodingJSON(t *testing.T) {
	l := layoutOf(t, testFields())
	accepted, refused := 0, 0
	checked.Until(t, func() bool { return accepted > 0 && refused > 0 }, func(t *rapid.T) {
		body := []byte(drawObject(t, 6))
		if f := checkDecode(t, l, body); f != nil {
			checkRoundTrip(t, l, f)
			accepted++
		} else {
			refused++
		}
	})
}

func TestTimesAgreeWithPackageTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ns := rapid.Int64Range(minTime, maxTime).Draw(t, "ns")
		zone := time.FixedZone("", 60*rapid.IntRange(-23*60, 23*60).Draw(t, "offset"))
		text := time.Unix(0, ns).In(zone).Format(time.RFC3339Nano)
		got, state := parseTime(text)
		require.Equal(t, Known, state, text)
		require.Equal(t, ns, got, text)
		require.Equal(t, time.Unix(0, ns).UTC().Format(time.RFC3339Nano), string(appendTime(nil, ns)))
	})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])`).Draw(t, "text")
		want, err := time.Parse(time.RFC3339Nano, text)
		got, state := parseTime(text)
		require.Equal(t, err != nil, state == WrongType, text)
		if state == Known {
			require.Equal(t, want.UnixNano(), got, text)
		}
	})
}

func FuzzDecodeJSON(f *testing.F) {
	l := layoutOf(f, testFields())
	for path, cases := range valueCases() {
		for value := range cases {
			if len(value) < 1<<10 {
				f.Add([]byte(bodyWith(path, value)))
			}
		}
	}
	for _, body := range []string{
		``, `{`, `{}`, `[]`, `{"a":{"int":1,"int":2}}`, `{"x":[[[{"y":[]}]]]}`, "\ufeff{}", "{\"a\xff\":1}",
		`{"?":["a.int"],"a":{"int":{"?":"stale","v":1}}}`, `{"b":{"deep":{"er":{"rows":[{"m_int":1,"m_id":2}]}}}}`,
	} {
		f.Add([]byte(body))
	}
	loose := &Facts{}
	f.Fuzz(func(t *testing.T, body []byte) {
		if facts := checkDecode(t, l, body); facts != nil {
			checkRoundTrip(t, l, facts)
			require.NoError(t, l.DecodeJSONLoose(body, loose))
			checkRoundTrip(t, l, loose)
		}
		if _, err := l.DecodeRecord(body, loose); err == nil {
			l.AppendAll(nil, loose)
		}
	})
}
