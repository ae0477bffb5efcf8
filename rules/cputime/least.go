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
