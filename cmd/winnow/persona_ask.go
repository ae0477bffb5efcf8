package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/card"
	"github.com/winnow-gate/winnow/rules/diag"
)

// askAll asks line by line. When the input ends early, what is left stays open. An
// answer that the card can't take ends it at once, but a person is asked again.
func (e *env) askAll(questions []card.Question, lang string, person bool) (map[string]string, error) {
	in := bufio.NewReader(e.stdin)
	out := map[string]string{}
	prompt := ""
	if person {
		prompt = "> "
	}
	for ended := false; len(questions) > len(out) && !ended; {
		q := questions[len(out)]
		fmt.Fprintf(e.stdout, "%d/%d %s\n%s", len(out)+1, len(questions), q.In(lang), prompt)
		line, err := in.ReadString('\n')
		if ended = errors.Is(err, io.EOF); err != nil && !ended {
			return nil, failure(exitFailed, "answer again, or use --answers", "the answers can't be read: %w", err)
		}
		answer, wrong := fitting(q.ID.Value, line)
		switch {
		case wrong == nil:
			out[q.ID.Value] = answer
		case person && !ended:
			complain(e.stderr, wrong)
		default:
			return nil, wrong
		}
	}
	fmt.Fprintln(e.stdout)
	return out, nil
}

// wordsFor are the words that answer a question; nil when one's own do.
func wordsFor(question string) []string {
	switch question {
	case "why":
		return []string{"wont_buy", "not_for_them", "wont_be_satisfied"}
	case "rather-not":
		return []string{"yes", "no"}
	}
	return nil
}

// fitting is an answer as the card takes it; nothing leaves a question open.
func fitting(question, answer string) (string, error) {
	answer = strings.TrimSpace(answer)
	words := wordsFor(question)
	if answer == "" || words == nil {
		return answer, nil
	}
	if word := strings.ToLower(answer); slices.Contains(words, word) {
		return word, nil
	}
	hint := diag.DidYouMean(answer, words)
	if hint == "" {
		hint = "answer with " + listed(words) + ", or with nothing"
	}
	return "", failure(exitUsage, hint, "%s cannot be %q", question, answer)
}
