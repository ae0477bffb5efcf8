package card

import (
	"fmt"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/format"
)

// machine is what the rules do with those whom a persona matches.
func machine(p *format.Persona, words labels) []Line {
	l := lines{labels: words}
	l.code("when", p.When)
	l.code("unless", p.Unless)
	l.code("messages", p.Messages)
	l.code("until", p.ReleaseWhen)
	l.say("action", actionText(p.Action, words))
	if p.Holdout != nil {
		l.say("holdout", fmt.Sprintf(l.of("%g%% are sent to anyway"), float64(p.Holdout.Buckets)/1000))
	}
	switch {
	case p.Mode != nil && p.Mode.Kind.Value == "canary":
		l.say("mode", fmt.Sprintf(l.of("enforced for %g%%"), float64(p.Mode.Canary.Buckets)/1000))
	case p.Mode != nil && p.Mode.Kind.Value == "observe":
		l.say("mode", l.of("observes only"))
	case p.Kind.Value == "negative":
		l.say("mode", l.of("enforced"))
	}
	l.say("easily taken for", joined(p.Contrasts))
	return l.list
}

func actionText(a *format.Action, words labels) string {
	if a == nil {
		return ""
	}
	days := func(d time.Duration) string {
		switch n := d / (24 * time.Hour); {
		case d%(24*time.Hour) != 0:
			return d.String()
		case n == 1:
			return words.of("1 day")
		default:
			return fmt.Sprintf(words.of("%d days"), n)
		}
	}
	switch a.Kind.Value {
	case "hold":
		return fmt.Sprintf(words.of("hold for %s"), days(a.Hold.Value))
	case "reroute":
		return fmt.Sprintf(words.of("reroute to %s"), joined(a.Reroute))
	case "cap":
		return fmt.Sprintf(words.of("at most %d in %s"), a.Cap.Count, days(a.Cap.Per))
	case "ask":
		return fmt.Sprintf(words.of("ask for %s"), joined(a.Ask))
	case "pin":
		var out []string
		for _, p := range a.Pin {
			out = append(out, p.Key.Value+": "+p.Value.Value)
		}
		return fmt.Sprintf(words.of("show %s"), strings.Join(out, ", "))
	}
	return words.of(a.Kind.Value)
}
