package segment

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func drawOrders(t *rapid.T) []Order {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Order {
		return Order{
			Customer: rapid.StringMatching(`[a-e]{1,2}`).Draw(t, "customer"),
			ID:       rapid.SampledFrom([]string{"", "", "o1", "o2", "o3"}).Draw(t, "id"),
			Day:      Day(rapid.IntRange(20000, 20400).Draw(t, "day")),
			Amount:   rapid.Int64Range(-3000, 10000).Draw(t, "amount"),
			Margin:   rapid.Int64Range(-500, 500).Draw(t, "margin"),
			Kind:     Kind(rapid.IntRange(0, 2).Draw(t, "kind")),
		}
	}), 0, 60).Draw(t, "orders")
}

func drawOptions(t *rapid.T) Options {
	return Options{
		Gross: rapid.Bool().Draw(t, "gross"), Margin: rapid.Bool().Draw(t, "by margin"), OneTime: rapid.Bool().Draw(t, "one-time"),
		Bins: rapid.IntRange(2, maxBins).Draw(t, "bins"), Edges: Edges(rapid.IntRange(0, 2).Draw(t, "edges")),
		Frequency: Counting(rapid.IntRange(0, 2).Draw(t, "frequency")), Crossing: Crossing(rapid.IntRange(0, 2).Draw(t, "crossing")),
		Demand: Demand(rapid.IntRange(0, 2).Draw(t, "demand")), Population: rapid.Bool().Draw(t, "population"),
		AsOf: rapid.SampledFrom([]Day{0, 20300, 20500}).Draw(t, "as of"),
	}
}

// table analyses orders, merging the log after each few rows, and writes all.
func table(t require.TestingT, o Options, orders []Order, least int) ([]byte, *Analysis) {
	l, err := NewLedger(o)
	require.NoError(t, err)
	l.least = least
	for _, o := range orders {
		require.NoError(t, l.Add(o))
	}
	a := l.Analyse()
	var b bytes.Buffer
	require.NoError(t, a.WriteTable(&b, TableOptions{Orders: true, More: true}))
	fmt.Fprintf(&b, "%+v\n%+v\n%v\n", a.Model, a.Summarise(), a.Rows+a.Future)
	return b.Bytes(), a
}

// The order of rows reaches no result, nor does when they were filed.
func TestRowOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		orders, o := drawOrders(t), drawOptions(t)
		want, _ := table(t, o, orders, 1000)
		got, _ := table(t, o, rapid.Permutation(orders).Draw(t, "shuffled"), rapid.IntRange(1, 9).Draw(t, "least"))
		require.Equal(t, string(want), string(got))
	})
}

// Scores are what the definition says, computed with fractions.
func TestScoresFollowTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(-20, 20), 1, 30).Draw(t, "values")
		bins := rapid.IntRange(2, maxBins).Draw(t, "bins")
		right := new(sorter).fitCuts(slices.Clone(values), bins, RightClosed, 1)
		left := new(sorter).fitCuts(slices.Clone(values), bins, LeftClosed, 1)
		pkg := new(sorter).fitCuts(slices.Clone(values), bins, PackageEdges, 1)
		sorted := slices.Sorted(slices.Values(values))
		for _, v := range values {
			wantRight, wantLeft := 1, 1
			for i := 1; i < bins; i++ {
				h := big.NewRat(int64((len(sorted)-1)*i), int64(bins))
				j := int(new(big.Int).Quo(h.Num(), h.Denom()).Int64())
				q := new(big.Rat).SetInt64(sorted[j])
				if j+1 < len(sorted) {
					part := new(big.Rat).Sub(h, big.NewRat(int64(j), 1))
					q.Add(q, part.Mul(part, big.NewRat(sorted[j+1]-sorted[j], 1)))
				}
				switch q.Cmp(big.NewRat(v, 1)) {
				case -1:
					wantRight++
					wantLeft++
				case 0:
					wantLeft++
				}
			}
			require.Equal(t, wantRight, right.Bin(v))
			require.Equal(t, wantLeft, left.Bin(v))
			require.LessOrEqual(t, pkg.Bin(v), right.Bin(v)) // its edges are further up
		}
	})
}

func TestABCFollowsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{ShareA: rapid.IntRange(1, 9000).Draw(t, "A"), ShareB: 9500}
		var items []abcItem
		total := new(big.Int)
		for i, v := range rapid.SliceOfN(rapid.Int64Range(-1e15, 1e15), 1, 12).Draw(t, "values") {
			items = append(items, abcItem{v, i})
			total.Add(total, big.NewInt(max(v, 0)))
		}
		rank(items)
		before := new(big.Int)
		at := 0
		shares(items, &o, func(_ int, abc byte) {
			v := items[at].value
			at++
			below := func(share int) bool {
				l := new(big.Int).Mul(before, big.NewInt(10000))
				return v > 0 && l.Cmp(new(big.Int).Mul(total, big.NewInt(int64(share)))) < 0
			}
			want := byte('C')
			if below(o.ShareA) {
				want = 'A'
			} else if below(o.ShareB) {
				want = 'B'
			}
			require.Equal(t, want, abc)
			before.Add(before, big.NewInt(max(v, 0)))
		})
		require.Equal(t, len(items), at)
	})
}

