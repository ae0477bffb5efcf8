//go:build wasip1

// Command churn says how likely a customer is not to come back, from their own
// rhythm: who orders every month is late after two, who orders once a year is
// not.
//
// A project of `winnow wasm new --lang go` has its own copy of the kit.
package main

import (
	"math"

	"github.com/winnow-gate/winnow/wasm/guest/go/winnow"
)

var (
	count = winnow.Field("orders.count")
	usual = winnow.Field("orders.gap_days_avg")
	now   = winnow.Field("orders.gap_days_now")

	risk     = winnow.Output("risk")
	daysLeft = winnow.Output("days_left")
)

//go:wasmexport winnow_evaluate
func evaluate() uint32 {
	n, _ := count.Int()
	gap, ok := usual.Float()
	since, seen := now.Float()
	if n < 3 || !ok || !seen || gap < 1 {
		winnow.Unknown("too few orders for a rhythm")
		return 0
	}
	late := since / gap
	// Half of those who are twice as late as usual never come back.
	p := 1 / (1 + math.Exp(-2.5*(late-2)))
	risk.SetFloat(p)
	daysLeft.SetInt(int64(max(0, math.Round(2*gap-since))))
	if p >= 0.5 {
		winnow.Yes("later than twice their usual gap")
	} else {
		winnow.No("within their usual gap")
	}
	return 0
}

func main() {}
