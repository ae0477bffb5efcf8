package format_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"30d": 30 * day, "12h": 12 * time.Hour, "2w": 14 * day, "90m": 90 * time.Minute,
		"45s": 45 * time.Second, "1d12h": 36 * time.Hour, "36500d": 36500 * day,
	} {
		got, err := format.ParseDuration(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "30", "d", "0d", "-1d", "1.5d", "1 d", "1y", "36501d", "36500d1s", "9223372036854775807w", "1D"} {
		_, err := format.ParseDuration(text)
		require.Error(t, err, text)
	}
}

func TestPercents(t *testing.T) {
	type shares struct {
		P format.Percent `yaml:"p"`
	}
	for text, want := range map[string]int{
		"5%": 5000, "5": 5000, "0.5%": 500, "0.001%": 1, "1": 1000, "1.5": 1500, "0.0": 0, "100%": 100_000, "0": 0, `"12.345%"`: 12_345, "07": 7000,
	} {
		s, list := format.Decode[shares]("f", []byte("p: "+text+"\n"))
		require.Empty(t, list, text)
		require.Equal(t, want, s.P.Buckets, text)
	}
	for _, text := range []string{"101", "100.001%", "-1", "5 %", "0,5%", "0.05", "0.999", `"0.5"`, ".5", "1e1", "0.0001", "five", "", "true", "[5]", "1000"} {
		_, list := format.Decode[shares]("f", []byte("p: "+text+"\n"))
		require.NotEmpty(t, list, text)
	}
}

// A small number without a sign may be meant as a part of one: both spellings
// are named.
func TestSmallPercentsNeedTheSign(t *testing.T) {
	for src, hint := range map[string]string{
		"winnow: 1\npersonas: [{id: a, kind: negative, name: n, when: x, action: suppress, holdout: 0.05}]\n":               "write 0.05% for 0.05 in a hundred, or 5% for 0.05 of all",
		"winnow: 1\npersonas: [{id: a, kind: negative, name: n, when: x, action: suppress, mode: {canary: 0.125}}]\n":       "write 0.125% for 0.125 in a hundred, or 12.5% for 0.125 of all",
		"winnow: 1\nslots: {h: {default: a, variants: {a: {}}, rules: [{when: x, split: {salt: s, weights: {a: 0.5}}}]}}\n": "write 0.5% for 0.5 in a hundred, or 50% for 0.5 of all",
	} {
		_, list := format.Read("f", []byte(src))
		require.Len(t, list, 1, src)
		require.Equal(t, []any{diag.BadPercent, hint}, []any{list[0].Code, list[0].Hint}, src)
	}
}

func TestParseMoment(t *testing.T) {
	for text, want := range map[string]format.Moment{
		"2026-11-01":                {Wall: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Date: true},
		"2026-11-01T09:00":          {Wall: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)},
		"2026-11-01T09:00:30":       {Wall: time.Date(2026, 11, 1, 9, 0, 30, 0, time.UTC)},
		"2026-11-01T09:00Z":         {Wall: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), Offset: true},
		"2026-11-01T09:00:30+02:00": {Wall: time.Date(2026, 11, 1, 7, 0, 30, 0, time.UTC), Offset: true},
	} {
		got, ok := format.ParseMoment(text)
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "2026", "2026-1-1", "2026-02-30", "2026-11-01 09:00", "2026-11-01T25:00", "2026-11-01T09:00:30.5", "2026-11-01T09:00:30,5", "01.11.2026"} {
		_, ok := format.ParseMoment(text)
		require.False(t, ok, text)
	}
}
