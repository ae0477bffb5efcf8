//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/winnow-gate/winnow/rules/workload"
)

// suppression is the workload's ten personas as SQL, by hand: who is held back, but
// not why, nor which variants the others get. %[1]s is the file of contacts, %[2]s
// the moment, %[3]s where the ids go.
const suppression = `COPY (SELECT contact.id FROM read_json('%[1]s', format = 'newline_delimited', columns = {
  contact: 'STRUCT(id VARCHAR, email VARCHAR, country VARCHAR, tags VARCHAR[])',
  attributes: 'STRUCT(newsletter BOOLEAN)',
  data: 'STRUCT(purchases STRUCT(date TIMESTAMP, status VARCHAR, total DOUBLE, discount DOUBLE)[])',
  events: 'STRUCT(complaints INTEGER, bounces INTEGER, sends_7d INTEGER, opens_30d INTEGER, last_open TIMESTAMP, last_click TIMESTAMP)'})
WHERE events.complaints > 0
  OR events.bounces >= 3
  OR events.sends_7d >= 5 AND events.opens_30d = 0
  OR events.last_open <= TIMESTAMP '%[2]s' - INTERVAL 181 DAY AND events.last_click <= TIMESTAMP '%[2]s' - INTERVAL 181 DAY
  OR len(list_filter(data.purchases, lambda p: p.date > TIMESTAMP '%[2]s' - INTERVAL 3 DAY)) > 0
  OR len(list_filter(data.purchases, lambda p: p.status = 'returned')) >= 2
    AND len(list_filter(data.purchases, lambda p: p.status = 'returned')) * 2 > len(data.purchases)
  OR len(data.purchases) > 0 AND len(list_filter(data.purchases, lambda p: p.discount > 0.2)) = len(data.purchases)
  OR contact.email LIKE '%%@rival.com' OR regexp_matches(contact.email, '@(mailinator|tempmail)\.(com|net)$')
  OR list_contains(contact.tags, 'b2b') AND NOT attributes.newsletter
  OR coalesce(list_sum(list_transform(data.purchases, lambda p: p.total)), 0) < 50 AND contact.country NOT IN ('DE', 'AT', 'CH', 'FR', 'NL')
) TO '%[3]s' (HEADER false)`

// duckDB is the pass of a columnar database over the same file, where its command is
// installed: the peer to beat.
func duckDB(file, out string) (p pass, ok bool) {
	path, err := exec.LookPath("duckdb")
	if err != nil {
		return p, false
	}
	quoted := func(s string) string { return strings.ReplaceAll(s, "'", "''") }
	sql := fmt.Sprintf(suppression, quoted(file), workload.Now().Format("2006-01-02 15:04:05"), quoted(out))
	return pass{name: "duckdb, who is held back alone", args: []string{path, "-c", sql}, out: out}, true
}

// sameHeldBack compares how many the database held back with who screen did: another
// answer would be another question.
func sameHeldBack(ids, answers string) error {
	want, err := count(answers, []byte(`"send":false`))
	if err != nil {
		return err
	}
	got, err := count(ids, nil)
	if err == nil && got != want {
		err = fmt.Errorf("duckdb holds %d back, and screen %d", got, want)
	}
	return err
}

// count counts the lines of a file that hold a text.
func count(name string, text []byte) (n int, err error) {
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if bytes.Contains(lines.Bytes(), text) {
			n++
		}
	}
	return n, lines.Err()
}
