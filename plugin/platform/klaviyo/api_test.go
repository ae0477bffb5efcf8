package klaviyo_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform/klaviyo"
	"github.com/winnow-gate/winnow/plugin/writeback"
	"github.com/winnow-gate/winnow/plugin/writeback/writebacktest"
)

// server behaves as https://developers.klaviyo.com says, as far as profiles go.
func server(a *writebacktest.Account) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fail := func(status int, detail string) {
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"errors":[{"id":"e1","status":%d,"code":"x","title":"T","detail":%q,"source":{}}]}`, status, detail)
		}
		var in struct {
			Data struct {
				Type, ID   string
				Attributes struct {
					Email      string
					Properties map[string]string
				}
			}
		}
		words := writebacktest.Words(r)
		switch {
		case !a.KeyIsGood() || r.Header.Get("Authorization") != "Klaviyo-API-Key pk_test":
			fail(401, "Missing or invalid private key.")
		case r.Header.Get("revision") == "":
			fail(400, "A revision header is needed.")
		case json.NewDecoder(r.Body).Decode(&in) != nil || in.Data.Type != "profile":
			fail(400, "Invalid input.")
		case r.Method == "PATCH" && len(words) == 3 && words[1] == "profiles" && words[2] == in.Data.ID:
			if !a.Has(in.Data.ID) {
				fail(404, "A profile with id "+in.Data.ID+" does not exist.")
				return
			}
			for k, v := range in.Data.Attributes.Properties {
				a.Set(in.Data.ID, k, v)
			}
			_, _ = io.WriteString(w, `{"data":{"type":"profile"}}`)
		default:
			fail(404, "No such endpoint.")
		}
	})
}

func TestKit(t *testing.T) {
	writebacktest.Run(t, writebacktest.Subject{
		New:    func(bool) writeback.Platform { return &klaviyo.API{Base: writebacktest.Base, Key: "pk_test"} },
		Server: server,
		Contact: func(n int) (writeback.Contact, string) {
			id := fmt.Sprintf("01J%05d", n)
			return writeback.Contact{ID: id, Email: fmt.Sprintf("c%d@example.test", n)}, id
		},
		Names:     [6]string{"winnow_send", "winnow_action", "winnow_reason", "winnow_for", "winnow_hero", "winnow_at"},
		Forbidden: []string{"subscriptions", "consent"},
	})
}
