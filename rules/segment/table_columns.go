package segment

import "strconv"

func tableColumns(o TableOptions) []column {
	out := classColumns()
	if o.Orders {
		out = append(out, orderColumns()...)
	}
	if o.More {
		out = append(out, moreColumns()...)
	}
	return out
}

func classColumns() []column {
	return []column{
		{path: "rfm.r", write: func(b []byte, _ *Model, c *Customer) []byte { return score(b, c.R) }},
		{path: "rfm.f", write: func(b []byte, _ *Model, c *Customer) []byte { return score(b, c.F) }},
		{path: "rfm.m", write: func(b []byte, _ *Model, c *Customer) []byte { return score(b, c.M) }},
		{path: "rfm.segment", write: func(b []byte, _ *Model, c *Customer) []byte { return appendQuoted(b, c.Segment) }},
		{path: "rfm.frequency", write: func(b []byte, m *Model, c *Customer) []byte { return append(b, FrequencyWord(c.F, m.F.Bins)...) }},
		{path: "rfm.monetary", write: func(b []byte, m *Model, c *Customer) []byte { return append(b, MonetaryWord(c.RFM.M, m.M.Bins)...) }},
		{path: "rfm.updated_at"},
		{path: "abcxyz.abc", write: func(b []byte, _ *Model, c *Customer) []byte { return letter(b, c.ABC) }},
		{path: "abcxyz.xyz", write: func(b []byte, _ *Model, c *Customer) []byte { return letter(b, c.XYZ) }},
		{path: "abcxyz.profit_percentile", write: func(b []byte, _ *Model, c *Customer) []byte { return decimal(b, c.Percentile, c.Percentile >= 0) }},
		{path: "abcxyz.updated_at"},
		{path: "trend.slipping", write: func(b []byte, _ *Model, c *Customer) []byte { return truth(b, c.Slipping) }},
		{path: "trend.slope", write: func(b []byte, _ *Model, c *Customer) []byte { return float(b, c.MoneySlope) }},
		{path: "trend.updated_at"},
	}
}

func orderColumns() []column {
	amount := func(of func(*Options, *Customer) int64) func([]byte, *Model, *Customer) []byte {
		return func(b []byte, m *Model, c *Customer) []byte { return appendAmount(b, of(&m.Options, c), m.Decimals()) }
	}
	sale := func(write func([]byte, *Model, *Customer) []byte) func([]byte, *Model, *Customer) []byte {
		return func(b []byte, m *Model, c *Customer) []byte {
			if c.Days == 0 {
				return b
			}
			return write(b, m, c)
		}
	}
	return []column{
		{path: "orders.count", write: func(b []byte, _ *Model, c *Customer) []byte { return strconv.AppendInt(b, int64(c.Orders), 10) }},
		{path: "orders.returns_count", write: func(b []byte, _ *Model, c *Customer) []byte { return strconv.AppendInt(b, int64(c.Returns), 10) }},
		{path: "orders.total", write: amount(func(o *Options, c *Customer) int64 { return c.Money(o) })},
		{path: "orders.aov", write: sale(amount(func(o *Options, c *Customer) int64 { return c.AverageOrder(o) }))},
		{path: "orders.value_12m", write: amount(func(_ *Options, c *Customer) int64 { return c.Year.Money })},
		{path: "orders.gross.amount", write: amount(func(_ *Options, c *Customer) int64 { return c.Gross })},
		{path: "orders.gross.currency"},
		{path: "orders.net.amount", write: amount(func(_ *Options, c *Customer) int64 { return c.Net() })},
		{path: "orders.net.currency"},
		{path: "orders.first_at", write: sale(func(b []byte, _ *Model, c *Customer) []byte { return midnight(b, c.First) })},
		{path: "orders.last_at", write: sale(func(b []byte, _ *Model, c *Customer) []byte { return midnight(b, c.Last) })},
		{path: "orders.gap_days_avg", write: func(b []byte, _ *Model, c *Customer) []byte { return float(b, c.GapMean) }},
		{path: "orders.gap_days_now", write: sale(func(b []byte, _ *Model, c *Customer) []byte {
			return strconv.AppendInt(b, int64(max(c.Recency, 0)), 10)
		})},
		{path: "orders.updated_at"},
	}
}

func moreColumns() []column {
	number := func(of func(*Customer) float64) func([]byte, *Model, *Customer) []byte {
		return func(b []byte, _ *Model, c *Customer) []byte { return float(b, of(c)) }
	}
	return []column{
		{path: "abcxyz.variation", write: number(func(c *Customer) float64 { return c.Variation })},
		{path: "trend.inactive", write: func(b []byte, _ *Model, c *Customer) []byte { return truth(b, c.Inactive) }},
		{path: "trend.overdue", write: number(func(c *Customer) float64 { return c.Overdue })},
		{path: "trend.gap_trend", write: number(func(c *Customer) float64 { return c.GapTrend })},
		{path: "trend.days_slope", write: number(func(c *Customer) float64 { return c.Slope })},
		{path: "trend.days_slope_p", write: number(func(c *Customer) float64 { return c.SlopeP })},
		{path: "trend.tau", write: number(func(c *Customer) float64 { return c.Tau })},
		{path: "trend.tau_p", write: number(func(c *Customer) float64 { return c.TauP })},
		{path: "orders.return_rate", write: number(func(c *Customer) float64 { return c.ReturnRate() })},
		{path: "orders.returned_share", write: number(func(c *Customer) float64 { return c.ReturnedShare() })},
	}
}

func midnight(b []byte, d Day) []byte { return append(d.append(b), "T00:00:00Z"...) }

func score(b []byte, s int) []byte {
	if s == 0 {
		return b
	}
	return strconv.AppendInt(b, int64(s), 10)
}

func letter(b []byte, c byte) []byte {
	if c == 0 {
		return b
	}
	return append(b, c)
}

func truth(b []byte, a Answer) []byte {
	if a == Unknown {
		return b
	}
	return strconv.AppendBool(b, a == Yes)
}
