package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
)

// maxBody is the largest contact that is read, the same as over the webhook.
const maxBody = 1 << 20

type decideFlags struct {
	now   string
	lines bool
}

func newDecideCmd(e *env) *cobra.Command {
	var flags decideFlags
	cmd := &cobra.Command{
		Use: "decide [DIR]", Short: "Decide for the contact on standard input", Args: oneDir(),
		Long: `Decide reads one contact as JSON, the body that the webhook takes, and writes
the decision as JSON. With --lines it reads a contact a line and writes a
decision a line; a line that can't be read gets an {"error": …} and the others go on.
Each answer goes out before the next line is waited for.

  echo '{"contact": {"id": "c1"}, "consent": {"marketing": true}}' | winnow decide shop`,
		RunE: func(_ *cobra.Command, args []string) error { return e.decide(dirOf(args), flags) },
	}
	cmd.Flags().StringVar(&flags.now, "now", "", "clock of the decision, as 2026-11-22T12:00:00Z (default: now)")
	cmd.Flags().BoolVar(&flags.lines, "lines", false, "one contact a line in, one decision a line out")
	return cmd
}

func (e *env) decide(dir string, flags decideFlags) error {
	now, err := e.clock(flags.now)
	if err != nil {
		return err
	}
	f, err := e.loadBundle(dir)
	if err != nil {
		return err
	}
	if flags.lines {
		return e.decideLines(f.bundle, now)
	}
	body, err := e.readContact()
	if err != nil {
		return err
	}
	in, err := readInput(f.bundle, body, now)
	if err != nil {
		return err
	}
	defer in.Release()
	_, err = e.stdout.Write(append(f.bundle.Decide(in).AppendJSON(nil), '\n'))
	return err
}

// readContact reads the one contact of standard input.
func (e *env) readContact() ([]byte, error) {
	if isTerminal(e.stdin) {
		fmt.Fprintln(e.stderr, "reading a contact as JSON from the terminal; end with Ctrl-D")
	}
	body, err := io.ReadAll(io.LimitReader(e.stdin, maxBody+1))
	switch {
	case err != nil:
		return nil, failure(exitFailed, "pipe a contact in", "can't read standard input: %w", err)
	case len(body) > maxBody:
		return nil, failure(exitFailed, "send one contact, not a list; --lines takes many", "the contact is larger than %d bytes", maxBody)
	case len(bytes.TrimSpace(body)) == 0:
		return nil, failure(exitUsage, `pipe one in, as in echo '{"contact": {"id": "c1"}}' | winnow …`, "there is no contact on standard input")
	}
	return body, nil
}

func readInput(b *rules.Bundle, body []byte, now time.Time) (*rules.Input, error) {
	in, err := b.Input(body, now)
	var at *facts.Error
	switch {
	case errors.As(err, &at):
		return nil, failure(exitFailed, "a contact is one JSON object of fields: winnow fields lists them", "the contact can't be read: %v", at)
	case err != nil:
		return nil, err
	}
	return in, nil
}

// answering is input before which all that was answered goes out: whoever writes the
// next line may be waiting for it.
type answering struct {
	in  io.Reader
	out *bufio.Writer
}

// Read implements io.Reader.
func (a *answering) Read(p []byte) (int, error) {
	if err := a.out.Flush(); err != nil {
		return 0, err
	}
	return a.in.Read(p)
}

// decideLines decides line by line. One bad line spoils only itself.
func (e *env) decideLines(b *rules.Bundle, now time.Time) error {
	out := bufio.NewWriter(e.stdout)
	lines := bufio.NewScanner(&answering{e.stdin, out})
	lines.Buffer(nil, maxBody)
	number, bad := 0, 0
	for lines.Scan() {
		number++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		in, err := b.Input(line, now)
		if err != nil {
			bad++
			fmt.Fprintf(out, "{\"error\":%q,\"line\":%d}\n", err.Error(), number)
			continue
		}
		out.Write(append(b.Decide(in).AppendJSON(nil), '\n'))
		in.Release()
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := lines.Err(); err != nil {
		return failure(exitFailed, "a contact is one line of at most 1 MiB", "line %d can't be read: %w", number+1, err)
	}
	if bad > 0 {
		return failure(exitFailed, "the answers say why, in place", "%s could not be read", plural(bad, "line"))
	}
	return nil
}
