// Package bucket puts people into 100,000 stable buckets.
//
// Splits, canaries and holdouts must give a person the same answer on every
// machine, in every language that reproduces the algorithm, and after every
// ramp-up. So a bucket is a hash of a salt and a key and nothing else:
//
//	bucket = uint64(big-endian first 8 bytes of SHA-256(salt + 0x00 + key)) mod 100,000
//
// with salt and key as UTF-8. A salt holds no NUL byte, so no two pairs of salt
// and key are hashed alike. A share of p percent is the buckets below p × 1,000:
// growing it only ever adds people. A split lays its shares out one after the
// other in the order written.
//
// Vectors (salt, key, bucket) stand in testdata/vectors.csv.
package bucket

import (
	"crypto/sha256"
	"encoding/binary"
)

// Count is the number of buckets: a thousandth of a percent each.
const Count = 100_000

// Of returns the bucket, 0 to Count-1, of a key under a salt.
func Of(salt, key string) int {
	var buf [256]byte
	b := append(buf[:0], salt...)
	b = append(b, 0)
	b = append(b, key...)
	sum := sha256.Sum256(b)
	return int(binary.BigEndian.Uint64(sum[:8]) % Count)
}
