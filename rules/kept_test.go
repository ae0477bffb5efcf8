package rules_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/checked"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/drawn"
	"github.com/winnow-gate/winnow/rules/workload"
)

// recordOf decides and gives what a log would keep.
func recordOf(t require.TestingT, b *rules.Bundle, tree any, state cond.State, now time.Time) (record []byte, answer string) {
	body, err := json.Marshal(tree)
	require.NoError(t, err)
	in, err := b.Input(body, now)
	require.NoError(t, err)
	defer in.Release()
	in.State = state
	answer = string(b.Decide(in).AppendJSON(nil))
	record, complete := in.AppendRecord(nil, hidden)
	require.True(t, json.Valid(record), "%s", record)
	require.Equal(t, answer, string(b.Decide(in).AppendJSON(nil)), "recording changes nothing")
	require.Equal(t, complete, !strings.Contains(string(record), `"?":[`), "%s", record)
	return record, answer
}

func hidden(dst []byte, _ string) []byte { return append(dst, "cafe"...) }

// again decides from a record.
func again(t require.TestingT, b *rules.Bundle, record []byte, state cond.State, now time.Time, lost ...int) (answer string, sure bool) {
	in := b.NewInput()
	defer in.Release()
	_, err := b.Layout().DecodeRecord(record, in.Facts())
	require.NoError(t, err)
	in.Now, in.State = now, state
	d, sure := b.DecideWithout(in, rules.Lost{Values: slices.Clone(in.Facts().Lost()), Slots: lost})
	return string(d.AppendJSON(nil)), sure
}

// asked are the predicates of a record, without what names them.
func asked(t require.TestingT, record []byte) map[string]any {
	var r struct {
		Said map[string]any `json:"="`
	}
	require.NoError(t, json.Unmarshal(record, &r))
	out := map[string]any{}
	for k, v := range r.Said {
		text, sum, ok := strings.Cut(k, "#")
		require.True(t, ok)
		require.Len(t, sum, 11)
		out[text] = v
	}
	return out
}

// Decided again from the record alone, a decision is the same to the byte, or it
// says that it can't be; with another bundle too.
func TestRecordsAnswerForWhatTheyHide(t *testing.T) {
	var same, other, spared int
	checked.Until(t, func() bool { return same > 0 && spared > 0 && other > 0 }, func(t *rapid.T) {
		mode := rapid.SampledFrom([]cond.Mode{cond.Shared, cond.Machine}).Draw(t, "mode")
		was, now := compiled(t, drawn.Bundle(t), mode), compiled(t, drawn.Bundle(t), cond.Shared)
		tree, state := drawn.Contact(t), drawn.State(t)
		record, answer := recordOf(t, was, tree, state, noon)
		if got, sure := again(t, was, record, state, noon); sure {
			require.Equal(t, answer, got, "%s", record)
			same++
			if strings.Contains(string(record), `"=":`) {
				spared++
			}
		} else {
			named := strings.Contains(string(record), `"contact.name.given"`)
			require.True(t, named || tree["contact"]["email"] == "nobody", "what only hashed fields speak in is known: %s", record)
		}
		var unread []int
		for i, f := range now.Layout().Fields() {
			if was.Layout().Slot(f.Path) < 0 {
				unread = append(unread, i)
			}
		}
		if got, sure := again(t, now, record, state, noon, unread...); sure {
			require.Equal(t, string(decision(t, now, tree, state).AppendJSON(nil)), got, "%s", record)
			other++
		}
	})
}

const addressed = `
params: {ours: [shop.example], shortest: 20}
fields:
  partner.code: {type: string, sensitivity: hash}
signals:
  mail: domain(contact.email)
  rival: in_list("rivals", signal.mail)
lists:
  rivals: {file: rivals.csv}
gates:
  - {id: consent, require: consent.marketing}
personas:
  - {id: own, kind: negative, name: N, when: 'domain(contact.email) in params.ours', action: suppress, holdout: 0%}
  - {id: vip, kind: positive, name: N, when: 'contact.email in ["anna@secret.example", "48123456789@x"] // "bo@secret.example"'}
  - {id: rival, kind: negative, name: N, when: 'orders.count > 3 and signal.rival', action: suppress, holdout: 0%}
  - {id: short, kind: negative, name: N, when: 'orders.count > 3 and len(contact.email) < params.shortest and partner.code == "K48123"', action: {hold: 1d}, holdout: 0%}
  - {id: jan, kind: negative, name: N, when: 'orders.count > 90 and (contact.name.given == "Jan" or contact.name.given == contact.email)', action: suppress, holdout: 0%}
  - {id: odd, kind: negative, name: N, when: 'len(contact.email) / orders.count > 100', action: suppress, holdout: 0%}
  - {id: there, kind: positive, name: N, when: 'orders.count > 90 and sent(7) > len(contact.email)'}
`

func addressedBundle(t *testing.T, replace ...string) *rules.Bundle {
	list := "domain\nrival.example\n"
	text := strings.NewReplacer(replace...).Replace("winnow: 1" + addressed)
	if slices.Contains(replace, "LIST") {
		list += "another.example\n"
	}
	b, problems := rules.Compile(fstest.MapFS{"rules.yaml": {Data: []byte(text)}, "rivals.csv": {Data: []byte(list)}}, rules.Options{})
	require.False(t, problems.HasErrors(), "%v", problems)
	return b
}

