package audience

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Mapping says what the columns of a CSV file are. It is what `winnow map`
// writes and people edit.
type Mapping struct {
	// Separator stands between values; "" is found out.
	Separator string `yaml:"separator,omitempty" json:"separator,omitempty"`
	// Encoding is that of the file; "" is UTF-8, or UTF-16 by its mark.
	Encoding string `yaml:"encoding,omitempty" json:"encoding,omitempty"`
	// RowID makes contact.id of this text and the number of the row's line, for
	// files without an id or an address.
	RowID string `yaml:"row_id,omitempty" json:"row_id,omitempty"`
	// Empty are texts that stand for no value in any column (N/A, NULL …).
	Empty []string `yaml:"empty,omitempty" json:"empty,omitempty"`
	// Columns are the columns of the file, by name.
	Columns []Column `yaml:"columns" json:"columns"`
}

// Column is one column of a CSV file.
type Column struct {
	// Name is as the header has it, "" where it has none. Of columns with one name
	// the first stands for the file's first, the second for its second.
	Name string `yaml:"name" json:"name"`
	// Field is what it fills, by path; "" leaves it unread.
	Field string `yaml:"field,omitempty" json:"field,omitempty"`
	// Decimal is "," where numbers are written 1.234,50; "" and "." are the
	// other way about.
	Decimal string `yaml:"decimal,omitempty" json:"decimal,omitempty"`
	// Date is how times are written: DD.MM.YYYY, MM/DD/YYYY HH:mm … "" is ISO
	// 8601 (2026-11-22, 2026-11-22T12:00:00Z) and Unix seconds or milliseconds.
	Date string `yaml:"date,omitempty" json:"date,omitempty"`
	// Zone is the time zone of times without one; "" is UTC.
	Zone string `yaml:"zone,omitempty" json:"zone,omitempty"`
	// Split stands between the items of a list; "" means ; or | or , whichever
	// the text has.
	Split string `yaml:"split,omitempty" json:"split,omitempty"`
	// Yes and No are words for true and false, beside the common ones.
	Yes []string `yaml:"yes,omitempty" json:"yes,omitempty"`
	No  []string `yaml:"no,omitempty" json:"no,omitempty"`
	// Empty are texts that stand for no value in this column.
	Empty []string `yaml:"empty,omitempty" json:"empty,omitempty"`
}

// ReadMapping reads a mapping as YAML. An unknown key is an error.
func ReadMapping(src []byte) (*Mapping, error) {
	m := &Mapping{}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	dec.KnownFields(true)
	if err := dec.Decode(m); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the mapping is empty")
		}
		return nil, fmt.Errorf("the mapping can't be read: %w", err)
	}
	return m, m.check()
}

func (m *Mapping) check() error {
	if len(m.Separator) > 1 {
		return fmt.Errorf("separator: %q is more than one character of ASCII", m.Separator)
	}
	if strings.ContainsAny(m.Separator, "\"\r\n") {
		return fmt.Errorf("separator: %q can't stand between values", m.Separator)
	}
	seen := map[string]string{}
	for _, c := range m.Columns {
		switch {
		case c.Field == "":
			continue
		case seen[c.Field] != "":
			return fmt.Errorf("the columns %q and %q both fill %s: leave the field of one out", seen[c.Field], c.Name, c.Field)
		}
		seen[c.Field] = c.Name
	}
	return nil
}

// YAML writes the mapping so that ReadMapping reads it.
func (m *Mapping) YAML() ([]byte, error) {
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(m); err != nil {
		return nil, err
	}
	return out.Bytes(), enc.Close()
}

// column finds what the mapping says of a header, the nth of that very name: the nth
// column of it, the first if it names fewer; else without regard to case and spaces
// around it.
func (m *Mapping) column(header string, nth int) (Column, bool) {
	var same []Column
	for _, c := range m.Columns {
		if c.Name == header {
			same = append(same, c)
		}
	}
	switch {
	case nth < len(same):
		return same[nth], true
	case len(same) > 0:
		return same[0], true
	}
	i := slices.IndexFunc(m.Columns, func(c Column) bool { return strings.EqualFold(strings.TrimSpace(c.Name), header) })
	if i < 0 {
		return Column{Name: header}, false
	}
	return m.Columns[i], true
}
