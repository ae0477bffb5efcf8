package segment

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/field"
)

// analyse takes orders written as "customer date amount [id]" lines, amounts in
// cents-and-all, and gives the customers by key.
func analyse(t testing.TB, o Options, lines string) (*Analysis, map[string]*Customer) {
	t.Helper()
	l, err := NewLedger(o)
	require.NoError(t, err)
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		amount, err := ParseAmount(f[2], 2)
		require.NoError(t, err)
		order := Order{Customer: f[0], Day: mustDay(f[1]), Amount: amount}
		if len(f) > 3 {
			order.ID = f[3]
		}
		require.NoError(t, l.Add(order))
	}
	a := l.Analyse()
	by := map[string]*Customer{}
	for i := range a.Customers {
		by[a.Customers[i].Key] = &a.Customers[i]
	}
	return a, by
}

func TestScoresByHand(t *testing.T) {
	// Five customers, five bins: the quantiles of 1…5 at 20 % steps are 1.8, 2.6,
	// 3.4 and 4.2, so that each gets its own score.
	a, by := analyse(t, Options{AsOf: mustDay("2026-03-01")}, `
		a 2026-02-24 10
		b 2026-02-25 20
		c 2026-02-26 30
		d 2026-02-27 40
		e 2026-02-28 50`)
	require.Equal(t, []float64{1.8, 2.6, 3.4, 4.2}, a.Model.R.Values())
	require.Equal(t, []float64{1800, 2600, 3400, 4200}, a.Model.M.Values())
	for i, key := range []string{"a", "b", "c", "d", "e"} {
		require.Equal(t, RFM{i + 1, 1, i + 1}, by[key].RFM, key)
	}
	require.Equal(t, "Lost", by["a"].Segment)
	require.Equal(t, "New Customers", by["e"].Segment)
	require.Equal(t, 515, by["e"].Number())
}

func TestTiesGetEqualScores(t *testing.T) {
	_, by := analyse(t, Options{}, `
		a 2026-01-01 5
		b 2026-01-01 5
		c 2026-01-01 5
		d 2026-01-01 5
		e 2026-01-02 9`)
	for _, key := range []string{"a", "b", "c", "d"} {
		// Recency 2 lies above one of the quantiles 1.8, 2, 2, 2: second bin, score 4.
		require.Equal(t, RFM{4, 1, 1}, by[key].RFM)
	}
	require.Equal(t, RFM{5, 1, 5}, by["e"].RFM)
}

func TestOneCustomerAndNone(t *testing.T) {
	a, by := analyse(t, Options{}, "a 2026-01-15 5")
	require.Equal(t, RFM{5, 1, 1}, by["a"].RFM) // on every edge, so in the lowest bin
	require.Equal(t, "2026-01-16", a.Model.AsOf.String())
	require.Equal(t, 1, by["a"].Recency)
	require.Equal(t, byte('A'), by["a"].ABC)
	require.Zero(t, by["a"].XYZ)
	require.Zero(t, by["a"].Percentile)
	require.True(t, math.IsNaN(by["a"].GapMean))
	require.Equal(t, Unknown, by["a"].Slipping)
	require.Equal(t, No, by["a"].Inactive)

	a, _ = analyse(t, Options{}, "")
	require.Empty(t, a.Customers)
	require.Equal(t, Classes{}, a.Model.Score(Purchases{Recency: 1, Frequency: 1, Money: 1, Value: 1}))
	s := a.Summarise()
	require.Zero(t, s.All.Customers)
	require.True(t, math.IsNaN(s.Pareto.For80))
	var b strings.Builder
	require.NoError(t, a.WriteTable(&b, TableOptions{Bare: true}))
	require.Equal(t, 1, strings.Count(b.String(), "\n"))
}

