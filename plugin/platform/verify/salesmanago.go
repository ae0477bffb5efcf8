package verify

import (
	"crypto/sha1"
	"encoding/hex"
)

// SalesmanagoSHA is the "sha" that every call to SALESmanago's API carries
// (https://docs.salesmanago.com): hex of SHA-1 over the key that we choose, the
// client id and the API secret. It covers nothing of the call, so that it is a
// password by another name; it stands here beside the other platforms' ways.
func SalesmanagoSHA(apiKey, clientID string, apiSecret Secret) string {
	sum := sha1.Sum([]byte(apiKey + clientID + string(apiSecret)))
	return hex.EncodeToString(sum[:])
}
