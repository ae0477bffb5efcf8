package receiver_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
)

// queue keeps three things about everybody, and can't be written for some.
type queue struct{ asked []string }

func (q *queue) Erase(_ context.Context, by gate.By, name string) (int, error) {
	q.asked = append(q.asked, map[gate.By]string{gate.ByID: "id ", gate.ByEmail: "email "}[by]+name)
	if name == "stuck" {
		return 1, errors.New("the disk is full")
	}
	return 3, nil
}

func TestErasersAreAsked(t *testing.T) {
	first, second := &queue{}, &queue{}
	x := start(t, setup{options: receiver.Options{Erasers: []receiver.Eraser{first, second}}})
	require.Equal(t, 200, x.do("POST", "/v1/decide", polish).status)
	require.JSONEq(t, `{"erased":7}`, string(x.do("DELETE", "/v1/contacts/c1", "").body))
	require.JSONEq(t, `{"erased":6}`, string(x.do("DELETE", "/v1/contacts/a@b.example?by=email", "").body))
	require.Equal(t, 500, x.do("DELETE", "/v1/contacts/stuck", "").status)
	require.Equal(t, []string{"id c1", "email a@b.example", "id stuck"}, first.asked)
	require.Equal(t, first.asked, second.asked, "trouble with one keeps no other from being asked")
}
