package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/lists"
)

// write puts the lists, their licences and their sources into a folder.
func write(dir string, m *merged, from map[string]*archive, now time.Time) error {
	dates, err := knownDates(dir)
	if err != nil {
		return err
	}
	var entries []lists.Source
	files := map[string][]byte{}
	for _, s := range sources {
		a := from[s.name]
		text, ok := a.files[s.text]
		if !ok {
			return fmt.Errorf("%s %s has no license text %s any more", s.name, a.version, s.text)
		}
		e := lists.Source{
			Package: s.name, Version: a.version, Integrity: a.integrity,
			License: s.license, LicenseFile: s.name + ".txt",
			Fetched: now.UTC().Format(time.DateOnly), Gives: s.gives,
		}
		if d, ok := dates[e.Integrity]; ok {
			e.Fetched = d
		}
		entries = append(entries, e)
		files["licenses/"+e.LicenseFile] = append(bytes.TrimRight(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), "\n"), '\n')
	}
	files["sources.json"], err = encode(entries)
	if err != nil {
		return err
	}
	for name, list := range map[string]set{
		"academic": m.academic, "academic_stop": m.academicStop, "disposable": m.disposable,
		"free": m.free, "relay": m.relay, "role": m.role,
	} {
		files[name+".txt"] = []byte(strings.Join(list.sorted(), "\n") + "\n")
	}
	for name, data := range files {
		if err := put(filepath.Join(dir, filepath.FromSlash(name)), data); err != nil {
			return err
		}
	}
	return nil
}

func encode(entries []lists.Source) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(entries)
	return buf.Bytes(), err
}

// knownDates are the days on which archives were first taken, by integrity, so
// that running again on the same versions changes nothing.
func knownDates(dir string) (map[string]string, error) {
	data, err := os.ReadFile(filepath.Join(dir, "sources.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var entries []lists.Source
	if err := json.Unmarshal(data, &entries); err != nil {
		return nil, fmt.Errorf("sources.json is damaged: %w", err)
	}
	dates := map[string]string{}
	for _, e := range entries {
		dates[e.Integrity] = e.Fetched
	}
	return dates, nil
}

// put replaces a file whole, so that an interrupted run leaves no half of one.
func put(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
