package segment

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// cdnow opens a file of the reference data: the purchases of CDNOW and what R,
// pandas and SciPy make of them.
func cdnow(t testing.TB, name string) *os.File {
	t.Helper()
	dir := os.Getenv("WINNOW_CDNOW")
	if dir == "" {
		dir = "../../../shared/data/cdnow"
	}
	f, err := os.Open(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		t.Skipf("the CDNOW reference data is not here: set WINNOW_CDNOW to the folder with %s", name)
	}
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

// reference reads a table by customer.
func reference(t testing.TB, name string) map[string]map[string]string {
	t.Helper()
	rows, err := csv.NewReader(cdnow(t, filepath.Join("reference", name))).ReadAll()
	require.NoError(t, err)
	out := map[string]map[string]string{}
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = row[i]
		}
		out[row[0]] = m
	}
	return out
}

func cdnowAnalysis(t testing.TB, o Options) *Analysis {
	t.Helper()
	f := cdnow(t, "cdnow_master.csv")
	o.AsOf, o.Currency = mustDay("1998-07-01"), "USD"
	l, err := NewLedger(o)
	require.NoError(t, err)
	report, err := Read(f, ReadOptions{Currency: "USD"}, l.Add)
	require.NoError(t, err)
	require.Equal(t, 69659, report.Rows)
	require.Equal(t, 69659, report.Taken)
	require.Equal(t, []string{"customer: customer_id", "date: date", "amount: amount"}, report.Guessed)
	a := l.Analyse()
	require.Len(t, a.Customers, 23570)
	return a
}

func mustDay(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestCDNOWScores(t *testing.T) {
	want := reference(t, "rfm_methods_1998-07-01.csv")
	for _, c := range []struct {
		method string
		o      Options
		differ []string
	}{
		{"q7_right", Options{}, nil},
		{"q7_left", Options{Edges: LeftClosed}, nil},
		// Binary fractions put this one, 32.35 against an edge of 32.35, a bin lower.
		{"rfmpkg", PackageOptions(), []string{"00502"}},
	} {
		t.Run(c.method, func(t *testing.T) {
			a := cdnowAnalysis(t, c.o)
			var differ []string
			for i := range a.Customers {
				got := &a.Customers[i]
				w := want[got.Key]
				require.Equal(t, w["recency_days"], strconv.Itoa(got.Recency), got.Key)
				require.Equal(t, w["transaction_count"], strconv.Itoa(got.Orders), got.Key)
				require.Equal(t, atof(w["amount"]), float64(got.Net())/100, got.Key)
				if (RFM{atoi(w[c.method+"_r"]), atoi(w[c.method+"_f"]), atoi(w[c.method+"_m"])}) != got.RFM {
					differ = append(differ, got.Key)
				}
			}
			require.Equal(t, c.differ, differ)
			require.Len(t, want, len(a.Customers))
		})
	}
}

func TestCDNOWPackageSegmentsAndThresholds(t *testing.T) {
	want := reference(t, "cdnow_master_1998-07-01_default5.csv")
	a := cdnowAnalysis(t, PackageOptions())
	var scores, segments []string
	for i := range a.Customers {
		c := &a.Customers[i]
		if want[c.Key]["rfm_score"] != strconv.Itoa(c.Number()) {
			scores = append(scores, c.Key)
		}
		if want[c.Key]["segment"] != c.Segment {
			segments = append(segments, c.Key)
		}
	}
	require.Equal(t, []string{"00502"}, scores)
	require.Subset(t, scores, segments)
	require.Equal(t, []float64{143, 434, 487, 514}, a.Model.R.Values())
	require.Equal(t, []float64{2, 2, 3, 5}, a.Model.F.Values())
	require.InDeltaSlice(t, []float64{1636, 3235, 6092.4, 13495}, a.Model.M.Values(), 1e-6)

	// The same cut points, given instead of fitted, score the same.
	o := PackageOptions()
	o.RecencyCuts, o.FrequencyCuts = []int64{143, 434, 487, 514}, []int64{2, 2, 3, 5}
	b := cdnowAnalysis(t, o)
	for i := range b.Customers {
		require.Equal(t, a.Customers[i].RFM, b.Customers[i].RFM)
	}
}

func TestCDNOWClasses(t *testing.T) {
	want := reference(t, "abc_xyz.csv")
	for _, c := range []struct {
		name, abc, cv, xyz string
		o                  Options
	}{
		{"default", "abc_prev", "cv_sample", "xyz_sample", Options{}},
		{"population, down", "abc_le", "cv_pop", "xyz_pop", Options{Crossing: CrossingDown, Population: true}},
		{"active months", "abc_prev", "cv_active_sample", "xyz_active_sample", Options{Demand: ActiveMonths}},
		{"since first", "abc_prev", "cv_since_first_sample", "xyz_since_first_sample", Options{Demand: MonthsSinceFirst}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := cdnowAnalysis(t, c.o)
			require.Equal(t, 18, a.Model.Months)
			for i := range a.Customers {
				got := &a.Customers[i]
				w := want[got.Key]
				require.Equal(t, w[c.abc], string(got.ABC), got.Key)
				require.Equal(t, w[c.xyz], string(got.XYZ), got.Key)
				require.Equal(t, w["months_active"], strconv.Itoa(got.Active), got.Key)
				near(t, w[c.cv], got.Variation, 2e-9, got.Key+" cv")
			}
		})
	}
}

