package gate

import "github.com/winnow-gate/winnow/rules"

// DecodeBody fills an input from a body, and fails with a *BodyError on one
// that no decision is made on. All who decide on bodies read them through this,
// so that a contact which is refused in one place is refused in all.
func DecodeBody(in *rules.Input, body []byte) error { return decodeBody(in, body, false) }

func decodeBody(in *rules.Input, body []byte, loose bool) error {
	var err error
	if loose {
		err = in.DecodeLoose(body)
	} else {
		err = in.Decode(body)
	}
	if err != nil {
		return bodyError(body, err)
	}
	if !isNamed(in) {
		return wantContact(body)
	}
	return nil
}

// isNamed reports whether the input says whom it is about.
func isNamed(in *rules.Input) bool { return in.ContactID() != "" || in.Email() != "" }
