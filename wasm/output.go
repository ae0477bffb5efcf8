package wasm

import "math"

// Verdict is a module's answer to a yes-or-no question.
type Verdict uint8

// The verdicts. VerdictNone means that the module did not answer.
const (
	VerdictNone Verdict = iota
	VerdictNo
	VerdictYes
	VerdictUnknown
)

// String names the verdict as in ABI.md; VerdictNone is empty.
func (v Verdict) String() string {
	return [...]string{"", "no", "yes", "unknown"}[v&3]
}

// Result is the value of one declared output. Kind is KindAbsent when the
// module did not set it: the output is unknown.
type Result struct {
	Kind Kind
	Num  int64  // as in Value
	Str  []byte // valid until the Output is used again
}

// Float returns the number of a float output.
func (r Result) Float() float64 { return math.Float64frombits(uint64(r.Num)) }

// LogLine is one line that the module logged, or a piece of its standard output
// or error, of which lines end where it says so.
type LogLine struct {
	Level uint8  // 0 debug, 1 info, 2 warning, 3 error
	Text  []byte // valid until the Output is used again
	Piece bool
}

// Output is the answer of one call. The zero Output is ready; reuse it to
// avoid allocation. Its slices are valid until the next call that fills it.
type Output struct {
	Verdict  Verdict
	Reason   []byte    // of the verdict
	Results  []Result  // by number of declared output
	Variants []int32   // by number of declared slot: number of the chosen variant, -1 for none
	Logs     []LogLine // what the module logged
	LogCut   bool      // there was more than the limit
	Fuel     int64     // instructions used, host calls included
	Calls    int       // host calls
	buf      []byte
}

// reset empties the output for a module with n results and m slots.
func (o *Output) reset(n, m int) {
	if cap(o.Results) < n {
		o.Results = make([]Result, n)
	}
	o.Results = o.Results[:n]
	clear(o.Results)
	if cap(o.Variants) < m {
		o.Variants = make([]int32, m)
	}
	o.Variants = o.Variants[:m]
	for i := range o.Variants {
		o.Variants[i] = -1
	}
	o.Verdict, o.Reason, o.Logs, o.LogCut, o.Fuel, o.Calls = VerdictNone, nil, o.Logs[:0], false, 0, 0
	o.buf = o.buf[:0]
}

// keep copies guest bytes into the output. Earlier copies stay valid when the
// buffer moves, because they keep the old one alive.
func (o *Output) keep(b []byte) []byte {
	n := len(o.buf)
	o.buf = append(o.buf, b...)
	return o.buf[n:len(o.buf):len(o.buf)]
}
