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
// Within an app of somebody else, that app's body limit and timeouts come
// first, and whether unknown addresses are answered with a problem is the app's
// business; all else is the same.
package receiver
