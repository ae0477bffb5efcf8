package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// run is the whole program: arguments and streams in, exit code out.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return (&env{stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now}).run(ctx, args)
}

func (e *env) run(ctx context.Context, args []string) int {
	out := &output{Writer: e.stdout}
	given := *e
	defer func() { *e = given }()
	e.stdin, e.stdout = &input{Reader: e.stdin, ctx: ctx}, out
	root, started := newRootCmd(e)
	demandShell(root)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	var coded *exitError
	if err != nil && !*started && !errors.As(err, &coded) {
		// No verb has begun: the command line itself is at fault.
		err = &exitError{exitUsage, withHint(err, usageHint(cmd))}
	}
	err = outcome(ctx, err, out)
	complain(e.stderr, err)
	return exitCode(err)
}

// usageHint says how the verb that was named is used, if it is one.
func usageHint(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return "winnow help shows the verbs, winnow help VERB its flags"
	}
	name := strings.TrimPrefix(cmd.CommandPath(), "winnow ")
	return fmt.Sprintf("use %s; winnow help %s says more", cmd.UseLine(), name)
}

const rootHelp = `Winnow is the last gate before a marketing send. A bundle is a folder of rule
files; winnow checks it, tests it, explains its decisions and serves them.

Exit codes: 0 ok, 1 failed, 2 usage, 3 bundle invalid, 4 tests failed,
5 coverage below --min-cover, 6 more flips than --max-flip, 7 may not move
(winnow gate).`

// newRootCmd builds the command tree. started becomes true when a verb begins.
func newRootCmd(e *env) (root *cobra.Command, started *bool) {
	started = new(bool)
	colour := "auto"
	root = &cobra.Command{
		Use: "winnow", Short: "The last gate before a marketing send", Long: rootHelp,
		SilenceErrors: true, SilenceUsage: true, Args: cobra.NoArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := cmd.ValidateRequiredFlags(); err != nil {
				return err
			}
			on, err := useColour(colour, e.stdout, os.Getenv)
			if err != nil {
				return err
			}
			e.colour, *started = on, true
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	root.SetFlagErrorFunc(refusedFlag)
	root.PersistentFlags().StringVar(&colour, "color", colour, "colour the output: auto, always or never")
	root.CompletionOptions.HiddenDefaultCmd = false
	for _, g := range verbs(e) {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title + ":"})
		for _, verb := range g.verbs {
			verb.GroupID = g.title
			takeOtherNames(verb)
			root.AddCommand(verb)
		}
	}
	help := newHelpCmd(e)
	help.GroupID = beside
	root.SetHelpCommand(help)
	root.SetCompletionCommandGroupID(beside)
	return root, started
}

// demandShell has completion refuse a shell that it does not know: cobra's own shows
// help and calls it a success.
func demandShell(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
}

// group is a part of the help: verbs that serve one purpose.
type group struct {
	title string
	verbs []*cobra.Command
}

// beside is the title of the group that help itself is in.
const beside = "Beside"

// verbs are those of winnow, in the groups of the README.
func verbs(e *env) []group {
	return []group{
		{"Writing rules", []*cobra.Command{
			newInitCmd(e), newLibraryCmd(e), newPersonaCmd(e), newCheckCmd(e), newFmtCmd(e), newTestCmd(e),
			newDecideCmd(e), newExplainCmd(e), newGateCmd(e), newStaleCmd(e),
		}},
		{"Knowing whom they reach", []*cobra.Command{
			newScreenCmd(e), newMapCmd(e), newSimulateCmd(e), newDiffCmd(e), newReplayCmd(e), newOverlapCmd(e),
			newFindCmd(e), newCoverageCmd(e), newAnalyzeCmd(e),
		}},
		{"Serving", []*cobra.Command{
			newServeCmd(e), newConnectCmd(e), newSignCmd(e), newSendCmd(e), newLogCmd(e), newRelayCmd(e),
			newSuppressionsCmd(e), newHandedCmd(e), newWriteBackCmd(e),
		}},
		{beside, []*cobra.Command{
			newHashCmd(e), newWasmCmd(e), newSchemaCmd(e), newFieldsCmd(e), newReasonsCmd(e), newVersionCmd(e),
		}},
	}
}

// useColour decides about colour: the flag first, then NO_COLOR, then whether a
// person is looking.
func useColour(flag string, out io.Writer, getenv func(string) string) (bool, error) {
	switch flag {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
		return getenv("NO_COLOR") == "" && getenv("TERM") != "dumb" && isTerminal(out), nil
	default:
		return false, fmt.Errorf("--color cannot be %q: use auto, always or never", flag)
	}
}

// takeOtherNames lets a verb be given its clock as --at and as --now, and replay its
// log as --db, too: neighbours call these by one or the other, and nobody knows by
// heart which.
func takeOtherNames(cmd *cobra.Command) {
	flags := cmd.Flags()
	for _, names := range [][2]string{{"at", "now"}, {"now", "at"}, {"log", "db"}} {
		flag, other := flags.Lookup(names[0]), names[1]
		if flag == nil || flag.Hidden || flags.Lookup(other) != nil {
			continue
		}
		flags.Var(flag.Value, other, flag.Usage)
		flags.Lookup(other).Hidden = true
	}
	for _, sub := range cmd.Commands() {
		takeOtherNames(sub)
	}
}
