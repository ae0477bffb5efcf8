package format_test

import (
	"os"
	"strings"
	"testing"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// seeds are the ways in which YAML and conditions misunderstand each other.
func seeds(f *testing.F) {
	f.Helper()
	src, err := os.ReadFile("testdata/sample.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(src))
	src, err = os.ReadFile("testdata/tidy/everything.in.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(src))
	for _, value := range []string{
		"!contact.vip", "! a", `any(contact.tags, # == "vip")`, ">\n    a // x\n    b", `"x" == 1`, "[a]", "*x", "&x y",
		"{a: b}", "true", "012", "2026-01-01", "1.10", "|2-\n     a\n", "|+\n    a\n\n", "'a\n\n    b'", `"a\` + "\n    b\"",
		"a\n    b # c", "", "~", "<<", "? x", "- - a", "\t", "a: b", "\"\\u0041\\\n  \\ x\"", ">+\n\n    a\n     b\n\n",
	} {
		f.Add("signals:\n  a: " + value + "\nwhen: " + value + "\n")
		f.Add("personas:\n- id: a\n  when: " + value + "\n  action: " + value + "\n")
	}
}

func FuzzRead(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		file, list := format.Read("f.yaml", []byte(src))
		lines := strings.Split(strings.TrimPrefix(src, "\ufeff"), "\n")
		for _, d := range list {
			inside(t, lines, d.Place)
			if _, ok := diag.Help(d.Code); !ok || d.Message == "" {
				t.Fatalf("%v has no code or message", d)
			}
		}
		for _, s := range file.Signals {
			for i := range []rune(s.Value.Source) {
				inside(t, lines, s.Value.Place(i, i+1))
			}
		}
	})
}

// inside allows one column behind the end of a line, where things are missing.
func inside(t *testing.T, lines []string, p diag.Place) {
	t.Helper()
	if p.Line == 0 {
		return
	}
	if p.File != "f.yaml" || p.Line < 1 || p.Line > len(lines) {
		t.Fatalf("%+v is not in the file", p)
	}
	// A byte that is no UTF-8 counts as one rune, here and in the reader.
	if n := len([]rune(lines[p.Line-1])); p.Column < 1 || p.Column > n+1 || p.EndColumn > n+2 {
		t.Fatalf("%+v is not in the line %q", p, lines[p.Line-1])
	}
}

func FuzzFormat(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		out, err := format.Format([]byte(src))
		if err != nil {
			return
		}
		again, err := format.Format(out)
		if err != nil {
			t.Fatalf("formatted once but not twice: %v\n%q\n%q", err, src, out)
		}
		if string(again) != string(out) {
			t.Fatalf("not settled:\n%q\n%q\n%q", src, out, again)
		}
	})
}
