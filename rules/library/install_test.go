package library_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/library"
)

const theirs = `winnow: 1
params:
  own_domains: [acme.example, acme.test]
  min_order: 7
gates:
  - id: adults
    min_age: 18
    when: (message.min_age ?? 0) >= 18
  - id: consent
    require: consent.marketing
    classes: [marketing]
personas:
  - id: open-complaint
    kind: negative
    name: Ours
    when: support.open_complaint
    action: suppress
    holdout: 0%
    owner: bo
    status: draft
    review_by: 2027-02-01
slots:
  cart:
    default: a
    variants: {a: {}}
  fit-advice:
    default: a
    variants: {a: {}}
`

// The bundle's own words win, and what comes in fits them.
func TestInstallJoinsWhatIsDeclared(t *testing.T) {
	l := open(t)
	bundle := fstest.MapFS{
		"rules.yaml":        {Data: []byte(theirs)},
		"rules.schema.json": {Data: []byte("{}")},
		"tests.schema.json": {Data: []byte("{}")},
	}
	in := install(t, l, bundle, "shop")
	require.Equal(t, []string{"open-complaint"}, in.Present)
	require.NotContains(t, in.Added, "open-complaint")
	require.Equal(t, []string{
		"rare-small-orders: params.min_order is yours, and stays as it is",
		"serial-returner: you have a slot fit-advice, so its own is called serial-returner",
		"own-people: params.own_domains is yours, and stays as it is",
		"age-unknown: you have a gate with min_age already, so library-legal-age was left out",
		"cart-reminder: you have a slot cart, so its own is called cart-reminder",
	}, in.Notes)
	text := func(id string) string { return string(bundle["library/"+id+".yaml"].Data) }
	require.NotContains(t, text("own-people"), "params:")
	require.Contains(t, string(bundle["library/own-people_test.yaml"].Data), "x@acme.example")
	require.NotContains(t, text("age-unknown"), "gates:")
	require.Contains(t, text("serial-returner"), "pin:\n        serial-returner: fit-guide")
	require.True(t, strings.HasPrefix(text("champion"), "# yaml-language-server: $schema=../rules.schema.json\nwinnow: 1\n"))
	require.Contains(t, text("champion"), "review_by: 2026-12-22\n    owner: anna@shop.example\n")
	require.Contains(t, text("champion"), "note: taken from the library, number p08")
	run(t, bundle)
}

func TestInstallTwiceAddsNothing(t *testing.T) {
	l := open(t)
	bundle := bundleOf(t, l, "b2b")
	before := len(bundle)
	in := install(t, l, bundle, "b2b")
	require.Empty(t, in.Added)
	require.Empty(t, in.Files)
	require.Len(t, bundle, before)
	install(t, l, bundle, "shop")
	run(t, bundle)
}

func TestInstallNeverOverwrites(t *testing.T) {
	l := open(t)
	chosen, _ := l.Select([]string{"champion"})
	bundle := fstest.MapFS{"a.yaml": {Data: []byte("winnow: 1\n")}, "library/champion_test.yaml": {Data: []byte("mine")}}
	_, err := library.Install(bundle, chosen, library.Options{Now: today})
	require.ErrorIs(t, err, library.ErrThere)
	require.ErrorContains(t, err, "library/champion_test.yaml")
}

func TestInstallIntoNothingBringsTheGates(t *testing.T) {
	bundle := bundleOf(t, open(t), "champion")
	require.Contains(t, string(bundle["library/gates.yaml"].Data), "consent.objects_marketing")
	require.NotContains(t, string(bundle["library/gates.yaml"].Data), "$schema", "there is none to name")
	run(t, bundle)
}
