package activecampaign_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/activecampaign"
	"github.com/winnow-gate/winnow/plugin/writeback"
	"github.com/winnow-gate/winnow/plugin/writeback/writebacktest"
)

// fields are the account's, by number: others fill the first page.
func fields() []map[string]string {
	var list []map[string]string
	for i := range 120 {
		list = append(list, map[string]string{"id": strconv.Itoa(i + 1), "perstag": fmt.Sprint("OTHER_", i)})
	}
	for i, tag := range []string{"WINNOW_SEND", "WINNOW_ACTION", "WINNOW_REASON", "WINNOW_FOR", "WINNOW_HERO", "WINNOW_AT"} {
		list = append(list, map[string]string{"id": strconv.Itoa(500 + i), "perstag": tag})
	}
	return list
}

// server behaves as https://developers.activecampaign.com says: contact/sync
// makes contacts, fields go by number, lists come in pages.
func server(fields []map[string]string) func(*writebacktest.Account) http.Handler {
	return func(a *writebacktest.Account) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case !a.KeyIsGood() || r.Header.Get("Api-Token") != "token":
				w.WriteHeader(403)
				fmt.Fprint(w, `{"message":"You are not authorized"}`)
			case r.Method == "GET" && r.URL.Path == "/api/3/fields":
				limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
				offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
				page := fields[min(offset, len(fields)):min(offset+limit, len(fields))]
				_ = json.NewEncoder(w).Encode(map[string]any{"fields": page, "meta": map[string]string{"total": strconv.Itoa(len(fields))}})
			case r.Method == "POST" && r.URL.Path == "/api/3/contact/sync":
				sync(a, fields, w, r)
			default:
				w.WriteHeader(404)
			}
		})
	}
}

func sync(a *writebacktest.Account, fields []map[string]string, w http.ResponseWriter, r *http.Request) {
	var in struct {
		Contact struct {
			Email       string
			FieldValues []struct{ Field, Value string }
		}
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil || in.Contact.Email == "" {
		w.WriteHeader(422)
		fmt.Fprint(w, `{"errors":[{"title":"The contact email is required","code":"email_invalid"}]}`)
		return
	}
	a.Make(in.Contact.Email)
	for _, v := range in.Contact.FieldValues {
		for _, f := range fields {
			if f["id"] == v.Field {
				a.Set(in.Contact.Email, f["perstag"], v.Value)
			}
		}
	}
	w.WriteHeader(201)
	fmt.Fprint(w, `{"contact":{"id":"1"}}`)
}

func api(bool) writeback.Platform {
	return &activecampaign.API{Base: writebacktest.Base, Token: "token", Names: writeback.Names{Upper: true}}
}

func contact(n int) (writeback.Contact, string) {
	email := fmt.Sprintf("c%d@example.test", n)
	return writeback.Contact{Email: email}, email
}

func TestKit(t *testing.T) {
	writebacktest.Run(t, writebacktest.Subject{
		New: api, Server: server(fields()), Contact: contact, MakesContacts: true,
		Names:     [6]string{"WINNOW_SEND", "WINNOW_ACTION", "WINNOW_REASON", "WINNOW_FOR", "WINNOW_HERO", "WINNOW_AT"},
		Forbidden: []string{"contactLists", `"status"`},
	})
}

func TestMissingFieldsAreSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trouble := writebacktest.Trouble(t, writebacktest.Subject{New: api, Server: server(fields()[:124]), Contact: contact}, 3)
		require.Contains(t, trouble, "no contact field with the personalization tag WINNOW_AT, WINNOW_HERO: create it")
	})
}
