package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Orders come in the encodings and packings that contacts come in, and a file
// that can't be read says what to do.
func TestAnalyzeOlderEncodings(t *testing.T) {
	const orders = "Kundennr;Bestelldatum;Betrag;Währung\r\n0001;31.12.2025;1.234,50 €;EUR\r\n0002;02.01.2026;12,00 €;EUR\r\n"
	file := filepath.Join(t.TempDir(), "orders.csv")
	write := func(text []byte) { require.NoError(t, os.WriteFile(file, text, 0o600)) }
	const want = "2 customers, 2 orders from 2025-12-31 to 2026-01-02, as of 2026-01-03: 1,246.50 EUR net of returns"

	western, err := charmap.Windows1252.NewEncoder().String(orders)
	require.NoError(t, err)
	write([]byte(western))
	_, errs, code := analyzeHere(t, file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "the header is not UTF-8")
	require.Contains(t, errs, "--encoding windows-1252")
	for _, name := range []string{"windows-1252", "CP1252"} {
		out, errs, code := analyzeHere(t, file, "--encoding", name)
		require.Zero(t, code, errs)
		require.Contains(t, out, want)
	}
	_, errs, code = analyzeHere(t, file, "--encoding", "ebcdic")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "--encoding cannot be \"ebcdic\"\n  use utf-8,")

	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(orders)
	require.NoError(t, err)
	write([]byte(wide))
	out, errs, code := analyzeHere(t, file)
	require.Zero(t, code, errs)
	require.Contains(t, out, want)

	var packed bytes.Buffer
	z, err := zstd.NewWriter(&packed)
	require.NoError(t, err)
	_, err = z.Write([]byte(orders))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	write(packed.Bytes())
	out, errs, code = analyzeHere(t, file)
	require.Zero(t, code, errs)
	require.Contains(t, out, want)

	write([]byte("PK\x03\x04\x14\x00"))
	_, errs, code = analyzeHere(t, file)
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "spreadsheet's workbook")
	require.Contains(t, errs, "save it as CSV")
}
