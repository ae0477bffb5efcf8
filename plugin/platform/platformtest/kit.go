package platformtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Rules is the bundle that the kit decides with: a gate (consent.marketing), a
// negative persona (orders.count of 5 and more), two slots (hero and footer; vip
// for PL) and a field of the shop's own (shop.tier).
const Rules = `winnow: 1
fields:
  shop.tier: {type: string}
gates:
  - id: consent
    require: consent.marketing
    classes: [marketing]
personas:
  - id: returner
    kind: negative
    name: Sends back most of what they buy
    when: orders.count >= 5
    action: suppress
slots:
  hero:
    default: generic
    variants: {vip: {headline: "For you"}, generic: {}}
    rules:
      - {when: contact.country == "PL" or shop.tier == "gold", use: vip}
  footer:
    default: plain
    variants: {plain: {}}
`

// Now is the clock of the kit.
func Now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// Kit is what the kit must know of a platform.
type Kit struct {
	Platform platform.Platform
	// Call is a good call, as the platform makes it, before it is signed: about
	// one contact whom the message is sent to under Rules. Path is set by the kit.
	Call platform.Call
	// Options are added to those of the source: mapping and settings.
	Options platform.Options
	// Rules is the bundle; "" is Rules.
	Rules string
	// Forms says that the platform sends forms too: the call as a form and as a
	// multipart form must then be decided alike.
	Forms bool
	// Keyed says that Call has what a repeat is known by.
	Keyed bool
	// Except are the outcomes of trouble that the platform can't have as its owner
	// chose: what happens instead.
	Except map[platform.OnTrouble][]platform.Then
	// SchemeOptions are those of its schemes.
	SchemeOptions verify.Options
}

// Run runs the kit.
func Run(t *testing.T, k Kit) {
	k.Call.Path = platform.Address("kit")
	if k.Call.Below != "" {
		k.Call.Path += "/" + k.Call.Below
	}
	if k.Rules == "" {
		k.Rules = Rules
	}
	for _, part := range []struct {
		name string
		test func(*testing.T, Kit)
	}{
		{"description", described},
		{"recipe", recipes},
		{"a good call", goodCall},
		{"signatures", signatures},
		{"repeats", repeats},
		{"bodies", bodies},
		{"size", sizes},
		{"outages", outages},
		{"goldens", goldens},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, k) })
	}
}

// described wants all that people and configuration are shown.
func described(t *testing.T, k Kit) {
	p := k.Platform
	require.Regexp(t, `^[a-z][a-z0-9-]*$`, p.Name)
	require.NotEmpty(t, p.Title)
	require.Greater(t, len(p.Doc), 40, "say how the platform asks and what it can read")
	require.NotEmpty(t, p.Key, "say what a repeated call is known by")
	require.NotEmpty(t, p.Schemes)
	for _, id := range p.Schemes {
		_, ok := verify.Describe(id)
		require.True(t, ok, "there is no scheme %s", id)
	}
	for _, s := range p.Settings {
		require.NotEmpty(t, s.Doc, "setting %s", s.Name)
		if s.Default != nil {
			require.NoError(t, s.Check(s.Default), "setting %s", s.Name)
		}
	}
	require.NotEmpty(t, p.Reacts(nil).Why, "say what the platform does without an answer")
	_, err := payload.Compile(p.Mapping, payload.Options{Keep: p.Keep, Beside: p.Beside})
	require.NoError(t, err)
}

// recipes wants the owner's own address and slots in what is to be pasted.
func recipes(t *testing.T, k Kit) {
	text := k.Platform.Recipe(platform.Recipe{
		URL: "https://winnow.shop.example/v1/in/autumn", Slots: []string{"hero", "footer"},
		Fields: []string{"orders.count"}, Source: "autumn",
	})
	require.Contains(t, text, "https://winnow.shop.example/v1/in/autumn")
	require.Contains(t, text, "hero")
	require.NotContains(t, text, "<no value>")
	require.NotContains(t, text, "template:", "the recipe can't be filled")
	bare := k.Platform.Recipe(platform.Recipe{URL: "https://w.example/v1/in/x"})
	require.NotContains(t, bare, "template:", "the recipe can't be filled without slots")
}

// goodCall wants the contact to be sent to, and the record to be of them.
func goodCall(t *testing.T, k Kit) {
	b := newBench(t, k, benchOptions{})
	r := b.serve(t, b.signed(t, k.Call))
	require.Equal(t, platform.Sends, b.source.Reacts(r).Then, "%d %s", r.Status, r.Body)
	require.Equal(t, map[string]uint64{"answered": 1}, b.source.Metrics().Calls)
	require.NotEmpty(t, b.spy.requests)
	for _, q := range b.spy.requests {
		require.True(t, json.Valid(q.Body), string(q.Body))
		require.True(t, q.Loose)
	}
}

// repeats wants one answer for a repeated call.
func repeats(t *testing.T, k Kit) {
	if !k.Keyed {
		require.Empty(t, newBench(t, k, benchOptions{scheme: "none"}).keyOf(t, k.Call), "the call has a key: set Keyed")
		return
	}
	b := newBench(t, k, benchOptions{})
	call := b.signed(t, k.Call)
	first := b.serve(t, call)
	b.clock.Store(Now().Add(time.Minute).UnixNano())
	again := b.serve(t, call)
	require.Equal(t, first.Status, again.Status)
	require.Equal(t, string(first.Body), string(again.Body))
	require.EqualValues(t, 1, b.decisions(), "a repeated call was decided anew")
	require.NotEmpty(t, b.keyOf(t, k.Call))
}

// sizes wants what is too large to be told, plain and packed.
func sizes(t *testing.T, k Kit) {
	k.Options.MaxBody = max(len(k.Call.Body)+2048, 4096) // room for a signature inside
	b := newBench(t, k, benchOptions{scheme: "none"})
	require.Equal(t, platform.Sends, b.source.Reacts(b.serve(t, k.Call)).Then)
	large := k.Call
	large.Body = append(bytes.Repeat([]byte(" "), k.Options.MaxBody), k.Call.Body...)
	if large.Method == "GET" {
		return
	}
	bomb := packed(t, large)
	require.Less(t, len(bomb.Body), k.Options.MaxBody)
	for _, c := range []platform.Call{large, bomb} {
		before := b.decisions()
		b.serve(t, c)
		require.Equal(t, before, b.decisions(), "a call beyond the limit was decided on")
		require.True(t, errors.Is(b.trouble(), platform.ErrTooLarge), "%v", b.trouble())
	}
}

func contains[T comparable](list []T, v T) bool { return slices.Contains(list, v) }
