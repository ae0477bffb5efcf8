package relay

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Receipt says what became of an offer to accept.
type Receipt struct {
	// ID is the letter's, 0 for a repeat.
	ID int64
	// Repeat says that the letter was accepted before. Nothing was done.
	Repeat bool
	// Withheld says that the gate's answer keeps the letter back: it is noted,
	// and will not be sent.
	Withheld bool
}

var errNoAddress = errors.New("the letter has no address to go to")

// Accept takes a letter over. When it returns without an error the letter is
// durable, and will be delivered, withheld, or reported. With an error it was
// not taken, unless ctx ended: then it may have been.
//
// Errors: ErrFull, ErrClosed, those of a letter that is incomplete, and the
// context's.
func (r *Relay) Accept(ctx context.Context, l *Letter) (Receipt, error) {
	if at := strings.LastIndexByte(l.To, '@'); at < 1 || at == len(l.To)-1 {
		return Receipt{}, errNoAddress
	}
	in, err := r.arrive(l)
	if err != nil {
		return Receipt{}, err
	}
	var got Receipt
	err = r.w.change(ctx, func(w *writer) error {
		var err error
		got, err = w.insert(l, in)
		return err
	})
	switch {
	case err != nil:
		r.counts.refused.Add(1)
		return Receipt{}, err
	case got.Repeat:
		r.counts.repeats.Add(1)
	case got.Withheld:
		r.counts.accepted.Add(1)
		r.counts.withheld.Add(1)
	default:
		r.counts.accepted.Add(1)
		r.poke()
	}
	return got, nil
}

// poke has the dispatcher look for work.
func (r *Relay) poke() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// key is what the queue keeps of a letter's key: whoever reads it learns
// nothing of the recipient.
func (l *Letter) key() any {
	if l.Key == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(l.Source + "\x00" + l.Key))
	return sum[:]
}

// encode writes a letter as the queue keeps it.
func encode(l *Letter) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(l)
	return out.Bytes(), err
}

// PassesOn reports whether the letters of a source are passed on as the platform
// wrote them, and so need their Origin.
func (r *Relay) PassesOn(source string) bool {
	rt := r.routes[source]
	if rt == nil {
		return false
	}
	_, yes := rt.carrier.(*HTTP)
	return yes
}

// arrival is a letter as it is inserted.
type arrival struct {
	name, why, decision string
	state               State
	at                  int64
	body                []byte // nil when nothing is to be sent
}

// arrive prepares a letter for the queue.
func (r *Relay) arrive(l *Letter) (in arrival, err error) {
	in = arrival{name: r.opts.Names(), at: r.now()}
	if l.Answer != nil {
		a := &answer{}
		if err := json.Unmarshal(l.Answer, a); err != nil {
			return in, fmt.Errorf("the gate's answer can't be read: %w", err)
		}
		if in.decision = a.DecisionID; !a.Send {
			in.state, in.why = Withheld, a.why()
			return in, nil
		}
	}
	in.body, err = encode(l)
	return in, err
}

// insert puts a letter into the queue, unless it is a repeat.
func (w *writer) insert(l *Letter, in arrival) (got Receipt, err error) {
	var ended any
	if in.state == Withheld {
		ended, got.Withheld = in.at, true
	}
	res, err := w.result("INSERT INTO mail (key, name, source, kind, state, domain, at, due, ended, why, decision) "+
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		l.key(), in.name, l.Source, l.Kind, in.state, l.domain(), in.at, in.at, ended, in.why, in.decision)
	if err != nil {
		return got, err
	}
	if n, err := res.RowsAffected(); n == 0 {
		return Receipt{Repeat: true}, err
	}
	if got.ID, err = res.LastInsertId(); err != nil || got.Withheld {
		return got, err
	}
	return got, w.exec("INSERT INTO letter (id, body) VALUES (?, ?)", got.ID, in.body)
}
