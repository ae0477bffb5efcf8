package ruletest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// expectation is one thing that an answer must be.
type expectation struct {
	what string // send, variants.hero …
	want string
	at   diag.Place
	// names are the personas and rules that a miss should be explained by.
	names []string
	// got is what the answer is instead, and whether that will do.
	got func(d *rules.Decision) (string, bool)
}

// expected reads an expectation block.
func (r *reader) expected(x *Expect, now time.Time) []expectation {
	if x == nil {
		return nil
	}
	var out []expectation
	add := func(e expectation) { out = append(out, e) }
	if x.Send != nil {
		add(wantBool("send", *x.Send))
	}
	if x.Action != nil {
		add(wantAction(*x.Action))
	}
	for _, v := range x.Variants {
		add(r.wantVariant(v.Key, v.Value))
	}
	for _, l := range []struct {
		what  string
		items []format.Text
	}{
		{"personas", x.Personas},
		{"personas_include", x.PersonasInclude},
		{"personas_exclude", x.PersonasExclude},
		{"reasons", x.Reasons},
		{"reasons_exclude", x.ReasonsExclude},
		{"ask", x.Ask},
		{"route", x.Route},
	} {
		if l.items != nil {
			add(r.wantList(l.what, l.items, x.At))
		}
	}
	for what, t := range map[string]*format.Text{"hold_until": x.HoldUntil, "review_by": x.ReviewBy} {
		if t != nil {
			add(r.wantMoment(what, *t, now))
		}
	}
	if x.Holdout != nil {
		add(wantBool("holdout", *x.Holdout))
	}
	slices.SortStableFunc(out, func(a, b expectation) int { return a.at.Line - b.at.Line })
	return out
}

func wantBool(what string, want format.Bool) expectation {
	return expectation{what: what, want: strconv.FormatBool(want.Value), at: want.At, got: func(d *rules.Decision) (string, bool) {
		got := d.Send
		if what == "holdout" {
			got = d.Holdout
		}
		return strconv.FormatBool(got), got == want.Value
	}}
}

func wantAction(want format.Text) expectation {
	return expectation{what: "action", want: want.Value, at: want.At, got: func(d *rules.Decision) (string, bool) {
		return string(d.Action), string(d.Action) == want.Value
	}}
}

func (r *reader) wantVariant(slot, want format.Text) expectation {
	variants, ok := r.variants[slot.Value]
	switch {
	case !ok:
		r.fail(slot.At, diag.UnknownSlot, fmt.Sprintf("there is no slot %q", slot.Value), orHint(slot.Value, r.slots, listed("slots", r.slots)))
	case !slices.Contains(variants, want.Value):
		r.fail(want.At, diag.UnknownVariant, fmt.Sprintf("the slot %s has no variant %q", slot.Value, want.Value), orHint(want.Value, variants, listed("variants", variants)))
	}
	return expectation{what: "variants." + slot.Value, want: want.Value, at: want.At, names: []string{slot.Value}, got: func(d *rules.Decision) (string, bool) {
		got := d.Variant(slot.Value)
		return got, got == want.Value
	}}
}

// wantList expects a list: all of it, some of it, or none of it.
func (r *reader) wantList(what string, items []format.Text, at diag.Place) expectation {
	e := expectation{what: what, at: at}
	var want []string
	for _, i := range items {
		e.at = items[0].At
		r.listItem(what, i)
		want = append(want, i.Value)
		if _, rule, ok := strings.Cut(i.Value, " "); ok {
			e.names = append(e.names, rule)
		}
	}
	e.names = append(e.names, want...)
	e.want = list(want)
	e.got = func(d *rules.Decision) (string, bool) {
		got := listOf(what, d)
		return list(got), holds(what, got, want)
	}
	return e
}

// listItem checks a name in a list.
func (r *reader) listItem(what string, item format.Text) {
	switch {
	case strings.HasPrefix(what, "personas"):
		r.persona(item)
	case strings.HasPrefix(what, "reasons"):
		r.reason(item)
	case what == "ask":
		if _, ok := r.schema.Lookup(item.Value); !ok {
			r.fail(item.At, diag.UnknownField, "there is no field "+item.Value, orHint(item.Value, r.schema.Paths(), "winnow fields lists those there are"))
		}
	}
}

// reason checks a reason code, and the rule or slot after it.
func (r *reader) reason(item format.Text) {
	code, rule, with := strings.Cut(item.Value, " ")
	if !slices.Contains(r.codes, code) {
		r.fail(item.At, diag.NotAllowed, fmt.Sprintf("there is no reason code %q", code), orHint(code, r.codes, "winnow reasons lists them"))
	}
	if with && !slices.Contains(r.rules, rule) {
		r.fail(item.At, diag.UnknownName, fmt.Sprintf("there is no rule or slot %q", rule), orHint(rule, r.rules, listed("rules", r.rules)))
	}
}

func listOf(what string, d *rules.Decision) []string {
	switch {
	case strings.HasPrefix(what, "personas"):
		return d.Personas
	case what == "ask":
		return d.Ask
	case what == "route":
		return d.Route
	}
	var out []string
	for _, x := range d.Reasons {
		name := x.Rule
		if name == "" {
			name = x.Slot
		}
		out = append(out, strings.TrimSpace(string(x.Code)+" "+name))
	}
	return out
}

// holds compares what an answer lists with what is wanted.
func holds(what string, got, want []string) bool {
	has := func(w string) bool {
		return slices.ContainsFunc(got, func(g string) bool {
			return g == w || strings.HasPrefix(what, "reasons") && strings.HasPrefix(g, w+" ")
		})
	}
	switch {
	case strings.HasSuffix(what, "_exclude"):
		return !slices.ContainsFunc(want, has)
	case what == "route":
		return slices.Equal(got, want)
	case what == "reasons", what == "personas_include":
		return !slices.ContainsFunc(want, func(w string) bool { return !has(w) })
	default:
		a, b := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
		return slices.Equal(a, b)
	}
}

func list(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, ", ")
}

// wantMoment expects hold_until or review_by. A review date counts to its end.
func (r *reader) wantMoment(what string, want format.Text, now time.Time) expectation {
	var t time.Time
	if want.Value != "none" {
		text := want.Value
		if _, err := format.ParseDuration(text); err == nil {
			text = "+" + text
		}
		var ok bool
		if t, ok = moment(text, now); !ok {
			r.fail(want.At, diag.BadMoment, fmt.Sprintf("%s: %q is not a time", what, want.Value), "write a date, 7d for seven days from now, or none")
		}
		if m, isDate := format.ParseMoment(text); isDate && m.Date && what == "review_by" {
			t = t.AddDate(0, 0, 1)
		}
	}
	if what == "review_by" {
		return expectation{what: what, want: showReview(t), at: want.At, got: func(d *rules.Decision) (string, bool) {
			return showReview(d.ReviewBy), d.ReviewBy.Equal(t)
		}}
	}
	return expectation{what: what, want: showTime(t), at: want.At, got: func(d *rules.Decision) (string, bool) {
		return showTime(d.HoldUntil), d.HoldUntil.Equal(t)
	}}
}

// showReview is a review date as rules and tests write it: the day that ends then.
func showReview(t time.Time) string {
	if t.IsZero() || !t.UTC().Truncate(24*time.Hour).Equal(t) {
		return showTime(t)
	}
	return t.UTC().AddDate(0, 0, -1).Format(time.DateOnly)
}

func showTime(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return t.UTC().Format(time.RFC3339)
}
