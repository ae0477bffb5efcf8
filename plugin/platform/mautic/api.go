package mautic

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// API writes to contacts through Mautic's REST API.
type API struct {
	// Base is the address of the installation: "https://mautic.shop.example".
	Base string
	// User and Password are those of a Mautic user who may edit contacts, with HTTP
	// Basic switched on in its API settings.
	User, Password string
	// Names spell the aliases of the custom fields.
	Names writeback.Names
	// OptOut writes a persona's suppression as do-not-contact, as set by hand. Only
	// an owner who wants just that sets it: nothing here ever takes it back.
	OptOut bool
}

// Plan implements writeback.Platform. A batch may hold 200; smaller ones answer
// within PHP's usual half minute.
func (a *API) Plan() writeback.Plan {
	return writeback.Plan{
		Batch: 50, Parallel: 2, Limits: []writeback.Limit{{N: 10, Per: time.Second}},
		Source: "Mautic has no limit unless its host sets one (API settings, rate limiter); 10 a second is meant to be kind to it",
	}
}

// batchAnswer is what PATCH /api/contacts/batch/edit answers: the items that
// could be edited, and a status an item. PHP writes lists with gaps as objects.
type batchAnswer struct {
	Contacts    json.RawMessage `json:"contacts"`
	StatusCodes json.RawMessage `json:"statusCodes"`
}

// Write implements writeback.Platform.
func (a *API) Write(ctx context.Context, c *writeback.Client, ws []writeback.Write) []error {
	items := make([]map[string]any, len(ws))
	for i, w := range ws {
		if _, err := strconv.ParseUint(w.Contact.ID, 10, 63); err != nil {
			if len(ws) > 1 { // each alone, so that the others get through
				return []error{&writeback.Trouble{Kind: writeback.Refused, Text: "a contact of the batch has no id"}}
			}
			return []error{&writeback.Trouble{Kind: writeback.Refused, Text: "the contact has no Mautic id: send contact_id in the webhook's data"}}
		}
		items[i] = a.item(w)
	}
	path, body := "/api/contacts/batch/edit", any(items)
	if len(ws) == 1 {
		path, body = "/api/contacts/"+ws[0].Contact.ID+"/edit", items[0]
		delete(items[0], "id")
	}
	answer, err := c.JSON(ctx, "PATCH", strings.TrimSuffix(a.Base, "/")+path, []string{"Authorization", a.basic()}, body)
	if err == nil {
		err = answer.Check([]string{"message"})
	}
	if err != nil {
		return []error{err}
	}
	if len(ws) == 1 {
		return []error{a.stored(ws[0], answer.Body)}
	}
	return a.each(ws, answer.Body)
}

func (a *API) item(w writeback.Write) map[string]any {
	item := map[string]any{"id": w.Contact.ID}
	for _, f := range a.Names.Fields(w) {
		item[f.Name] = f.Value
	}
	if a.OptOut && w.Suppressed {
		item["doNotContact"] = []map[string]any{{"channel": "email", "reason": 3, "comments": "winnow: " + w.Value("reason")}}
	}
	return item
}

func (a *API) basic() string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(a.User+":"+a.Password))
}

// stored makes sure that the fields exist: Mautic drops those that it does not
// know without a word.
func (a *API) stored(w writeback.Write, body []byte) error {
	var answer struct {
		Contact struct {
			Fields struct {
				All map[string]any `json:"all"`
			} `json:"fields"`
		} `json:"contact"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Contact.Fields.All == nil {
		return nil // an answer without the contact: its status has to do
	}
	return missing(a.Names.Fields(w), func(name string) bool { _, ok := answer.Contact.Fields.All[name]; return ok })
}

func missing(fields []writeback.Field, has func(string) bool) error {
	var names []string
	for _, f := range fields {
		if !has(f.Name) {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	return &writeback.Trouble{Kind: writeback.Locked, Text: "Mautic has no contact field " + strings.Join(names, ", ") + ": create it under Settings, Custom Fields"}
}

// each reads the status of every item of a batch.
func (a *API) each(ws []writeback.Write, body []byte) []error {
	var answer batchAnswer
	if json.Unmarshal(body, &answer) != nil || len(answer.StatusCodes) == 0 {
		return nil
	}
	codes := indexed[int](answer.StatusCodes)
	contacts := indexed[json.RawMessage](answer.Contacts)
	errs := make([]error, len(ws))
	for i, w := range ws {
		switch code := codes[strconv.Itoa(i)]; {
		case code == 0 || code/100 == 2:
			if one := contacts[strconv.Itoa(i)]; one != nil {
				errs[i] = a.stored(w, fmt.Appendf(nil, `{"contact":%s}`, one))
			}
		case code/100 == 5:
			errs[i] = &writeback.Trouble{Kind: writeback.Later, Text: fmt.Sprintf("Mautic answered %d for this contact", code)}
		default:
			errs[i] = &writeback.Trouble{Kind: writeback.Refused, Text: fmt.Sprintf("Mautic answered %d for this contact", code)}
		}
	}
	return errs
}

// indexed reads a list, or an object whose names are indices.
func indexed[T any](raw json.RawMessage) map[string]T {
	out := map[string]T{}
	if json.Unmarshal(raw, &out) == nil {
		return out
	}
	var list []T
	if json.Unmarshal(raw, &list) == nil {
		for i, v := range list {
			out[strconv.Itoa(i)] = v
		}
	}
	return out
}
