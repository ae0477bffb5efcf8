package klaviyo

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// revision is the version of the API that requests are made for.
const revision = "2024-10-15"

// API writes properties of profiles.
type API struct {
	// Base is the address of the API; "" means https://a.klaviyo.com.
	Base string
	// Key is a private key with the scope profiles:write.
	Key string
	// Names spell the properties.
	Names writeback.Names
}

// Plan implements writeback.Platform.
func (a *API) Plan() writeback.Plan {
	return writeback.Plan{
		Parallel: 8, Limits: []writeback.Limit{{N: 75, Per: time.Second}, {N: 700, Per: time.Minute}},
		Source: "size L, https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling and /en/reference/update_profile",
	}
}

// Write implements writeback.Platform. A profile that is known by its address
// only is found, or made, by it.
func (a *API) Write(ctx context.Context, c *writeback.Client, ws []writeback.Write) []error {
	w := ws[0]
	properties := map[string]string{}
	for _, f := range a.Names.Fields(w) {
		properties[f.Name] = f.Value
	}
	attributes := map[string]any{"properties": properties}
	data := map[string]any{"type": "profile", "attributes": attributes}
	method, path := "POST", "/api/profile-import"
	if w.Contact.ID != "" {
		method, path = "PATCH", "/api/profiles/"+url.PathEscape(w.Contact.ID)
		data["id"] = w.Contact.ID
	} else {
		attributes["email"] = w.Contact.Email
	}
	base := a.Base
	if base == "" {
		base = "https://a.klaviyo.com"
	}
	answer, err := c.JSON(ctx, method, strings.TrimSuffix(base, "/")+path,
		[]string{"Authorization", "Klaviyo-API-Key " + a.Key, "revision", revision}, map[string]any{"data": data})
	if err == nil {
		err = answer.Check([]string{"detail"})
	}
	return []error{err}
}
