package store_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/plugin/store/storetest"
)

func TestKit(t *testing.T) {
	t.Run("file", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Log { return open(t, store.Options{}) })
	})
	t.Run("a path full of special characters", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Log {
			s, err := store.Open(filepath.Join(t.TempDir(), "a b?#%25&ł.db"), store.Options{MaxBatch: 3, Readers: 1})
			require.NoError(t, err)
			return s
		})
	})
	t.Run("memory", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Log {
			s, err := store.Open(":memory:", store.Options{})
			require.NoError(t, err)
			return s
		})
	})
}
