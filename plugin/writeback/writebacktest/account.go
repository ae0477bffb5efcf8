package writebacktest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Account is a platform's side: the contacts of one account, and what happened
// to them. Handlers of subjects keep it up to date.
type Account struct {
	mu       sync.Mutex
	contacts map[string]map[string]string // fields by the name that the platform knows contacts by
	out      map[string]bool              // who has opted out
	bodies   []string
	times    []time.Time
	faults   []Fault
	key      bool // the key is good
}

// Set sets a field of a contact; false when there is no such contact.
func (a *Account) Set(contact, name, value string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	fields, ok := a.contacts[contact]
	if ok {
		fields[name] = value
	}
	return ok
}

// Has reports whether there is such a contact.
func (a *Account) Has(contact string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.contacts[contact] != nil
}

// OptOut notes that a contact has opted out, or was made to.
func (a *Account) OptOut(contact string, out bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.out[contact] = out
}

// OptedOut reports whether a contact has opted out.
func (a *Account) OptedOut(contact string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.out[contact]
}

// Fields are a contact's.
func (a *Account) Fields(contact string) map[string]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.contacts[contact])
}

// KeyIsGood reports whether the account's key still works.
func (a *Account) KeyIsGood() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.key
}

// Fault is what a server does to one request instead of its work, or besides.
type Fault string

// The faults.
const (
	None       Fault = ""
	Throttle   Fault = "429, Retry-After in seconds"
	ThrottleAt Fault = "429, Retry-After as a date"
	Error500   Fault = "500"
	Error503   Fault = "503 with HTML from a machine in front"
	Reset      Fault = "connection reset before the work"
	Lost       Fault = "connection reset after the work"
	Slow       Fault = "an answer later than the time-out, after the work"
	Hang       Fault = "no answer, no work"
	Moved      Fault = "a redirect to a login page"
)

// faults are all of them.
func faults() []Fault {
	return []Fault{Throttle, ThrottleAt, Error500, Error503, Reset, Lost, Slow, Hang, Moved}
}

// handler wraps a subject's server with the faults and the record.
func (a *Account) handler(t *testing.T, inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		a.mu.Lock()
		a.bodies, a.times = append(a.bodies, string(body)), append(a.times, time.Now())
		fault := None
		if len(a.faults) > 0 {
			fault, a.faults = a.faults[0], a.faults[1:]
		}
		a.mu.Unlock()
		if r.Method != http.MethodGet && !json.Valid(body) {
			t.Errorf("%s %s: the body is not JSON", r.Method, r.URL.Path)
		}
		act(fault, w, r, inner)
	})
}

func act(fault Fault, w http.ResponseWriter, r *http.Request, inner http.Handler) {
	say := func(status int, header, value, body string) {
		if header != "" {
			w.Header().Set(header, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
	switch fault {
	case Throttle:
		say(429, "Retry-After", "7", `{"message":"slow down"}`)
	case ThrottleAt:
		say(429, "Retry-After", time.Now().Add(20*time.Second).UTC().Format(http.TimeFormat), "")
	case Error500:
		say(500, "", "", `{"message":"oops"}`)
	case Error503:
		say(503, "", "", "<html>upstream</html>")
	case Moved:
		say(302, "Location", "https://login.example.test/", "")
	case Reset:
		panic(http.ErrAbortHandler)
	case Lost:
		inner.ServeHTTP(&discard{header: http.Header{}}, r)
		panic(http.ErrAbortHandler)
	case Slow:
		inner.ServeHTTP(&discard{header: http.Header{}}, r)
		time.Sleep(timeout + 5*time.Second)
	case Hang:
		time.Sleep(timeout + 5*time.Second)
	default:
		inner.ServeHTTP(w, r)
	}
}

// discard takes an answer that nobody will see.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

// sent reports whether a text was in any body.
func (a *Account) sent(text string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Contains(strings.ToLower(strings.Join(a.bodies, "\n")), strings.ToLower(text))
}

// Make makes a contact, if there is none.
func (a *Account) Make(contact string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.contacts[contact] == nil {
		a.contacts[contact] = map[string]string{}
	}
}

// requests are the times of all requests.
func (a *Account) requests() []time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.times)
}
