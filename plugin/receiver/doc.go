// Package receiver is winnow's webhook: the HTTP face of a gate. It exists so
// that everything about HTTP (routes, keys, limits, errors, metrics, shutdown)
// stands in one place, and so that a Go program that already runs Fiber gets the
// webhook in three lines:
//
//	hook, err := receiver.New(g, receiver.Options{Keys: keys})
//	app := fiber.New()
//	hook.Mount(app.Group("/winnow"))
//
// Alone, it serves itself: hook.Serve(ctx, listener). It is the only package
// that knows Fiber.
//
// # What a body may be
//
// A decision is made on every JSON object that has an object under "contact",
// whatever the values in it. Keys that no rule reads are checked for being JSON
// and ignored. A value that can't be used (null, another type, a number or time
// out of range, text with a NUL or half of a surrogate pair) is an unknown field
// and no error; whole numbers are exact to 64 bits, and ids to any length.
//
// 400 says what to mend and where (field, offset), never with a value: an empty
// body, another JSON type, no contact, malformed JSON, invalid UTF-8, objects
// nested more than 64 deep, a key that rules read given twice. 413: more than
// MaxBody bytes (also after unpacking), or too many items. 415: a Content-Type
// that is not JSON, a Content-Encoding other than gzip. Of a batch, a bad item
// stands as a problem in its place, and the answer is 200; 400 means that the
// items can't be told apart.
//
// HEAD goes with GET, OPTIONS answers 204 with Allow, other methods 405. There
// are no CORS headers: browsers of other sites are not meant to ask. Where no keys
// keep them out, on a loopback address, a foreign Host or Origin is refused with 403.
//
// More than 16 KiB is read only for callers who have shown a key or secret. Where a
// signature over the body is the proof, bodies share Options.MaxUnproven: 503 means
// that this one was cut off to make place for others.
//
// Within an app of somebody else, that app's body limit and timeouts come
// first, it reads whatever is sent, and whether unknown addresses are answered with a problem is the app's
// business; all else is the same.
package receiver