func TestReturnsAreNoPurchases(t *testing.T) {
	const orders = `
		kept     2026-01-10  50 s1
		kept     2026-02-10  50 s2
		mostly   2026-01-10 100 s3
		mostly   2026-02-20 -80 r1
		nothing  2026-01-10 100 s4
		nothing  2026-01-10 -100 r2
		returner 2026-01-10 -30 r3
		nothing  2026-02-28   0 s5`
	o := Options{AsOf: mustDay("2026-03-01")}
	_, by := analyse(t, o, orders)
	p := by["mostly"]
	require.Equal(t, [4]int{1, 1, 1, 50}, [4]int{p.Orders, p.Returns, p.Days, p.Recency}) // the return is not the last purchase
	require.EqualValues(t, 2000, p.Net())
	require.EqualValues(t, 10000, p.Gross)
	require.InDelta(t, 1, p.ReturnRate(), 0)
	require.InDelta(t, 0.8, p.ReturnedShare(), 0)

	require.Zero(t, by["nothing"].Net())
	require.Equal(t, 2, by["nothing"].Orders) // a sale of 0.00 is a sale
	require.Equal(t, byte('C'), by["nothing"].ABC)

	only := by["returner"]
	require.Equal(t, RFM{}, only.RFM)
	require.Empty(t, only.Segment)
	require.Equal(t, byte('C'), only.ABC)
	require.True(t, math.IsNaN(only.ReturnRate()))
	require.Equal(t, Unknown, only.Inactive)

	o.Gross = true
	_, gross := analyse(t, o, orders)
	require.Equal(t, by["kept"].RFM.M, 5)
	require.Equal(t, gross["mostly"].RFM.M, gross["kept"].RFM.M) // 100 each before returns
}

func TestFrequencyCounts(t *testing.T) {
	const orders = `
		a 2026-01-01 1 o1
		a 2026-01-01 1 o1
		a 2026-01-01 1 o2
		a 2026-01-05 1
		a 2026-01-05 1`
	_, by := analyse(t, Options{}, orders)
	p := &by["a"].Profile
	require.Equal(t, 4, p.Frequency(&Options{}))
	require.Equal(t, 5, p.Frequency(&Options{Frequency: CountRows}))
	require.Equal(t, 2, p.Frequency(&Options{Frequency: CountDays}))
}

func TestABCCrossing(t *testing.T) {
	classes := func(rule Crossing, values ...string) string {
		lines := ""
		for i, v := range values {
			lines += string(rune('a'+i)) + " 2026-01-01 " + v + "\n"
		}
		a, _ := analyse(t, Options{Crossing: rule}, lines)
		out := ""
		for i := range a.Customers {
			out += string(a.Customers[i].ABC)
		}
		return out
	}
	require.Equal(t, "AC", classes(CrossingUp, "96", "4"))
	require.Equal(t, "CC", classes(CrossingStrict, "96", "4"))
	require.Equal(t, "AABC", classes(CrossingUp, "40", "40", "15", "5"))
	require.Equal(t, "AABC", classes(CrossingDown, "40", "40", "15", "5"))
	require.Equal(t, "ABCC", classes(CrossingStrict, "40", "40", "15", "5"))
	require.Equal(t, "ACC", classes(CrossingUp, "10", "0", "-50"))
	require.Equal(t, "CCC", classes(CrossingUp, "0", "0", "-50"))
	// Equal values are taken by key.
	require.Equal(t, "AAAAB", classes(CrossingUp, "20", "20", "20", "20", "20"))
}

func TestFloorsOfTheModel(t *testing.T) {
	a, _ := analyse(t, Options{}, "a 2026-01-01 40\nb 2026-01-01 40\nc 2026-01-01 15\nd 2026-01-01 5")
	for value, want := range map[int64]byte{9999: 'A', 4000: 'A', 3999: 'B', 1500: 'B', 1499: 'C', 0: 'C', -5: 'C'} {
		require.Equal(t, want, a.Model.ABC.Class(value), value)
	}
	// With nobody in A, nobody new is put there.
	a, _ = analyse(t, Options{Crossing: CrossingDown}, "a 2026-01-01 96\nb 2026-01-01 4")
	require.Equal(t, byte('C'), a.Model.ABC.Class(9600))
}

