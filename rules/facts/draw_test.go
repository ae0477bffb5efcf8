package facts

import (
	"fmt"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// drawKey prefers names of testFields, in all their spellings.
func drawKey(t *rapid.T) string {
	names := []string{
		"a", "b", "deep", "er", "rows", "bool", "int", "float", "string", "id", "time", "strings", "ints", "count",
		"rate", "class", "classes", "m_bool", "m_int", "m_float", "m_string", "m_id", "m_time", "x", "?", "",
	}
	if rapid.IntRange(0, 9).Draw(t, "odd") == 0 {
		return drawString(t)
	}
	name := rapid.SampledFrom(names).Draw(t, "key")
	if name != "" && rapid.IntRange(0, 9).Draw(t, "escape") == 0 {
		return fmt.Sprintf(`"\u%04x%s"`, name[0], name[1:])
	}
	return `"` + name + `"`
}

func drawString(t *rapid.T) string {
	piece := rapid.SampledFrom([]string{
		"a", "longer text", "ż", "😀", `\n`, `\"`, `\\`, `\/`, `\u0041`, `\u0000`, `\ud83d\ude00`, `\ud83d`, `\ude00`, "\x7f", "red", "2026-11-22",
		"T10:00:00", "Z", "\x1f", "\xff", `\x`, `\u12`, "{", "}", ",", `\ud83d\u0041`,
	})
	weights := rapid.IntRange(0, 30).Draw(t, "clean")
	var b strings.Builder
	for range rapid.IntRange(0, 4).Draw(t, "pieces") {
		p := piece.Draw(t, "piece")
		if weights > 0 && strings.Contains("\x1f\xff"+`\x\u12`, p) {
			continue // most strings should be valid
		}
		b.WriteString(p)
	}
	return `"` + b.String() + `"`
}

func drawNumber(t *rapid.T) string {
	switch rapid.IntRange(0, 3).Draw(t, "number") {
	case 0:
		return strconv.FormatInt(rapid.Int64().Draw(t, "int"), 10)
	case 1:
		return strconv.FormatFloat(rapid.Float64().Draw(t, "float"), 'g', -1, 64)
	case 2:
		return rapid.StringMatching(`-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "decimal")
	default:
		return rapid.SampledFrom([]string{"0", "1", "-1", "9", "9223372036854775807", "9007199254740993", "01", "1.", "-", "1e", "+1", ".5"}).Draw(t, "edge")
	}
}

// drawValue draws JSON text, now and then malformed.
func drawValue(t *rapid.T, depth int) string {
	space := rapid.SampledFrom([]string{"", "", "", " ", "\n\t"}).Draw(t, "space")
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	if depth <= 0 {
		kind = min(kind, 4)
	}
	switch kind {
	case 0, 1:
		return space + drawNumber(t)
	case 2:
		return space + drawString(t)
	case 3, 4:
		return space + rapid.SampledFrom([]string{"true", "false", "null"}).Draw(t, "word") + space
	case 5:
		items := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return drawValue(t, depth-1) }), 0, 3).Draw(t, "items")
		return space + "[" + strings.Join(items, ",") + space + "]"
	default:
		return drawObject(t, depth)
	}
}

func drawObject(t *rapid.T, depth int) string {
	var b strings.Builder
	b.WriteString("{")
	for i := range rapid.IntRange(0, 4).Draw(t, "members") {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(drawKey(t) + ":" + drawValue(t, depth-1))
	}
	return b.String() + "}"
}
