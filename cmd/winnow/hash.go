package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules/lists"
)

const hashHelp = `Hash replaces the values of a list by keyed hashes, so that a bundle can ask for
them without holding them: declare the list with hashed: and the secret's name.
The secret of the name shop is in WINNOW_SECRET_SHOP, 16 bytes or more in
hexadecimal; winnow needs it again wherever the bundle is compiled.

Cells are parted by commas, semicolons or tabs: what the first line has most of.
Without --column the first cell of each row counts, and only hashes are written;
with it the file has a header, and that column alone is written. Case and outer
spaces do not count unless --exact is given, which goes with case: exact.

  WINNOW_SECRET_SHOP=$(openssl rand -hex 32) winnow hash refused.csv --secret shop --column mail > shop/refused.csv`

type hashFlags struct {
	secret, column string
	exact          bool
}

func newHashCmd(e *env) *cobra.Command {
	var f hashFlags
	cmd := &cobra.Command{
		Use: "hash [LIST]", Short: "Replace the values of a list by keyed hashes", Long: hashHelp, Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return e.hash(cmd.Context(), args, f) },
	}
	cmd.Flags().StringVar(&f.secret, "secret", "", "name of the secret: shop is in WINNOW_SECRET_SHOP")
	cmd.Flags().StringVar(&f.column, "column", "", "name of the column to hash; the file then has a header")
	cmd.Flags().BoolVar(&f.exact, "exact", false, "hash values as they are, for lists with case: exact")
	return cmd
}

func (e *env) hash(ctx context.Context, args []string, f hashFlags) error {
	if f.secret == "" {
		return failure(exitUsage, "as in --secret shop, with WINNOW_SECRET_SHOP set", "name the secret")
	}
	key, err := secretOf(f.secret)
	if err != nil {
		return failure(exitUsage, "a secret is 16 bytes or more in hexadecimal: openssl rand -hex 32", "--secret %s: %v", f.secret, err)
	}
	in, name := e.stdin, "standard input"
	if len(args) == 1 && args[0] != "-" {
		file, err := openUntil(ctx, args[0])
		if err != nil {
			return failure(exitFailed, "name a list, or nothing for standard input", "can't open the list: %v", err)
		}
		defer file.Close()
		in, name = file, args[0]
	}
	digest := lists.Digest
	if f.exact {
		digest = lists.DigestExact
	}
	out := bufio.NewWriter(e.stdout)
	err = hashRows(in, out, f.column, func(value string) string { return digest(key, value) })
	switch {
	case errors.Is(err, syscall.EISDIR):
		return failure(exitUsage, "name a list, or nothing for standard input", "%s is a folder", name)
	case err != nil:
		return failure(exitFailed, "quote values that hold quotes or commas", "%s: %w", name, err)
	}
	return out.Flush()
}

// hashRows writes the hashes of one column, in the order of the rows. Empty cells
// are left out.
func hashRows(in io.Reader, out io.Writer, column string, hash func(string) string) error {
	buffered := bufio.NewReader(in)
	r := csv.NewReader(buffered)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = commaOf(buffered), -1, true
	at := 0
	for first := true; ; first = false {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			if first && column != "" {
				return errors.New("the list has no header")
			}
			return nil
		}
		if err != nil {
			return err
		}
		if first {
			row[0] = strings.TrimPrefix(row[0], "\ufeff")
		}
		text := ""
		switch {
		case first && column != "":
			if at = slices.IndexFunc(row, func(h string) bool { return strings.TrimSpace(h) == column }); at < 0 {
				return fmt.Errorf("there is no column %q: the header names %s", column, strings.Join(row, ", "))
			}
			text = column
		case at < len(row) && strings.TrimSpace(row[at]) != "":
			text = hash(row[at])
		}
		if text == "" {
			continue
		}
		if _, err := fmt.Fprintln(out, text); err != nil {
			return err
		}
	}
}
