package mailchimp

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// API writes merge fields of the members of one audience.
type API struct {
	// Base is the address of the API; "" takes it from the key, whose end names
	// the data centre.
	Base string
	// Key is an API key: "…-us6".
	Key string
	// List is the id of the audience.
	List string
	// Names spell the merge tags, which have at most ten characters.
	Names writeback.Names
	// OptOut unsubscribes those whom a persona suppresses. Only an owner who wants
	// just that sets it: nothing here ever takes it back.
	OptOut bool
}

// Plan implements writeback.Platform. The batch call of the API sets the status
// of members besides, which could bring somebody back who has left: it is not
// used.
func (a *API) Plan() writeback.Plan {
	return writeback.Plan{
		Parallel: 6, Limits: []writeback.Limit{{N: 20, Per: time.Second}},
		Source: "10 connections at a time, https://mailchimp.com/developer/marketing/docs/fundamentals/; it states no rate, and 20 a second is ours",
	}
}

// Write implements writeback.Platform.
func (a *API) Write(ctx context.Context, c *writeback.Client, ws []writeback.Write) []error {
	w := ws[0]
	if w.Contact.Email == "" {
		return []error{&writeback.Trouble{Kind: writeback.Refused, Text: "the contact has no e-mail address, which members go by"}}
	}
	fields := a.Names.Fields(w)
	merge := map[string]string{}
	for _, f := range fields {
		merge[f.Name] = f.Value
	}
	body := map[string]any{"merge_fields": merge}
	if a.OptOut && w.Suppressed {
		body["status"] = "unsubscribed"
	}
	// Other merge fields may be required, which is not this write's business.
	address := a.base() + "/3.0/lists/" + url.PathEscape(a.List) + "/members/" + Hash(w.Contact.Email) + "?skip_merge_validation=true"
	answer, err := c.JSON(ctx, "PATCH", address, []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte("winnow:"+a.Key))}, body)
	if err == nil {
		err = check(answer)
	}
	if err == nil {
		err = stored(fields, answer.Body)
	}
	return []error{err}
}

func (a *API) base() string {
	if a.Base != "" {
		return strings.TrimSuffix(a.Base, "/")
	}
	return "https://" + a.Key[strings.LastIndex(a.Key, "-")+1:] + ".api.mailchimp.com"
}

// Hash is what members go by: the MD5 of their address in lower case.
func Hash(email string) string {
	sum := md5.Sum([]byte(strings.ToLower(strings.TrimSpace(email))))
	return hex.EncodeToString(sum[:])
}

// check knows that a throttle in front of the API answers 403 without JSON.
func check(a *writeback.Answer) error {
	if a.Status == http.StatusForbidden && !a.IsJSON() {
		return &writeback.Trouble{Kind: writeback.Throttled, Text: "Mailchimp answered 403 without a word: it throttles", Wait: 30 * time.Second}
	}
	return a.Check([]string{"title"})
}

// stored makes sure that the merge fields exist: Mailchimp drops those that it
// does not know without a word.
func stored(fields []writeback.Field, body []byte) error {
	var answer struct {
		MergeFields map[string]any `json:"merge_fields"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.MergeFields == nil {
		return nil
	}
	var lacking []string
	for _, f := range fields {
		if _, ok := answer.MergeFields[f.Name]; !ok {
			lacking = append(lacking, f.Name)
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	slices.Sort(lacking)
	return &writeback.Trouble{
		Kind: writeback.Locked,
		Text: "the audience has no merge field " + strings.Join(lacking, ", ") + ": create it under Audience, Settings, Audience fields",
	}
}
