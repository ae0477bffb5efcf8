package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platforms"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

type connectFlags struct {
	url, source, bundle, check string
	slots, fields              []string
}

func newConnectCmd(e *env) *cobra.Command {
	f := connectFlags{}
	cmd := &cobra.Command{
		Use: "connect [PLATFORM]", Short: "Show how a platform is connected: what to paste where", Args: takes(0, 1),
		Long: `Connect prints the recipe for a platform: the template or set-up to paste there,
with your address and slots, and what belongs into the file of sources. Without a
platform it lists those there are. --check FILE checks a file of sources.

  winnow connect generic --url https://winnow.shop.example --bundle shop`,
		ValidArgs: platforms.Names(),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case f.check != "":
				return e.checkSources(f)
			case len(args) == 0:
				return e.listPlatforms()
			}
			return e.connect(args[0], f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.url, "url", "https://winnow.example.com", "where platforms reach your server")
	flags.StringVar(&f.source, "source", "", "name of the source (default: the platform's)")
	flags.StringSliceVar(&f.slots, "slots", nil, "slots of the bundle, with commas in between")
	flags.StringSliceVar(&f.fields, "fields", nil, "fields that the rules read, with commas in between")
	flags.StringVar(&f.bundle, "bundle", "", "folder of the bundle, instead of --slots and --fields")
	flags.StringVar(&f.check, "check", "", "check this file of sources, against --bundle if given")
	return cmd
}

func (e *env) listPlatforms() error {
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	for _, p := range platforms.All() {
		fmt.Fprintf(w, "%s\t%s\tsigns with %s\n", p.Name, p.Title, p.Schemes[0])
	}
	return w.Flush()
}

func findPlatform(name string) (platform.Platform, error) {
	p, ok := platforms.Find(name)
	if !ok {
		hint := diag.DidYouMean(name, platforms.Names())
		if hint == "" {
			hint = "there are " + strings.Join(platforms.Names(), ", ")
		}
		return p, failure(exitUsage, hint, "there is no platform %q", name)
	}
	return p, nil
}

func (e *env) connect(name string, f connectFlags) error {
	p, err := findPlatform(name)
	if err != nil {
		return err
	}
	if f.bundle != "" {
		b, err := e.loadBundle(f.bundle)
		if err != nil {
			return err
		}
		f.slots = slotNames(b.bundle)
		for _, field := range b.bundle.Layout().Fields() {
			f.fields = append(f.fields, field.Path)
		}
		if err := b.bundle.Close(); err != nil {
			return err
		}
	}
	if f.source == "" {
		f.source = p.Name
	}
	trouble := troubleText(p)
	if p.Tells {
		trouble = eventsTroubleText(p)
	}
	base := strings.TrimSuffix(f.url, "/")
	recipe := strings.TrimRight(p.Recipe(platform.Recipe{
		URL: base + platform.Address(f.source), Slots: f.slots, Fields: f.fields, Source: f.source,
	}), "\n")
	file := fileText(p, f.source, base)
	if strings.Contains(recipe, "winnow_sources: 1") { // it needs more than any file of sources does
		file = "\n## The file of sources\n\nSave the one above as sources.yaml, put its secret into the file that it names, set the variables that it names,\nand start winnow serve with --sources sources.yaml.\n"
	}
	if slices.Contains(f.fields, consentField) && !bringsConsent(p, recipe) {
		file += consentText
	}
	_, err = fmt.Fprintf(e.stdout, "%s\n%s%s%s", recipe, file, settingsText(p), trouble)
	return err
}

// fileText is a file of sources with this source.
func fileText(p platform.Platform, name, base string) string {
	text := fmt.Sprintf(`
## The file of sources

Save this as sources.yaml, put the secret into %[1]s.secret beside it, and start
winnow serve with --sources sources.yaml:

    winnow_sources: 1
    public_url: %[2]s
    sources:
      - name: %[1]s
        platform: %[3]s
        scheme: %[4]s
        secrets: [file:%[1]s.secret]
`, name, base, p.Name, p.Schemes[0])
	if !p.Tells {
		text += "        on_trouble: send\n        defaults: {message.class: marketing}\n"
	}
	if p.Patience > 0 && p.Patience <= time.Second { // the usual deadline leaves the way there and back no time
		text += "        deadline: 600ms\n"
	}
	return text
}

const (
	consentField = "consent.marketing"
	consentText  = `
The rules read ` + "`consent.marketing`" + `: a gate that asks for it lets no marketing through while it is unknown. Map it to
where the platform keeps it, or say that the platform calls only for people who agreed: add consent.marketing: true
to the source's defaults.
`
)

// bringsConsent reports whether the recipe says where the consent comes from, or
// the platform's own mapping knows. Platforms that tell of events are asked for none.
func bringsConsent(p platform.Platform, recipe string) bool {
	return p.Tells || strings.Contains(recipe, consentField+": true") || strings.Contains(recipe, `"consent"`) ||
		slices.ContainsFunc(p.Mapping, func(r payload.Rule) bool { return r.Field == consentField })
}

// settingsText is what a source of the platform may say besides.
func settingsText(p platform.Platform) string {
	var out strings.Builder
	if len(p.Schemes) > 1 {
		var others []string
		for _, id := range p.Schemes[1:] {
			others = append(others, string(id))
		}
		fmt.Fprintf(&out, "\nOther schemes that it may use: %s.\n", strings.Join(others, ", "))
	}
	fmt.Fprintf(&out, "\nA repeated call is known by %s.\n", p.Key)
	if len(p.Settings) > 0 {
		out.WriteString("\nSettings:\n\n")
	}
	for _, s := range p.Settings {
		fmt.Fprintf(&out, "- `%s` (%s): %s.\n", s.Name, s.Kind, strings.TrimSuffix(s.Doc, "."))
	}
	return out.String()
}

// troubleText says what an outage does.
func troubleText(p platform.Platform) string {
	none := p.Reacts(nil)
	words := "`on_trouble: send` or `hold`"
	if p.AsksAgain {
		words = "`on_trouble: send`, `hold` or `retry`"
	}
	patience := ""
	if p.Patience > 0 {
		patience = fmt.Sprintf(" It waits %v for an answer: keep `deadline` well below.", p.Patience)
	}
	return fmt.Sprintf("\n## When winnow is in trouble\n\nYou choose what becomes of marketing with %s; transactional, service and legal\nmessages are sent.%s Without any answer the platform %s: %s.\n",
		words, patience, none.Then, strings.TrimSuffix(none.Why, "."))
}

// slotNames are the slots of a bundle.
func slotNames(b *rules.Bundle) []string {
	var names []string
	for _, s := range b.Slots() {
		names = append(names, s.Slot)
	}
	return names
}
