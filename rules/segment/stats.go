package segment

import "math"

// slope is the least-squares slope of y on 0, 1, …, n-1, as
// scipy.stats.linregress gives it, and the two-sided p-value of "no slope". Both
// are NaN for fewer than two points, p is 1 for a constant series. Without a
// tail p means nothing.
func slope(y []float64, tail *studentTail) (b, p float64) {
	n := float64(len(y))
	if n < 2 {
		return math.NaN(), math.NaN()
	}
	var sum float64
	for _, v := range y {
		sum += v
	}
	mx, my := (n-1)/2, sum/n
	var xy, xx, yy float64
	for i, v := range y {
		dx, dy := float64(i)-mx, v-my
		xy += dx * dy
		xx += dx * dx
		yy += dy * dy
	}
	if yy == 0 {
		return 0, 1
	}
	b = xy / xx
	if n == 2 || tail == nil {
		return b, 0
	}
	r := max(-1, min(1, xy/math.Sqrt(xx*yy)))
	const tiny = 1e-20 // keeps a perfect fit from dividing by zero
	t := r * math.Sqrt(tail.df/((1-r+tiny)*(1+r+tiny)))
	return b, tail.twoSided(t)
}

// studentTail is Student's t distribution with df degrees of freedom. What
// depends on df alone is computed once: it is the same for all customers.
type studentTail struct{ df, logBeta float64 }

func newStudentTail(df int) *studentTail {
	a := float64(df)
	la, _ := math.Lgamma(a / 2)
	lab, _ := math.Lgamma((a + 1) / 2)
	return &studentTail{df: a, logBeta: la + math.Log(math.Pi)/2 - lab}
}

// twoSided is P(|T| > |t|): the regularised incomplete beta function
// I(df/(df+t²); df/2, 1/2).
func (s *studentTail) twoSided(t float64) float64 {
	a, b, x := s.df/2, 0.5, s.df/(s.df+t*t)
	front := math.Exp(a*math.Log(x) + b*math.Log1p(-x) - s.logBeta)
	if x < (a+1)/(a+b+2) {
		return front * betaFraction(a, b, x) / a
	}
	return 1 - front*betaFraction(b, a, 1-x)/b
}

// betaFraction is the continued fraction of the incomplete beta function, by
// Lentz's method (Numerical Recipes 6.4).
func betaFraction(a, b, x float64) float64 {
	const least = 1e-300
	guard := func(v float64) float64 {
		if math.Abs(v) < least {
			return least
		}
		return v
	}
	c, d := 1.0, 1/guard(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m <= 300; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / guard(1+even*d)
		c = guard(1 + even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / guard(1+odd*d)
		c = guard(1 + odd/c)
		h *= d * c
		if math.Abs(d*c-1) < 1e-15 {
			break
		}
	}
	return h
}

// kendall is tau-b of y against its index, as scipy.stats.kendalltau gives it,
// with the two-sided p-value: exact without ties in up to 33 points, otherwise
// normal with the variance corrected for ties. y counts days of a month, whole
// numbers from 0 to 31, so that smaller and larger values before each are looked
// up in a count instead of compared one by one. Both results are NaN for a
// constant series and for fewer than two points.
func kendall(y []float64) (tau, p float64) {
	n := len(y)
	balance, tied, spread := 0, 0, 0.0
	var seen [32]int
	for i, v := range y {
		smaller := 0
		for _, c := range seen[:int(v)] {
			smaller += c
		}
		balance += 2*smaller + seen[int(v)] - i // smaller less larger
		seen[int(v)]++
	}
	for _, t := range seen {
		tied += t * (t - 1) / 2
		spread += float64(t * (t - 1) * (2*t + 5))
	}
	pairs := n * (n - 1) / 2
	if tied == pairs { // also when there are no pairs
		return math.NaN(), math.NaN()
	}
	tau = float64(balance) / math.Sqrt(float64(pairs)) / math.Sqrt(float64(pairs-tied))
	if tied == 0 { // so n is 32 at most
		return tau, exactKendall(n, (pairs-max(balance, -balance))/2)
	}
	variance := (float64(n*(n-1)*(2*n+5)) - spread) / 18
	return tau, math.Erfc(math.Abs(float64(balance)) / math.Sqrt(variance) / math.Sqrt2)
}

// exactKendall is the share of the permutations of n that have at most c
// inversions, or at least as many the other way, c being the lesser number.
func exactKendall(n, c int) float64 {
	if 4*c == n*(n-1) {
		return 1
	}
	ways := make([]float64, c+1) // share of permutations with so many inversions
	ways[0] = 1
	next := make([]float64, c+1)
	for k := 2; k <= n; k++ {
		run := 0.0
		for i := range ways {
			run += ways[i]
			if i >= k {
				run -= ways[i-k]
			}
			next[i] = run / float64(k)
		}
		ways, next = next, ways
	}
	sum := 0.0
	for _, w := range ways {
		sum += w
	}
	return min(1, 2*sum)
}
