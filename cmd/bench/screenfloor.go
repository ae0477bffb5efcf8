//go:build unix

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/workload"
)

// contacts writes a file of so many of them.
func contacts(file, number string) int {
	n, err := strconv.Atoi(number)
	if err == nil {
		err = writeContacts(file, n)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	return 0
}

// screenFloor goes through a file of contacts without deciding, as its own
// process so that its CPU time can be told: what any screening costs at least.
func screenFloor(mode, dir, file string) int {
	n, err := passOver(mode, dir, file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	fmt.Println(n)
	return 0
}

func passOver(mode, dir, file string) (rows int64, err error) {
	src, err := audience.Open(file, audience.Options{})
	if err != nil {
		return 0, err
	}
	defer src.Close()
	b, err := rules.Load(os.DirFS(dir), rules.Options{})
	if err != nil {
		return 0, err
	}
	var count atomic.Int64
	blocks, free := make(chan *audience.Block, 8), make(chan *audience.Block, 8)
	for range cap(free) {
		free <- &audience.Block{}
	}
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		use, err := passing(mode, b)
		if err != nil {
			return 0, err
		}
		scan := src.NewScanner()
		all.Go(func() {
			var row audience.Row
			for block := range blocks {
				scan.Reset(block)
				n := int64(0)
				for scan.Next(&row) {
					use(row.Body)
					n++
				}
				count.Add(n)
				free <- block
			}
		})
	}
	for {
		block := <-free
		if err = src.Read(block); err != nil {
			break
		}
		blocks <- block
	}
	close(blocks)
	all.Wait()
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return count.Load(), err
}

// passing is what is done with each row.
func passing(mode string, b *rules.Bundle) (func(body []byte), error) {
	must := func(err error) {
		if err != nil {
			panic(err) // the file is of our own making
		}
	}
	switch mode {
	case "read":
		return func([]byte) {}, nil
	case "json":
		return func(body []byte) {
			var p workload.Person
			must(json.Unmarshal(body, &p))
		}, nil
	case "fields":
		f, layout := &facts.Facts{}, b.Layout()
		return func(body []byte) { must(layout.DecodeJSON(body, f)) }, nil
	case "decide":
		in := b.NewInput()
		in.Now = workload.Now()
		return func(body []byte) {
			must(in.Decode(body))
			b.Decide(in)
		}, nil
	default:
		return nil, fmt.Errorf("there is no floor %q", mode)
	}
}
