package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/winnow-gate/winnow/rules/lists"
	"github.com/winnow-gate/winnow/rules/segment"
)

// write writes the files that were asked for.
func (f *analyzeFlags) write(a *segment.Analysis, r *analysisReport) error {
	if f.out != "" {
		if err := writeWhole(f.out, forAll, func(w io.Writer) error { return a.WriteTable(w, f.table) }); err != nil {
			return err
		}
	}
	if f.html != "" {
		if err := writeBytes(f.html, forOwner, r.page(f.source()).Render()); err != nil {
			return err
		}
	}
	if f.model == "" {
		return nil
	}
	return writeWhole(f.model, forAll, func(w io.Writer) error { return (&env{stdout: w}).writeJSON(a.Model) })
}

// hashTable settles how the table's keys are hashed, as bundles look them up:
// addresses whatever their case, other keys exactly.
func (f *analyzeFlags) hashTable() error {
	if f.hashed == "" {
		return nil
	}
	key, err := secretOf(f.hashed)
	if err != nil {
		return failure(exitUsage, "a secret is 16 bytes or more in hexadecimal: openssl rand -hex 32", "--hashed %s: %v", f.hashed, err)
	}
	f.table.Hash = func(text string) string { return lists.DigestExact(key, text) }
	if f.table.Key == "contact.email" {
		f.table.Hash = func(text string) string { return lists.Digest(key, text) }
	}
	return nil
}

// secretOf reads a secret for keyed hashes from the environment: that of the
// name shop from WINNOW_SECRET_SHOP.
func secretOf(name string) ([]byte, error) {
	variable := "WINNOW_SECRET_" + strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(name))
	text := os.Getenv(variable)
	if text == "" {
		return nil, fmt.Errorf("%s is not set", variable)
	}
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) < 16 {
		return nil, fmt.Errorf("%s is not 16 bytes or more in hexadecimal", variable)
	}
	return key, nil
}
