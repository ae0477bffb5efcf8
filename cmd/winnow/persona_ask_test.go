package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/card"
)

// Twelve answers are not lost to a thirteenth that the card can't take: a person is
// told what is possible and asked again.
func TestAPersonIsAskedAgain(t *testing.T) {
	var out, errs bytes.Buffer
	e := &env{stdout: &out, stderr: &errs}
	questions := card.Questions("negative", nil)
	require.Equal(t, "why", questions[len(questions)-3].ID.Value)
	e.stdin = strings.NewReader("Serial returner\n" + strings.Repeat("\n", len(questions)-4) + "they won't\nWONT_BUY\nanna\nmaybe\ntak\nNo\n")
	got, err := e.askAll(questions, "en", true)
	require.NoError(t, err)
	require.Len(t, got, len(questions))
	require.Equal(t, []string{"Serial returner", "wont_buy", "anna", "no"}, []string{got["name"], got["why"], got["owner"], got["rather-not"]})
	require.Equal(t, `winnow: why cannot be "they won't"
  answer with wont_buy, not_for_them or wont_be_satisfied, or with nothing
winnow: rather-not cannot be "maybe"
  answer with yes or no, or with nothing
winnow: rather-not cannot be "tak"
  answer with yes or no, or with nothing
`, errs.String())
	require.Equal(t, 2, strings.Count(out.String(), "Why do we not market to them"))

	e.stdin = strings.NewReader("Serial returner\n" + strings.Repeat("\n", len(questions)-4) + "they won't")
	_, err = e.askAll(questions, "en", true)
	require.ErrorContains(t, err, `why cannot be "they won't"`, "who ends the input is not asked again")
}

// Answers that are piped in, or in a file, end at the first that does not fit.
func TestAProgramIsToldAtOnce(t *testing.T) {
	t.Chdir(t.TempDir())
	asked := "Serial returner\n" + strings.Repeat("\n", len(card.Questions("negative", nil))-4) + "they won't\nanna\n"
	require.NoError(t, os.WriteFile("answers.yaml", []byte("answers:\n  name: Serial returner\n  rather-not: tak\n"), 0o600))
	var out, errs bytes.Buffer
	e := &env{stdin: strings.NewReader(asked), stdout: &out, stderr: &errs, now: time.Now}
	require.Equal(t, exitUsage, e.run(t.Context(), []string{"persona", "new", "--negative", "--to", "new"}))
	require.Contains(t, errs.String(), `why cannot be "they won't"`)
	require.NotContains(t, out.String(), "Who answers")

	errs.Reset()
	e.stdout = io.Discard
	require.Equal(t, exitUsage, e.run(t.Context(), []string{"persona", "new", "--negative", "--to", "new", "--answers", "answers.yaml"}))
	require.Contains(t, errs.String(), "rather-not cannot be \"tak\"\n  answer with yes or no")
	left, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, left, 1)
}
