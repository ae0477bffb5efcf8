package cloudevents_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/cloudevents"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

type buggy struct{}

func (buggy) Decide([]byte, gate.Request) ([]byte, error) { panic("c1001 made me") }

func (buggy) Batch(gate.Request, [][]byte, func(int, []byte, error)) error { panic("c1001 made me") }

// A bug ends no server: not that of a single event, and not that of a batch, whose
// events are decided on side by side.
func TestABugIsAnswered(t *testing.T) {
	const event = `{"specversion":"1.0","id":"1","source":"/a","type":"t","data":{"contact":{"id":"c1001"}}}`
	for kind, body := range map[string]string{
		"application/cloudevents+json":       event,
		"application/cloudevents-batch+json": "[" + event + "," + event + "]",
	} {
		var logged bytes.Buffer
		s, err := platform.NewSource(cloudevents.Platform(), platform.Options{
			Name: "shop", Posture: platform.Posture{Marketing: platform.Retry}, Log: slog.New(slog.NewTextHandler(&logged, nil)),
		}, buggy{})
		require.NoError(t, err)
		var r platform.Reply
		s.Serve(&platform.Call{Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: kind}}, Body: []byte(body)}, &r)
		require.Equal(t, 500, r.Status, kind)
		require.Contains(t, logged.String(), "msg=panic source=shop")
		require.NotContains(t, logged.String(), "c1001", "a panic's value may be a contact's")
	}
}
