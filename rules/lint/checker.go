package lint

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// checker applies levels and waivers to the findings.
type checker struct {
	*Bundle
	list    diag.List
	names   map[string]*Rule
	levels  map[string]Level
	waivers []waiver
	allowed []allowance
	said    map[*cond.Cond]*said
	words   patterns
}

// said is what was found out about a condition, which many rules ask.
type said struct {
	uses   []cond.Use
	fields []string
	never  bool
	kinds  cond.Kinds
	few    bool // kinds are all there are
}

// about asks what there is to know of a condition, once.
func (c *checker) about(q *cond.Cond) *said {
	if s, ok := c.said[q]; ok {
		return s
	}
	s := &said{uses: c.Logic.Uses(q), never: c.Logic.Never(q)}
	for _, u := range s.uses {
		for _, f := range u.Fields {
			if !slices.Contains(s.fields, f) {
				s.fields = append(s.fields, f)
			}
		}
	}
	s.kinds, s.few = c.Logic.Kinds(q)
	c.said[q] = s
	return s
}

// patterns are the expressions that rules look for words with.
type patterns struct{ who, guess, vain, price, selling *regexp.Regexp }

func newPatterns() patterns {
	return patterns{
		who:     regexp.MustCompile(`^contact\.(city|city_population|language|locale|timezone|name\..*|address\.(street|city|region|region_code|postal_code))$|[._](age|gender|sex|income|education|marital|marital_status)$`),
		guess:   regexp.MustCompile(`(?i)(^|[._])(score|probability|propensity|predicted|prediction|likelihood|risk|lookalike)([._]|$)|_(score|probability|risk)$`),
		vain:    regexp.MustCompile(`(?i)(^|[._])(car_brand|favou?rite_\w+|star_sign|zodiac|hobby|hobbies|magazine|newspaper|reads|watches|social_network)([._]|$)`),
		price:   regexp.MustCompile(`(?i)"[^"]*(price|discount|coupon|voucher|promo_?code|rabat|zniżk|giảm_?giá|скидк|цена)[^"]*"\s*:`),
		selling: regexp.MustCompile(`(?i)\b(sale|discount|coupon|voucher|special offer|promo code|promocj|zniżk|rabat|wyprzedaż|udsalg|rabatkode|tilbud)|%\s*off\b|khuyến mãi|giảm giá|ưu đãi|скидк|распродаж|промокод`),
	}
}

type waiver struct {
	of   Subject
	rule format.Text
	used bool
}

type allowance struct {
	format.Allowance
	used bool
}

func newChecker(b *Bundle) *checker {
	c := &checker{Bundle: b, names: map[string]*Rule{}, levels: map[string]Level{}, said: map[*cond.Cond]*said{}, words: newPatterns()}
	rules := Rules()
	for i := range rules {
		c.names[rules[i].Name] = &rules[i]
	}
	for _, f := range b.Files {
		c.readLevels(f)
		for i := range f.Personas {
			c.readWaivers(Subject{"persona", f.Personas[i].ID.Value}, f.Personas[i].Waive)
		}
		for i := range f.Slots {
			c.readWaivers(Subject{"slot", f.Slots[i].Key.Value}, f.Slots[i].Value.Waive)
		}
		if f.Policy != nil {
			c.readPolicy(f.Policy)
		}
	}
	return c
}

func (c *checker) fail(at diag.Place, code, msg, hint string) {
	c.list = append(c.list, diag.Diagnostic{Place: at, Code: code, Message: msg, Hint: hint})
}

// readLevels takes what a file says of levels.
func (c *checker) readLevels(f *format.File) {
	for _, e := range f.Lint {
		r := c.named(e.Key)
		level := Level(e.Value.Value)
		switch {
		case r == nil:
		case r.Fixed && level != r.Level:
			c.fail(e.Value.At, diag.RuleFixed, r.Name+" can't be switched", "policy: allow: lets one persona or slot use a protected trait, with the reason")
		default:
			if _, twice := c.levels[r.Name]; twice {
				c.fail(e.Key.At, diag.DuplicateID, fmt.Sprintf("the level of %s is set twice", r.Name), "keep one, in one file")
				continue
			}
			c.levels[r.Name] = level
		}
	}
}

