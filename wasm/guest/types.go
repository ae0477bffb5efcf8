package guest

import (
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/wasm"
)

// Types generates a source file with one name for each declared field, output
// and slot, so that a misspelled path does not compile. Handles are looked up
// when the module starts.
func Types(lang Lang, o wasm.ModuleOptions) ([]byte, error) {
	g, ok := map[Lang]generator{
		Go: {
			"// Code generated from the bundle's fields. DO NOT EDIT.\n\npackage main\n\nimport \"rule/winnow\"\n\nvar (\n",
			"\t// %[1]sField is %[2]s, %[3]s.\n\t%[1]sField = winnow.Field(%[4]q)\n",
			"\t// %[1]sOutput is %[2]s, %[3]s.\n\t%[1]sOutput = winnow.Output(%[4]q)\n",
			"\t// %[1]sSlot is %[2]s, %[3]s.\n\t%[1]sSlot = winnow.Slot(%[4]q)\n", ")\n", true,
		},
		AssemblyScript: {
			"// Generated from the bundle's fields.\nimport { Field, Output, Slot } from \"./index\";\n\n",
			"/** %[2]s, %[3]s */\nexport const %[1]sField = new Field(%[4]q);\n",
			"/** %[2]s, %[3]s */\nexport const %[1]sOutput = new Output(%[4]q);\n",
			"/** %[2]s, %[3]s */\nexport const %[1]sSlot = new Slot(%[4]q);\n", "", true,
		},
		Rust: {
			"// Generated from the bundle's fields.\nuse winnow_guest::{Field, Output, Slot};\n\n",
			"/// %[2]s, %[3]s\npub fn %[1]s_field() -> Field {\n    Field::named(%[4]q)\n}\n",
			"/// %[2]s, %[3]s\npub fn %[1]s_output() -> Output {\n    Output::named(%[4]q)\n}\n",
			"/// %[2]s, %[3]s\npub fn %[1]s_slot() -> Slot {\n    Slot::named(%[4]q)\n}\n", "", false,
		},
		C: {
			"/* Generated from the bundle's fields. */\n#include \"winnow.h\"\n\n",
			"/* %[2]s, %[3]s */\nstatic inline winnow_i32 %[1]s_field(void) { return winnow_field(WINNOW_LIT(%[4]q)); }\n",
			"/* %[2]s, %[3]s */\nstatic inline winnow_i32 %[1]s_output(void) { return winnow_output(WINNOW_LIT(%[4]q)); }\n",
			"/* %[2]s, %[3]s */\nstatic inline winnow_i32 %[1]s_slot(void) { return winnow_slot(WINNOW_LIT(%[4]q)); }\n", "", false,
		},
	}[lang]
	if !ok {
		return nil, fmt.Errorf("no kit for language %q; there are go, as, rust and c", lang)
	}
	return g.generate(o)
}

// generator is a language's text: verbs are the identifier, the name, the kind, and the name again.
type generator struct {
	head, field, output, slot, tail string
	camel                           bool
}

func (g generator) generate(o wasm.ModuleOptions) ([]byte, error) {
	var b strings.Builder
	b.WriteString(g.head)
	seen := map[string]string{}
	add := func(format, what, name, kind string) error {
		id := g.identifier(name)
		if id == "" {
			return fmt.Errorf("%s %q: no identifier can be made of it", what, name)
		}
		if was, ok := seen[what+id]; ok {
			return fmt.Errorf("%s %q and %q both become %s", what, was, name, id)
		}
		seen[what+id] = name
		_, _ = fmt.Fprintf(&b, format, id, name, kind, name)
		return nil
	}
	for _, f := range o.Fields {
		kind := f.Kind.String()
		if f.Kind == wasm.KindList {
			kind += " of " + f.Elem.String()
		}
		if err := add(g.field, "field", f.Path, kind); err != nil {
			return nil, err
		}
	}
	for _, d := range o.Outputs {
		if err := add(g.output, "output", d.Name, d.Kind.String()); err != nil {
			return nil, err
		}
	}
	for _, d := range o.Slots {
		if err := add(g.slot, "slot", d.Name, "one of "+strings.Join(d.Variants, ", ")); err != nil {
			return nil, err
		}
	}
	b.WriteString(g.tail)
	return []byte(b.String()), nil
}

// identifier turns "orders.returns_count" into ordersReturnsCount or orders_returns_count.
func (g generator) identifier(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	})
	for i, w := range words {
		if g.camel && i > 0 {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	sep := "_"
	if g.camel {
		sep = ""
	}
	id := strings.Join(words, sep)
	if id != "" && id[0] >= '0' && id[0] <= '9' {
		id = "n" + id
	}
	return id
}
