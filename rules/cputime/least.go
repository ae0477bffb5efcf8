package cputime

import "time"

// Least is the processor time that f takes, the least of three times. A limit that
// is a multiple of it holds on slow machines as on fast ones.
func Least(f func()) (least time.Duration) {
	for i := range 3 {
		begun := Used()
		f()
		if took := Used() - begun; i == 0 || took < least {
			least = took
		}
	}
	return least
}

// Within is the processor time that f takes. While that is above a limit it is
// measured again, twice at most: what the process does beside f, such as collecting
// the garbage of others, may come on top of one run and hardly of three.
func Within(limit time.Duration, f func()) (took time.Duration) {
	for range 3 {
		begun := Used()
		f()
		if took = Used() - begun; took <= limit {
			break
		}
	}
	return took
}
