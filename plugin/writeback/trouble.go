package writeback

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind says whose trouble it is, and so what is done about it.
type Kind uint8

// The kinds of trouble.
const (
	// Later may pass by itself: 5xx, no connection, a time-out.
	Later Kind = iota
	// Refused is about this write, and another try would be refused too.
	Refused
	// Throttled asks for a pause.
	Throttled
	// Locked is about the account or its settings: nothing gets through until
	// somebody mends them, and no write is to blame.
	Locked
)

// Trouble is why a write was not made. Its text goes into the queue and the log,
// so that it must hold no field values and no secrets.
type Trouble struct {
	Kind Kind
	Text string
	// Wait is how long the platform wants to be left alone; 0 when it doesn't say.
	Wait time.Duration
	// Unsure says that the write may have been made, or yet be made.
	Unsure bool

	ours bool // a pause that the target is given already: nothing was asked
}

// Error implements error.
func (t *Trouble) Error() string { return t.Text }

// isRefused reports whether an error is about the write alone.
func isRefused(err error) bool {
	var t *Trouble
	return errors.As(err, &t) && t.Kind == Refused
}

// survive makes a refusal of a panic, so that what winnow itself fails over ends
// as a dead letter, and not the server, again after each start. A panic's value may
// be a contact's, so only its type is logged.
func (l *lane) survive(err *error) {
	if cause := recover(); cause != nil {
		l.opts.Log.Error("panic", "target", l.target.Name, "type", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
		*err = &Trouble{Kind: Refused, Text: "winnow failed over this contact: its log says where"}
	}
}

// Answer is what a platform answered, its body read.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte

	received time.Time
	name     string // method and path, for messages
}

// Check makes trouble of any answer but those with a 2xx status or one of ok.
// detail names the JSON members in which the platform says what is wrong.
func (a *Answer) Check(detail []string, ok ...int) error {
	if a.Status/100 == 2 || slices.Contains(ok, a.Status) {
		return nil
	}
	t := &Trouble{Kind: kindOf(a.Status), Text: fmt.Sprintf("%s answered %d %s", a.name, a.Status, http.StatusText(a.Status))}
	if t.Kind == Throttled || t.Kind == Later {
		t.Wait = a.wait()
	}
	if t.Kind == Locked && a.Status/100 == 3 {
		t.Text += ": the address of the API is wrong"
	}
	if d := a.detail(detail); d != "" {
		t.Text += ": " + d
	}
	return t
}

func kindOf(status int) Kind {
	switch {
	case status == http.StatusTooManyRequests:
		return Throttled
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status/100 == 3, status == http.StatusMethodNotAllowed:
		return Locked
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status/100 == 5:
		return Later
	default:
		return Refused
	}
}

// wait reads how long the platform wants to be left alone: Retry-After as
// seconds or as a date (RFC 9110), or Brevo's header.
func (a *Answer) wait() time.Duration {
	for _, name := range []string{"Retry-After", "X-Sib-Ratelimit-Reset"} {
		text := strings.TrimSpace(a.Header.Get(name))
		if n, err := strconv.ParseFloat(text, 64); err == nil && n >= 0 {
			return clampWait(time.Duration(min(n, maxWait.Seconds()) * float64(time.Second)))
		}
		if at, err := http.ParseTime(text); err == nil {
			return clampWait(at.Sub(a.received))
		}
	}
	return 0
}

// maxWait is the longest pause that a platform can ask for.
const maxWait = time.Hour

func clampWait(d time.Duration) time.Duration { return min(max(d, 0), maxWait) }

// detail is what the answer says about the trouble, short, on one line, and
// without the addresses that platforms like to repeat.
func (a *Answer) detail(members []string) string {
	var out []string
	for _, m := range members {
		for _, text := range jsonTexts(a.Body, m) {
			if !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	text := strings.Join(strings.Fields(strings.Join(out, "; ")), " ")
	words := strings.Split(text, " ")
	for i, w := range words {
		if strings.Contains(w, "@") {
			words[i] = "…"
		}
	}
	text = strings.Join(words, " ")
	if len(text) > 200 {
		text = text[:200]
		for !utf8.ValidString(text) {
			text = text[:len(text)-1]
		}
		text += "…"
	}
	return text
}

// looksJSON reports whether the body may be JSON. A throttle in front of an API
// answers in HTML.
func (a *Answer) looksJSON() bool {
	b := bytes.TrimSpace(a.Body)
	return len(b) > 0 && (b[0] == '{' || b[0] == '[')
}

// IsJSON reports whether the answer comes from the API and not from a machine in
// front of it.
func (a *Answer) IsJSON() bool { return a.looksJSON() }