func (c *checker) named(name format.Text) *Rule {
	if r, ok := c.names[name.Value]; ok {
		return r
	}
	if name.At.Line == 0 {
		return nil // the reader reported that it is missing
	}
	names := make([]string, 0, len(c.names))
	for n := range c.names {
		names = append(names, n)
	}
	hint := diag.DidYouMean(name.Value, names)
	if hint == "" {
		hint = "winnow check --rules lists them"
	}
	c.fail(name.At, diag.UnknownRule, fmt.Sprintf("there is no lint rule %q", name.Value), hint)
	return nil
}

func (c *checker) readWaivers(of Subject, list []format.Waiver) {
	for _, w := range list {
		switch r := c.named(w.Rule); {
		case r == nil:
		case r.Fixed:
			c.fail(w.Rule.At, diag.RuleFixed, r.Name+" can't be waived", "policy: allow: lets one persona or slot use a protected trait, with the reason")
		default:
			c.waivers = append(c.waivers, waiver{of: of, rule: w.Rule})
		}
	}
}

func (c *checker) readPolicy(p *format.Policy) {
	for _, a := range p.Allow {
		switch f, ok := c.Field(a.Trait.Value); {
		case !ok:
			c.fail(a.Trait.At, diag.UnknownField, "there is no field "+a.Trait.Value, "name a protected field, as contact.gender; winnow fields lists them all")
		case !f.Protected:
			c.fail(a.Trait.At, diag.NotAllowed, a.Trait.Value+" is no protected trait: anybody may use it", "remove the allowance")
		default:
			c.allowed = append(c.allowed, allowance{Allowance: a})
		}
	}
}

// level is what a rule counts as in this bundle.
func (c *checker) level(r *Rule) Level {
	if l, ok := c.levels[r.Name]; ok {
		return l
	}
	return r.Level
}

// find notes a finding, unless it is waived.
func (c *checker) find(r *Rule, of Subject, at diag.Place, msg, hint string) {
	for i := range c.waivers {
		if w := &c.waivers[i]; w.of == of && w.rule.Value == r.Name {
			w.used = true
			return
		}
	}
	c.list = append(c.list, diag.Diagnostic{Place: at, Severity: c.level(r).severity(), Code: r.Code, Message: msg, Hint: hint})
}

// allows reports whether the policy lets a persona or slot use a trait.
func (c *checker) allows(of Subject, trait string) bool {
	out := false
	for i := range c.allowed {
		if a := &c.allowed[i]; a.For.Value == of.ID && a.Trait.Value == trait {
			a.used, out = true, true
		}
	}
	return out
}

// unusedWaivers reports what is excused and not there, when all else is done.
func (c *checker) unusedWaivers() {
	r := c.names["unused-waiver"]
	if c.level(r) == Off {
		return
	}
	for _, w := range c.waivers {
		if !w.used && c.level(c.names[w.rule.Value]) != Off && !c.blind(w.rule.Value) {
			c.find(r, Subject{}, w.rule.At, fmt.Sprintf("%s %s has nothing that %s would find", w.of.Kind, w.of.ID, w.rule.Value), "remove the waiver: it would hide what comes later")
		}
	}
	for _, a := range c.allowed {
		if !a.used {
			c.find(r, Subject{}, a.Trait.At, fmt.Sprintf("%s does not use %s", a.For.Value, a.Trait.Value), "remove the allowance, or mend the id")
		}
	}
}

// blind reports whether a rule could not look, for want of the day or of how long
// decisions are kept.
func (c *checker) blind(rule string) bool {
	switch c.names[rule].Code {
	case diag.ReviewPast, diag.StaleTable, diag.FutureTable, diag.WindowOver:
		return c.Now.IsZero()
	case diag.BeyondRetention:
		return c.Retention <= 0
	}
	return false
}

func personaOf(p *Persona) Subject { return Subject{"persona", p.Card.ID.Value} }

func slotOf(s *Slot) Subject { return Subject{"slot", s.Name.Value} }

// negatives calls f for the negative personas.
func (c *checker) negatives(f func(p *Persona)) {
	for i := range c.Personas {
		if c.Personas[i].Negative {
			f(&c.Personas[i])
		}
	}
}

// everyPersona calls f for all of them.
func (c *checker) everyPersona(f func(p *Persona)) {
	for i := range c.Personas {
		f(&c.Personas[i])
	}
}
