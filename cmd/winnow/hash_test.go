package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A hashed list holds nobody's address, and the bundle with the secret still
// knows who is in it.
func TestHashedList(t *testing.T) {
	run := func(stdin string, args ...string) (out, errs string, code int) {
		var stdout, stderr bytes.Buffer
		e := &env{stdin: strings.NewReader(stdin), stdout: &stdout, stderr: &stderr}
		code = e.run(context.Background(), append([]string{"hash"}, args...))
		return stdout.String(), stderr.String(), code
	}
	const list = "\ufeffid,mail\n1, Anna@Example.com \n2,\n3,\"ben@example.com\"\n"
	_, errs, code := run(list, "--secret", "shop", "--column", "mail")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "WINNOW_SECRET_SHOP is not set")
	_, _, code = run(list)
	require.Equal(t, exitUsage, code)
	t.Setenv("WINNOW_SECRET_SHOP", "6b6579206b6579206b6579206b657921")
	_, errs, code = run(list, "--secret", "shop", "--column", "email")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, `there is no column "email": the header names id, mail`)
	_, errs, code = run("", "--secret", "shop", "--column", "mail")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "no header")
	out, errs, code := run(list, "--secret", "shop", "--column", "mail")
	require.Zero(t, code, errs)
	require.Regexp(t, `^mail\n[0-9a-f]{64}\n[0-9a-f]{64}\n$`, out)

	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("refused.csv", out)
	write("rules.yaml", "winnow: 1\nlists:\n  refused: {file: refused.csv, column: mail, hashed: shop}\npersonas:\n"+
		"  - {id: refused, kind: positive, name: R, when: 'in_list(\"refused\", contact.email)'}\n")
	f, err := openFolder(dir)
	require.NoError(t, err)
	require.NotNil(t, f.bundle, f.list)
	for mail, want := range map[string][]string{"anna@EXAMPLE.com": {"refused"}, "ben@example.com": {"refused"}, "cleo@example.com": nil} {
		in, err := f.bundle.Input([]byte(`{"contact":{"email":"`+mail+`"}}`), scriptNow)
		require.NoError(t, err)
		require.Equal(t, want, f.bundle.Decide(in).Clone().Personas, mail)
		in.Release()
	}
	semicolons, errs, code := run("\ufeffNr;mail\r\n1; Anna@Example.com \r\n2;\r\n3;ben@example.com\r\n", "--secret", "shop", "--column", "mail")
	require.Zero(t, code, errs)
	require.Equal(t, out, semicolons)
	plain, _, _ := run("abc;why\n", "--secret", "shop")
	lower, _, _ := run("abc\n", "--secret", "shop")
	require.Equal(t, lower, plain)
	upper, _, _ := run("ABC\n", "--secret", "shop")
	exact, _, _ := run("ABC\n", "--secret", "shop", "--exact")
	require.Equal(t, lower, upper)
	require.NotEqual(t, upper, exact)
}
