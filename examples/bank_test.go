package examples_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
)

// bankCSV is the public data: where WINNOW_BANK_CSV says, or beside the
// repository.
func bankCSV(t *testing.T) [][]string {
	t.Helper()
	path := os.Getenv("WINNOW_BANK_CSV")
	if path == "" {
		path = "../../shared/data/contacts/bank.csv"
	}
	f, err := os.Open(path)
	if err != nil {
		t.Skip("no bank.csv here: get it as examples/bank/README.md says, and name it in WINNOW_BANK_CSV")
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = ';'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(rows), 1)
	return rows
}

// bankContact is a row of the data as the body of a request.
func bankContact(t *testing.T, header, row []string, n int) []byte {
	t.Helper()
	bank := map[string]any{}
	for i, name := range header {
		if name == "y" {
			name = "subscribed"
		}
		switch v := row[i]; {
		case v == "unknown", name == "pdays" && v == "-1":
			bank[name] = nil
		case v == "yes", v == "no":
			bank[name] = v == "yes"
		default:
			bank[name] = v
			if number, err := strconv.Atoi(v); err == nil {
				bank[name] = number
			}
		}
	}
	body, err := json.Marshal(map[string]any{
		"contact": map[string]any{"id": fmt.Sprintf("bank-%d", n)},
		"message": map[string]any{"class": "marketing", "channel": "phone"},
		"bank":    bank,
	})
	require.NoError(t, err)
	return body
}

func TestBankDecidesEveryRealContact(t *testing.T) {
	rows := bankCSV(t)
	b := load(t, "bank")
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	outcomes, personas := map[string]int{}, map[string]int{}
	for n, row := range rows[1:] {
		body := bankContact(t, rows[0], row, n)
		d := decideOnce(t, b, body, now)
		require.Equal(t, d, decideOnce(t, b, body, now), "the same contact gets the same answer")
		var got struct {
			Action   string
			Personas []string
			Variants map[string]string
			Reasons  []struct{ Code, Rule string }
		}
		require.NoError(t, json.Unmarshal(d, &got))
		require.Len(t, got.Variants, 1)
		outcomes[got.Action]++
		for _, p := range got.Personas {
			personas[p]++
		}
		for _, r := range got.Reasons {
			require.NotContains(t, r.Code, "error", "contact %d", n)
		}
	}
	t.Logf("%d contacts: outcomes %v, personas %v", len(rows)-1, outcomes, personas)
	if len(rows)-1 != 4521 { // another cut of the data
		return
	}
	require.Equal(t, 521, personas["has-it-already"])
	require.Equal(t, 76, personas["in-default"])
	require.Equal(t, 480, personas["nothing-to-spare"])
	require.Equal(t, 20, personas["called-lately"])
	require.Equal(t, 188, personas["said-no"])
	require.Equal(t, 129, personas["trusts-us"])
}

func decideOnce(t *testing.T, b *rules.Bundle, body []byte, now time.Time) []byte {
	t.Helper()
	in, err := b.Input(body, now)
	require.NoError(t, err)
	defer in.Release()
	return b.Decide(in).AppendJSON(nil)
}