func TestMonthsAndVariation(t *testing.T) {
	const orders = `
		steady 2026-01-31 10
		steady 2026-02-01 10
		steady 2026-03-15 10
		once   2026-02-10 30
		newest 2026-04-02 99`
	a, by := analyse(t, Options{AsOf: mustDay("2026-04-10")}, orders)
	require.Equal(t, "2026-01", a.Model.From.String())
	require.Equal(t, 3, a.Model.Months) // April has just begun
	require.Equal(t, byte('X'), by["steady"].XYZ)
	require.Zero(t, by["steady"].Variation)
	require.InDelta(t, math.Sqrt(3), by["once"].Variation, 1e-12)
	require.Equal(t, byte('Z'), by["once"].XYZ)
	require.Zero(t, by["newest"].ABC) // nothing in the full months
	require.Zero(t, by["newest"].XYZ)
	require.Equal(t, 5, by["newest"].RFM.M)
	require.InDelta(t, -1.0, by["newest"].Percentile, 0)

	a, _ = analyse(t, Options{AsOf: mustDay("2026-05-01")}, orders)
	require.Equal(t, 4, a.Model.Months) // on the first, the month before is over
	a, by = analyse(t, Options{OneTime: true, AsOf: mustDay("2026-04-10")}, orders)
	require.False(t, a.Model.XYZKnown())
	require.Equal(t, byte('A'), by["newest"].ABC) // by the average order of the whole history
	require.EqualValues(t, 1000, by["steady"].Value)
	require.Zero(t, by["steady"].XYZ)
}

func TestTrendByHand(t *testing.T) {
	_, by := analyse(t, Options{AsOf: mustDay("2026-07-01")}, `
		late  2026-01-01 10
		late  2026-01-11 10
		late  2026-01-21 10
		slow  2026-01-01 10
		slow  2026-01-11 10
		slow  2026-02-10 10
		slow  2026-06-10 10
		pair  2026-06-01 10
		pair  2026-06-30 10
		even  2026-01-01 10
		even  2026-03-01 10
		even  2026-05-01 10
		fewer 2026-01-05 10
		fewer 2026-01-20 10
		fewer 2026-02-10 10
		fewer 2026-02-25 10
		fewer 2026-05-20 10
		gone  2024-01-01 10`)
	p := by["late"]
	require.Equal(t, 161, p.Recency)
	require.InDelta(t, 10, p.GapMean, 0)
	require.InDelta(t, 0, p.GapSD, 0)
	require.InDelta(t, 1, p.GapTrend, 0)
	require.InDelta(t, 16.1, p.Overdue, 1e-12)
	require.Equal(t, Yes, p.Slipping)
	require.Equal(t, No, p.Inactive)

	p = by["slow"]
	require.InDelta(t, 30, p.GapMedian, 0)
	require.InDelta(t, 12, p.GapTrend, 0) // 120 against 10; the middle gap counts for neither
	require.Equal(t, No, p.Slipping)      // half the purchase days, but silent for less than the usual gap
	require.Equal(t, Window{1, 1000}, p.Recent)
	require.Equal(t, Window{2, 2000}, p.Previous)

	require.Equal(t, Yes, by["fewer"].Slipping, "a quarter of the purchase days, and silent for 1.2 times the usual gap")

	p = by["pair"]
	require.InDelta(t, 29, p.GapMedian, 0)
	require.True(t, math.IsNaN(p.GapSD))
	require.True(t, math.IsNaN(p.GapTrend))
	require.Equal(t, Unknown, p.Slipping)
	require.Equal(t, Yes, by["gone"].Inactive)
	require.Equal(t, Unknown, by["gone"].Slipping)
	require.Equal(t, No, by["even"].Slipping)
}

func TestAsOfLeavesLaterOrdersOut(t *testing.T) {
	const orders = "a 2026-01-01 1\na 2026-01-05 1\na 2026-01-09 1"
	a, by := analyse(t, Options{AsOf: mustDay("2026-01-05")}, orders)
	require.Equal(t, [2]int{2, 1}, [2]int{a.Rows, a.Future})
	require.Zero(t, by["a"].Recency)
	_, by = analyse(t, Options{AsOf: mustDay("2026-01-05"), KeepFuture: true}, orders)
	require.Equal(t, -4, by["a"].Recency)
}

