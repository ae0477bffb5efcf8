package segment

import (
	"errors"
	"strconv"
	"strings"
)

// Money is in whole minor units (cents) throughout: binary fractions put
// customers on the wrong side of a cut point. One customer of the reference
// data is scored differently by a well-known program for that reason alone.

const (
	maxAmount = int64(1e15) // of one order
	// maxTotal is all amounts of a ledger together, so that sums never overflow,
	// not even times the bins of a quantile.
	maxTotal    = int64(9e17)
	maxDecimals = 6
)

// NoDecimals as a number of decimals means none; zero means those of the
// currency.
const NoDecimals = -1

// ErrTotal says that the amounts of a ledger add up to more than 9e17 minor
// units. The analysis can't go on: give fewer decimals.
var ErrTotal = errors.New("the amounts add up to more than 900,000,000,000,000,000 minor units: keep fewer decimals")

var (
	errAmount   = errors.New("the amount is not a number such as -1234.50")
	errDecimals = errors.New("the amount has more decimals than are kept")
	errLarge    = errors.New("the amount is too large")
)

// Decimals is the number of decimals of a currency by ISO 4217: 0 for JPY, VND
// and others, 3 for KWD and others, 2 for the rest and for an unnamed one.
func Decimals(currency string) int {
	switch strings.ToUpper(currency) {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// ParseAmount reads a decimal number, such as -1234.50, exactly as minor units
// with that many decimals. Zeros beyond them are fine, other digits an error;
// so are thousands separators and currency signs.
func ParseAmount(s string, decimals int) (int64, error) { return parseAmount(s, decimals, '.') }

func parseAmount(s string, decimals int, point byte) (int64, error) {
	s, negative := strings.CutPrefix(s, "-")
	if !negative {
		s = strings.TrimPrefix(s, "+")
	}
	n, after, seen := int64(0), -1, false // after: decimals so far, -1 before the point
	for i := range len(s) {
		switch c := s[i]; {
		case c == point && after < 0:
			after = 0
		case c < '0' || c > '9':
			return 0, errAmount
		case after == decimals && c != '0':
			return 0, errDecimals
		default:
			seen = true
			if after == decimals {
				continue
			}
			if n = n*10 + int64(c-'0'); n > maxAmount {
				return 0, errLarge
			}
			if after >= 0 {
				after++
			}
		}
	}
	if !seen {
		return 0, errAmount
	}
	for after = max(after, 0); after < decimals; after++ {
		if n *= 10; n > maxAmount {
			return 0, errLarge
		}
	}
	if negative {
		n = -n
	}
	return n, nil
}

// FormatAmount writes minor units as a decimal number, as in -1234.50.
func FormatAmount(n int64, decimals int) string {
	return string(appendAmount(nil, n, decimals))
}

func appendAmount(b []byte, n int64, decimals int) []byte {
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	unit := pow10(decimals)
	b = strconv.AppendInt(b, n/unit, 10)
	if decimals == 0 {
		return b
	}
	b = append(b, '.')
	rest := strconv.AppendInt(nil, n%unit, 10)
	for range decimals - len(rest) {
		b = append(b, '0')
	}
	return append(b, rest...)
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
