package listmonk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// onlyOnce refuses a document in which a name that makes the letter is given twice,
// or in other letters than listmonk's. Of such names the decision reads the one that
// is written right, a reader of JSON in Go the last, and the messenger that a message
// is passed on to whichever it likes: each may mean somebody else.
func onlyOnce(doc []byte) error {
	if err := once(doc, "", "subject", "from_email", "content_type", "body", "recipients", "campaign", "attachments"); err != nil {
		return err
	}
	for r := range payload.Items(payload.Get(doc, "recipients")) {
		if err := once(r, "recipients[0].", "uuid", "email", "name", "attribs"); err != nil {
			return err
		}
	}
	return once(payload.Get(doc, "campaign"), "campaign.", "from_email", "uuid", "headers", "tags")
}

func once(object []byte, path string, names ...string) error {
	var seen []string
	for key := range payload.Members(object) {
		at := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, key) })
		switch {
		case at < 0:
		case key != names[at]:
			return fmt.Errorf("%s%s is given in other letters", path, names[at])
		case slices.Contains(seen, key):
			return &payload.DoubledError{Path: path + key}
		default:
			seen = append(seen, key)
		}
	}
	return nil
}
