package lint

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/format"
)

// label is a word that should not name people, and what to write instead. A
// star at the end of a word takes any ending; several words must follow each
// other.
type label struct {
	lang, word, instead string
	parts               []string // of word
}

// plain splits a text into small words, so that ids and sentences read alike.
func plain(text string) []string {
	return strings.FieldsFunc(strings.ToLower(norm.NFC.String(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// in tells where a label's words stand one after the other.
func (l label) in(words []string) bool {
	for i := 0; i+len(l.parts) <= len(words); i++ {
		if slices.EqualFunc(l.parts, words[i:i+len(l.parts)], fits) {
			return true
		}
	}
	return false
}

func fits(want, word string) bool {
	if stem, open := strings.CutSuffix(want, "*"); open {
		return strings.HasPrefix(word, stem)
	}
	return word == want
}

// wordsOn reports the labels that a card's texts hold, once a text.
func (c *checker) wordsOn(r *Rule, p *Persona, labels []label, say func(where, word string) string, texts map[string]*format.Text) {
	for _, where := range []string{"id", "name", "reason", "alternative"} {
		t := texts[where]
		if t == nil {
			continue
		}
		words := plain(t.Value)
		for _, l := range labels {
			if l.in(words) {
				c.find(r, personaOf(p), t.At, say(where, strings.TrimSuffix(l.word, "*")), "write, for instance, "+l.instead)
				break
			}
		}
	}
}

func insultingLabel(c *checker, r *Rule) {
	labels := insults()
	c.everyPersona(func(p *Persona) {
		d := p.Card
		c.wordsOn(r, p, labels, func(where, word string) string {
			return fmt.Sprintf("%q is in the %s of %q, and people may read what they are called", word, where, d.ID.Value)
		}, map[string]*format.Text{"id": &d.ID, "name": &d.Name, "reason": d.Reason, "alternative": d.Alternative})
	})
}

func personalityWord(c *checker, r *Rule) {
	labels := characters()
	c.everyPersona(func(p *Persona) {
		d := p.Card
		c.wordsOn(r, p, labels, func(where, word string) string {
			return fmt.Sprintf("%q is in the %s of %q: it judges people, and no condition can tell", word, where, d.ID.Value)
		}, map[string]*format.Text{"id": &d.ID, "name": &d.Name, "reason": d.Reason})
	})
}

// proxyTrait looks for what stands for religion, health, origin and the like:
// words in conditions, and fields that give it away.
func proxyTrait(c *checker, r *Rule) {
	proxies := proxies()
	c.everyPersona(func(p *Persona) {
		for _, u := range c.about(p.When).uses {
			if what := proxyIn(u, proxies, p.KeepsBack); what != "" {
				c.find(r, personaOf(p), u.Place, fmt.Sprintf("%s may stand for %s", u.Text, what), "that is specially protected even when it is only inferred: choose by something else, or waive this with the reason")
			}
		}
	})
}

func proxyIn(u cond.Use, proxies []label, keepsBack bool) string {
	if strings.HasPrefix(u.Text, "known(") {
		return ""
	}
	for _, f := range u.Fields {
		switch {
		case strings.HasPrefix(f, "contact.name."), strings.HasSuffix(f, "postal_code"), strings.HasSuffix(f, "postcode"), strings.HasSuffix(f, "zip"):
			return "origin"
		case keepsBack && (f == "contact.language" || f == "contact.locale") && len(u.Texts) > 0:
			return "origin"
		}
	}
	for _, text := range append(slices.Clone(u.Texts), u.Fields...) {
		words := plain(text)
		for _, l := range proxies {
			if l.in(words) {
				return l.instead
			}
		}
	}
	return ""
}
