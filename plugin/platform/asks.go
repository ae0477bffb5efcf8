package platform

import (
	"strconv"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// Asks is what a call asks. Its memory is used again for later calls.
type Asks struct {
	// Key tells the call from others of the source: a repeat gets the recorded
	// answers. "" when nothing does.
	Key string
	// SameBody makes a repeat under a key with another body an error. Platforms
	// that write their bodies anew for each repeat leave it off.
	SameBody bool
	// Batch says that the platform gets an answer item by item, so that one with
	// an error is encoded too. Otherwise a call about one contact that can't be
	// decided on is trouble.
	Batch bool
	// Items are the bodies to decide on.
	Items []Ask

	room []byte
}

// KeyOf makes a key of two names; no two others make the same.
func KeyOf(first, second string) string {
	return strconv.Itoa(len(first)) + ":" + first + ":" + second
}

// Ask is one body to decide on.
type Ask struct {
	// Key tells this contact from others of the source, for calls that bring
	// together what has names of its own. "" leaves it to Asks.Key.
	Key string
	// Err, if set, spoils this item alone: there is no body then.
	Err error

	body  []byte
	found *payload.Found // instead of body; it may never have to be written out
}

// Body is what /v1/decide takes.
func (a *Ask) Body() []byte {
	if a.found != nil {
		return a.found.Body()
	}
	return a.body
}

// First is what the body has at a field's dotted path, nil for nothing.
func (a *Ask) First(field string) []byte {
	if a.found != nil {
		return a.found.First(field)
	}
	return payload.At(a.body, field)
}

// Payload is what the payload that was mapped has at a path of keys, nil for
// nothing.
func (a *Ask) Payload(path string) []byte {
	if a.found != nil {
		return a.found.Payload(path)
	}
	return payload.At(a.body, path)
}

// put makes it what a request is about.
func (a *Ask) put(req *gate.Request) {
	if req.Body = a.body; a.found != nil {
		req.Values = a.found
	}
}

// Add adds a body.
func (a *Asks) Add(body []byte) { a.Items = append(a.Items, Ask{body: body}) }

// Map adds the body that the mapping makes of a payload, which must stay as it is
// as long as the call. Those of a Batch are written out, one behind the other.
func (a *Asks) Map(m *payload.Mapping, doc []byte) error { return a.MapBeside(m, doc, nil) }

// MapBeside is Map for a payload that comes with texts beside it.
func (a *Asks) MapBeside(m *payload.Mapping, doc []byte, text func(name string) string) error {
	if m.Copies() {
		start := len(a.room)
		out, err := m.Append(a.room, doc)
		if err != nil {
			return err
		}
		a.room = out
		a.Add(out[start:len(out):len(out)])
		return nil
	}
	found, err := m.FindBeside(doc, text)
	if err != nil {
		return err
	}
	a.AddFound(found)
	return nil
}

// AddFound adds what a mapping found in a payload, and releases it after the call.
func (a *Asks) AddFound(found *payload.Found) {
	if !a.Batch {
		a.Items = append(a.Items, Ask{found: found})
		return
	}
	start := len(a.room)
	a.room = found.Append(a.room)
	a.Add(a.room[start:len(a.room):len(a.room)])
	found.Release()
}

// Mapper turns payloads into bodies: a *payload.Mapping does.
type Mapper interface {
	Append(dst, payload []byte) ([]byte, error)
}

func (a *Asks) reset() {
	for i := range a.Items {
		if f := a.Items[i].found; f != nil {
			f.Release()
		}
	}
	clear(a.Items)
	*a = Asks{Items: a.Items[:0], room: a.room[:0]}
}
