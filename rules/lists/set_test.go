package lists

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var testKey = []byte("0123456789abcdef0123456789abcdef")

func readSet(t testing.TB, list string, opts SetOptions) *Set {
	t.Helper()
	s, err := ReadSet(strings.NewReader(list), opts)
	require.NoError(t, err)
	return s
}

func TestSetOfLines(t *testing.T) {
	s := readSet(t, "\ufeff Anna@Example.com \r\nbob@żółw.pl\n\n  \nACME GmbH\nanna@example.com\nŁÓDŹ", SetOptions{})
	require.Equal(t, 4, s.Len(), "empty lines and repeated values do not count")
	for _, in := range []string{"anna@example.com", "ANNA@EXAMPLE.COM\t", "bob@xn--w-uga1v8h.pl", "Bob@ŻÓŁW.pl", "acme gmbh", "łódź", "Ło\u0301dz\u0301"} {
		require.True(t, s.Contains(in), in)
	}
	for _, out := range []string{"", "anna@example.co", "nna@example.com", "anna@example.com\nbob@żółw.pl", "acme", "lodz"} {
		require.False(t, s.Contains(out), out)
	}
}

func TestSetOfAColumn(t *testing.T) {
	list := "id,mail,note\n1,\"Anna@Example.com\",\"hello,\nthere\"\n2\n3,bob@example.com\n4,,\n"
	s := readSet(t, list, SetOptions{Column: "mail"})
	require.Equal(t, 2, s.Len())
	require.True(t, s.Contains("anna@example.com"))
	require.False(t, s.Contains("hello"))

	_, err := ReadSet(strings.NewReader(list), SetOptions{Column: "email"})
	require.ErrorContains(t, err, `no column "email": its header names id, mail, note`)
	_, err = ReadSet(strings.NewReader(""), SetOptions{Column: "email"})
	require.ErrorContains(t, err, "no header")
	_, err = ReadSet(strings.NewReader("mail\n\"a"), SetOptions{Column: "mail"})
	require.ErrorContains(t, err, "not CSV")
	_, err = ReadSet(strings.NewReader("mail\na@b.example\n\"c@d\n.example\"\n"), SetOptions{Column: "mail"})
	require.EqualError(t, err, "line 3 of the list: it holds a line break inside the value")
}

func TestExactSet(t *testing.T) {
	s := readSet(t, "AbC\n x \nabc\n", SetOptions{Exact: true})
	require.Equal(t, 3, s.Len())
	require.True(t, s.Contains("AbC"))
	require.True(t, s.Contains(" x "))
	require.False(t, s.Contains("ABC"))
	require.False(t, s.Contains("x"))
}

func TestKeyedSet(t *testing.T) {
	list := Digest(testKey, "Anna@Example.com ") + "\n" + strings.ToUpper(Digest(testKey, "bob@żółw.pl")) + "\n"
	s := readSet(t, list, SetOptions{Key: testKey})
	require.Equal(t, 2, s.Len())
	require.True(t, s.Contains("anna@example.com"))
	require.True(t, s.Contains("BOB@xn--w-uga1v8h.pl"))
	require.False(t, s.Contains("carol@example.com"))
	require.False(t, s.Contains(Digest(testKey, "anna@example.com")), "the hash itself is no value")

	other := readSet(t, list, SetOptions{Key: []byte("another key of sixteen")})
	require.False(t, other.Contains("anna@example.com"))
	_, err := ReadSet(strings.NewReader(list), SetOptions{Key: []byte("short")})
	require.ErrorContains(t, err, "at least 16 random ones")

	// RFC 4231, test case 2 has a key of 4 bytes; the digest itself is the standard one.
	require.Equal(t, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		Digest([]byte("Jefe"), "what do ya want for nothing?"))
}

