package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/wasm"
)

func newWasmKeygenCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "keygen FILE", Short: "Make a key for signing modules", Args: takes(1, 1),
		Long: `Keygen writes a new ed25519 key to FILE, which only you may read, and the public
key to FILE.pub. Put the line of FILE.pub into the file that ` + moduleKeys + ` names
where winnow runs: from then on it lets in only modules that one of the keys in
that file has signed. Keys are PKCS #8 in PEM, as openssl writes them.`,
		RunE: func(_ *cobra.Command, args []string) error { return e.wasmKeygen(args[0]) },
	}
}

func (e *env) wasmKeygen(name string) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	line := base64.StdEncoding.EncodeToString(public) + "\n"
	err = writeSecret(name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err == nil {
		err = writeNew(name+".pub", []byte(line))
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return failure(exitFailed, "choose another name; keygen never overwrites a key", "%v", err)
	case err != nil:
		return failure(exitFailed, "choose a place that you may write to", "can't write the key: %v", err)
	}
	_, err = fmt.Fprintf(e.stdout, "wrote %s, keep it secret, and %s.pub:\n%s", name, name, line)
	return err
}

// writeSecret writes a file that must not be there yet and that only its owner
// may read.
func writeSecret(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

func newWasmSignCmd(e *env) *cobra.Command {
	var key, format string
	cmd := &cobra.Command{
		Use: "sign --key FILE MODULE.wasm", Short: "Print the pin and the signature of a module for its bundle", Args: takes(1, 1),
		Long: `Sign prints the two lines that a bundle holds under the module: sha256 is the
only content that the file may have, signature shows who let it out. Without
--key it prints the pin alone. Sign again after every build.`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.wasmSign(cmd.Context(), args[0], key, format) },
	}
	cmd.Flags().StringVar(&key, "key", "", "ed25519 key, as winnow wasm keygen or openssl genpkey writes it")
	formatFlag(cmd, &format)
	return cmd
}

func (e *env) wasmSign(ctx context.Context, name, keyFile, format string) error {
	module, err := readModule(ctx, name)
	if err != nil {
		return err
	}
	if _, err := wasm.Inspect(module, wasm.Limits{ModuleBytes: wasm.HardLimits().ModuleBytes}); err != nil {
		return refused(name, err) // a signature says that somebody stands for it
	}
	out := map[string]string{"sha256": wasm.Digest(module)}
	if keyFile != "" {
		key, err := readKey(ctx, keyFile)
		if err != nil {
			return err
		}
		out["signature"] = base64.StdEncoding.EncodeToString(wasm.Sign(key, module))
	}
	if format == "json" {
		return e.writeJSON(out)
	}
	fmt.Fprintf(e.stdout, "sha256: %s\n", out["sha256"])
	if keyFile != "" {
		_, err = fmt.Fprintf(e.stdout, "signature: %s\n", out["signature"])
	}
	return err
}

func readKey(ctx context.Context, name string) (ed25519.PrivateKey, error) {
	text, err := readAtMost(ctx, name, maxKept)
	if err != nil {
		return nil, failure(exitFailed, "winnow wasm keygen FILE makes one", "can't read the key: %v", err)
	}
	bad := failure(exitFailed, "it must be ed25519, PKCS #8 in PEM: winnow wasm keygen FILE makes one", "%s holds no key for signing", name)
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, bad
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, bad
	}
	return key, nil
}
