package salesmanago_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/salesmanago"
	"github.com/winnow-gate/winnow/plugin/writeback"
	"github.com/winnow-gate/winnow/plugin/writeback/writebacktest"
)

type item struct {
	Contact          struct{ Email string }
	Properties       map[string]string
	Tags, RemoveTags []string
	ForceOptOut      bool
	UpsertDetails    []item
	ClientID, APIKey string
	Sha, Owner       string
	RequestTime      int64
}

// server behaves as https://docs.salesmanago.com says, as far as platforms.md
// has it: always 200, with success and message; a batch lists whom it took.
func server(a *writebacktest.Account) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		say := func(success bool, more string) { fmt.Fprintf(w, `{"success":%t,"message":[%s]}`, success, more) }
		var in item
		switch {
		case json.NewDecoder(r.Body).Decode(&in) != nil:
			say(false, `"Malformed"`)
		case !a.KeyIsGood() || in.Sha != "def7a1513854806036f7bc3369960b267072c12a" || in.RequestTime == 0 || in.Owner != "anna@shop.example":
			say(false, `"Not authenticated"`)
		case r.URL.Path == "/api/contact/upsert":
			if !upsert(a, in) {
				say(false, `"Contact is incorrect: `+in.Contact.Email+`"`)
				return
			}
			fmt.Fprint(w, `{"success":true,"message":[],"contactId":"x","externalId":null}`)
		case r.URL.Path == "/api/contact/batchupsert":
			ids := map[string]string{}
			for _, it := range in.UpsertDetails {
				if upsert(a, it) {
					ids[it.Contact.Email] = "id-" + it.Contact.Email
				}
			}
			_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "message": []string{}, "contactIds": ids})
		default:
			w.WriteHeader(404)
		}
	})
}

// upsert refuses those that the account has not got: the real one would make
// them, but the kit wants to see a refusal that comes with status 200.
func upsert(a *writebacktest.Account, it item) bool {
	if !a.Has(it.Contact.Email) {
		return false
	}
	for k, v := range it.Properties {
		a.Set(it.Contact.Email, k, v)
	}
	for _, t := range it.Tags {
		a.Set(it.Contact.Email, "tag "+t, "on")
	}
	for _, t := range it.RemoveTags {
		a.Set(it.Contact.Email, "tag "+t, "off")
	}
	if it.ForceOptOut {
		a.OptOut(it.Contact.Email, true)
	}
	send := a.Fields(it.Contact.Email)["winnow_send"]
	if on := slices.Contains(it.Tags, "WINNOW_SEND"); on != (send == "true") {
		return false // the tag and the detail say the same
	}
	return true
}

func api(optOut bool) writeback.Platform {
	return &salesmanago.API{
		Base: writebacktest.Base, Key: "my-api-key", ClientID: "my-client-id", Secret: "my-api-secret",
		Owner: "anna@shop.example", OptOut: optOut,
	}
}

func TestKit(t *testing.T) {
	writebacktest.Run(t, writebacktest.Subject{
		New: api, Server: server, CanOptOut: true,
		Contact: func(n int) (writeback.Contact, string) {
			email := fmt.Sprintf("c%d@example.test", n)
			return writeback.Contact{ID: fmt.Sprint("sm-", n), Email: email}, email
		},
		Names:     [6]string{"winnow_send", "winnow_action", "winnow_reason", "winnow_for", "winnow_hero", "winnow_at"},
		Forbidden: []string{"forceOptIn", `"forceOptOut":false`, "useApiDoubleOptIn"},
	})
}

// A contact that is refused stops nobody else's writes, whatever the address says
// that SALESmanago repeats.
func TestARefusedContactIsNoRejectedKey(t *testing.T) {
	for _, email := range []string{"client@example.test", "shared.owner@example.test", "no-limit@example.test"} {
		synctest.Test(t, func(t *testing.T) {
			s := writebacktest.Subject{New: api, Server: server, Contact: func(int) (writeback.Contact, string) {
				return writeback.Contact{ID: "sm-1", Email: email}, "somebody else"
			}}
			require.Equal(t, []string{"SALESmanago refused the contact"}, writebacktest.Dead(t, s, 1), email)
		})
	}
}
