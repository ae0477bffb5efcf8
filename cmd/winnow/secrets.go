package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
)

// newKey prints an API key.
func (e *env) newKey(id, scopes string) error {
	set, err := receiver.ParseScopes(scopes)
	if err != nil {
		return failure(exitUsage, "as in --scopes decide,read,erase", "--scopes: %v", err)
	}
	token, line, err := receiver.NewKey(rand.Reader, id, set)
	if err != nil {
		return failure(exitUsage, "as in --new-key shop", "--new-key: %v", err)
	}
	_, err = fmt.Fprintf(e.stdout, "key, for the client, shown only now:\n  %s\nline for the file of keys:\n  %s\n", token, line)
	return err
}

// readKeys reads the file of API keys; no file, no keys.
func readKeys(file string) (*receiver.Keys, error) {
	if file == "" {
		return nil, nil
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, failure(exitFailed, "winnow serve --new-key NAME makes a key and its line", "can't read the API keys: %v", err)
	}
	defer in.Close()
	keys, err := receiver.ParseKeys(in)
	if err == nil && keys.Len() == 0 {
		err = errors.New("there is no key in it")
	}
	if err != nil {
		return nil, failure(exitFailed, "winnow serve --new-key NAME makes a key and its line", "%s: %v", file, err)
	}
	return keys, nil
}

// hashKeys reads the hash keys of a decision log: from WINNOW_HASH_KEY, or else
// from a file, whose name follows the log's when it has none of its own. It makes
// the file of a new log if it may, and then says its name.
func hashKeys(db, file string, mayMake bool) (keys []gate.HashKey, made string, err error) {
	if env := os.Getenv("WINNOW_HASH_KEY"); env != "" {
		if keys, err = gate.ParseHashKeys(strings.NewReader(env)); err != nil {
			err = failure(exitFailed, "it holds what a file of hash keys holds: a version and a secret in hexadecimal", "WINNOW_HASH_KEY: %v", err)
		}
		return keys, "", err
	}
	if file == "" {
		file = db + ".key"
	}
	in, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		if kept := keptUnderKeys(db); kept != "" {
			return nil, "", lostKeys(db, kept, file)
		}
		if mayMake {
			if err := makeHashKey(file); err != nil {
				return nil, "", err
			}
			made = file
			in, err = os.Open(file)
		}
	}
	if err != nil {
		return nil, "", failure(exitFailed, "name it with --hash-key-file", "can't read the hash keys: %v", err)
	}
	defer in.Close()
	if keys, err = gate.ParseHashKeys(in); err != nil {
		err = failure(exitFailed, "each line holds a version and a secret in hexadecimal", "%s: %v", file, err)
	}
	return keys, made, err
}

// tellMade says of a new file of hash keys what it is worth.
func (e *env) tellMade(file string) {
	if file != "" {
		fmt.Fprintf(e.stderr, "winnow: made %s; keep it with your secrets, nobody can be looked up or known again without it\n", file)
	}
}

// lostKeys says that a file of hash keys is gone, unless what needs it is no log.
func lostKeys(db, kept, file string) error {
	if kept == db {
		log, err := openToRead(db)
		if err == nil {
			err = log.Close(context.Background())
		}
		if err != nil {
			return err
		}
	}
	return failure(exitFailed, "put it back, name it with --hash-key-file, or set WINNOW_HASH_KEY",
		"there is no file of hash keys %s, and nobody in %s would be known again without it", file, kept)
}

// keptUnderKeys is what holds contacts under hash keys already: the log, the ledger
// beside it, or nothing.
func keptUnderKeys(db string) string {
	for _, name := range []string{db, db + ".events"} {
		if there, err := os.Stat(name); err == nil && !isEmpty(there) {
			return name
		}
	}
	return ""
}

// makeHashKey writes a new file of hash keys for its owner alone. It fails when
// there is one: a new key in the place of another would orphan every contact.
func makeHashKey(file string) error {
	line, err := gate.NewHashKey(rand.Reader, 1)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return failure(exitFailed, "make the folder, or name another place with --hash-key-file or --db", "can't make the hash keys: %v", err)
	}
	_, err = out.WriteString("# version and secret; the first line writes, the others still find and erase\n" + line + "\n")
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
