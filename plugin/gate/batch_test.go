package gate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
)

type outcome struct {
	answer string
	err    error
}

func batch(t testing.TB, g *gate.Gate, req gate.Request) ([]outcome, error) {
	t.Helper()
	items, err := gate.Split(nil, req.Body, 1000)
	require.NoError(t, err)
	var out []outcome
	err = g.Batch(req, items, func(i int, b []byte, err error) {
		require.Len(t, out, i, "in order")
		out = append(out, outcome{string(b), err})
	})
	return out, err
}

func TestOneBadContactSpoilsOnlyItself(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	body := `[` + polish + `, {"contact":{"id":"x"},"contact":{}}, 7, {"no":1}, {"contact":tru}, {"contact":{"id":"b\u0000"}} , ` + polish + `]`
	out, err := batch(t, g, gate.Request{Body: []byte(body)})
	require.NoError(t, err)
	require.Len(t, out, 7)
	for i, o := range out {
		var bad *gate.BodyError
		switch i {
		case 0, 5, 6:
			require.NoError(t, o.err, i)
			parse(t, []byte(o.answer))
		default:
			require.ErrorAs(t, o.err, &bad, i)
			require.Empty(t, o.answer)
		}
	}
	require.NotEqual(t, parse(t, []byte(out[0].answer)).ID, parse(t, []byte(out[6].answer)).ID)
	for _, i := range []int{0, 5, 6} {
		r := record(t, g, parse(t, []byte(out[i].answer)).ID)
		require.Equal(t, out[i].answer, string(r.Answer))
	}
}

func TestABatchUnderAKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "winnow.db")
	body := `[` + polish + `,{"bad":1},{"contact":{"id":"c2"}}]`
	req := gate.Request{Body: []byte(body), Caller: "shop", Key: "batch-1"}
	var first []outcome
	t.Run("same process", func(t *testing.T) {
		g := newGate(t, shop, gate.Options{Store: gate.SQLite(openLog(t, path))})
		var err error
		first, err = batch(t, g, req)
		require.NoError(t, err)
		again, err := batch(t, g, req)
		require.NoError(t, err)
		require.Equal(t, first, again)
	})
	g := newGate(t, capped, gate.Options{Store: gate.SQLite(openLog(t, path))})
	again, err := batch(t, g, req)
	require.NoError(t, err)
	require.Equal(t, first[0], again[0])
	require.Equal(t, first[2], again[2])
	other := req
	other.Body = []byte(`[` + polish + `]`)
	_, err = batch(t, g, other)
	require.ErrorIs(t, err, gate.ErrKeyReused)
	_, err = g.Decide(nil, gate.Request{Body: []byte(polish), Caller: "shop", Key: "batch-1"})
	require.NoError(t, err, "keys of batches and of single requests are apart")
}

func TestABatchKeepsToTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlow(gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db"))))
		const deadline = 800 * time.Millisecond
		g := newGate(t, capped, gate.Options{Store: s, Deadline: deadline})
		body := "[" + strings.Repeat(`{"contact":{"id":"c1"}},`, 99) + `{"contact":{"id":"c2"}}]`
		start := time.Now()
		out, err := batch(t, g, gate.Request{Body: []byte(body)})
		require.NoError(t, err)
		require.Equal(t, deadline, time.Since(start))
		ids := map[string]bool{}
		for _, o := range out {
			a := parse(t, []byte(o.answer))
			require.Equal(t, []string{"deadline_default"}, a.codes())
			ids[a.ID] = true
		}
		require.Len(t, ids, 100)
		s.letGo()
		decide(t, g, `{"contact":{"id":"c3"}}`)
		for id := range ids {
			require.True(t, record(t, g, id).Degraded)
		}
	})
}

func TestSplit(t *testing.T) {
	for body, want := range map[string][]string{
		`[]`:                           nil,
		" [ ] \n":                      nil,
		`[1]`:                          {"1"},
		` [ {"a":[1,2]} , "],[" , 3 ]`: {`{"a":[1,2]}`, `"],["`, "3"},
		`["\"],",{"]":"[\\"}]`:         {`"\"],"`, `{"]":"[\\"}`},
	} {
		got, err := gate.Split(nil, []byte(body), 3)
		require.NoError(t, err, body)
		require.Len(t, got, len(want), body)
		for i := range want {
			require.Equal(t, want[i], string(got[i]))
		}
	}
	for _, body := range []string{``, `{}`, `7`, `[`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 ]]`, `["]`, `[{]`, `[{}`, "null", "[1]x", `["\`} {
		_, err := gate.Split(nil, []byte(body), 100)
		var bad *gate.BodyError
		require.ErrorAs(t, err, &bad, body)
		require.LessOrEqual(t, bad.Offset, len(body))
	}
	_, err := gate.Split(nil, []byte(`[1,2,3,4]`), 3)
	require.ErrorIs(t, err, gate.ErrTooMany)
	deep := strings.Repeat("[", 100_000)
	_, err = gate.Split(nil, []byte(deep), 3)
	require.Error(t, err)
}

// FuzzSplit compares the splitter with encoding/json.
func FuzzSplit(f *testing.F) {
	f.Add([]byte(`[{"a":"]"},[1,2],"\"",null]`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, body []byte) {
		items, err := gate.Split(nil, body, 1<<20)
		var want []json.RawMessage
		if json.Unmarshal(body, &want) != nil || want == nil {
			if err == nil {
				require.Equal(t, byte('['), bytes.TrimLeft(body, " \t\r\n")[0])
			}
			return
		}
		require.NoError(t, err)
		require.Len(t, items, len(want))
		for i := range want {
			require.Equal(t, string(want[i]), string(items[i]))
		}
	})
}

func TestNothingOfOneContactReachesAnother(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	done := make(chan error)
	for w := range 8 {
		go func() {
			var dst []byte
			for i := range 300 {
				id := fmt.Sprintf("w%d-%d", w, i)
				body := fmt.Appendf(nil, `{"contact":{"id":%q,"country":%q},"consent":{"marketing":true},"orders":{"count":%d}}`,
					id, []string{"PL", "DK"}[i%2], i%7)
				b, err := g.Decide(dst[:0], gate.Request{Body: body})
				clear(body) // the gate keeps nothing of it
				var a answer
				if err == nil {
					err = json.Unmarshal(b, &a)
				}
				if err == nil && (a.Variants["hero"] == "vip") != (i%2 == 0) || a.Send != (i%7 < 5) {
					err = fmt.Errorf("%s got another's answer: %s", id, b)
				}
				if err == nil {
					err = isAbout(g, a.ID, id)
				}
				if dst = b; err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 8 {
		require.NoError(t, <-done)
	}
}

// isAbout fails when a record holds other facts than those of one contact.
func isAbout(g *gate.Gate, decision, contact string) error {
	n, err := gate.ParseID(decision)
	if err != nil {
		return err
	}
	r, ok, err := g.Decision(context.Background(), n)
	if err != nil || !ok {
		return fmt.Errorf("no record of %s: %w", decision, err)
	}
	var f struct{ Contact struct{ ID string } }
	if err := json.Unmarshal(r.Facts, &f); err != nil || f.Contact.ID != contact {
		return fmt.Errorf("the record of %s is about %s: %w", contact, f.Contact.ID, err)
	}
	return nil
}