func TestGivenCutPointsAndOtherBins(t *testing.T) {
	o := Options{Bins: 3, Edges: LeftClosed, RecencyCuts: []int64{10, 20}, FrequencyCuts: []int64{2, 3}, MoneyCuts: []int64{1000, 2000}, AsOf: mustDay("2026-02-01")}
	a, by := analyse(t, o, "a 2026-01-22 10\nb 2026-01-23 9.99\nb 2026-01-23 10.01")
	require.Equal(t, RFM{2, 1, 2}, by["a"].RFM) // 10 days and 10.00 are on the edges
	require.Equal(t, RFM{3, 2, 3}, by["b"].RFM)
	require.Empty(t, by["a"].Segment) // the package's names are for five bins
	o.Edges = RightClosed
	_, by = analyse(t, o, "a 2026-01-22 10")
	require.Equal(t, RFM{3, 1, 1}, by["a"].RFM)
	require.Equal(t, []float64{1000, 2000}, a.Model.M.Values())
}

func TestOptionsThatContradict(t *testing.T) {
	_, err := NewLedger(Options{
		Decimals: 9, Bins: 11, ShareA: 9600, LimitX: 2, LimitY: 1, WindowDays: -1, SlipOverdue: -1,
		FromMonth: 10, ToMonth: 9, MoneyCuts: []int64{2, 1}, RecencyCuts: []int64{math.MaxInt64},
	})
	require.Error(t, err)
	require.Len(t, strings.Split(err.Error(), "\n"), 11, err.Error())
}

func TestAddRefuses(t *testing.T) {
	l, err := NewLedger(Options{})
	require.NoError(t, err)
	day := mustDay("2026-01-01")
	for _, o := range []Order{
		{Day: day},
		{Customer: "a", Day: maxDay + 1},
		{Customer: "a", Day: day, Amount: maxAmount + 1},
		{Customer: "a", Day: day, Amount: math.MinInt64},
		{Customer: "a", Day: day, Margin: math.MinInt64},
	} {
		require.Error(t, l.Add(o))
	}
	require.Empty(t, l.Analyse().Customers)
	for range 900 {
		require.NoError(t, l.Add(Order{Customer: "a", Day: day, Amount: -maxAmount}))
	}
	require.ErrorIs(t, l.Add(Order{Customer: "b", Day: day, Amount: 1}), ErrTotal)
	require.Len(t, l.Analyse().Customers, 1)
}

func TestMarginDecidesABC(t *testing.T) {
	l, err := NewLedger(Options{Margin: true})
	require.NoError(t, err)
	day := mustDay("2026-01-01")
	require.NoError(t, l.Add(Order{Customer: "much", Day: day, Amount: 10000, Margin: 100}))
	require.NoError(t, l.Add(Order{Customer: "little", Day: day, Amount: 1000, Margin: 900}))
	a := l.Analyse()
	require.Equal(t, "little", a.Customers[0].Key)
	require.Equal(t, byte('A'), a.Customers[0].ABC)
	require.Equal(t, byte('B'), a.Customers[1].ABC)
	require.EqualValues(t, 50, a.Customers[0].Percentile)
}

func TestModelSurvivesJSONAndScoresWithoutAllocating(t *testing.T) {
	a, _ := analyse(t, Options{Currency: "JPY", Decimals: NoDecimals}, "a 2026-01-01 40\nb 2026-02-01 5\nb 2026-03-03 50")
	data, err := json.Marshal(a.Model)
	require.NoError(t, err)
	var m Model
	require.NoError(t, json.Unmarshal(data, &m))
	require.Equal(t, a.Model, m)
	p := a.Customers[1].Purchases(&m.Options)
	require.Equal(t, a.Customers[1].Classes, m.Score(p))
	require.Zero(t, testing.AllocsPerRun(100, func() { m.Score(p) }))
}

// A ledger can be analysed, added to and analysed again.
func TestAnalyseTwice(t *testing.T) {
	l, err := NewLedger(Options{})
	require.NoError(t, err)
	for i, day := range []string{"2026-01-01", "2026-03-01"} {
		require.NoError(t, l.Add(Order{Customer: "b", Day: mustDay(day), ID: day}))
		require.NoError(t, l.Add(Order{Customer: "a", Day: mustDay(day)}))
		a := l.Analyse()
		require.Equal(t, "a", a.Customers[0].Key)
		require.Equal(t, i+1, a.Customers[0].Orders)
		require.Equal(t, i+1, a.Customers[1].Orders)
	}
}

