package rules

import (
	"fmt"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/lint"
)

func (c *compiler) compileSlots() {
	for _, f := range c.files {
		for i := range f.Slots {
			e := &f.Slots[i]
			if !c.identified("slot", e.Key) {
				continue
			}
			c.out.slots = append(c.out.slots, c.compileSlot(e.Key, &e.Value))
		}
	}
}

func (c *compiler) compileSlot(name format.Text, d *format.Slot) *slot {
	id := name.Value
	s := &slot{id: id, passed: ready(Reason{Code: SlotDefault, Slot: id})}
	for _, v := range d.Variants {
		if !idName.MatchString(v.Key.Value) {
			c.fail(v.Key.At, diag.BadName, fmt.Sprintf("%q can't be the name of a variant", v.Key.Value), "letters, digits, - _ and ., at most 64")
		}
		s.variants = append(s.variants, readyChoice(Choice{Slot: id, Variant: v.Key.Value, Content: v.Value.JSON}))
	}
	s.fallback = max(c.variant(d, d.Default), 0)
	decl := lint.Slot{Name: name, Decl: d}
	c.subject = lint.Subject{Kind: "slot", ID: id}
	for i := range d.Rules {
		if r := c.compileRule(id, i, d); r != nil {
			s.rules = append(s.rules, r)
			rule := lint.SlotRule{ID: r.id, Decl: &d.Rules[i], When: r.when}
			if r.active != nil {
				rule.Ends = r.active.to
			}
			decl.Rules = append(decl.Rules, rule)
		}
	}
	c.lint.Slots = append(c.lint.Slots, decl)
	return s
}

// variant is the number of a variant by name, -1 after reporting that there is
// none.
func (c *compiler) variant(d *format.Slot, name format.Text) int {
	names := make([]string, len(d.Variants))
	for i, v := range d.Variants {
		if v.Key.Value == name.Value {
			return i
		}
		names[i] = v.Key.Value
	}
	if name.Value != "" && len(names) > 0 {
		c.fail(name.At, diag.UnknownVariant, fmt.Sprintf("there is no variant %q", name.Value), suggestOr(name.Value, names))
	}
	return -1
}

func suggestOr(name string, names []string) string {
	if hint := diag.DidYouMean(name, names); hint != "" {
		return hint
	}
	return "there are " + strings.Join(names, ", ")
}

func (c *compiler) compileRule(slotID string, i int, d *format.Slot) *slotRule {
	rd := &d.Rules[i]
	r := &slotRule{id: fmt.Sprintf("%s/%d", slotID, i+1), use: -1, module: -1, canary: bucket.Count}
	if rd.ID != nil {
		r.id = rd.ID.Value
		c.identified("slot rule", *rd.ID)
	}
	r.canaryID = "canary:" + r.id
	forms := 0
	for _, has := range []bool{rd.Use != nil, rd.Split != nil, rd.Module != nil} {
		if has {
			forms++
		}
	}
	if forms != 1 {
		c.fail(rd.At, diag.SlotRuleNeedsOne, "a slot rule needs exactly one of use, split and module", "say with one of them what it shows; the next rule may use another")
	}
	if rd.When != nil {
		r.when = c.condition(rd.When)
	}
	if rd.Use != nil {
		r.use = c.variant(d, *rd.Use)
	}
	if rd.Split != nil {
		c.split(rd.Split, d, r)
	}
	if rd.Module != nil {
		r.module, r.turn = c.chooser(rd.Module, slotID)
	}
	if rd.Active != nil {
		r.active = c.window(rd.Active)
	}
	if rd.Mode != nil {
		r.canary = enforcedShare(rd.Mode)
	}
	if r.when == nil {
		return nil
	}
	code := SlotSplit
	switch {
	case r.use >= 0:
		code = SlotRule
	case r.module >= 0:
		code = SlotModule
	}
	r.chosen = ready(Reason{Code: code, Rule: r.id, Slot: slotID})
	return r
}

func (c *compiler) split(sd *format.Split, d *format.Slot, r *slotRule) {
	r.salt = sd.Salt.Value
	r.by = c.out.at.contact
	if sd.By != nil {
		c.splitField(sd, r)
	}
	end := 0
	for _, w := range sd.Weights {
		v := c.variant(d, w.Key)
		end += w.Value.Buckets
		r.shares = append(r.shares, share{v, end})
	}
	if end != bucket.Count && len(sd.Weights) > 0 {
		c.fail(sd.Weights[0].Key.At, diag.WeightsSum, fmt.Sprintf("the weights add up to %g, not 100", float64(end)/1000), "shares are percentages; give the rest to one variant")
	}
}

// splitField: people can be told apart only by text or whole numbers.
func (c *compiler) splitField(sd *format.Split, r *slotRule) {
	f, ok := c.names.Fields.Lookup(sd.By.Value)
	if !ok {
		c.fail(sd.By.At, diag.UnknownField, "there is no field "+sd.By.Value, c.suggestField(sd.By.Value))
		return
	}
	if !splittable(f.Type.Kind) {
		c.fail(sd.By.At, diag.TypeMismatch, fmt.Sprintf("a split goes by text, an id or a whole number, and %s is %s", f.Path, f.Type), "leave by: out to go by contact.id")
		return
	}
	r.by = c.build.Slot(sd.By.Value)
}

func (c *compiler) window(a *format.Active) *window {
	zone := time.UTC
	if a.TZ != nil {
		loc, err := time.LoadLocation(a.TZ.Value)
		if err != nil || a.TZ.Value == "Local" {
			c.fail(a.TZ.At, diag.BadTimeZone, fmt.Sprintf("there is no time zone %q", a.TZ.Value), "as in Europe/Warsaw")
			return nil
		}
		zone = loc
	}
	w := newWindow(a, zone)
	if !w.from.IsZero() && !w.to.IsZero() && !w.from.Before(w.to) {
		c.fail(a.To.At, diag.ActiveWindow, "the window ends before it starts", "to: is the later of the two")
		return nil // nor is it said that it is over
	}
	return w
}
