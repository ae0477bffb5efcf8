package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

func BenchmarkAbout(b *testing.B) {
	l := fresh(b, ledger.Options{})
	var events []ledger.Event
	for i := range 2000 {
		events = append(events, ledger.Event{
			Source: "esp", ID: fmt.Sprint(i), Kind: ledger.Clicked, Email: fmt.Sprintf("p%d@example.test", i%500),
			At: noon().Add(-time.Duration(i) * time.Hour),
		})
	}
	put(b, l, events...)
	keys := make([]ledger.Key, 1000) // every other one is not known
	for i := range keys {
		_, k := names(1)("", fmt.Sprintf("p%d@example.test", i))
		keys[i] = k[0]
	}
	clicks, _ := ledger.FieldOf("engagement.clicks_90d")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		var v ledger.View
		require.NoError(b, l.About(b.Context(), &v, noon(), time.Time{}, keys[i%1000]))
		v.Value(clicks)
	}
}

func BenchmarkBarred(b *testing.B) {
	l := fresh(b, ledger.Options{})
	put(b, l, ledger.Event{Source: "esp", ID: "1", Kind: ledger.Unsubscribe, Email: "x@example.test"})
	_, k := names(1)("", "y@example.test")
	for b.Loop() {
		l.Barred("email", k[0])
	}
}
