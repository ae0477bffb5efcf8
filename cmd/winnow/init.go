package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/card"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

type initFlags struct {
	ask       bool
	negatives string // separated by commas
	domain    string
	owner     string
}

func newInitCmd(e *env) *cobra.Command {
	flags := initFlags{negatives: "own-people,open-complaint,over-mailed", domain: "shop.example", owner: "marketing@shop.example"}
	ids := make([]string, 0, len(starters()))
	for _, s := range starters() {
		ids = append(ids, s.id)
	}
	cmd := &cobra.Command{
		Use: "init [DIR]", Short: "Write a starter bundle, beginning with whom not to market to", Args: oneDir(),
		Long: `Init writes a bundle with tests that pass. At a terminal it asks first whom you do
not want to market to; in scripts the flags say so. It never overwrites a file, and
refuses a folder with rules in it.

Known negatives: ` + strings.Join(ids, ", ") + `.
Any other words, as in --negatives "price hunters", become a draft that only
observes contacts tagged so, until you write its condition.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("ask") {
				flags.ask = isTerminal(e.stdin) && !cmd.Flags().Changed("negatives")
			}
			return e.init(dirOf(args), flags)
		},
	}
	cmd.Flags().BoolVar(&flags.ask, "ask", false, "ask the questions (default: at a terminal)")
	cmd.Flags().StringVar(&flags.negatives, "negatives", flags.negatives, "whom not to market to, separated by commas")
	cmd.Flags().StringVar(&flags.domain, "own-domain", flags.domain, "domain of your own mail addresses")
	cmd.Flags().StringVar(&flags.owner, "owner", flags.owner, "who answers for the personas")
	return cmd
}

func (e *env) init(dir string, flags initFlags) error {
	if err := readyForStarter(dir); err != nil {
		return err
	}
	if flags.ask {
		if err := e.interview(&flags); err != nil {
			return err
		}
	}
	files, err := starterFiles(flags, e.now().UTC())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return failure(exitFailed, "choose a folder that you may write to", "can't make %s: %v", dir, err)
	}
	for _, f := range files {
		if err := writeNew(filepath.Join(dir, f.name), f.text); err != nil {
			return failure(exitFailed, "check that you may write there", "can't write %s: %v", filepath.Join(dir, f.name), err)
		}
		fmt.Fprintf(e.stdout, "wrote %s\n", filepath.Join(dir, f.name))
	}
	_, err = fmt.Fprintf(e.stdout, "\nNext:\n  winnow check %[1]s\n  winnow test %[1]s --cover\n  winnow serve %[1]s\n", pasted(dir))
	return err
}

// readyForStarter refuses, before anything is asked, a folder that can't be written
// to, and one that has what init would write.
func readyForStarter(dir string) error {
	// What is a rule file to the loader would be of one bundle with the starter's.
	if others, err := rules.RuleFiles(os.DirFS(dir)); err == nil && len(others) > 0 {
		return failure(exitFailed, "choose another folder, or add to this one: winnow persona new --to "+dir+", winnow library add PACK --to "+dir, "%s has YAML already that is read as rules: %s", dir, others[0])
	}
	for _, name := range starterNames() {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return failure(exitFailed, "choose another folder; init never overwrites", "%s is there already", filepath.Join(dir, name))
		}
	}
	return mayMakeIn(dir)
}

// starterNames are the files that init writes: rules, tests and their schemas.
func starterNames() [4]string {
	return [...]string{"rules.yaml", "rules_test.yaml", "rules.schema.json", "tests.schema.json"}
}

// writeNew writes a file that must not be there yet, also if it came meanwhile.
func writeNew(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// interview asks for the negatives first: they are what a gate is for.
func (e *env) interview(flags *initFlags) error {
	in := bufio.NewReader(e.stdin)
	ask := func(question, otherwise string) (string, error) {
		fmt.Fprintf(e.stdout, "%s [%s] ", question, otherwise)
		line, err := in.ReadString('\n')
		if errors.Is(err, context.Canceled) {
			return "", err
		}
		if line = strings.TrimSpace(line); line == "" {
			line = otherwise
		}
		if err != nil && line == otherwise && otherwise == "" {
			return "", failure(exitFailed, "answer the questions, or leave --ask out", "the input ended: %v", err)
		}
		return line, nil
	}
	fmt.Fprintln(e.stdout, "Who do you NOT want to market to? Name some of these, or others in your own words:")
	for _, s := range starters() {
		fmt.Fprintf(e.stdout, "  %-16s %s\n", s.id, s.name)
	}
	var err error
	if flags.negatives, err = ask("separated by commas", flags.negatives); err != nil {
		return err
	}
	if flags.domain, err = ask("The domain of your own mail addresses", flags.domain); err != nil {
		return err
	}
	flags.owner, err = ask("Who answers for these rules (an address)", flags.owner)
	return err
}

type newFile struct {
	name string
	text []byte
}

// ownDomain is what stands behind the @ of an address.
var ownDomain = regexp.MustCompile(`^[^\s@/:,;"'\[\]{}]+\.[^\s@/:,;"'\[\]{}]+$`)

// starterFiles writes the bundle and makes sure that it is laid out as fmt does.
// Its tests stand still on the day of writing, and the review is a year ahead.
func starterFiles(flags initFlags, now time.Time) ([]newFile, error) {
	chosen, err := choose(strings.Split(flags.negatives, ","))
	if err != nil {
		return nil, err
	}
	domain := strings.ToLower(strings.TrimSpace(flags.domain))
	if !ownDomain.MatchString(domain) {
		return nil, failure(exitUsage, "name one, as in shop.example; others come under params: in the file", "%q is not the domain of mail addresses", flags.domain)
	}
	fill := strings.NewReplacer("{{domain}}", domain, "{{owner}}", flags.owner,
		"{{today}}", now.Format(time.DateOnly), "{{review}}", now.AddDate(1, 0, 0).Format(time.DateOnly))
	var personas, cases strings.Builder
	for _, s := range chosen {
		personas.WriteString(fill.Replace(s.persona))
		cases.WriteString(fill.Replace(s.cases))
	}
	params := ""
	if strings.Contains(personas.String(), "params.own_domains") {
		params = starterParams
	}
	head := strings.Replace(starterHead, "{{params}}", params, 1)
	ruleFile, err := format.Format([]byte(fill.Replace(head) + personas.String() + fill.Replace(starterTail)))
	if err != nil {
		return nil, failure(exitUsage, "domain and owner must be plain words", "the answers don't fit into a rule file: %v", err)
	}
	testFile, err := ruletest.Format([]byte(fill.Replace(starterTests) + cases.String()))
	if err != nil {
		return nil, failure(exitUsage, "domain and owner must be plain words", "the answers don't fit into a test file: %v", err)
	}
	ruleSchema, err := format.Schema()
	if err != nil {
		return nil, err
	}
	testSchema, err := ruletest.Schema()
	names := starterNames()
	return []newFile{{names[0], ruleFile}, {names[1], testFile}, {names[2], ruleSchema}, {names[3], testSchema}}, err
}

// choose finds starters by id; other words become a draft persona.
func choose(words []string) ([]starter, error) {
	var out []starter
	seen := map[string]bool{}
	for _, w := range words {
		w = strings.TrimSpace(w)
		id := card.Slug(w)
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		s := draftStarter(id, w)
		for _, known := range starters() {
			if known.id == id {
				s = known
			}
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, failure(exitUsage, "name at least one, as in --negatives own-people", "nobody is named whom not to market to")
	}
	return out, nil
}
