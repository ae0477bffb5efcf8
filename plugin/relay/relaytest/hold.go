//go:build !linux

package relaytest

// hold leaves the choice to the first Up. Between Down and Up another process may
// be given the port: only Linux lets a socket keep it.
func hold() (addr string, err error) { return "127.0.0.1:0", nil }
