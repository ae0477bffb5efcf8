package activecampaign

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// API writes custom fields of contacts.
type API struct {
	// Base is the account's address of the API, from Settings, Developer:
	// "https://acme.api-us1.com".
	Base string
	// Token is the key from the same page.
	Token string
	// Names spell the personalization tags of the fields, without the signs.
	Names writeback.Names

	once sync.Once
	turn chan map[string]string // the number of each field; whoever reads the list has it out
}

// Plan implements writeback.Platform.
func (a *API) Plan() writeback.Plan {
	return writeback.Plan{
		Parallel: 2, Limits: []writeback.Limit{{N: 5, Per: time.Second}},
		Source: "5 requests a second and account, https://developers.activecampaign.com/reference/rate-limits",
	}
}

type fieldValue struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// Write implements writeback.Platform. Fields are named by number in the API, so
// the account's list of fields is read first.
func (a *API) Write(ctx context.Context, c *writeback.Client, ws []writeback.Write) []error {
	w := ws[0]
	if w.Contact.Email == "" {
		return []error{&writeback.Trouble{Kind: writeback.Refused, Text: "the contact has no e-mail address, which contact/sync goes by"}}
	}
	fields := a.Names.Fields(w)
	ids, err := a.ids(ctx, c, fields)
	if err != nil {
		return []error{err}
	}
	values := make([]fieldValue, len(fields))
	for i, f := range fields {
		values[i] = fieldValue{ids[f.Name], f.Value}
	}
	answer, err := a.call(ctx, c, "POST", "/api/3/contact/sync",
		map[string]any{"contact": map[string]any{"email": w.Contact.Email, "fieldValues": values}})
	if err == nil {
		err = answer.Check([]string{"title", "detail", "message"})
	}
	return []error{err}
}

func (a *API) call(ctx context.Context, c *writeback.Client, method, path string, body any) (*writeback.Answer, error) {
	return c.JSON(ctx, method, strings.TrimSuffix(a.Base, "/")+path, []string{"Api-Token", a.Token}, body)
}

// ids gives the number of each field. It asks the account when one is not
// known; the pause that follows a missing one limits how often.
func (a *API) ids(ctx context.Context, c *writeback.Client, want []writeback.Field) (map[string]string, error) {
	a.once.Do(func() {
		a.turn = make(chan map[string]string, 1)
		a.turn <- nil
	})
	var known map[string]string
	select {
	case known = <-a.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { a.turn <- known }()
	if len(lacking(known, want)) == 0 {
		return known, nil
	}
	fresh := map[string]string{}
	for n, offset := 100, 0; n == 100; offset += 100 {
		var err error
		if n, err = a.list(ctx, c, offset, fresh); err != nil {
			return nil, err
		}
	}
	known = fresh
	if names := lacking(known, want); len(names) > 0 {
		return nil, &writeback.Trouble{
			Kind: writeback.Locked,
			Text: "ActiveCampaign has no contact field with the personalization tag " + strings.Join(names, ", ") + ": create it under Contacts, Fields",
		}
	}
	return known, nil
}

func lacking(known map[string]string, want []writeback.Field) (names []string) {
	for _, f := range want {
		if known[f.Name] == "" {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}

// list reads a page of the account's fields.
func (a *API) list(ctx context.Context, c *writeback.Client, offset int, into map[string]string) (n int, err error) {
	answer, err := a.call(ctx, c, "GET", fmt.Sprintf("/api/3/fields?limit=100&offset=%d", offset), nil)
	if err == nil {
		err = answer.Check([]string{"message"})
	}
	if err != nil {
		return 0, err
	}
	var page struct {
		Fields []struct {
			ID      string `json:"id"`
			Perstag string `json:"perstag"`
		} `json:"fields"`
	}
	if err := json.Unmarshal(answer.Body, &page); err != nil {
		return 0, &writeback.Trouble{Kind: writeback.Later, Text: "the list of fields can't be read"}
	}
	for _, f := range page.Fields {
		into[strings.ToUpper(f.Perstag)] = f.ID
	}
	return len(page.Fields), nil
}
