package gate

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ParseHashKeys reads a file of hash keys: a line for each with its version (0
// to 255) and its secret in hexadecimal, the one that writes first. Blank lines
// and those that begin with # are ignored. Errors name the line, never a secret.
func ParseHashKeys(r io.Reader) ([]HashKey, error) {
	var keys []HashKey
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		k, err := parseHashKey(words)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		keys = append(keys, k)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("the hash keys can't be read: %w", err)
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no hash key in it")
	}
	return keys, checkKeys(keys)
}

func parseHashKey(words []string) (k HashKey, err error) {
	if len(words) != 2 {
		return k, errors.New("want a version and a secret in hexadecimal")
	}
	version, err := strconv.ParseUint(words[0], 10, 8)
	if err != nil {
		return k, errors.New("the version is not a number from 0 to 255")
	}
	secret, err := hex.DecodeString(words[1])
	if err != nil {
		return k, errors.New("the secret is not hexadecimal")
	}
	return HashKey{byte(version), secret}, nil
}

// NewHashKey makes a line for a file of hash keys from 32 bytes of random, which
// is crypto/rand.Reader but in tests.
func NewHashKey(random io.Reader, version byte) (line string, err error) {
	var secret [32]byte
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return "", fmt.Errorf("no randomness for a hash key: %w", err)
	}
	return fmt.Sprintf("%d %x", version, secret), nil
}
