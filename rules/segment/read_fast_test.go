package segment

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/checked"
)

// Rows that are read fast come to what they come to the other way, which dropping
// duplicates forces: no row is there twice, for each has its number.
func TestFastRowsAreReadAsTheOthers(t *testing.T) {
	pick := func(t *rapid.T, what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, what) }
	mostly := func(t *rapid.T, what, plain string, other ...string) string {
		if rapid.IntRange(0, 3).Draw(t, "odd "+what) > 0 {
			return plain
		}
		return pick(t, what, other...)
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	fast := 0
	checked.Until(t, func() bool { return fast > 0 }, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString("n,customer,date,order,amount,kind,currency,margin\n")
		for i := range rapid.IntRange(0, 12).Draw(t, "rows") {
			row := []string{
				strings.Repeat("1", i+1),
				mostly(t, "customer", "a", "b b", " c", "ąć", `"d"`, `"e,f"`, `"g""h"`, "", `"`, "\"i\nj\"", `k"`, strings.Repeat("l", 70)),
				mostly(t, "date", "2026-01-02", "2024-02-29", "2025-02-29", "2026-13-01", "1899-12-31", "2026-01-02T10:00:00", "2026-01-02 23:59:59Z", "2026-01-02T23:59:60Z", "2026-01-02T24:00:00", "2026-01-02T10:00:00+09:00", "2026-01-0x", "2026/01/02", " 2026-01-02", `"2026-01-02"`),
				mostly(t, "order", "", "o1", " o2 ", `"o3"`),
				mostly(t, "amount", "12.50", rapid.StringMatching(`[-+]?[0-9]{0,7}([.,][0-9]{0,4})?`).Draw(t, "digits")),
				mostly(t, "kind", "", "sale", "Refund", "gift"),
				mostly(t, "currency", "EUR", "eur", "USD", ""),
				mostly(t, "margin", "1", "0.10", "-3.05", "x", "12345.67", "123456.78"),
			}
			if rapid.IntRange(0, 9).Draw(t, "cut") == 0 {
				row = row[:rapid.IntRange(1, 7).Draw(t, "fields")]
			}
			b.WriteString(strings.Join(row, ",") + pick(t, "end", "\n", "\r\n", "\n\n", "\r\r\n"))
		}
		text := strings.TrimSuffix(b.String(), pick(t, "last", "", "\n"))
		o := ReadOptions{Columns: Columns{Margin: "margin"}, Currency: "EUR", MaxBad: 1000}
		o.Zone = rapid.SampledFrom([]*time.Location{nil, time.UTC, tokyo}).Draw(t, "zone")
		o.SourceZone = rapid.SampledFrom([]*time.Location{nil, time.UTC, tokyo}).Draw(t, "source zone")
		o.DecimalComma = rapid.IntRange(0, 3).Draw(t, "decimal comma") == 0
		o.Decimals = rapid.SampledFrom([]int{0, 0, 2, 3, 3, NoDecimals}).Draw(t, "decimals")
		read := func(slow bool) (orders []Order, report ReadReport) {
			o.DropDuplicates = slow
			r, err := Read(strings.NewReader(text), o, func(o Order) error {
				o.Customer, o.ID = strings.Clone(o.Customer), strings.Clone(o.ID)
				orders = append(orders, o)
				return nil
			})
			require.NoError(t, err)
			return orders, *r
		}
		orders, report := read(false)
		wantOrders, want := read(true)
		require.Equal(t, wantOrders, orders)
		require.Equal(t, want, report)
		fast += len(orders)
	})
}
