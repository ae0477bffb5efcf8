// Package platform is the contract between winnow and the platforms that call
// it: verify, decode, decide, encode. It exists because each platform asks,
// signs, waits, retries and reads answers in its own way, and most of them lose
// contacts when a hook answers wrongly; so what they have in common (signatures,
// body kinds, limits, deadlines, repeated calls, trouble) is done once, in here,
// and an adapter says only what is its own.
//
//	p := generic.Platform()
//	scheme, err := verify.New(verify.StaticHeader, secrets, verify.Options{})
//	s, err := platform.NewSource(p, platform.Options{Name: "shop", Scheme: scheme}, g)
//	var r platform.Reply
//	s.Serve(&platform.Call{Method: "POST", Path: "/v1/in/shop", …}, &r)
//
// # The way of a call
//
// A Call is plain values. An adapter that is a Greeter may answer it unsigned:
// that is how platforms try an address. Then it is verified, over the bytes as
// they came. Decode makes of it one body for each contact, in the shape that
// /v1/decide takes, and the key that a repeat is known by: a repeated call gets
// the recorded answer, whoever repeats it. The gate decides, within the source's
// deadline, with strings read as what their field holds. Encode writes what the
// platform can read.
//
// # Trouble
//
// A gate in trouble still answers: with the owner's default, degraded, which is
// encoded as any decision. Trouble is for when there is no answer at all. An
// adapter writes then what makes the platform do what the owner chose; what a
// platform does with a reply is its Reacts, and the kit platformtest holds the
// one against the other in outages. Whoever can't prove who they are gets a 401
// everywhere: no owner has a say about strangers.
//
// # Events
//
// Platforms also tell what became of a send. Their adapters are Listeners: a call
// is verified and read for events, which are durable before it is answered, and
// nothing is decided. Package intake has what they share.
//
// # A new platform
//
// costs one folder and one line in package platforms. The folder holds the
// adapter, a test that calls platformtest.Run, and captured requests in
// testdata/*.http, whose goldens UPDATE_GOLDEN=1 go test writes. The smallest
// there can be is in this package's example, and passes; package generic is the
// model to copy.
package platform
