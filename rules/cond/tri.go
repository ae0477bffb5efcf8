package cond

// Tri is the value of a condition. The zero Tri means "not evaluated yet" and
// is never a result.
type Tri uint8

// The values of a condition.
const (
	none Tri = iota
	False
	True
	Unknown
	Error
)

// String returns the word used in explanations and tests.
func (t Tri) String() string {
	switch t {
	case False:
		return "false"
	case True:
		return "true"
	case Unknown:
		return "unknown"
	case Error:
		return "error"
	default:
		return "not evaluated"
	}
}

// Of returns True or False.
func Of(b bool) Tri {
	return False + Tri(bit(b))
}

// And is Kleene's conjunction: false wins, then error, then unknown.
func And(a, b Tri) Tri {
	switch {
	case a == False || b == False:
		return False
	case a == Error || b == Error:
		return Error
	case a == Unknown || b == Unknown:
		return Unknown
	default:
		return True
	}
}

// Or is Kleene's disjunction: true wins, then error, then unknown.
func Or(a, b Tri) Tri {
	switch {
	case a == True || b == True:
		return True
	case a == Error || b == Error:
		return Error
	case a == Unknown || b == Unknown:
		return Unknown
	default:
		return False
	}
}

// Not is Kleene's negation: unknown and error stay what they are.
func Not(a Tri) Tri {
	switch a {
	case True:
		return False
	case False:
		return True
	default:
		return a
	}
}
