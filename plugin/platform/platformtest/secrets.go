package platformtest

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"

	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Secrets are two invented secrets of a scheme: what signs, and what verifies,
// which is another where keys are public.
func Secrets(id verify.ID) (signs, shown [2]verify.Secret) {
	switch id {
	case verify.StandardWebhooksV1:
		signs = [2]verify.Secret{"whsec_d2lubm93LXN0YW5kYXJkLXdlYmhvb2sta2V5LTI0YiE=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
	case verify.StandardWebhooksV1a:
		return ed25519Secrets()
	case verify.SendGrid:
		return ecdsaSecrets()
	case verify.Basic:
		signs = [2]verify.Secret{"api:winnow-test-secret-0001", "api:winnow-test-secret-0002"}
	default:
		signs = [2]verify.Secret{"winnow-test-secret-0001", "winnow-test-secret-0002"}
	}
	return signs, signs
}

func ed25519Secrets() (signs, shown [2]verify.Secret) {
	for i := range signs {
		seed := sha256.Sum256([]byte{byte(i)})
		private := ed25519.NewKeyFromSeed(seed[:])
		signs[i] = verify.Secret("whsk_" + base64.StdEncoding.EncodeToString(seed[:]))
		shown[i] = verify.Secret("whpk_" + base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey)))
	}
	return signs, shown
}

func ecdsaSecrets() (signs, shown [2]verify.Secret) {
	for i := range signs {
		seed := sha256.Sum256([]byte{byte(i), 'e'})
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed[:])
		if err != nil {
			panic("platformtest: the key of the tests is none: " + err.Error())
		}
		private, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			panic("platformtest: " + err.Error())
		}
		public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err != nil {
			panic("platformtest: " + err.Error())
		}
		signs[i] = verify.Secret(base64.StdEncoding.EncodeToString(private))
		shown[i] = verify.Secret(base64.StdEncoding.EncodeToString(public))
	}
	return signs, shown
}
