package cloudevents

import (
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// reacts is what callers do with a reply.
func reacts(r *platform.Reply) platform.Reaction {
	if r == nil {
		return platform.AsksAgain.Because("brokers deliver an event again that got no answer")
	}
	switch {
	case r.Status == 429 || r.Status >= 500:
		return platform.AsksAgain.Because("brokers deliver an event again after this status")
	case r.Status >= 300:
		return platform.UpToCaller.Because("brokers give an event up after this status, most of them into a dead-letter queue")
	}
	data := r.Body
	if in := payload.Get(data, "data"); in != nil {
		data = in
	}
	if len(data) > 0 && data[0] == '[' {
		return platform.UpToCaller.Because("the batch has a decision for each event")
	}
	if (&platform.Answer{JSON: data}).Send() {
		return platform.Sends.Because("the decision in the event says: send")
	}
	if payload.Get(data, "send") == nil {
		return platform.UpToCaller.Because("there is no decision in the answer")
	}
	return platform.HoldsBack.Because("the decision in the event says: do not send")
}
