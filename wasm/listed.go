package wasm

import (
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// maxListed is how many names are shown of a list that a module fills: it may
// hold hundreds of a kilobyte each, and toolchains import a few dozen.
const maxListed = 64

// listed joins names that a module chose, fit to be shown, and says how many
// more there are.
func listed(names []string) string {
	var b strings.Builder
	for i, name := range names[:min(len(names), maxListed)] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(wbin.Shown(name, wbin.MaxName))
	}
	if more := len(names) - maxListed; more > 0 {
		_, _ = fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}
