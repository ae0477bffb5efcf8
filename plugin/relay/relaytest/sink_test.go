package relaytest_test

import (
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

// A sink that is down refuses connections, and is found at the same address again.
func TestDownAndUp(t *testing.T) {
	s, err := relaytest.Start(relaytest.Options{})
	require.NoError(t, err)
	for range 3 {
		conn, err := net.Dial("tcp", s.Addr())
		require.NoError(t, err)
		s.Down()
		_, err = net.Dial("tcp", s.Addr())
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		s.Down()
		require.NoError(t, conn.Close())
		require.NoError(t, s.Up())
	}
	s.Down()
}
