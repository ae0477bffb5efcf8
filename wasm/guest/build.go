package guest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// ErrToolchain is wrapped when a language's compiler is not there; the message
// says how to get it.
var ErrToolchain = errors.New("compiler not found")

// Build compiles the project in dir, as Scaffold makes it, to the file out.
// What the compiler says goes to stderr. The environment of env (as in
// os.Environ) chooses other compilers: CC, ASC and RUSTC.
func Build(ctx context.Context, lang Lang, dir, out string, env []string, stderr io.Writer) error {
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	b := builder{ctx: ctx, dir: dir, out: out, env: env, stderr: stderr}
	switch lang {
	case C:
		return b.c()
	case Go:
		return b.golang()
	case AssemblyScript:
		return b.assemblyScript()
	case Rust:
		return b.rust()
	}
	return fmt.Errorf("no kit for language %q; there are go, as, rust and c", lang)
}

type builder struct {
	ctx      context.Context
	dir, out string
	env      []string
	stderr   io.Writer
}

// find returns the first program that exists: the variable's value, then names.
func (b *builder) find(variable, hint string, names ...string) (string, error) {
	for _, kv := range b.env {
		if len(kv) > len(variable)+1 && kv[:len(variable)+1] == variable+"=" {
			names = []string{kv[len(variable)+1:]}
		}
	}
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p, nil
		}
	}
	return "", fmt.Errorf("%w: %s; %s, or set %s", ErrToolchain, names[len(names)-1], hint, variable)
}

func (b *builder) run(extra []string, name string, args ...string) error {
	cmd := exec.CommandContext(b.ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.dir, b.stderr, b.stderr
	cmd.Env = append(append([]string(nil), b.env...), extra...)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return nil
}

func (b *builder) c() error {
	cc, err := b.find("CC", "apt-get install clang lld", "clang")
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(b.dir, "*.c"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no .c file in %s", b.dir)
	}
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	// A small shadow stack keeps an instance at one page of memory.
	return b.run(nil, cc, append([]string{
		"--target=wasm32", "-O2", "-nostdlib", "-ffreestanding", "-Wall",
		"-Wl,--no-entry", "-Wl,--strip-debug", "-Wl,-zstack-size=8192", "-o", b.out,
	}, files...)...)
}

func (b *builder) golang() error {
	goCmd, err := b.find("GO", "install Go 1.24 or newer", "go")
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(b.dir, "main.go")); err != nil {
		return err
	}
	return b.run([]string{"GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0"}, goCmd,
		"build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w", "-o", b.out, ".")
}

func (b *builder) assemblyScript() error {
	local := filepath.Join("node_modules", ".bin", "asc")
	dir, err := filepath.Abs(b.dir)
	if err != nil {
		return err
	}
	asc, err := b.find("ASC", "npm install in the project's folder", filepath.Join(dir, local), "asc")
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(b.dir, "sample", "*.ts"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no .ts file in %s", filepath.Join(b.dir, "sample"))
	}
	rel, err := filepath.Rel(b.dir, files[0])
	if err != nil {
		return err
	}
	return b.run(nil, asc, rel, "-O3", "--runtime", "stub", "--use", "abort=", "--initialMemory", "1", "-o", b.out)
}

func (b *builder) rust() error {
	rustc, err := b.find("RUSTC", "apt-get install rustc libstd-rust-dev-wasm32, or rustup target add wasm32-unknown-unknown",
		b.rustcWithTarget()...)
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "winnow-rust-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	lib := filepath.Join(tmp, "libwinnow_guest.rlib")
	common := []string{"--target", "wasm32-unknown-unknown", "-O", "-C", "panic=abort", "--edition", "2018"}
	err = b.run(nil, rustc, append(common, "--crate-type", "rlib", "--crate-name", "winnow_guest", "-o", lib, filepath.Join("src", "lib.rs"))...)
	if err != nil {
		return err
	}
	args := append(common, "--crate-type", "cdylib", "-C", "link-arg=-zstack-size=32768", "-C", "strip=symbols",
		"--extern", "winnow_guest="+lib, "-o", b.out, filepath.Join("sample", "propensity.rs"))
	if ld, err := exec.LookPath("wasm-ld"); err == nil {
		args = append(args, "-C", "linker="+ld) // Debian's rustc comes without a linker of its own
	}
	return b.run(nil, rustc, args...)
}

// rustcWithTarget lists the compilers that have the target's library: several
// may be installed, and rustup's often lacks it.
func (b *builder) rustcWithTarget() []string {
	for _, n := range []string{"rustc", "/usr/bin/rustc"} {
		out, err := exec.CommandContext(b.ctx, n, "--print", "target-libdir", "--target", "wasm32-unknown-unknown").Output()
		if err != nil {
			continue
		}
		libs, _ := filepath.Glob(filepath.Join(string(out[:max(len(out)-1, 0)]), "libcore-*"))
		if len(libs) > 0 {
			return []string{n}
		}
	}
	return []string{"rustc with the target wasm32-unknown-unknown"}
}
