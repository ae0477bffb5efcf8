package facts

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/field"
)

func bound(x float64) *float64 { return &x }

// testFields has every kind, bounds, enums, lists and a list of objects.
func testFields() []field.Field {
	members := make([]field.Member, 0, 6)
	for _, k := range []field.Kind{field.Bool, field.Int, field.Float, field.String, field.ID, field.Time} {
		members = append(members, field.Member{Name: "m_" + k.String(), Kind: k})
	}
	return []field.Field{
		{Path: "a.bool", Type: field.Scalar(field.Bool)},
		{Path: "a.int", Type: field.Scalar(field.Int)},
		{Path: "a.float", Type: field.Scalar(field.Float)},
		{Path: "a.string", Type: field.Scalar(field.String)},
		{Path: "a.id", Type: field.Scalar(field.ID)},
		{Path: "a.time", Type: field.Scalar(field.Time)},
		{Path: "a.strings", Type: field.ListOf(field.String)},
		{Path: "a.ints", Type: field.ListOf(field.Int)},
		{Path: "b.deep.er.rows", Type: field.ListOfObjects(members...)},
		{Path: "b.count", Type: field.Scalar(field.Int), Min: bound(0), Max: bound(9.5)},
		{Path: "b.rate", Type: field.Scalar(field.Float), Min: bound(0), Max: bound(1)},
		{Path: "b.class", Type: field.Scalar(field.String), Enum: []string{"red", "green"}},
		{Path: "b.classes", Type: field.ListOf(field.String), Enum: []string{"red", "green"}},
	}
}

func layoutOf(t testing.TB, fields []field.Field) *Layout {
	t.Helper()
	l, err := NewLayout(fields)
	require.NoError(t, err)
	return l
}

func decoded(t testing.TB, l *Layout, body string) *Facts {
	t.Helper()
	f := &Facts{}
	require.NoError(t, l.DecodeJSON([]byte(body), f), body)
	return f
}

// slotOf is the slot of a path, which must exist.
func slotOf(t testing.TB, l *Layout, f *Facts, path string) Slot {
	t.Helper()
	i := l.Slot(path)
	require.GreaterOrEqual(t, i, 0, path)
	return f.Slots[i]
}

func floatBits(x float64) int64 { return int64(math.Float64bits(x)) }