func TestWords(t *testing.T) {
	var f, m []string
	for s := range 6 {
		f, m = append(f, FrequencyWord(s, 5)), append(m, MonetaryWord(s, 5))
	}
	require.Equal(t, []string{"", "casual", "casual", "casual", "regular", "regular"}, f)
	require.Equal(t, []string{"", "low", "low", "medium", "medium", "high"}, m)
}

// The table's columns are fields that any bundle knows, with the right types.
func TestTableColumnsAreCanonicalFields(t *testing.T) {
	known := map[string]field.Field{}
	for _, f := range field.Canonical() {
		known[f.Path] = f
	}
	for _, path := range (TableOptions{Orders: true}).Columns() {
		require.Contains(t, known, path)
	}
	for _, path := range (TableOptions{More: true}).Columns()[len(TableOptions{}.Columns()):] {
		require.NotContains(t, known, path)
	}
}

func TestTable(t *testing.T) {
	a, _ := analyse(t, Options{Currency: "EUR", AsOf: mustDay("2026-03-01")}, `
		a,"b 2026-01-10 50.10 s1
		a,"b 2026-02-10 50.10 s2
		c    2026-02-10 -5    r1`)
	var b strings.Builder
	require.NoError(t, a.WriteTable(&b, TableOptions{Key: "id", Orders: true, More: true, Bare: true}))
	require.Equal(t, strings.Join([]string{
		"id," + strings.Join((TableOptions{Orders: true, More: true}).Columns(), ","),
		`"a,""b",5,1,1,New Customers,casual,low,2026-03-01T00:00:00Z,A,X,50,2026-03-01T00:00:00Z,,0,2026-03-01T00:00:00Z,` +
			`2,0,100.20,50.10,100.20,100.20,EUR,100.20,EUR,2026-01-10T00:00:00Z,2026-02-10T00:00:00Z,31,19,2026-03-01T00:00:00Z,` +
			`0,false,0.612903,,0,1,,,0,0`,
		`c,,,,,,,2026-03-01T00:00:00Z,C,Z,0,2026-03-01T00:00:00Z,,,2026-03-01T00:00:00Z,` +
			`0,1,-5.00,,-5.00,0.00,EUR,-5.00,EUR,,,,,2026-03-01T00:00:00Z,` +
			`,,,,,,,,,`,
	}, "\n")+"\n", b.String())
}

// The lines at the top hold the model, from which one contact can be scored
// without the orders of the others.
func TestTableNotes(t *testing.T) {
	l, err := NewLedger(Options{Currency: "EUR"})
	require.NoError(t, err)
	for i, amount := range []int64{100, 2000, 30000, 400000} {
		require.NoError(t, l.Add(Order{Customer: string(rune('a' + i)), Day: mustDay("2026-01-10") + Day(20*i), Amount: amount}))
	}
	a := l.Analyse()
	var b bytes.Buffer
	require.NoError(t, a.WriteTable(&b, TableOptions{Only: []string{"abcxyz.abc", "rfm.r"}, Hash: func(key string) string { return "h-" + key }}))
	text := b.String()
	require.Contains(t, text, "# as_of: 2026-03-12\n# orders: 2026-01-10 to 2026-03-11\n# currency: EUR\n")
	require.Contains(t, text, "\ncontact.id,rfm.r,abcxyz.abc\nh-a,1,C\n", "columns keep the table's order")
	_, rest, found := strings.Cut(text, "# model: ")
	require.True(t, found)
	line, _, _ := strings.Cut(rest, "\n")
	var m Model
	require.NoError(t, json.Unmarshal([]byte(line), &m))
	for i := range a.Customers {
		if c := &a.Customers[i]; c.Valued { // the last one's month has not ended
			require.Equal(t, c.Classes, m.Score(c.Purchases(&m.Options)), c.Key)
		}
	}
	p := a.Customers[0].Purchases(&m.Options)
	require.Zero(t, testing.AllocsPerRun(100, func() { m.Score(p) }))
	require.ErrorContains(t, a.WriteTable(&b, TableOptions{Only: []string{"rfm.x"}}), "no column rfm.x")
}
