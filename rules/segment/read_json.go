package segment

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxLine is the longest line of NDJSON, 1 MiB: an order with hundreds of lines.
const maxLine = 1 << 20

// readJSON reads an object a line. The columns are guessed from the first object
// that can be read, one level deep.
func (p *parser) readJSON(in *bufio.Reader) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	var paths [colCount][]string
	chosen := false
	for line := 1; lines.Scan(); line++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 || p.seen != nil && p.repeated(string(text)) {
			continue
		}
		object, err := decodeObject(text)
		if err != nil {
			p.report.Rows++
			p.bad(line, "the line is not one JSON object")
			continue
		}
		if !chosen {
			if err := p.choose(p.known(object)); err != nil {
				return err
			}
			for i, name := range p.report.Columns.list() {
				if *name != "" {
					paths[i] = strings.Split(*name, ".")
				}
			}
			chosen = true
		}
		var values [colCount]string
		for i, path := range paths {
			values[i] = lookup(object, path)
		}
		if err := p.row(line, &values); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return fmt.Errorf("can't read on: a line is longer than %d bytes", maxLine)
		}
		return fmt.Errorf("can't read on: %w", err)
	}
	if !chosen {
		return fmt.Errorf("%w: the file has no object", errMissing)
	}
	return p.end()
}

// known are the members of an object, and the paths that were asked for: those
// need not be in the first line.
func (p *parser) known(object map[string]any) []string {
	var names []string
	for name := range object {
		names = append(names, name)
	}
	for _, name := range p.o.Columns.list() {
		if *name != "" && *name != None && !slices.Contains(names, *name) {
			names = append(names, *name)
		}
	}
	slices.Sort(names)
	return names
}

func decodeObject(text []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // 12.50 stays as written
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) || object == nil {
		return nil, errMissing
	}
	return object, nil
}

// lookup is the text of a string or number at a path; anything else is empty.
func lookup(object map[string]any, path []string) string {
	for i, name := range path {
		v := object[name]
		if i < len(path)-1 {
			object, _ = v.(map[string]any)
			continue
		}
		switch v := v.(type) {
		case string:
			return v
		case json.Number:
			return v.String()
		}
	}
	return ""
}
