package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// The child of the crash test is this binary again.
const crashFile = "WINNOW_LEDGER_CRASH"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		if err := putForever(path); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func crashEvents(i int) []ledger.Event {
	who := fmt.Sprintf("p%d@example.test", i)
	return []ledger.Event{
		{Source: "shop", ID: fmt.Sprint("o", i), OrderID: fmt.Sprint(i), Kind: ledger.Order, Email: "all@example.test", Amount: 1, Complete: true},
		{Source: "esp", ID: fmt.Sprint("u", i), Kind: ledger.Unsubscribe, Email: who},
	}
}

// putForever takes events in and prints the number of each call once it is taken.
func putForever(path string) error {
	l, err := ledger.Open(path, ledger.Options{Names: names(1), Sources: []string{"shop", "esp"}})
	if err != nil {
		return err
	}
	for i := range 1 << 30 {
		if err := l.Put(context.Background(), crashEvents(i)...); err != nil {
			return err
		}
		fmt.Println(i)
	}
	return nil
}

// What was acknowledged survives kill -9, and what the platform sends again
// because it was not counts once.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	for range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), crashFile+"="+path)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		acked := -1
		for lines := bufio.NewScanner(out); lines.Scan(); {
			_, err := fmt.Sscan(lines.Text(), &acked)
			require.NoError(t, err, lines.Text())
			if acked == 60 {
				require.NoError(t, cmd.Process.Kill())
			}
		}
		require.Error(t, cmd.Wait())
		require.GreaterOrEqual(t, acked, 60)

		l, err := ledger.Open(path, ledger.Options{Names: names(1), Sources: []string{"shop", "esp"}})
		require.NoError(t, err)
		for i := range acked + 1 {
			require.Equal(t, ledger.ReasonUnsubscribe, barred(l, names(1), "email", "", fmt.Sprintf("p%d@example.test", i)), "call %d was acknowledged and lost", i)
		}
		for i := range acked + 20 { // the platform sends all of it again
			require.NoError(t, l.Put(context.Background(), crashEvents(i)...))
		}
		require.EqualValues(t, acked+20, value(t, l, names(1), "orders.count", "", "all@example.test", time.Now(), time.Time{}))
		require.NoError(t, l.Close())
		require.NoError(t, os.Remove(path))
	}
}
