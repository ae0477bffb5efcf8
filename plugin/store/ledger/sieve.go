package ledger

import (
	"encoding/binary"
	"sync/atomic"
)

// sieve is a Bloom filter over the keys that have a row of state: most contacts
// have none, and asking the file about them would cost more than deciding.
type sieve struct {
	words []atomic.Uint64
	used  atomic.Bool
}

// newSieve has room for n keys at about 1 false answer in 100, and for as many
// again at 1 in 10.
func newSieve(n int) *sieve {
	words := 1 << 16
	for words*64 < n*20 {
		words *= 2
	}
	return &sieve{words: make([]atomic.Uint64, words)}
}

// bits are three places of a key, which is a hash already.
func (s *sieve) bits(k Key) [3]uint64 {
	mask := uint64(len(s.words))*64 - 1
	a, b := binary.LittleEndian.Uint64(k[1:]), binary.LittleEndian.Uint64(k[9:])
	b += uint64(k[0])
	return [3]uint64{a & mask, b & mask, (a>>32 ^ b*31) & mask}
}

func (s *sieve) add(k Key) {
	s.used.Store(true)
	for _, bit := range s.bits(k) {
		s.words[bit/64].Or(1 << (bit % 64))
	}
}

// has is true for every key that was added, and for a few others.
func (s *sieve) has(k Key) bool {
	for _, bit := range s.bits(k) {
		if s.words[bit/64].Load()&(1<<(bit%64)) == 0 {
			return false
		}
	}
	return true
}

// fillSieve reads which keys have a row.
func (l *Ledger) fillSieve() error {
	n := 0
	if err := l.db.QueryRow("SELECT count(*) FROM state").Scan(&n); err != nil {
		return err
	}
	s := newSieve(n)
	rows, err := l.db.Query("SELECT key FROM state")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key []byte
		if err := rows.Scan(&key); err != nil {
			return err
		}
		if len(key) == len(Key{}) {
			s.add(Key(key))
		}
	}
	l.sieve = s
	return rows.Err()
}
