package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/guest"
)

func newWasmNewCmd(e *env) *cobra.Command {
	lang := ""
	cmd := &cobra.Command{
		Use: "new --lang LANG DIR", Short: "Start a module: the kit of a language and a rule that works", Args: takes(1, 1),
		Long: `New writes a project that builds and passes the conformance suite as it is. The
kit is copied into it: nothing has to be fetched but the compiler. rule.yaml shows
how a bundle declares its rule, and makes the folder a bundle to try it in; README.md
is about the language, ABI.md about all that a module may do. New never overwrites a
file.`,
		RunE: func(_ *cobra.Command, args []string) error { return e.wasmNew(args[0], lang) },
	}
	cmd.Flags().StringVar(&lang, "lang", "", langNames)
	return cmd
}

func (e *env) wasmNew(dir, name string) error {
	lang, err := parseLang(name)
	if err != nil {
		return err
	}
	err = guest.Scaffold(dir, lang)
	switch {
	case errors.Is(err, fs.ErrExist):
		return failure(exitFailed, "choose another folder; new never overwrites", "%v", err)
	case err != nil:
		return failure(exitFailed, "choose a folder that you may write to", "can't start a module in %s: %v", dir, err)
	}
	fmt.Fprintf(e.stdout, "wrote a module in %s to %s; its rule is %s,\nwhich %s declares for a bundle\n\nNext:\n",
		langTitle(lang), dir, filepath.Join(dir, ruleFile(lang)), filepath.Join(dir, "rule.yaml"))
	if lang == guest.AssemblyScript {
		fmt.Fprintf(e.stdout, "  npm install --prefix %s\n", pasted(dir))
	}
	out := filepath.Join(dir, "rule.wasm")
	_, err = fmt.Fprintf(e.stdout, "  winnow wasm build %[1]s\n  winnow wasm check %[2]s --conformance\n  winnow wasm check %[1]s\n  winnow wasm run %[1]s < contact.json\n", pasted(dir), pasted(out))
	return err
}

func langTitle(l guest.Lang) string {
	return map[guest.Lang]string{guest.Go: "Go", guest.AssemblyScript: "AssemblyScript", guest.Rust: "Rust", guest.C: "C"}[l]
}

// ruleFile is where a new project's rule stands.
func ruleFile(l guest.Lang) string {
	return filepath.FromSlash(map[guest.Lang]string{
		guest.Go: "main.go", guest.AssemblyScript: "sample/propensity.ts", guest.Rust: "sample/propensity.rs", guest.C: "rule.c",
	}[l])
}

type buildFlags struct{ lang, out, format string }

func newWasmBuildCmd(e *env) *cobra.Command {
	var flags buildFlags
	cmd := &cobra.Command{
		Use: "build DIR", Short: "Compile a module with the flags that keep it small", Args: takes(1, 1),
		Long: `Build compiles a project that winnow wasm new began, and looks at the result as
the gate will. The language is that of the files in the folder. The variables
CC, GO, ASC and RUSTC choose other compilers.

  Go              Go 1.24 or newer
  C               apt-get install clang lld
  AssemblyScript  apt-get install nodejs npm; npm install in the folder
  Rust            apt-get install rustc libstd-rust-dev-wasm32 lld`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.wasmBuild(cmd.Context(), args[0], flags) },
	}
	cmd.Flags().StringVarP(&flags.out, "output", "o", "", "the file to write (default: rule.wasm in the folder)")
	cmd.Flags().StringVar(&flags.lang, "lang", "", langNames+" (default: what the folder holds)")
	formatFlag(cmd, &flags.format)
	return cmd
}

func (e *env) wasmBuild(ctx context.Context, dir string, flags buildFlags) error {
	lang, err := projectLang(dir, flags.lang)
	if err != nil {
		return err
	}
	if flags.out == "" {
		flags.out = filepath.Join(dir, "rule.wasm")
	}
	if filepath.Ext(flags.out) != ".wasm" { // it is written over, and may be the source
		return failure(exitUsage, "a bundle takes a module from a .wasm file, too", "-o %s does not end in .wasm", flags.out)
	}
	if err := guest.Build(ctx, lang, dir, flags.out, os.Environ(), e.stderr); err != nil {
		return buildFailure(dir, lang, err)
	}
	// Linkers mark what they write as a program; a module is none.
	if err := os.Chmod(flags.out, 0o644); err != nil {
		return failure(exitFailed, "choose a place that you may write to", "can't write %s: %v", flags.out, err)
	}
	module, err := readModule(ctx, flags.out)
	if err != nil {
		return err
	}
	rep, err := wasm.Inspect(module, wasm.Limits{})
	if err != nil {
		return refused(flags.out, err)
	}
	if flags.format == "json" {
		return e.writeJSON(map[string]any{"file": flags.out, "lang": lang, "bytes": rep.Size, "sha256": rep.Digest, "mode": rep.Mode})
	}
	_, err = fmt.Fprintf(e.stdout, "built %s: %d bytes, %s, sha256 %s\n", flags.out, rep.Size, rep.Mode, rep.Digest)
	return err
}

// projectLang is the language of a project: as the flag says, or by its files.
func projectLang(dir, flag string) (guest.Lang, error) {
	if flag != "" {
		return parseLang(flag)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", failure(exitFailed, "winnow wasm new --lang "+langNames+" DIR starts one", "there is no folder %s", dir)
	}
	for _, mark := range []struct {
		lang    guest.Lang
		pattern string
	}{
		{guest.AssemblyScript, "sample/*.ts"}, {guest.Rust, "Cargo.toml"}, {guest.Go, "main.go"}, {guest.C, "*.c"},
	} {
		if found, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(mark.pattern))); len(found) > 0 {
			return mark.lang, nil
		}
	}
	return "", failure(exitUsage, "say it with --lang, or start a project with winnow wasm new",
		"%s holds no module that build knows: no main.go, *.c, Cargo.toml or sample/*.ts", dir)
}

// buildFailure reports whether a compiler is missing, and how to get it, or what
// it compiled is at fault.
func buildFailure(dir string, lang guest.Lang, err error) error {
	if !errors.Is(err, guest.ErrToolchain) {
		return failure(exitFailed, "what the compiler says stands above", "can't build %s: %v", dir, err)
	}
	what, _, _ := strings.Cut(err.Error(), ";")
	return failure(exitFailed, map[guest.Lang]string{
		guest.Go:             "install Go 1.24 or newer from go.dev/dl, or name it in GO",
		guest.C:              "apt-get install clang lld, or name a clang in CC",
		guest.AssemblyScript: "npm install --prefix " + dir + " (npm: apt-get install nodejs npm), or name asc in ASC",
		guest.Rust:           "apt-get install rustc libstd-rust-dev-wasm32 lld, or rustup target add wasm32-unknown-unknown, or name it in RUSTC",
	}[lang], "can't build %s, which is in %s: %s", dir, langTitle(lang), what)
}
