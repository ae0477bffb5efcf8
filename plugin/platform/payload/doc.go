// Package payload reads what platforms send and turns it into the body that a
// gate decides on. It exists because every platform names the same things in its
// own way and place, and because building a tree of maps for each call would
// cost more than deciding: a payload is scanned once, for the paths that the
// source's configuration names, and values are copied as they stand.
//
//	m, err := payload.Compile([]payload.Rule{
//		{Field: "contact.id", From: []string{"customer.id"}},
//		{Field: "message.class", Default: []byte(`"marketing"`)},
//	}, payload.Options{})
//	body, err := m.Append(nil, []byte(`{"customer":{"id":"c1"}}`))
//	// {"contact":{"id":"c1"},"message":{"class":"marketing"}}
//
// Found goes a step further: it fills the fields of a layout with the values from
// where they stand in the payload, and the body is written only for who asks.
//
// Forms, multipart bodies and queries become the JSON that they mean: brackets
// and dots nest, repeated names make lists, every value is a string. The gate
// then reads strings as what their field holds.
//
// Errors name places, never values.
package payload