func TestBadLinesAreToldTogetherAndNotQuoted(t *testing.T) {
	secret := "anna@example.com"
	list := strings.Repeat(secret+"\n", 25) + Digest(testKey, secret)
	_, err := ReadSet(strings.NewReader(list), SetOptions{Key: testKey})
	var bad *ReadError
	require.ErrorAs(t, err, &bad)
	require.Len(t, bad.Problems, 20)
	require.Equal(t, 5, bad.More)
	require.Equal(t, 3, bad.Problems[2].Line)
	require.NotContains(t, err.Error(), secret)
	require.EqualError(t, err, "line 1 of the list: it is not an HMAC-SHA-256 of 64 hexadecimal digits (and 24 more)")

	_, err = ReadSet(strings.NewReader("ok\n"+strings.Repeat("x", 200_000)+"\nbad\xff\n"+strings.Repeat("y", 1025)), SetOptions{})
	require.ErrorAs(t, err, &bad)
	require.Equal(t, []Problem{
		{2, "it is longer than 1024 bytes"},
		{3, "it is not UTF-8: save the list as UTF-8"},
		{4, "it is longer than 1024 bytes"},
	}, bad.Problems)
}

func TestEmptySet(t *testing.T) {
	for _, opts := range []SetOptions{{}, {Exact: true}, {Key: testKey}} {
		s := readSet(t, "", opts)
		require.Zero(t, s.Len())
		require.False(t, s.Contains("x"))
		require.False(t, s.Contains(""))
	}
	require.False(t, new(Set).Contains("x"), "the zero set is empty")
}

// A set says of every text what a map of normal forms says.
func TestSetAgreesWithAMap(t *testing.T) {
	text := rapid.OneOf(rapid.StringMatching(`[a-cA-C .@]{0,4}`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]bool{}
		var list strings.Builder
		for _, v := range rapid.SliceOf(text).Draw(t, "values") {
			if strings.ContainsAny(v, "\r\n\ufeff") || len(v) > maxEntry {
				continue
			}
			list.WriteString(v + "\n")
			if n := string(normal(nil, v)); n != "" {
				want[n] = true
			}
		}
		s, err := ReadSet(strings.NewReader(list.String()), SetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if s.Len() != len(want) {
			t.Fatalf("%d entries, not %d", s.Len(), len(want))
		}
		for _, v := range append(rapid.SliceOf(text).Draw(t, "others"), strings.Split(list.String(), "\n")...) {
			if got := s.Contains(v); got != want[string(normal(nil, v))] {
				t.Fatalf("Contains(%q) is %v", v, got)
			}
		}
	})
}

func TestAPlainSetDoesNotAllocate(t *testing.T) {
	plain := readSet(t, "anna@example.com\n", SetOptions{})
	require.Zero(t, testing.AllocsPerRun(100, func() { plain.Contains("Anna@Example.com") }))
}

func TestMemoryOfASet(t *testing.T) {
	const n = 100_000
	for _, s := range []*Set{
		readSet(t, string(customers(n)), SetOptions{}),
		readSet(t, string(digests(n)), SetOptions{Key: testKey}),
	} {
		require.Equal(t, n, s.Len())
		require.InDelta(t, 8.43, float64(s.Bytes())/n, 0.01)
	}
}

// The same list gives the same set on every machine: the fingerprints have no
// random seed.
func TestFingerprintsAreStable(t *testing.T) {
	s := readSet(t, "anna@example.com\nbob@example.com\n", SetOptions{})
	require.Equal(t, uint64(0xba7f883eaed3f3f9), s.seed)
	require.Equal(t, uint64(0xd05c16f97939a359), printOf([]byte("anna@example.com"), s.seed))
}

func customers(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "customer.%d@shop-%d.example\n", i, i%977)
	}
	return b.Bytes()
}

func digests(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintln(&b, Digest(testKey, fmt.Sprintf("customer.%d@shop-%d.example", i, i%977)))
	}
	return b.Bytes()
}

func BenchmarkReadSet(b *testing.B) {
	list := customers(1_000_000)
	b.SetBytes(int64(len(list)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := ReadSet(bytes.NewReader(list), SetOptions{})
		require.NoError(b, err)
		b.ReportMetric(float64(s.Bytes())/float64(s.Len()), "B/entry")
	}
}

func TestManyMayAskAKeyedSet(t *testing.T) {
	s := readSet(t, Digest(testKey, "anna@example.com"), SetOptions{Key: testKey})
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for range 1000 {
				require.True(t, s.Contains("anna@example.com"))
				require.False(t, s.Contains("bob@example.com"))
			}
		})
	}
}
