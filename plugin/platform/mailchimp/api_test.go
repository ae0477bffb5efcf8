package mailchimp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/mailchimp"
	"github.com/winnow-gate/winnow/plugin/writeback"
	"github.com/winnow-gate/winnow/plugin/writeback/writebacktest"
)

func tags() []string {
	return []string{"WN_SEND", "WN_ACTION", "WN_REASON", "WN_FOR", "WN_HERO", "WN_AT"}
}

// server behaves as https://mailchimp.com/developer says: members by hash,
// unknown merge fields dropped, a throttle that answers 403 in HTML.
func server(known []string, throttled int) func(*writebacktest.Account) http.Handler {
	return func(a *writebacktest.Account) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, key, _ := r.BasicAuth()
			words := writebacktest.Words(r)
			fail := func(status int, title string) {
				w.WriteHeader(status)
				fmt.Fprintf(w, `{"type":"about:blank","title":%q,"status":%d,"detail":"about ada@example.test","instance":"i"}`, title, status)
			}
			var in struct {
				MergeFields map[string]string `json:"merge_fields"`
				Status      string
			}
			switch {
			case throttled > 0:
				throttled--
				w.WriteHeader(403)
				fmt.Fprint(w, "<html>Forbidden</html>")
			case !a.KeyIsGood() || key != "key-us6":
				fail(401, "API Key Invalid")
			case r.Method != "PATCH" || len(words) != 5 || words[2] != "list1" || json.NewDecoder(r.Body).Decode(&in) != nil:
				fail(400, "Bad Request")
			case !a.Has(words[4]):
				fail(404, "Resource Not Found")
			default:
				for k, v := range in.MergeFields {
					if slices.Contains(known, k) {
						a.Set(words[4], k, v)
					}
				}
				if in.Status != "" {
					a.OptOut(words[4], in.Status == "unsubscribed")
				}
				out := map[string]string{"FNAME": ""}
				for _, k := range known {
					out[k] = a.Fields(words[4])[k]
				}
				_ = json.NewEncoder(w).Encode(map[string]any{"id": words[4], "merge_fields": out})
			}
		})
	}
}

func api(optOut bool) writeback.Platform {
	return &mailchimp.API{
		Base: writebacktest.Base, Key: "key-us6", List: "list1", OptOut: optOut,
		Names: writeback.Names{Prefix: "wn_", Upper: true, Max: 10, Stamp: time.DateOnly},
	}
}

// contact knows two hashes by heart, so that ours is held against another's.
func contact(n int) (writeback.Contact, string) {
	if n == 0 { // the example of Mailchimp's documentation
		return writeback.Contact{Email: "Urist.McVankab@freddiesjokes.com"}, "62eeb292278cc15f5817cb78f7790b08"
	}
	email := fmt.Sprintf("C%d@example.test", n)
	return writeback.Contact{Email: email}, mailchimp.Hash(email)
}

func TestKit(t *testing.T) {
	writebacktest.Run(t, writebacktest.Subject{
		New: api, Server: server(tags(), 0), Contact: contact, CanOptOut: true,
		Names: [6]string(tags()), Forbidden: []string{`"status":"subscribed"`, "status_if_new"},
	})
}

func TestMissingFieldsAreSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trouble := writebacktest.Trouble(t, writebacktest.Subject{New: api, Server: server(tags()[1:], 0), Contact: contact}, 3)
		require.Contains(t, trouble, "no merge field WN_SEND: create it")
	})
}

// A bare 403 is a throttle and not a rejected key: the writes come a bit later.
func TestABare403IsAThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		require.Contains(t, writebacktest.Trouble(t, writebacktest.Subject{New: api, Server: server(tags(), 1), Contact: contact}, 1), "it throttles")
	})
}
