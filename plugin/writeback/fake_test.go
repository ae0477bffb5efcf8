package writeback_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// fake is a platform of the tests' own: PUT /contacts with a list of contacts
// and their fields; its answer has a status for each.
type fake struct {
	plan writeback.Plan
}

type fakeItem struct {
	ID     string            `json:"id"`
	Fields map[string]string `json:"fields"`
}

func (f fake) Plan() writeback.Plan { return f.plan }

func (f fake) Write(ctx context.Context, c *writeback.Client, ws []writeback.Write) []error {
	items := make([]fakeItem, len(ws))
	for i, w := range ws {
		if w.Contact.ID == "panic" {
			panic("a bug over " + w.Contact.ID)
		}
		items[i] = fakeItem{w.Contact.ID, map[string]string{}}
		for _, field := range (writeback.Names{}).Fields(w) {
			items[i].Fields[field.Name] = field.Value
		}
	}
	a, err := c.JSON(ctx, "PUT", "http://fake.test/contacts", nil, items)
	if err == nil {
		err = a.Check([]string{"message"})
	}
	if err != nil {
		return []error{err}
	}
	var statuses []int
	if json.Unmarshal(a.Body, &statuses) != nil || len(statuses) != len(ws) {
		return nil
	}
	errs := make([]error, len(ws))
	for i, s := range statuses {
		switch {
		case s == 422:
			errs[i] = &writeback.Trouble{Kind: writeback.Refused, Text: "no such contact"}
		case s >= 500:
			errs[i] = &writeback.Trouble{Kind: writeback.Later, Text: "later"}
		}
	}
	return errs
}

// world is the platform's side: an http.RoundTripper in memory that fails as it
// is told to, and remembers the fields of each contact.
type world struct {
	mu       sync.Mutex
	fields   map[string]map[string]string
	requests []time.Time
	sizes    []int
	// fail says what to do with a request; nil, or "" from it, means to work.
	fail func(n int, items []fakeItem) (mode string)
}

func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var items []fakeItem
	if err := json.Unmarshal(body, &items); err != nil {
		return nil, err
	}
	w.mu.Lock()
	n := len(w.requests)
	w.requests, w.sizes = append(w.requests, time.Now()), append(w.sizes, len(items))
	mode := ""
	if w.fail != nil {
		mode = w.fail(n, items)
	}
	w.mu.Unlock()
	return w.act(r, mode, items)
}

func (w *world) act(r *http.Request, mode string, items []fakeItem) (*http.Response, error) {
	name, arg, _ := strings.Cut(mode, " ")
	switch name {
	case "":
		return w.apply(items, -1), nil
	case "status": // "status 429 Retry-After: 7"
		code, head, _ := strings.Cut(arg, " ")
		var status int
		fmt.Sscan(code, &status)
		k, v, _ := strings.Cut(head, ": ")
		return reply(status, `{"message":"ada@example.test is  not\nright"}`, k, v), nil
	case "reset": // the connection breaks before anything happened
		return nil, io.ErrUnexpectedEOF
	case "lost": // it was done, and the answer is lost
		w.apply(items, -1)
		return nil, io.ErrUnexpectedEOF
	case "hang": // no answer until the client gives up, and done after all a second later
		<-r.Context().Done()
		time.Sleep(time.Second)
		w.apply(items, -1)
		return nil, r.Context().Err()
	case "partial": // the first one fails
		return w.apply(items, 0), nil
	case "each": // each of them fails, by itself
		return w.apply(items, everybody), nil
	}
	panic("unknown mode " + mode)
}

const everybody = -2

// apply sets the fields of all items but one, or of none.
func (w *world) apply(items []fakeItem, but int) *http.Response {
	w.mu.Lock()
	defer w.mu.Unlock()
	statuses := make([]int, len(items))
	for i, it := range items {
		if statuses[i] = 200; i == but || but == everybody {
			statuses[i] = 503
			continue
		}
		w.fields[it.ID] = maps.Clone(it.Fields)
	}
	out, _ := json.Marshal(statuses)
	return reply(200, string(out), "", "")
}

func reply(status int, body, header, value string) *http.Response {
	r := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
	if header != "" {
		r.Header.Set(header, value)
	}
	return r
}

func newWorld() *world { return &world{fields: map[string]map[string]string{}} }

func (w *world) field(contact, name string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.fields[contact][name]
}

// known is how many contacts have fields.
func (w *world) known() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.fields)
}

func (w *world) of(contact string) map[string]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.fields[contact])
}

func (w *world) batches() []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.sizes)
}

func (w *world) times() []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests)
}

func (w *world) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.requests)
}

// write is a decision that chose a variant for the slot hero.
func write(contact, hero string, at time.Time) writeback.Write {
	return writeback.Write{
		Target: "fake", Contact: writeback.Contact{ID: contact}, Decided: at,
		Values: []writeback.Value{{Name: "send", Value: "true"}, {Name: "hero", Value: hero}},
	}
}
