package relay

import (
	"context"

	"github.com/winnow-gate/winnow/rules/lists"
)

// Forget drops the letters that are still kept of a contact, found by the id that
// the gate decided on or by address; either may be "". It returns how many there
// were. One that is on its way to the carrier at this moment is not called back,
// but is not tried again either. That letters were accepted is still remembered,
// without whose they were, so that a repeat of one is not sent.
func (r *Relay) Forget(ctx context.Context, id, address string) (n int, err error) {
	return forget(ctx, r.w, r.now(), id, address)
}

// Forget is Relay.Forget.
func (d *Desk) Forget(ctx context.Context, id, address string) (n int, err error) {
	return forget(ctx, d.w, d.now().UnixMilli(), id, address)
}

// forget reads every letter that is kept: what people are called stands nowhere
// else in the file.
func forget(ctx context.Context, w *writer, now int64, id, address string) (n int, err error) {
	err = w.change(ctx, func(w *writer) error {
		ids, err := w.lettersOf(ctx, id, address)
		for _, letter := range ids {
			if err == nil {
				err = w.seal(letter, Dropped, now, "erased", "")
			}
		}
		n = len(ids)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (w *writer) lettersOf(ctx context.Context, id, address string) (list []int64, err error) {
	const text, contact = "CAST(body AS TEXT)", "'$.facts.contact."
	rows, err := w.conn.QueryContext(ctx, "SELECT id, coalesce(CAST(json_extract("+text+", "+contact+"id') AS TEXT), ''), "+
		"coalesce(json_extract("+text+", '$.to'), ''), coalesce(json_extract("+text+", "+contact+"email'), '') FROM letter")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := func(s string) string { return string(lists.Address(nil, s)) }
	wanted := known(address) // "" is nobody's
	for rows.Next() {
		var one int64
		var who, to, email string
		if err := rows.Scan(&one, &who, &to, &email); err != nil {
			return nil, err
		}
		if id != "" && who == id || wanted != "" && (known(to) == wanted || known(email) == wanted) {
			list = append(list, one)
		}
	}
	return list, rows.Err()
}
