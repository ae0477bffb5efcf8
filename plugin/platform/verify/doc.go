// Package verify checks whether a call really comes from the platform it claims
// to come from. It exists because every platform signs in its own way, most
// published receivers get one of the ways wrong (bodies re-serialised, stamps
// from the future accepted, an empty secret that lets everybody in), and a
// mistake here hands the gate before every send to whoever finds its address.
// So the schemes are parts that adapters pick by name, all held to one
// conformance suite.
//
//	s, err := verify.New(verify.HubSpotV3, secrets, verify.Options{})
//	err = s.Verify(verify.Request{Method: "POST", PublicURL: "https://…", …})
//	if errors.Is(err, verify.Stale) { … }
//
// # What holds for every scheme
//
// The bytes that arrived are what is verified; nothing is decoded and written
// again. Comparisons take the same time wherever the difference is. Time windows
// look both ways and are measured against Request.Received, so that a stored
// call verifies the same in a test as on the day. Any of several secrets
// verifies, so that they can be rotated. An empty secret is refused when a
// scheme is made and again when it is used. A header that decides is refused
// when it is there twice, because the next hop may read the other one.
// Signatures have one spelling: lowercase hex, or canonical base64. The URL is
// the configured one: Host and Forwarded headers are the caller's to choose.
// Nothing that the caller sent, and no secret, is in the text of an error.
//
// # What it can't promise
//
// A signature covers what the platform chose to cover. Info says whether that is
// the body, whether there is a time, and whether repeats can be told. Where the
// parts are joined without separators (HubSpot, Klaviyo, SendGrid, Mailgun,
// Ghost) bytes can be moved over a seam without breaking the signature; the time
// window, the fixed URL and the JSON of the body leave nothing to gain there, as
// long as the URLs that platforms are given have no query of their own.
//
// The package knows no HTTP framework: a Request is a plain value, copied out of
// one once.
package verify
