package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Errors of opening a ledger under hash keys that nobody in it would be known by.
var (
	// ErrLostKey: the legal list was kept under a hash key that is gone, so nobody
	// on it could be known again.
	ErrLostKey = errors.New("the legal suppression list is kept under a hash key that is missing: put it back into the file of hash keys, below the newest")
	// ErrOtherKey: a hash key has the version of another one.
	ErrOtherKey = errors.New("the ledger was kept under another hash key of the same version: put that one back; a new one needs a version of its own")
)

// nobody is an address whose keys tell secrets of one version apart.
const nobody = "somebody@example.test"

// checkKeys wants every hash key that the list was kept under.
func (l *Ledger) checkKeys() error {
	if l.opts.Names == nil {
		return nil
	}
	known := map[byte]bool{}
	_, keys := l.opts.Names("", nobody)
	for _, k := range keys {
		known[k[0]] = true
		if err := l.checkKey(k); err != nil {
			return err
		}
	}
	l.list.mu.RLock()
	defer l.list.mu.RUnlock()
	for k := range l.list.marks {
		if !known[k[0]] {
			return fmt.Errorf("%w (version %d)", ErrLostKey, k[0])
		}
	}
	return nil
}

// checkKey wants the secret that its version had from the beginning: a new one in
// its place, such as of a file that was lost and made again, would know nobody.
func (l *Ledger) checkKey(k Key) error {
	name, sum := fmt.Sprintf("hash key %d", k[0]), int64(binary.BigEndian.Uint64(k[1:]))
	was, err := l.meta(name)
	if err == nil && was == 0 {
		if _, err = l.db.Exec("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, sum); err == nil {
			was, err = l.meta(name) // another process may have been first
		}
	}
	if err == nil && was != sum {
		err = fmt.Errorf("%w (version %d)", ErrOtherKey, k[0])
	}
	return err
}
