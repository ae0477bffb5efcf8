package salesmanago

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// API writes details and tags of contacts, and looks contacts up.
type API struct {
	// Base is the server that the account is on: "https://app3.salesmanago.pl".
	Base string
	// ClientID and Secret are from Settings, Integration; Key is a text of one's
	// own choice, the same in every call.
	ClientID, Key, Secret string
	// Owner is the e-mail address of the user whose contacts they are.
	Owner string
	// Names spell the details; tags are spelt by the prefix, in capitals.
	Names writeback.Names
	// OptOut opts those out whom a persona suppresses. Only an owner who wants just
	// that sets it: nothing here ever takes it back.
	OptOut bool
	// Mapping turns a contact that was looked up into a body; nil leaves it.
	Mapping platform.Mapper
	// Clock gives the time that every call carries; nil means time.Now.
	Clock func() time.Time
}

// Plan implements writeback.Platform.
func (a *API) Plan() writeback.Plan {
	return writeback.Plan{
		Batch: 50, Parallel: 2, Limits: []writeback.Limit{{N: 5, Per: time.Second}},
		Source: "SALESmanago's public pages state no rate; 5 a second is ours",
	}
}

// envelope is what proves every call. The sum covers nothing of the call: TLS
// does.
func (a *API) envelope(more map[string]any) map[string]any {
	now := time.Now
	if a.Clock != nil {
		now = a.Clock
	}
	body := map[string]any{
		"clientId": a.ClientID, "apiKey": a.Key, "requestTime": now().UnixMilli(),
		"sha": verify.SalesmanagoSHA(a.Key, a.ClientID, verify.Secret(a.Secret)), "owner": a.Owner,
	}
	maps.Copy(body, more)
	return body
}

// reply is what every call answers, with status 200 even when it failed.
type reply struct {
	Success    *bool             `json:"success"`
	Message    json.RawMessage   `json:"message"`
	ContactIDs map[string]string `json:"contactIds"`
	Contacts   []json.RawMessage `json:"contacts"`
}

func (a *API) call(ctx context.Context, c *writeback.Client, path string, more map[string]any) (*reply, error) {
	answer, err := c.JSON(ctx, "POST", strings.TrimSuffix(a.Base, "/")+path, []string{"Accept", "application/json, application/json"}, a.envelope(more))
	if err == nil {
		err = answer.Check([]string{"message"})
	}
	if err != nil {
		return nil, err
	}
	var r reply
	if json.Unmarshal(answer.Body, &r) != nil || r.Success == nil {
		return nil, &writeback.Trouble{Kind: writeback.Later, Text: "SALESmanago's answer can't be read"}
	}
	if !*r.Success {
		return nil, refusal(string(r.Message))
	}
	return &r, nil
}

// refusal tells a rejected key from a rejected contact by SALESmanago's words:
// both come with status 200.
func refusal(message string) error {
	words := wordsOf(message)
	begins := func(with ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool {
			return slices.ContainsFunc(with, func(start string) bool { return strings.HasPrefix(word, start) })
		})
	}
	switch {
	case begins("authenti", "unauthenti", "authoriz", "unauthoriz", "apikey", "client", "owner", "permission"), slices.Contains(words, "sha"):
		return &writeback.Trouble{Kind: writeback.Locked, Text: "SALESmanago does not accept the client id, key, secret or owner"}
	case begins("limit"), strings.Contains(strings.Join(words, " "), "too many"):
		return &writeback.Trouble{Kind: writeback.Throttled, Text: "SALESmanago asks to slow down", Wait: time.Minute}
	}
	return &writeback.Trouble{Kind: writeback.Refused, Text: "SALESmanago refused the contact"}
}

// wordsOf are the words of a message, in lower case, without the addresses
// that it may repeat: owner@shop.example is a contact's.
func wordsOf(message string) (words []string) {
	for _, part := range strings.Fields(strings.ToLower(message)) {
		if !strings.Contains(part, "@") {
			words = append(words, strings.FieldsFunc(part, func(c rune) bool { return c < 'a' || c > 'z' })...)
		}
	}
	return words
}

// Write implements writeback.Platform.
func (a *API) Write(ctx context.Context, c *writeback.Client, ws []writeback.Write) []error {
	items := make([]map[string]any, len(ws))
	for i, w := range ws {
		if w.Contact.Email == "" {
			return []error{&writeback.Trouble{Kind: writeback.Refused, Text: "the contact has no e-mail address, which contact/upsert goes by"}}
		}
		items[i] = a.item(w)
	}
	if len(ws) == 1 {
		_, err := a.call(ctx, c, "/api/contact/upsert", items[0])
		return []error{err}
	}
	r, err := a.call(ctx, c, "/api/contact/batchupsert", map[string]any{"upsertDetails": items})
	if err != nil {
		return []error{err}
	}
	return taken(ws, r.ContactIDs)
}

// taken finds those that the answer does not list: a batch succeeds although
// some of it failed. They are tried again, alone in time.
func taken(ws []writeback.Write, ids map[string]string) []error {
	errs := make([]error, len(ws))
	if len(ids) == 0 {
		return errs
	}
	have := map[string]bool{}
	for email := range ids {
		have[strings.ToLower(email)] = true
	}
	for i, w := range ws {
		if !have[strings.ToLower(strings.TrimSpace(w.Contact.Email))] {
			errs[i] = &writeback.Trouble{Kind: writeback.Later, Text: "SALESmanago left the contact out of a batch"}
		}
	}
	return errs
}

func (a *API) item(w writeback.Write) map[string]any {
	properties := map[string]string{}
	for _, f := range a.Names.Fields(w) {
		properties[f.Name] = f.Value
	}
	on, off := a.Tags()
	if w.Value("send") != "true" {
		on, off = off, on
	}
	item := map[string]any{
		"contact": map[string]any{"email": w.Contact.Email}, "properties": properties,
		"tags": []string{on}, "removeTags": []string{off}, "async": false,
	}
	if a.OptOut && w.Suppressed {
		item["forceOptOut"] = true
	}
	return item
}

// Tags are the tags of those who may be sent to, and of those who may not.
func (a *API) Tags() (send, hold string) {
	prefix := a.Names.Prefix
	if prefix == "" {
		prefix = "winnow_"
	}
	return strings.ToUpper(prefix + "send"), strings.ToUpper(prefix + "hold")
}
