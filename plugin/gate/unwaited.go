package gate

import (
	"context"
	"sync"
)

// unwaited are records that nobody waits for, the oldest first. There are no more
// of them than the store's queue takes, since those that are settled are dropped
// when another comes.
type unwaited struct {
	mu      sync.Mutex
	tickets []Ticket
}

// push adds one, and returns how many of the others have been lost by now.
func (u *unwaited) push(t Ticket) (lost uint64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	lost = u.settle()
	u.tickets = append(u.tickets, t)
	return lost
}

// lost returns how many have been lost since it was asked before.
func (u *unwaited) lost() uint64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.settle()
}

// settle drops those whose outcome is known, and counts the failures. Records
// are settled in the order in which they were handed in.
func (u *unwaited) settle() (lost uint64) {
	past, cancel := context.WithCancel(context.Background())
	cancel()
	n := 0
	for _, t := range u.tickets {
		err := t.Wait(past)
		if err == past.Err() {
			break
		}
		if n++; err != nil {
			lost++
		}
	}
	u.tickets = append(u.tickets[:0], u.tickets[n:]...)
	return lost
}
