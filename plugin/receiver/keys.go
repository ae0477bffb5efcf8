package receiver

import (
	"bufio"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Scope is what an API key may do: a set of bits.
type Scope uint8

// The scopes. Decide asks for decisions, Read sees decisions, explanations and
// the bundle, Erase erases contacts.
const (
	Decide Scope = 1 << iota
	Read
	Erase
)

// scopeNames are the words of the scopes in key files, by bit.
func scopeNames() []string { return []string{"decide", "read", "erase"} }

func parseScope(word string) (Scope, bool) {
	i := slices.Index(scopeNames(), word)
	if i < 0 {
		return 0, false
	}
	return 1 << i, true
}

// ParseScopes reads scopes with commas in between, as in "decide,read".
func ParseScopes(text string) (set Scope, err error) {
	for word := range strings.SplitSeq(text, ",") {
		s, ok := parseScope(strings.TrimSpace(word))
		if !ok {
			return 0, fmt.Errorf("%q is not a scope: use %s", word, strings.Join(scopeNames(), ", "))
		}
		set |= s
	}
	return set, nil
}

// Keys are API keys. Of each it knows only a SHA-256 sum: keys have 256 random
// bits, so there is nothing to guess from it, and checking one costs little.
type Keys struct{ list []apiKey }

type apiKey struct {
	id     string
	sum    [sha256.Size]byte
	scopes Scope
}

// Len is the number of keys.
func (k *Keys) Len() int { return len(k.list) }

// ParseKeys reads a key file: a line for each key with its id, the SHA-256 sum
// of the key in hexadecimal, and its scopes, separated by spaces. Blank lines
// and those that begin with # are ignored. Errors name the line, never a key.
func ParseKeys(r io.Reader) (*Keys, error) {
	keys := &Keys{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		k, err := parseKey(words)
		if err == nil && slices.ContainsFunc(keys.list, func(o apiKey) bool { return o.id == k.id }) {
			err = fmt.Errorf("the id %s is there twice", k.id)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		keys.list = append(keys.list, k)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("the keys can't be read: %w", err)
	}
	return keys, nil
}

func parseKey(words []string) (k apiKey, err error) {
	if len(words) < 3 {
		return k, fmt.Errorf("want an id, the SHA-256 sum of the key, and at least one of the scopes %s", strings.Join(scopeNames(), ", "))
	}
	k.id = words[0]
	sum, err := hex.DecodeString(words[1])
	if err != nil || len(sum) != sha256.Size {
		return k, fmt.Errorf("the sum of %s is not 64 hexadecimal digits", k.id)
	}
	copy(k.sum[:], sum)
	for _, word := range words[2:] {
		s, ok := parseScope(word)
		if !ok {
			return k, fmt.Errorf("%s has an unknown scope: use %s", k.id, strings.Join(scopeNames(), ", "))
		}
		k.scopes |= s
	}
	return k, nil
}

// NewKey makes a key from 32 bytes of random, which is crypto/rand.Reader but in
// tests. The token is what the client sends, and shown only once; line is for
// the key file.
func NewKey(random io.Reader, id string, scopes Scope) (token, line string, err error) {
	if id == "" || strings.HasPrefix(id, "#") || strings.ContainsAny(id, " \t\r\n") {
		return "", "", fmt.Errorf("%q can't be the id of a key: it must be one word that does not begin with #", id)
	}
	var words []string
	for i, name := range scopeNames() {
		if scopes&(1<<i) != 0 {
			words = append(words, name)
		}
	}
	if len(words) == 0 {
		return "", "", fmt.Errorf("the key %s needs a scope: use %s", id, strings.Join(scopeNames(), ", "))
	}
	var secret [32]byte
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return "", "", fmt.Errorf("no randomness for a key: %w", err)
	}
	token = "wnw_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret[:]))
	sum := sha256.Sum256([]byte(token))
	return token, id + " " + hex.EncodeToString(sum[:]) + " " + strings.Join(words, " "), nil
}

// find returns the index of the key with this token, or -1. How long it takes
// does not depend on the token: every key is compared, in constant time.
func (k *Keys) find(token []byte) int {
	sum := sha256.Sum256(token)
	found := -1
	for i := range k.list {
		same := subtle.ConstantTimeCompare(sum[:], k.list[i].sum[:])
		found = subtle.ConstantTimeSelect(same, i, found)
	}
	return found
}
