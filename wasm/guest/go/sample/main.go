//go:build wasip1

// Command sample is the sample rule of every kit, see ../../SAMPLE.md.
package main

import "github.com/winnow-gate/winnow/wasm/guest/go/winnow"

var (
	country     = winnow.Field("contact.country")
	tags        = winnow.Field("contact.tags")
	createdAt   = winnow.Field("contact.created_at")
	ordersCount = winnow.Field("orders.count")
	ordersTotal = winnow.Field("orders.total")
	consent     = winnow.Field("consent.marketing")
	amounts     = winnow.Field("orders.amounts")

	score      = winnow.Output("score")
	tier       = winnow.Output("tier")
	ordersLeft = winnow.Output("orders_left")
	eligible   = winnow.Output("eligible")
	hero       = winnow.Slot("hero")

	threshold = parse(winnow.Config())
)

func parse(digits []byte) (n int64) {
	for _, d := range digits {
		n = n*10 + int64(d-'0')
	}
	return n
}

// start refuses to run without a threshold.
//
//go:wasmexport winnow_init
func start() uint32 {
	if threshold == 0 {
		return 1
	}
	return 0
}

//go:wasmexport winnow_evaluate
func evaluate() uint32 {
	agreed, ok := consent.Bool()
	switch {
	case !ok:
		winnow.Unknown("consent unknown")
		return 0
	case !agreed:
		winnow.No("no consent")
		return 0
	}
	count, ok := ordersCount.Int()
	if !ok {
		winnow.Unknown("orders unknown")
		return 0
	}
	now := winnow.Now()
	days := max(0, (now-createdAt.TimeOr(now))/86_400_000)
	score.SetFloat(spent()/float64(count+1) + float64(days)*0.01)
	rank(count)
	if b := winnow.Bucket("propensity-v1"); b >= 0 && b < 50_000 {
		winnow.Log(1, "treated")
	} else {
		winnow.Log(1, "control")
	}
	member := tags.Contains("member")
	eligible.SetBool(member)
	if member {
		winnow.Yes("member")
	} else {
		winnow.No("not a member")
	}
	return 0
}

func spent() float64 {
	n, ok := amounts.Len()
	if !ok {
		total, _ := ordersTotal.Float()
		return total
	}
	sum := 0.0
	for i := range n {
		sum += amounts.ItemFloat(i, 0)
	}
	return sum
}

func rank(count int64) {
	switch {
	case count >= threshold:
		tier.SetString("gold")
		ordersLeft.SetInt(0)
		hero.Choose("vip")
		return
	case count >= 1:
		tier.SetString("silver")
	default:
		tier.SetString("bronze")
	}
	ordersLeft.SetInt(threshold - count)
	switch {
	case country.Is("DE"):
		hero.Choose("win-back")
	case country.Kind().Known():
		hero.Choose("generic")
	}
}

// regular is a second rule of the same module: somebody who buys often.
//
//go:wasmexport winnow_evaluate_regular
func regular() uint32 {
	agreed, ok := consent.Bool()
	if !ok {
		winnow.Unknown("consent unknown")
		return 0
	}
	if agreed && ordersCount.IntOr(0) >= 2 && ordersTotal.FloatOr(0) >= 50 && country.Kind().Known() {
		winnow.Yes("regular")
	} else {
		winnow.No("regular")
	}
	return 0
}

func main() {}