// Kendall's tau by comparing every pair, and the slope by the normal equations.
func TestTrendsFollowTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 31), func(n int) float64 { return float64(n) }), 2, 40).Draw(t, "days")
		up, down, flat := 0.0, 0.0, 0.0
		var sx, sy, sxy, sxx float64
		for i, a := range y {
			for _, b := range y[i+1:] {
				switch {
				case b > a:
					up++
				case b < a:
					down++
				default:
					flat++
				}
			}
			x := float64(i)
			sx, sy, sxy, sxx = sx+x, sy+a, sxy+x*a, sxx+x*x
		}
		tau, p := kendall(y)
		n := float64(len(y))
		if flat == n*(n-1)/2 {
			require.True(t, math.IsNaN(tau))
			return
		}
		require.InDelta(t, (up-down)/math.Sqrt((up+down+flat)*(up+down)), tau, 1e-12)
		require.True(t, p >= 0 && p <= 1, p)
		b, p := slope(y, newStudentTail(max(len(y)-2, 1)))
		require.InDelta(t, (n*sxy-sx*sy)/(n*sxx-sx*sx), b, 1e-9)
		require.True(t, p >= 0 && p <= 1+1e-12, p)
	})
}

func TestKnownPValues(t *testing.T) {
	// Of 120 orders of five, five have at most one inversion, and as many the
	// other way round.
	tau, p := kendall([]float64{1, 2, 3, 5, 4})
	require.InDelta(t, 0.8, tau, 1e-12)
	require.InDelta(t, 10.0/120, p, 1e-12)
	_, p = kendall([]float64{5, 4, 3, 2, 1})
	require.InDelta(t, 2.0/120, p, 1e-12)
	_, p = kendall([]float64{2, 1, 4, 3}) // 4 of 6 pairs rise: 9 of 24 have at most two inversions
	require.InDelta(t, 18.0/24, p, 1e-12)

	// Tables of Student's t: two-sided 5 % points.
	for df, point := range map[int]float64{1: 12.7062047, 2: 4.30265273, 10: 2.22813885, 30: 2.04227246} {
		require.InDelta(t, 0.05, newStudentTail(df).twoSided(point), 1e-9, df)
	}
	require.InDelta(t, 1, newStudentTail(5).twoSided(0), 1e-12)
	b, p := slope([]float64{3, 3, 3}, newStudentTail(1))
	require.Equal(t, [2]float64{0, 1}, [2]float64{b, p})
	b, _ = slope([]float64{1}, newStudentTail(1))
	require.True(t, math.IsNaN(b))
}

func TestAmountsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-maxAmount, maxAmount).Draw(t, "n")
		decimals := rapid.IntRange(0, maxDecimals).Draw(t, "decimals")
		got, err := ParseAmount(FormatAmount(n, decimals), decimals)
		require.NoError(t, err)
		require.Equal(t, n, got)
	})
}

func TestDaysAreThoseOfTheCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.IntRange(int(minDay), int(maxDay)).Draw(t, "day"))
		got, err := ParseDay(d.String())
		require.NoError(t, err)
		require.Equal(t, d, got)
		require.Equal(t, d, DayOf(d.Time(), nil))
		require.True(t, strings.HasPrefix(d.String(), d.Month().String()))
		require.LessOrEqual(t, d.Month().First(), d)
	})
	for _, s := range []string{"2025-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "1900-02-29", "1899-12-31", "26-01-01", "2026-01-01T", "2026/01/01", ""} {
		_, err := ParseDay(s)
		require.Error(t, err, s)
	}
	auckland, err := time.LoadLocation("Pacific/Auckland")
	require.NoError(t, err)
	at := time.Date(2011, 12, 9, 12, 50, 0, 0, time.UTC)
	require.Equal(t, "2011-12-09", DayOf(at, time.UTC).String())
	require.Equal(t, "2011-12-10", DayOf(at, auckland).String())
}

// Sorting by bytes is sorting, and equal numbers stay in their order.
func TestSortingByBytes(t *testing.T) {
	var sort sorter
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-300, 300))).Draw(t, "values")
		want := slices.Sorted(slices.Values(values))
		items := make([]ranked, len(values))
		floats := make([]float64, len(values))
		for i, v := range values {
			items[i] = ranked{whole(v), i}
			floats[i] = float64(v) / 8
		}
		sort.whole(values)
		require.True(t, slices.Equal(want, values))
		last := ranked{at: -1}
		for _, it := range sortRanked(items) {
			require.True(t, last.by < it.by || last.by == it.by && last.at < it.at)
			last = it
		}
		sort.floats(floats)
		require.True(t, slices.IsSorted(floats))
	})
}

// The pieces of an analysis may be worked on in any order, and rows merged at any
// time, with customers in many parts.
func TestPiecesDoNotMatter(t *testing.T) {
	ledger := func(least int) *Ledger {
		l, err := NewLedger(Options{})
		require.NoError(t, err)
		l.least = least
		for i := range 50_000 {
			o := Order{Customer: fmt.Sprint("customer number ", i*7919%9000), ID: fmt.Sprint(i % 30_011), Day: Day(20000 + i*31%400), Amount: int64(i%977 - 50)}
			if i%5 == 0 {
				o.Customer, o.Margin = fmt.Sprint(i%1200), int64(i%13)
			}
			require.NoError(t, l.Add(o))
		}
		return l
	}
	l := ledger(minLog)
	want := fmt.Sprintf("%+v", l.Analyse())
	most := 0
	got := l.AnalyseBy(func(n int, do func(int)) {
		most = n
		for i := range n {
			do(n - 1 - i)
		}
	})
	require.Greater(t, most, 2)
	require.True(t, want == fmt.Sprintf("%+v", got))
	require.True(t, want == fmt.Sprintf("%+v", ledger(100).Analyse()))
}
