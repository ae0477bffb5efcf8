package mautic_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/mautic"
	"github.com/winnow-gate/winnow/plugin/writeback"
	"github.com/winnow-gate/winnow/plugin/writeback/writebacktest"
)

// server behaves as Mautic 5's contact API: it drops fields that it does not
// know, answers batches with a status an item, and those as an object when some
// are missing from the list of contacts.
func server(known ...string) func(*writebacktest.Account) http.Handler {
	if known == nil {
		known = []string{"winnow_send", "winnow_action", "winnow_reason", "winnow_for", "winnow_hero", "winnow_at"}
	}
	return func(a *writebacktest.Account) http.Handler { return mauticServer{a, known} }
}

type mauticServer struct {
	a     *writebacktest.Account
	known []string
}

func (s mauticServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	words := writebacktest.Words(r)
	switch {
	case !s.a.KeyIsGood() || user != "winnow" || password != "secret":
		w.WriteHeader(401)
		fmt.Fprint(w, `{"errors":[{"message":"API authorization denied.","code":401,"type":"access_denied"}]}`)
	case r.Method != "PATCH" || len(words) != 4 || words[1] != "contacts" || words[3] != "edit":
		w.WriteHeader(404)
	case words[2] == "batch":
		s.batch(w, r)
	default:
		var item map[string]any
		if json.NewDecoder(r.Body).Decode(&item) != nil {
			w.WriteHeader(400)
			return
		}
		contact, status := s.edit(words[2], item)
		w.WriteHeader(status)
		if status != 200 {
			fmt.Fprint(w, `{"errors":[{"code":404,"message":"Item was not found."}]}`)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"contact": contact})
	}
}

func (s mauticServer) batch(w http.ResponseWriter, r *http.Request) {
	var items []map[string]any
	if json.NewDecoder(r.Body).Decode(&items) != nil || len(items) > 200 {
		w.WriteHeader(400)
		return
	}
	contacts, codes, list := map[string]any{}, map[string]int{}, []any{}
	for i, item := range items {
		contact, status := s.edit(fmt.Sprint(item["id"]), item)
		codes[strconv.Itoa(i)] = status
		if status == 200 {
			contacts[strconv.Itoa(i)] = contact
			list = append(list, contact)
		}
	}
	out := map[string]any{"contacts": contacts, "statusCodes": codes}
	if len(list) == len(items) {
		out["contacts"] = list
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (s mauticServer) edit(id string, item map[string]any) (contact map[string]any, status int) {
	if !s.a.Has(id) {
		return nil, 404
	}
	for _, name := range s.known {
		if v, ok := item[name]; ok {
			s.a.Set(id, name, fmt.Sprint(v))
		}
	}
	if dnc, ok := item["doNotContact"].([]any); ok {
		for _, d := range dnc {
			s.a.OptOut(id, d.(map[string]any)["reason"].(float64) > 0)
		}
	}
	all := map[string]any{"id": id}
	for _, name := range s.known {
		all[name] = s.a.Fields(id)[name]
	}
	return map[string]any{"id": id, "fields": map[string]any{"all": all}}, 200
}

func api(optOut bool) writeback.Platform {
	return &mautic.API{Base: writebacktest.Base, User: "winnow", Password: "secret", OptOut: optOut, Names: writeback.Names{Stamp: time.DateTime}}
}

func contact(n int) (writeback.Contact, string) {
	id := strconv.Itoa(100 + n)
	return writeback.Contact{ID: id, Email: "c" + id + "@example.test"}, id
}

func TestKit(t *testing.T) {
	writebacktest.Run(t, writebacktest.Subject{
		New: api, Server: server(), Contact: contact, CanOptOut: true,
		Names:     [6]string{"winnow_send", "winnow_action", "winnow_reason", "winnow_for", "winnow_hero", "winnow_at"},
		Forbidden: []string{`"reason":0`, "dnc/email/remove"},
	})
}

// Mautic says nothing about fields that it does not have; winnow does, and waits
// for somebody to make them.
func TestMissingFieldsAreSaid(t *testing.T) {
	for _, contacts := range []int{1, 5} {
		synctest.Test(t, func(t *testing.T) {
			trouble := writebacktest.Trouble(t, writebacktest.Subject{New: api, Server: server("winnow_send", "winnow_action", "winnow_reason", "winnow_for", "winnow_at"), Contact: contact}, contacts)
			require.Contains(t, trouble, "Mautic has no contact field winnow_hero: create it")
		})
	}
}

// Without the id of the platform there is nobody to write to.
func TestContactsNeedAnID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := writebacktest.Subject{New: api, Server: server(), Contact: func(n int) (writeback.Contact, string) {
			c, name := contact(n)
			if n == 1 {
				c.ID = ""
			}
			return c, name
		}}
		dead := writebacktest.Dead(t, s, 3)
		require.Len(t, dead, 1)
		require.True(t, strings.Contains(dead[0], "send contact_id"), dead[0])
	})
}
