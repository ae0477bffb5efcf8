//go:build unix

package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing/fstest"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/rules/workload"
)

// growth shows what a decision costs as there is more of something, in one
// process: nothing should grow faster than its cause.
func growth(span time.Duration, lists []int) error {
	fmt.Printf("\n%-36s %12s %12s\n", "decode, decide and encode", "CPU µs", "bytes")
	for _, n := range []int{25, 250, 2500} {
		if err := grow(fmt.Sprintf("%d conditions", n), manyRules(n), workload.Bodies(workload.People(256)), span); err != nil {
			return err
		}
	}
	for _, size := range []int{500, 2000, 8000} {
		if err := grow(fmt.Sprintf("contacts of %.1f KB", float64(size)/1000), manyRules(25), padded(size), span); err != nil {
			return err
		}
	}
	for _, n := range lists {
		if err := grow(fmt.Sprintf("a list of %d", n), listRules(n), workload.Bodies(workload.People(256)), span); err != nil {
			return err
		}
	}
	return nil
}

// manyRules are the workload's rules, and personas with conditions of their own
// up to n.
func manyRules(n int) fstest.MapFS {
	var b strings.Builder
	b.WriteString("winnow: 1\n" + workload.Rules())
	more := "personas:\n"
	for i := 25; i < n; i++ {
		more += fmt.Sprintf("  - {id: extra-%d, kind: negative, name: extra %d, action: suppress, when: \"events.page_views_30d > %d and attributes.ltv < %d.5 and events.opens_90d != %d\"}\n", i, i, 40+i, i, i%90)
	}
	files := fstest.MapFS{"rules.yaml": {Data: []byte(b.String())}}
	if n > 25 {
		files["more.yaml"] = &fstest.MapFile{Data: []byte("winnow: 1\n" + more)}
	}
	return files
}

// listRules ask whether the contact is in a list of n short ids.
func listRules(n int) fstest.MapFS {
	list := make([]byte, 0, 7*n)
	list = append(list, "id\n"...)
	for i := range n {
		list = append(strconv.AppendInt(list, int64(i), 36), '\n')
	}
	rule := "winnow: 1\nlists:\n  blocked: {file: blocked.csv, column: id}\npersonas:\n" +
		"  - {id: blocked, kind: negative, name: blocked, action: suppress, when: 'in_list(\"blocked\", contact.id)'}\n"
	return fstest.MapFS{"rules.yaml": {Data: []byte(rule)}, "blocked.csv": {Data: list}}
}

func grow(name string, files fstest.MapFS, bodies [][]byte, span time.Duration) error {
	b, err := rules.Load(files, rules.Options{})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	in := b.NewInput()
	in.Now = workload.Now()
	var out []byte
	size, n := 0, 0
	begun, before := time.Now(), cputime.Used()
	for ; time.Since(begun) < span; n += len(bodies) {
		for _, body := range bodies {
			if err := in.Decode(body); err != nil {
				return err
			}
			out = b.Decide(in).AppendJSON(out[:0])
			size += len(body)
		}
	}
	fmt.Printf("%-36s %12.2f %12d\n", name, float64((cputime.Used()-before).Nanoseconds())/1e3/float64(n), size/n)
	return nil
}
