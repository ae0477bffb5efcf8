package cond_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
)

// Whatever the source: a clean mistake with a place inside it, or a condition
// that gives the same answer in every implementation.
func FuzzCondition(f *testing.F) {
	for _, src := range attacks() {
		if len(src) <= 2*cond.MaxSource {
			f.Add(src)
		}
	}
	f.Add(`x.age in [0, 1] or not known(x.age)`)
	f.Add(`any(x.orders, .total > 5 and days_since(.date) < 3) and len(filter(x.nums, # > 1)) > 0`)
	f.Add(`(x.vip ? x.age : x.n) ** 2 / x.n > min(x.score, 3)`)
	f.Add("x.plan == \"pro\" // \u201cé\u201d\n and x.vip")
	f.Fuzz(func(t *testing.T, src string) {
		var answers [3]map[string]cond.Tri
		for mode := range answers {
			b := cond.NewBuilder(names(t), cond.Mode(mode))
			c, problems := b.Condition(cond.Source{Text: src, Place: place})
			if c == nil {
				require.NotEmpty(t, problems)
				for _, p := range problems {
					require.NotEmpty(t, p.Code)
					require.NotEmpty(t, p.Message)
				}
				return
			}
			l, err := facts.NewLayout(b.Fields())
			require.NoError(t, err)
			answers[mode] = map[string]cond.Tri{}
			for _, body := range []string{full, `{}`, `{"x":{"age":0,"n":0,"score":0,"vip":false,"country":"","tags":[],"nums":[],"orders":[]}}`} {
				var fs facts.Facts
				fs.Reset(l)
				require.NoError(t, l.DecodeJSON([]byte(body), &fs))
				var fr cond.Frame
				fr.Reset(b.Set(), &fs, now.UnixNano(), nil)
				answers[mode][body] = c.Eval(&fr)
				require.NotEmpty(t, c.Explain(&fr).Value.String())
			}
		}
		require.Equal(t, answers[0], answers[1], "unshared leaves differ: %s", src)
		require.Equal(t, answers[0], answers[2], "the virtual machine differs: %s", src)
	})
}
