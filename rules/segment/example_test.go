package segment_test

import (
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/rules/segment"
)

// Rows of orders go into a ledger, in any order; customers come out with their
// numbers and classes. A return is not a purchase.
func Example() {
	ledger, err := segment.NewLedger(segment.Options{Currency: "EUR"})
	if err != nil {
		panic(err)
	}
	orders := "customer,order,date,amount\n" +
		"ada,1,2026-03-02,40.00\nada,2,2026-06-01,55.00\nada,3,2026-09-07,60.00\n" +
		"bob,4,2025-01-20,12.50\n" +
		"eve,5,2026-05-05,80.00\neve,6,2026-05-09,-80.00\n"
	_, err = segment.Read(strings.NewReader(orders), segment.ReadOptions{Currency: "EUR"}, ledger.Add)
	if err != nil {
		panic(err)
	}
	for _, c := range ledger.Analyse().Customers {
		fmt.Printf("%s: %d days ago, %d orders, %s EUR, ABC %c\n",
			c.Key, c.Recency, c.Orders, segment.FormatAmount(c.Net(), segment.Decimals("EUR")), c.ABC)
	}
	// Output:
	// ada: 1 days ago, 3 orders, 155.00 EUR, ABC A
	// bob: 596 days ago, 1 orders, 12.50 EUR, ABC B
	// eve: 126 days ago, 1 orders, 0.00 EUR, ABC C
}
