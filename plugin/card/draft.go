package card

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

// Draft is a new card: what was answered, and what a file needs besides.
type Draft struct {
	// ID names the persona; empty makes it of the name.
	ID   string
	Kind string // negative or positive
	// When is the condition; empty is a tag of the persona's id, which nobody has
	// until somebody gives it.
	When string
	// Answers by the question's id.
	Answers map[string]string
	Now     time.Time
}

// reviewAfter is how long a draft may lie.
const reviewAfter = 90 * 24 * time.Hour

// Slug makes an id of a name: its letters and digits in lower case, joined by hyphens,
// and no more words than an id may hold.
func Slug(name string) string {
	plain := strings.NewReplacer("ł", "l", "đ", "d", "ø", "oe", "æ", "ae", "å", "aa", "ß", "ss")
	slug := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(latin(plain.Replace(strings.ToLower(name))), "-"), "-")
	if len(slug) <= longestID {
		return slug
	}
	if i := strings.LastIndexByte(slug[:longestID+1], '-'); i > 0 {
		return slug[:i]
	}
	return slug[:longestID]
}

// longestID is how long an id may be.
const longestID = 64

// Files are the rule file and its tests. They are laid out as winnow fmt does,
// compile, and pass.
func (d *Draft) Files() (ruleFile, tests []byte, err error) {
	if ruleFile, err = format.Format([]byte(d.rules())); err != nil {
		return nil, nil, fmt.Errorf("the answers don't fit into a rule file: %w", err)
	}
	if tests, err = ruletest.Format([]byte(d.tests())); err != nil {
		return nil, nil, fmt.Errorf("the answers don't fit into a test file: %w", err)
	}
	return ruleFile, tests, nil
}

func (d *Draft) rules() string {
	var b strings.Builder
	fmt.Fprintf(&b, "winnow: 1\n\npersonas:\n  - id: %s\n    kind: %s\n", d.ID, d.Kind)
	for _, key := range []string{"name", "why", "our_limit", "story", "substitute"} {
		d.line(&b, key)
	}
	d.style(&b)
	d.line(&b, "use")
	for _, key := range []string{"habits", "needs", "fears", "inhibitions", "triggers", "stops", "channels"} {
		d.list(&b, key)
	}
	when := d.When
	if when == "" {
		when = `has(contact.tags, "` + d.ID + `")`
		b.WriteString("    # Nobody has this tag yet. Write what these people do instead.\n")
	}
	b.WriteString("    when: |\n      " + strings.ReplaceAll(strings.TrimSpace(when), "\n", "\n      ") + "\n")
	if d.Kind == "negative" {
		b.WriteString("    action: suppress\n    holdout: 5%\n    mode: observe\n")
	}
	fmt.Fprintf(&b, "    status: draft\n    review_every: 90d\n    review_by: %s\n", d.Now.Add(reviewAfter).Format(time.DateOnly))
	d.line(&b, "owner")
	d.answers(&b)
	d.history(&b)
	return b.String()
}

// answerTo is what was answered to the question that fills a key.
func (d *Draft) answerTo(key string) string {
	for _, q := range questions() {
		if q.key() == key && (q.Bank.Value == "card" || q.Bank.Value == d.Kind) {
			return plain(d.Answers[q.ID.Value])
		}
	}
	return ""
}

// plain is an answer without outer space and what does not belong in a file.
func plain(answer string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsGraphic(r) {
			return r
		}
		return ' '
	}, answer))
}

func (d *Draft) line(b *strings.Builder, key string) {
	if text := d.answerTo(key); text != "" {
		fmt.Fprintf(b, "    %s: %s\n", key, quoted(text))
	}
}

// list writes an answer of several things, which semicolons part.
func (d *Draft) list(b *strings.Builder, key string) {
	items := strings.FieldsFunc(d.answerTo(key), func(r rune) bool { return r == ';' || r == '\n' })
	items = slices.DeleteFunc(items, func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "    %s:\n", key)
	for _, item := range items {
		fmt.Fprintf(b, "      - %s\n", quoted(strings.TrimSpace(item)))
	}
}

// Styles are the words for how people buy.
func Styles() []string { return []string{"researcher", "impulsive", "mixed"} }

// style takes the word if there is one in the answer.
func (d *Draft) style(b *strings.Builder) {
	if word := oneWord(d.answerTo("buying_style"), Styles()); word != "" {
		fmt.Fprintf(b, "    buying_style: %s\n", word)
	}
}

// oneWord is the only one of words that a text names.
func oneWord(text string, words []string) string {
	found := ""
	for _, w := range words {
		if strings.Contains(strings.ToLower(text), w) {
			if found != "" {
				return ""
			}
			found = w
		}
	}
	return found
}

// answers keeps what has no key of its own on the card, and sentences where the
// card takes a word.
func (d *Draft) answers(b *strings.Builder) {
	head := "    answers:\n"
	for _, q := range questions() {
		text := plain(d.Answers[q.ID.Value])
		style := q.key() == "buying_style" && !slices.Contains(Styles(), text)
		if text == "" || q.ID.Value == "rather-not" || q.key() != "" && !style {
			continue
		}
		fmt.Fprintf(b, "%s      %s: %s\n", head, q.ID.Value, quoted(text))
		head = ""
	}
}

// history begins the card's changelog with who agreed to what.
func (d *Draft) history(b *strings.Builder) {
	note := "first draft"
	switch strings.ToLower(strings.TrimSpace(d.Answers["rather-not"])) {
	case "yes":
		note = "first draft; agreed that we would rather not have them as customers"
	case "no":
		note = "first draft; not agreed that we would rather not have them as customers"
	}
	fmt.Fprintf(b, "    changelog:\n      - date: %s\n", d.Now.Format(time.DateOnly))
	if owner := d.answerTo("owner"); owner != "" {
		fmt.Fprintf(b, "        by: %s\n", quoted(owner))
	}
	fmt.Fprintf(b, "        note: %s\n", note)
}

// tests show both sides of a tag; a condition of the author's own is only shown
// to leave a bare record alone.
func (d *Draft) tests() string {
	out := "winnow_test: 1\nnow: " + d.Now.Format("2006-01-02T15:04:05Z") + "\nmessage: {class: marketing, min_age: 0}\n\n" +
		"contacts:\n  anybody:\n    contact.id: anybody\n    contact.email: anybody@example.com\n    consent.marketing: true\n    consent.objects_marketing: false\n\ncases:\n" +
		"  - name: a record that knows nothing is not " + d.ID + "\n    contact: anybody\n    expect:\n      personas_exclude: [" + d.ID + "]\n"
	if d.When != "" {
		return out
	}
	return out + "\n  - name: the tag makes " + d.ID + "\n    contact: anybody\n    table:\n      columns: [contact.tags, expect.personas_include, expect.personas_exclude]\n      rows:\n" +
		"        - [[" + d.ID + "], " + d.ID + ", []]\n        - [[other], [], " + d.ID + "]\n"
}

// quoted is text as a YAML value, in quotes unless it is plain words.
func quoted(text string) string {
	if regexp.MustCompile(`^\p{L}[\p{L}\p{N} ,.()/%'’@_-]*$`).MatchString(text) && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(text)) {
		return strings.TrimSpace(text)
	}
	out, err := json.Marshal(text)
	if err != nil {
		return `""` // a string always has JSON
	}
	return string(out)
}