func contactOf(email string, orders int, consent bool) any {
	return map[string]any{
		"contact": map[string]any{"id": "a", "email": email}, "consent": map[string]any{"marketing": consent},
		"orders": map[string]any{"count": orders}, "partner": map[string]any{"code": "K1"},
	}
}

func TestRecord(t *testing.T) {
	b := addressedBundle(t)
	record, _ := recordOf(t, b, contactOf("anna@secret.example", 0, true), nil, noon)
	require.Equal(t, map[string]any{
		`domain(contact.email) in params.ours`:  false,
		`contact.email in […, …]`:               true,
		`in_list(…, signal.mail)`:               false,
		`len(contact.email) < params.shortest`:  true,
		`partner.code == …`:                     false,
		`len(contact.email) / orders.count > …`: "division by zero",
	}, asked(t, record), "not what was dropped, or is remembered, or known")
	for _, secret := range []string{"anna", "bo@", "48123", "secret", "shop.example", "rival.example"} {
		require.NotContains(t, string(record), secret)
	}
	record, _ = recordOf(t, b, contactOf("no address", 9, true), nil, noon)
	require.Nil(t, asked(t, record)[`domain(contact.email) in params.ours`])
	require.Contains(t, string(record), `"domain(contact.email) in params.ours#`, "unknown is an answer")
	require.NotContains(t, string(record), "signal.mail", "but a signal's is not told by it")

	record, _ = recordOf(t, b, contactOf("a@b.example", 9, false), nil, noon)
	require.NotContains(t, string(record), `"="`, "of whom a gate stops, no more is asked")
	record, _ = recordOf(t, b, map[string]any{"contact": map[string]any{"id": "a"}, "consent": map[string]any{"marketing": true}}, nil, noon)
	require.NotContains(t, string(record), `"="`, "without an address nothing was hidden")
	record, _ = recordOf(t, addressedBundle(t, "sensitivity: hash", "sensitivity: drop"), contactOf("a@b.example", 9, true), nil, noon)
	require.NotContains(t, string(record), "partner.code ==", "a dropped field leaves nothing")
}

// A predicate counts for another bundle only if it means the same there.
func TestRecordsKnowWhatWasMeant(t *testing.T) {
	record, answer := recordOf(t, addressedBundle(t), contactOf("a@another.example", 4, true), nil, noon)
	for name, c := range map[string]struct {
		replace []string
		sure    bool
	}{
		"the same":              {nil, true},
		"another threshold":     {[]string{"orders.count > 3 and signal", "orders.count > 2 and signal"}, true},
		"spelt otherwise":       {[]string{"domain(contact.email) in params.ours", `domain( contact.email ) in ["shop.example"]`}, true},
		"another list":          {[]string{"LIST", ""}, false},
		"a list read otherwise": {[]string{"file: rivals.csv", "file: rivals.csv, case: exact"}, false},
		"another param":         {[]string{"[shop.example]", "[shop.example, another.example]"}, false},
		"another signal":        {[]string{"mail: domain(contact.email)", "mail: lower(contact.email)"}, false},
		"another field":         {[]string{"sensitivity: hash", "sensitivity: hash, enum: [K1, K48123]"}, false},
		"another question":      {[]string{"domain(contact.email) in params.ours", "lower(contact.email) in params.ours"}, false},
	} {
		b := addressedBundle(t, c.replace...)
		got, sure := again(t, b, record, nil, noon)
		require.Equal(t, c.sure, sure, name)
		if sure {
			require.Equal(t, strings.ReplaceAll(answer, addressedBundle(t).Digest(), b.Digest()), got, name)
		}
	}
	old, _, _ := strings.Cut(string(record), `,"="`)
	_, sure := again(t, addressedBundle(t), []byte(old+"}"), nil, noon)
	require.False(t, sure, "a record from before says nothing of addresses, and is read")
	for _, broken := range []string{`"=":{"x":[1]}`, `"=":{"#":{}}`, `"=":[1]`, `"=":7`} {
		_, sure = again(t, addressedBundle(t), []byte(old+","+broken+"}"), nil, noon)
		require.False(t, sure)
	}
}

func TestRecordAllocatesNothing(t *testing.T) {
	b := workloadBundle(t)
	ins := inputs(t, b, 64)
	var buf []byte
	i := 0
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		in := ins[i&63]
		b.Decide(in)
		buf, _ = in.AppendRecord(buf[:0], hidden)
		i++
	}))
	require.Contains(t, string(buf), `"="`)
}

func BenchmarkRecord(b *testing.B) {
	bu := workloadBundle(b)
	all := workload.Bodies(workload.People(256))
	for name, record := range map[string]func(dst []byte, in *rules.Input) []byte{
		"facts alone": func(dst []byte, in *rules.Input) []byte {
			dst, _ = bu.Layout().AppendJSON(dst, in.Facts(), hidden)
			return dst
		},
		"with predicates": func(dst []byte, in *rules.Input) []byte {
			dst, _ = in.AppendRecord(dst, hidden)
			return dst
		},
	} {
		b.Run(name, func(b *testing.B) {
			in, buf, bytes := bu.NewInput(), []byte(nil), 0
			in.Now = noon
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				require.NoError(b, in.Decode(all[i&255]))
				buf = bu.Decide(in).AppendJSON(buf[:0])
				buf = record(buf, in)
				bytes += len(buf)
			}
			b.ReportMetric(float64(bytes)/float64(b.N), "bytes")
		})
	}
}
