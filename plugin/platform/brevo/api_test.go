package brevo_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/brevo"
	"github.com/winnow-gate/winnow/plugin/writeback"
	"github.com/winnow-gate/winnow/plugin/writeback/writebacktest"
)

type item struct {
	Email            string            `json:"email"`
	Attributes       map[string]string `json:"attributes"`
	EmailBlacklisted *bool             `json:"emailBlacklisted"`
}

// server behaves as https://developers.brevo.com says: 204, a batch refused as a
// whole, dates without a time.
func server(a *writebacktest.Account) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fail := func(status int, code, message string) {
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"code":%q,"message":%q}`, code, message)
		}
		words := writebacktest.Words(r)
		if !a.KeyIsGood() || r.Header.Get("api-key") != "xkeysib-test" {
			fail(401, "unauthorized", "Key not found")
			return
		}
		var items []item
		switch {
		case r.Method == "POST" && r.URL.Path == "/v3/contacts/batch":
			var in struct{ Contacts []item }
			if json.NewDecoder(r.Body).Decode(&in) != nil {
				fail(400, "invalid_parameter", "no JSON")
				return
			}
			items = in.Contacts
		case r.Method == "PUT" && len(words) == 3 && r.URL.Query().Get("identifierType") == "email_id":
			var one item
			if json.NewDecoder(r.Body).Decode(&one) != nil {
				fail(400, "invalid_parameter", "no JSON")
				return
			}
			one.Email, _ = url.PathUnescape(words[2])
			items = []item{one}
		default:
			fail(404, "not_found", "no such path")
			return
		}
		for _, it := range items {
			if !a.Has(it.Email) {
				fail(map[bool]int{true: 400, false: 404}[len(items) > 1], "document_not_found", "Contact does not exist: "+it.Email)
				return
			}
			if _, err := time.Parse(time.DateOnly, it.Attributes["WINNOW_AT"]); err != nil {
				fail(400, "invalid_parameter", "WINNOW_AT is no date")
				return
			}
		}
		for _, it := range items {
			for k, v := range it.Attributes {
				a.Set(it.Email, k, v)
			}
			if it.EmailBlacklisted != nil {
				a.OptOut(it.Email, *it.EmailBlacklisted)
			}
		}
		w.WriteHeader(204)
	})
}

func TestKit(t *testing.T) {
	writebacktest.Run(t, writebacktest.Subject{
		New: func(optOut bool) writeback.Platform {
			return &brevo.API{Base: writebacktest.Base, Key: "xkeysib-test", OptOut: optOut, Names: writeback.Names{Upper: true, Stamp: time.DateOnly}}
		},
		Server: server,
		Contact: func(n int) (writeback.Contact, string) {
			email := fmt.Sprintf("c+%d/ö@example.test", n)
			return writeback.Contact{Email: email}, email
		},
		Names:     [6]string{"WINNOW_SEND", "WINNOW_ACTION", "WINNOW_REASON", "WINNOW_FOR", "WINNOW_HERO", "WINNOW_AT"},
		Forbidden: []string{`"emailBlacklisted":false`, "unlinkListIds", "listIds"}, CanOptOut: true,
	})
}

// Contacts that are known by their number go in batches too: in those it is a
// number and no text.
func TestContactsByNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var batches, refused atomic.Int64
		s := writebacktest.Subject{
			New: func(bool) writeback.Platform { return &brevo.API{Base: writebacktest.Base, Key: "xkeysib-test"} },
			Server: func(*writebacktest.Account) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					status := http.StatusNoContent
					if r.Method == "POST" {
						batches.Add(1)
						var in struct{ Contacts []struct{ ID *uint64 } }
						if json.NewDecoder(r.Body).Decode(&in) != nil || in.Contacts[0].ID == nil {
							refused.Add(1)
							status = http.StatusBadRequest
						}
					}
					w.WriteHeader(status)
				})
			},
			Contact: func(n int) (writeback.Contact, string) {
				return writeback.Contact{ID: fmt.Sprint(4000 + n)}, fmt.Sprint(n)
			},
		}
		require.Empty(t, writebacktest.Dead(t, s, 30))
		require.Positive(t, batches.Load())
		require.Zero(t, refused.Load())
	})
}
