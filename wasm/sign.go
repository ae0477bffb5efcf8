package wasm

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
)

// Errors of trust. They are wrapped with what was found and, as all of Admit, do not name the module.
var (
	ErrPin       = errors.New("it is not the pinned one")
	ErrSignature = errors.New("it is not signed as it must be")
)

// signDomain keeps module signatures from being mistaken for others under the same key.
const signDomain = "winnow-module-v1\x00"

// Trust says what a module must prove. The zero value asks for nothing.
type Trust struct {
	// SHA256 is the hex digest that the module must have. Empty: any.
	SHA256 string
	// Keys are the public keys of which one must have signed the module. None:
	// no signature is asked for.
	Keys []ed25519.PublicKey
	// Signature is the module's 64-byte signature, see Sign.
	Signature []byte
}

// Digest returns the hex SHA-256 of a module, the form that bundles pin.
func Digest(module []byte) string {
	sum := sha256.Sum256(module)
	return hex.EncodeToString(sum[:])
}

// Sign returns the ed25519 signature of a module: over "winnow-module-v1", a
// NUL byte and the SHA-256 of the module.
func Sign(key ed25519.PrivateKey, module []byte) []byte {
	return ed25519.Sign(key, signedMessage(module))
}

func signedMessage(module []byte) []byte {
	sum := sha256.Sum256(module)
	return append([]byte(signDomain), sum[:]...)
}

// Verify checks a module against its pin and signature. Errors wrap ErrPin or
// ErrSignature and say what to do.
func (t Trust) Verify(module []byte) error {
	if t.SHA256 != "" {
		got := Digest(module)
		if subtle.ConstantTimeCompare([]byte(got), []byte(t.SHA256)) != 1 {
			return fmt.Errorf("%w: its sha256 is %s, pinned is %s; update the pin if the change is meant", ErrPin, got, t.SHA256)
		}
	}
	if len(t.Keys) == 0 {
		return nil
	}
	if len(t.Signature) == 0 {
		return fmt.Errorf("%w: there is no signature; sign it with a trusted key", ErrSignature)
	}
	msg := signedMessage(module)
	for _, k := range t.Keys {
		if len(k) == ed25519.PublicKeySize && ed25519.Verify(k, msg, t.Signature) {
			return nil
		}
	}
	return fmt.Errorf("%w: none of %d trusted keys made the signature for this content; sign it anew", ErrSignature, len(t.Keys))
}
