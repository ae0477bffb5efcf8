package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/library"
)

func newLibraryCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use: "library", Short: "Begin with ready personas: list, show and add them", Args: cobra.NoArgs,
		Long: `The library holds forty personas whom one may not want to market to and twenty
whom one does, each with its card, condition, action, review interval, known
false positives, legal note and tests. Packs group them by kind of business.

What is added belongs to your bundle from then on, begins as a draft that only
observes, and does nothing to anybody until you write mode: enforce.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newLibraryListCmd(e), newLibraryShowCmd(e), newLibraryAddCmd(e))
	return cmd
}

func newLibraryListCmd(e *env) *cobra.Command {
	var pack, format string
	cmd := &cobra.Command{
		Use: "list", Short: "List packs and entries", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return e.libraryList(pack, format) },
	}
	cmd.Flags().StringVar(&pack, "pack", "", "only the entries of this pack: "+packNames())
	formatFlag(cmd, &format)
	return cmd
}

func packNames() string {
	var out []string
	for _, p := range library.Packs() {
		out = append(out, p.ID)
	}
	return strings.Join(out, ", ")
}

type libraryEntryJSON struct {
	Number string   `json:"number"`
	ID     string   `json:"id"`
	Kind   string   `json:"kind"`
	Name   string   `json:"name"`
	Packs  []string `json:"packs"`
	Needs  []string `json:"needs,omitempty"`
}

func (e *env) libraryList(pack, format string) error {
	l, err := library.Open()
	if err != nil {
		return err
	}
	if pack != "" && library.PackOf(pack) == nil {
		return failure(exitUsage, "use "+packNames(), "there is no pack %q", pack)
	}
	var entries []*library.Entry
	for _, x := range l.Entries() {
		if pack == "" || slices.Contains(x.Packs, pack) {
			entries = append(entries, x)
		}
	}
	if format == "json" {
		out := []libraryEntryJSON{}
		for _, x := range entries {
			p := x.Persona()
			out = append(out, libraryEntryJSON{x.Number, x.ID(), p.Kind.Value, p.Name.Value, x.Packs, x.Needs})
		}
		return e.writeJSON(out)
	}
	return e.libraryTable(pack, entries)
}

func (e *env) libraryTable(pack string, entries []*library.Entry) error {
	var packs, rows [][]string
	for _, p := range library.Packs() {
		if pack == "" || pack == p.ID {
			packs = append(packs, []string{p.ID, fmt.Sprintf("%d entries", len(p.Entries)), p.Doc})
		}
	}
	for _, x := range entries {
		rows = append(rows, []string{x.Number, x.ID(), x.Persona().Name.Value, strings.Join(x.Packs, " ")})
	}
	width := columnsOf(e.stdout)
	report.Grid{Rows: packs, Bare: true, Width: width}.Write(e.stdout)
	fmt.Fprintln(e.stdout)
	report.Grid{Rows: rows, Bare: true, Width: width}.Write(e.stdout)
	_, err := fmt.Fprintln(e.stdout, "\nwinnow library show ID tells more; winnow library add ID or PACK --to DIR puts them into a bundle.")
	return err
}

func newLibraryShowCmd(e *env) *cobra.Command {
	var flags cardFlags
	var yaml bool
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show the card of an entry, or its file", Args: takes(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			l, err := library.Open()
			if err != nil {
				return err
			}
			x := l.Find(args[0])
			if x == nil {
				return noEntry(l, args[0])
			}
			if yaml {
				_, err := e.stdout.Write(x.Rules)
				return err
			}
			if err := e.showCard(x.Persona(), flags); err != nil || flags.html != "" {
				return err
			}
			more := "\nIn the packs " + strings.Join(x.Packs, ", ") + ".\n"
			if len(x.Needs) > 0 {
				more += "Comes with " + strings.Join(x.Needs, ", ") + ".\n"
			}
			_, err = fmt.Fprint(e.stdout, more)
			return err
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&yaml, "yaml", false, "print the rule file")
	return cmd
}

func noEntry(l *library.Library, word string) error {
	hint := diag.DidYouMean(word, l.Names())
	if hint == "" {
		hint = "winnow library list shows them"
	}
	return failure(exitUsage, hint, "the library has no %q", word)
}
