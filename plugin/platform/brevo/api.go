package brevo

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// API writes attributes of contacts.
type API struct {
	// Base is the address of the API; "" means https://api.brevo.com.
	Base string
	// Key is an API key, version 3.
	Key string
	// Names spell the attributes.
	Names writeback.Names
	// OptOut blocklists those whom a persona suppresses. Only an owner who wants
	// just that sets it: nothing here ever takes it back.
	OptOut bool
}

// Plan implements writeback.Platform.
func (a *API) Plan() writeback.Plan {
	return writeback.Plan{
		Batch: 100, Parallel: 2, Limits: []writeback.Limit{{N: 10, Per: time.Second}, {N: 36000, Per: time.Hour}},
		Source: "general limits of /v3/contacts, https://developers.brevo.com/docs/api-limits",
	}
}

// Write implements writeback.Platform. A batch is taken or refused as a whole.
func (a *API) Write(ctx context.Context, c *writeback.Client, ws []writeback.Write) []error {
	base := a.Base
	if base == "" {
		base = "https://api.brevo.com"
	}
	base = strings.TrimSuffix(base, "/") + "/v3/contacts/"
	method, address, body := "POST", base+"batch", any(nil)
	if len(ws) == 1 {
		who, query := ws[0].Contact.Email, "?identifierType=email_id"
		if who == "" {
			who, query = ws[0].Contact.ID, "?identifierType=contact_id"
		}
		method, address, body = "PUT", base+url.PathEscape(who)+query, a.item(ws[0])
	} else {
		items := make([]map[string]any, len(ws))
		for i, w := range ws {
			items[i] = a.item(w)
			if w.Contact.Email != "" {
				items[i]["email"] = w.Contact.Email
			} else {
				items[i]["id"] = number(w.Contact.ID)
			}
		}
		body = map[string]any{"contacts": items}
	}
	answer, err := c.JSON(ctx, method, address, []string{"api-key", a.Key}, body)
	if err == nil {
		err = answer.Check([]string{"message"})
	}
	return []error{err}
}

// number is an id as Brevo has it; what is none is left for Brevo to refuse.
func number(id string) any {
	if n, err := strconv.ParseUint(id, 10, 63); err == nil {
		return n
	}
	return id
}

func (a *API) item(w writeback.Write) map[string]any {
	attributes := map[string]string{}
	for _, f := range a.Names.Fields(w) {
		attributes[f.Name] = f.Value
	}
	item := map[string]any{"attributes": attributes}
	if a.OptOut && w.Suppressed {
		item["emailBlacklisted"] = true
	}
	return item
}
