package writeback_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

func TestFromAnswer(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ answer, send, reason string }{
		"sent":     {`{"send":true,"action":"send","by":"","variants":{},"reasons":[{"code":"slot_default","slot":"hero"}]}`, "true", "none"},
		"persona":  {`{"send":false,"action":"suppress","by":"b","variants":{},"reasons":[{"code":"persona_match","rule":"a"},{"code":"persona_match","rule":"b"}]}`, "false", "persona_match:b"},
		"gate":     {`{"send":false,"action":"gate","by":"consent","variants":{},"reasons":[{"code":"gate_closed","rule":"consent"}]}`, "false", "gate_closed:consent"},
		"unnamed":  {`{"send":false,"action":"gate","variants":{},"reasons":[{"code":"gate_unknown","rule":"age"}]}`, "false", "gate_unknown:age"},
		"degraded": {`{"send":true,"action":"send","by":"","variants":{},"reasons":[{"code":"deadline_default"}]}`, "true", "deadline_default"},
	} {
		w, err := writeback.FromAnswer([]byte(c.answer), "t", writeback.Contact{ID: "c1"}, "", at)
		require.NoError(t, err, name)
		require.Equal(t, c.send, w.Value("send"), name)
		require.Equal(t, c.reason, w.Value("reason"), name)
		require.Equal(t, writeback.None, w.Value("for"), name)
	}
	w, err := writeback.FromAnswer([]byte(`{"send":true,"action":"send","variants":{"z":"1","send":"2","a":""},"reasons":[]}`), "t", writeback.Contact{}, "oct", at)
	require.NoError(t, err)
	require.Equal(t, []writeback.Value{{Name: "z", Value: "1"}, {Name: "slot_send", Value: "2"}, {Name: "a", Value: "none"}}, w.Values[4:])
	for _, bad := range []string{``, `{}`, `{"send":true}`, `{"send":true,"action":"send","variants":[]}`, `{"send":true,"action":"send","variants":{"a":1}}`} {
		_, err := writeback.FromAnswer([]byte(bad), "t", writeback.Contact{}, "", at)
		require.Error(t, err, bad)
	}
}

func TestNames(t *testing.T) {
	n := writeback.Names{Prefix: "wn_", Upper: true, Max: 10, Own: map[string]string{"footer": "FOOT"}}
	require.Equal(t, "WN_SEND", n.Of("send"))
	require.Equal(t, "WN_ABOVE_T", n.Of("above-the-fold"))
	require.Equal(t, "FOOT", n.Of("footer"))
	require.NoError(t, n.Check([]string{"hero", "footer"}))
	require.ErrorContains(t, n.Check([]string{"above-the-fold", "above-the-line"}), "above-the-fold and above-the-line would both be written to the field WN_ABOVE_T")
	require.Equal(t, "winnow_hero", writeback.Names{}.Of("hero"))
}

func TestBadWritesAreRefused(t *testing.T) {
	q, err := writeback.OpenQueue(t.TempDir()+"/q.db", nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, q.Close()) }()
	good := write("c1", "vip", time.Now())
	for name, mend := range map[string]func(*writeback.Write){
		"no target":  func(w *writeback.Write) { w.Target = "" },
		"no contact": func(w *writeback.Write) { w.Contact = writeback.Contact{} },
		"no values":  func(w *writeback.Write) { w.Values = nil },
		"too large": func(w *writeback.Write) {
			w.Values = []writeback.Value{{Name: "a", Value: string(make([]byte, 1<<17))}}
		},
	} {
		w := good
		mend(&w)
		require.ErrorIs(t, q.Put(t.Context(), w), writeback.ErrBadWrite, name)
	}
	require.NoError(t, q.Put(t.Context(), good))
	require.NoError(t, q.Close())
	require.ErrorIs(t, q.Put(t.Context(), good), writeback.ErrClosed)
}

// After the clock was set back, what is decided then is the latest all the same.
func TestAClockThatIsSetBackLosesNoDecision(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	q, err := writeback.OpenQueue(t.TempDir()+"/q.db", func() time.Time { return now })
	require.NoError(t, err)
	defer func() { require.NoError(t, q.Close()) }()
	hero := func() string {
		list, err := q.List(t.Context(), writeback.Filter{})
		require.NoError(t, err)
		require.Len(t, list, 1)
		text, err := json.Marshal(list[0].Write.Values)
		require.NoError(t, err)
		return string(text)
	}
	require.NoError(t, q.Put(t.Context(), write("c1", "vip", now)))
	require.NoError(t, q.Put(t.Context(), write("c1", "old", now.Add(-time.Minute))))
	require.Contains(t, hero(), "vip", "an older decision that comes late changes nothing")
	now = now.Add(-time.Hour)
	require.NoError(t, q.Put(t.Context(), write("c1", "plain", now)))
	require.Contains(t, hero(), "plain")
}
