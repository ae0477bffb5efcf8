package console

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLean(t *testing.T) {
	badge := Cell{Part: Badge{Text: "new"}}
	got := Table{
		Caption: "c", Head: []string{"a", "empty", "b", "badge", "none"}, Align: "lrr", // the others are l
		Rows: [][]Cell{append(Row("1", "", ""), badge, Cell{}), Row("2", "", "3", "", "")}, Foot: Row("all", "", "3"),
	}.lean()
	require.Equal(t, Table{
		Caption: "c", Head: []string{"a", "b", "badge"}, Align: "lrl",
		Rows: [][]Cell{append(Row("1", ""), badge), Row("2", "3", "")}, Foot: Row("all", "3"),
	}, got)
	for _, whole := range []Table{{Head: []string{"a", "b"}}, {Rows: [][]Cell{Row("no heads")}}} {
		require.Equal(t, whole, whole.lean())
	}
}
