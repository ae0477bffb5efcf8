package relay

import (
	"context"
	"strings"
)

// DryRun takes letters as a relay does and throws them away: for trying what
// would become of a message. It knows no repeats.
type DryRun struct{}

// Accept says what a relay would say.
func (DryRun) Accept(_ context.Context, l *Letter) (Receipt, error) {
	if !strings.Contains(l.To, "@") {
		return Receipt{}, errNoAddress
	}
	in, err := (&Relay{opts: Options{}.withDefaults()}).arrive(l)
	return Receipt{Withheld: in.state == Withheld}, err
}

// PassesOn says no.
func (DryRun) PassesOn(string) bool { return false }