func TestCDNOWTrends(t *testing.T) {
	want := reference(t, "trend_sample_1998-07-01.csv")
	a := cdnowAnalysis(t, Options{})
	found := 0
	for i := range a.Customers {
		p := &a.Customers[i]
		w, ok := want[p.Key]
		if !ok {
			continue
		}
		found++
		require.Equal(t, w["first_date"], p.First.String())
		require.Equal(t, w["last_date"], p.Last.String())
		for name, got := range map[string]float64{
			"purchase_days": float64(p.Days), "rows": float64(p.Rows), "total_amount": float64(p.Net()) / 100,
			"recency_days": float64(p.Recency), "tenure_days": float64(p.Tenure),
			"itt_mean": p.GapMean, "itt_median": p.GapMedian, "itt_sd_sample": p.GapSD, "overdue_ratio": p.Overdue,
			"days_last90": float64(p.Recent.Days), "amount_last90": float64(p.Recent.Money) / 100,
			"days_prev90": float64(p.Previous.Days), "amount_prev90": float64(p.Previous.Money) / 100,
			"days_last365": float64(p.Year.Days), "amount_last365": float64(p.Year.Money) / 100,
			"monthly_slope": p.Slope, "monthly_slope_p": p.SlopeP, "kendall_tau_b": p.Tau, "kendall_p": p.TauP,
		} {
			near(t, w[name], got, 1e-6, p.Key+" "+name)
		}
	}
	require.Equal(t, len(want), found)
}

// One contact, scored by the fitted model, gets what it got in the fit.
func TestCDNOWScoringOneByOne(t *testing.T) {
	a := cdnowAnalysis(t, Options{})
	m := &a.Model
	for i := range a.Customers {
		c := &a.Customers[i]
		got := m.Score(c.Purchases(&m.Options))
		if c.Value == m.ABC.A || c.Value == m.ABC.B {
			got.ABC = c.ABC // divided by key
		}
		require.Equal(t, c.Classes, got, c.Key)
	}
}

func TestCDNOWDuplicates(t *testing.T) {
	rows := 0
	report, err := Read(cdnow(t, "cdnow_master.csv"), ReadOptions{DropDuplicates: true}, func(Order) error { rows++; return nil })
	require.NoError(t, err)
	require.Equal(t, 255, report.Duplicates)
	require.Equal(t, 69659-255, rows)
}

func near(t *testing.T, want string, got, delta float64, what string) {
	t.Helper()
	if want == "" {
		require.True(t, math.IsNaN(got), "%s is %v, not empty", what, got)
		return
	}
	if d := math.Abs(atof(want) - got); !(d <= delta) {
		require.Failf(t, "differs", "%s: %s, got %v", what, want, got)
	}
}

func atof(s string) float64 { v, _ := strconv.ParseFloat(s, 64); return v }

func atoi(s string) int { v, _ := strconv.Atoi(s); return v }
