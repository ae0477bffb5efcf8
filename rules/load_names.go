package rules

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/diag"
)

// bundleFiles lists the files by path, sorted, and the links to folders, which are
// not followed. Hidden files and folders do not belong to a bundle.
func bundleFiles(fsys fs.FS) (names, links []string, err error) {
	err = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case isLinkToFolder(fsys, name, d):
			links = append(links, name)
			return nil
		}
		switch strings.ToLower(path.Ext(name)) {
		case ".yaml", ".yml", ".csv", ".wasm":
			names = append(names, name)
		}
		if len(names) > maxFiles {
			return fs.SkipAll
		}
		return nil
	})
	slices.Sort(names)
	return names, links, err
}

func isLinkToFolder(fsys fs.FS, name string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return false
	}
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

// unread takes out the files that look like a bundle's and are not read, and warns
// of them and of links: a gate may be in there.
func unread(names, links []string) (read []string, list diag.List) {
	warn := func(name, msg, hint string) {
		list = append(list, diag.Diagnostic{Place: diag.Place{File: name}, Severity: diag.Warn, Code: diag.BadName, Message: msg, Hint: hint})
	}
	for _, name := range names {
		ext := path.Ext(name)
		if small := strings.ToLower(ext); small != ext {
			warn(name, "the file is not read", "write "+small+" in lower case at the end of its name")
			continue
		}
		read = append(read, name)
	}
	for _, name := range links {
		warn(name, "the folder is a link, which is not followed", "put the folder itself there")
	}
	return read, list
}
