package gate_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
)

func TestConcurrentSendsCannotBothPassACap(t *testing.T) {
	for name, ack := range map[string]gate.Ack{"commit": gate.AckCommit, "buffered": gate.AckBuffered} {
		t.Run(name, func(t *testing.T) {
			g := newGate(t, capped, gate.Options{Ack: ack})
			const contacts, each = 20, 8
			var sent [contacts]atomic.Int32
			var wg sync.WaitGroup
			for i := range contacts * each {
				wg.Go(func() {
					c := i % contacts
					if decide(t, g, fmt.Sprintf(`{"contact":{"id":"c%d"}}`, c)).Send {
						sent[c].Add(1)
					}
				})
			}
			wg.Wait()
			for c := range sent {
				require.EqualValues(t, 1, sent[c].Load(), "contact %d", c)
			}
		})
	}
}

func TestABatchCannotPassACapEither(t *testing.T) {
	g := newGate(t, capped, gate.Options{})
	var items [][]byte
	for i := range 60 {
		items = append(items, fmt.Appendf(nil, `{"contact":{"id":"c%d"}}`, i%20))
	}
	sent := map[string]int{}
	require.NoError(t, g.Batch(gate.Request{}, items, func(i int, b []byte, err error) {
		require.NoError(t, err)
		if parse(t, b).Send {
			sent[string(items[i])]++
		}
	}))
	require.Len(t, sent, 20)
	for body, n := range sent {
		require.Equal(t, 1, n, body)
	}
}

func TestACapForgetsAndTellsClassesApart(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	g := newGate(t, capped, gate.Options{Clock: func() time.Time { return now }})
	body := `{"contact":{"id":"c1"},"message":{"class":%q}}`
	require.True(t, decide(t, g, fmt.Sprintf(body, "service")).Send)
	require.True(t, decide(t, g, fmt.Sprintf(body, "marketing")).Send, "a service message used up nothing")
	require.False(t, decide(t, g, fmt.Sprintf(body, "marketing")).Send)
	now = now.Add(30*24*time.Hour + time.Second)
	require.True(t, decide(t, g, fmt.Sprintf(body, "marketing")).Send)
}

func TestStateSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "winnow.db")
	body := `{"contact":{"id":"c1"}}`
	t.Run("before", func(t *testing.T) {
		g := newGate(t, capped, gate.Options{Store: gate.SQLite(openLog(t, path))})
		require.True(t, decide(t, g, body).Send)
	})
	g := newGate(t, capped, gate.Options{Store: gate.SQLite(openLog(t, path))})
	require.False(t, decide(t, g, body).Send)
}

// sticky is a persona that holds on to contacts until they buy again.
const sticky = `winnow: 1
personas:
  - id: returner
    kind: negative
    name: Sends back most of what they buy
    why: not_for_them
    our_limit: our size chart does not fit everyone
    owner: anna@shop.example
    review_by: 2099-01-12
    evidence:
      - {team: service, kind: interview, count: 9, date: 2026-10-02, note: sizes run small}
    when: orders.count >= 5
    release_when: orders.count < 2
    action: suppress
slots:
  hero: {default: generic, variants: {generic: {}}}
`

func TestReleaseWhenRemembersTheLastDecision(t *testing.T) {
	keys := hashKeys()
	path := filepath.Join(t.TempDir(), "winnow.db")
	orders := func(g *gate.Gate, n int) bool {
		return decide(t, g, fmt.Sprintf(`{"contact":{"id":"c1"},"orders":{"count":%d}}`, n)).Send
	}
	t.Run("one key", func(t *testing.T) {
		g := newGate(t, sticky, gate.Options{Store: gate.SQLite(openLog(t, path)), Keys: keys})
		require.True(t, orders(g, 3))
		require.False(t, orders(g, 5))
		require.False(t, orders(g, 3), "still held")
		require.True(t, orders(g, 1), "released")
		require.True(t, orders(g, 3), "and no longer held")
		require.False(t, orders(g, 6))
	})
	t.Run("a new key beside the old one", func(t *testing.T) {
		keys := append([]gate.HashKey{{Version: 2, Secret: []byte("another secret of 32 bytes here!")}}, keys...)
		g := newGate(t, sticky, gate.Options{Store: gate.SQLite(openLog(t, path)), Keys: keys})
		require.False(t, orders(g, 3), "what stands under the old key still counts")
		require.True(t, orders(g, 1))
		require.True(t, orders(g, 3), "what stands under the new key outweighs it")
		list, err := g.History(context.Background(), gate.ByID, "c1", 0, 0)
		require.NoError(t, err)
		require.Len(t, list, 9, "history spans the keys")
		for i := range list[1:] {
			require.Greater(t, list[i].ID, list[i+1].ID)
		}
		n, err := g.Erase(context.Background(), gate.ByID, "c1")
		require.NoError(t, err)
		require.Equal(t, 9, n, "and so does erasing")
	})
}

func TestAnUnnamedContactHasNoState(t *testing.T) {
	g := newGate(t, capped, gate.Options{})
	for range 3 {
		require.True(t, decide(t, g, `{"contact":{}}`).Send)
	}
}

func TestContactsWithoutAnIDGoByTheirAddress(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	decide(t, g, `{"contact":{"email":"Ann@Shop.example"}}`)
	decide(t, g, `{"contact":{"email":"ann@shop.example"}}`)
	list, err := g.History(context.Background(), gate.ByEmail, "ANN@shop.example", 0, 0)
	require.NoError(t, err)
	require.Len(t, list, 2)
	list, err = g.History(context.Background(), gate.ByID, "ann@shop.example", 0, 0)
	require.NoError(t, err)
	require.Empty(t, list, "an id is no address")
}

func TestErasingLeavesNothing(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	req := gate.Request{Body: []byte(polish), Key: "k1"}
	first, err := g.Decide(nil, req)
	require.NoError(t, err)
	decide(t, g, `{"contact":{"id":"other"}}`)
	n, err := g.Erase(context.Background(), gate.ByID, "c1")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	again, err := g.Decide(nil, req)
	require.NoError(t, err)
	require.NotEqual(t, parse(t, first).ID, parse(t, again).ID, "not even the answer under a key")
	list, err := g.History(context.Background(), gate.ByID, "other", 0, 0)
	require.NoError(t, err)
	require.Len(t, list, 1)
}
