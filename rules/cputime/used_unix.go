//go:build unix

package cputime

import (
	"syscall"
	"time"
)

// Used is the processor time of the process so far, in its own code and in the
// kernel's; 0 when the system does not tell.
func Used() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
