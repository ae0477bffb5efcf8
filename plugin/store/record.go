package store

import "time"

// Record is one entry of the decision log, together with the state that is
// written in the same transaction.
type Record struct {
	// ID is the decision id: above 0, unique and time-ordered (roughly: a
	// record may arrive after one with a greater ID). It comes from the caller.
	// A record with an ID that is already stored replaces the stored one.
	ID int64
	// At is the decision's clock in Unix milliseconds.
	At int64
	// Contact is the contact key, a keyed hash or an id of the caller's
	// choice. Empty means that the contact is unknown: such a record is in no
	// contact's history and Erase cannot reach it.
	Contact []byte
	// Bundle is the digest of the bundle that decided.
	Bundle string
	// Outcome is the action word: "send", "suppress", "gate"…
	Outcome string
	// Class is the message class.
	Class string
	// Tags are the message's tags. They are kept for Sent.
	Tags []string
	// Send says that the contact gets the message.
	Send bool
	// Degraded says that the answer is the owner's default, not a decision.
	Degraded bool
	// Replayable says that Facts holds every field the bundle read.
	Replayable bool
	// Facts is the JSON of the fields read, masked by the caller.
	Facts []byte
	// Answer holds the exact bytes answered.
	Answer []byte
	// Key is the idempotency key, scoped and hashed by the caller. Empty when
	// there is none.
	Key []byte
	// KeyBody is the fingerprint of the request body sent under Key.
	KeyBody []byte
	// Active lists the ids of the personas that are active for Contact from
	// now on. Nil means no change, an empty slice that none is. It is state of
	// the contact, not part of the log: reads return nil here, see
	// [SQLite.Active].
	Active []string
}

// Sent is one message that went to a contact.
type Sent struct {
	At    int64    // Unix milliseconds
	Class string   // message class
	Tags  []string // message tags, nil when there were none
}

// Count says how many records share these values.
type Count struct {
	Outcome  string
	Class    string
	Bundle   string
	Send     bool
	Degraded bool
	N        int64 // at least 1
}

// Options tunes a store. The zero value is ready for production.
type Options struct {
	// MaxBatch is how many records one transaction holds at most; 0 means 1024.
	MaxBatch int
	// MaxQueue is how many records may wait for their transaction; beyond it
	// Submit answers ErrBusy. 0 means 65,536.
	MaxQueue int
	// MaxQueueBytes bounds the same queue in bytes; 0 means 64 MiB.
	MaxQueueBytes int
	// MaxRecord is the size in bytes of the largest record; a larger one is refused
	// with ErrTooLarge. 0 means 1 MiB.
	MaxRecord int
	// BusyTimeout is how long a statement waits for another process's lock;
	// 0 means 5 s.
	BusyTimeout time.Duration
	// Readers is how many lookups run at the same time; 0 means 4.
	Readers int
	// Relaxed leaves the flushing of commits to the operating system: a
	// record acknowledged shortly before a power cut may be lost, one
	// acknowledged before a crash of the process is not.
	Relaxed bool
	// ReadOnly opens the store for lookups beside the process that writes it.
	// Submit, Erase and Sweep answer ErrReadOnly. Lookups by contact and key
	// are slower, since the newest records have to be searched one by one.
	ReadOnly bool

	index indexSizes                    // for tests; see runs.go
	sync  func(real func() error) error // for tests: in place of a flush
}

func (o Options) withDefaults() Options {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&o.MaxBatch, 1024)
	def(&o.MaxQueue, 1<<16)
	def(&o.MaxQueueBytes, 64<<20)
	def(&o.MaxRecord, 1<<20)
	def(&o.Readers, 4)
	def(&o.index.flush, flushLinks)
	def(&o.index.chunk, chunkLinks)
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = 5 * time.Second
	}
	return o
}
