package lists

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/idna"
)

// The labels of swot, from its own test cases and those of its npm package:
// addresses and domains, and what they are.
var academicLabels = map[string]bool{
	"lreilly@stanford.edu": true, "LREILLY@STANFORD.EDU": true, "Lreilly@Stanford.Edu": true,
	"lreilly@slac.stanford.edu": true, "lreilly@strath.ac.uk": true, "lreilly@soft-eng.strath.ac.uk": true,
	"lee@ugr.es": true, "lee@uottawa.ca": true, "lee@ucy.ac.cy": true, "lee@mother.edu.ru": false,
	"lee@leerilly.net": false, "lee@gmail.com": false, "lee@stanford.edu.com": false, "lee@strath.ac.uk.com": false,
	"stanford.edu": true, "slac.stanford.edu": true, "www.stanford.edu": true, "http://www.stanford.edu": true,
	"http://www.stanford.edu:9393": true, "strath.ac.uk": true, "soft-eng.strath.ac.uk": true, "ugr.es": true,
	"uottawa.ca": true, "ucy.ac.cy": true, "mother.edu.ru": false, "leerilly.net": false, "gmail.com": false,
	"stanford.edu.com": false, "strath.ac.uk.com": false, "": false, "the": false, " stanford.edu": true,
	"lee@strath.ac.uk ": true, " gmail.com ": false, "lee@stud.uni-corvinus.hu": true, "lee@harvard.edu": true,
	"lee@mail.harvard.edu": true, "imposter@si.edu": false, "lee@mdu.edu.rs": false, "lee@acmt.ac.ir": true, "student@bitdurg.ac.in": true,
	"lreilly@cs.strath.ac.uk": true, "lreilly@fadi.at": true, "max@spbu.ru ": true, "foo@shop.com": false,

	"berlin.de": true, "github.com": false, "itb.edu.bn": true, "itb.bn": false, "yorkuniversity.us": true,
	"QaPk59GZ9Zv8.edu": true, "0b5c.ac.ae": true, "mail@0b5c.ac.ae": true, "america.edu": false,
	"mail.america.edu": false, "mail@berlin.de": true, "mail@www.duke.edu": true, "enis.rnu.tn": true,
	"mail@www.enis.rnu.tn": true, "0b5c.rnu.tn": false, "www.0b5c.rnu.tn": false, "pedro@ugr.es": true,
	"https://www.github.com": false, "http://www.rangers.co.uk": false, "ftps://ftp.stanford.edu:22": true,
	"https://www.email.bbs1-gifhorn.de": true, "www.0b5c.0b5c": false, "www.0b5c.net": false,
}

func TestAcademicLabels(t *testing.T) {
	k := Builtin()
	for address, want := range academicLabels {
		require.Equal(t, want, k.Academic(address), "Academic(%q)", address)
	}
	require.False(t, k.Academic("anna@alum.mit.edu"), "alumni are on the stop list")
	require.False(t, k.Academic("anna@a.alum.mit.edu"), "and so is everything below them")
}

// The labels of disposable-email-domains-js and of the list that it packs.
func TestDisposableLabels(t *testing.T) {
	k := Builtin()
	for address, want := range map[string]bool{
		"example.com": false, "mailinator.com": true, "Mailinator.com": true, " example.com": false,
		" mailinator.com": true, "mailinator.com ": true, "example@example.com": false, "example@zzz.com": true,
		"Example@zZZ.com": true, "example@ example.com": false, "example@ zzz.com": true, "example@zzz.com ": true,
		"bearsarefuzzy.com": true, "someone@inbox.mailinator.com": true, "mailinator.com.example.org": false,
		"xmailinator.com": false,
	} {
		require.Equal(t, want, k.Disposable(address), "Disposable(%q)", address)
	}
	// Its allow list names services that others take for throwaways.
	for _, allowed := range strings.Fields("fastmail.com hushmail.com kakao.com mozmail.com naver.com nus.edu.sg onet.pl qq.com safe-mail.net spamgourmet.com yahoo.com.vn") {
		require.False(t, k.Disposable(allowed), allowed)
	}
}

func TestFreeLabels(t *testing.T) {
	k := Builtin()
	for address, want := range map[string]bool{
		"gmail.com": true, "your-company.com": false, "smith@gmail.com": true, "fb.com": false,
		"yahoo.com": true, "icloud.com": true, "anna@wp.pl": true, "anna@o2.pl": true, "anna@mail.dk": true,
		"anna@yandex.ru": true, "anna@tutanota.com": true, "anna@tuta.io": true, "mailinator.com": false,
		"smith@mailinater.com": false, // freemail calls throwaways free too; we do not
		"mail.gmail.com":       false, // no mailbox lives there
	} {
		require.Equal(t, want, k.Free(address), "Free(%q)", address)
	}
}

func TestRelaysAreNeverDisposable(t *testing.T) {
	k := Builtin()
	for _, address := range []string{
		"x7@privaterelay.appleid.com", "anna@duck.com", "k2@mozmail.com", "k2@anna.mozmail.com", "shop.a1b2@slmails.com",
		"a@aleeas.com", "x@simplelogin.com", "x@passmail.net", "x@anonaddy.me", "hello@johndoe.anonaddy.com", "x@addy.io", "x@opayq.com",
	} {
		require.True(t, k.Relay(address), address)
		require.False(t, k.Disposable(address), address)
	}
	require.False(t, k.Relay("anna@icloud.com"), "Hide My Email and ordinary mailboxes share this domain")
	require.False(t, k.Disposable("anna@icloud.com"))
	for domain := range strings.Lines(relayText) {
		require.False(t, k.Disposable(domain), domain)
		require.False(t, k.Disposable("x@anna."+domain), domain)
	}
}

func TestNoFreeDomainIsDisposable(t *testing.T) {
	k := Builtin()
	for domain := range strings.Lines(freeText) {
		require.True(t, k.Free(domain), domain)
		require.False(t, k.Disposable(domain), domain)
	}
	for domain := range strings.Lines(disposableText) {
		require.True(t, k.Disposable(domain), domain)
		require.True(t, k.Disposable("x@sub."+domain), domain)
		require.False(t, k.Free(domain), domain)
		require.False(t, k.Relay(domain), domain)
	}
}

func TestSubdomainsOfInstitutions(t *testing.T) {
	k := Builtin()
	for domain := range strings.Lines(academicStopText) {
		require.False(t, k.Academic(domain), domain)
		require.False(t, k.Academic("x@cs."+domain), domain)
	}
	stopped := 0
	for domain := range strings.Lines(academicText) {
		if !k.Academic(domain) {
			stopped++
			continue
		}
		require.True(t, k.Academic("x@cs.0."+domain), domain)
	}
	require.Less(t, stopped, len(academicStopText)/10, "the stop list is for exceptions")
}

func TestRole(t *testing.T) {
	k := Builtin()
	for address, want := range map[string]bool{
		"info@example.com": true, "INFO@Example.COM": true, "sales+de@example.com": true, "no-reply@example.com": true,
		"abuse@example.com": true, "hostmaster@example.com": true, "uucp@example.com": true, "usenet@example.com": true,
		"winnow-users-request@example.org": true, "Our shop <office@shop.example>": true, "biuro@firma.pl": true,
		"anna@example.com": false, "anna.sales@example.com": false, "paris@example.com": false, "alexa@example.com": false,
		"sales": false, "sales@": false, "@example.com": false, "-request@example.com": false, "sales@[127.0.0.1]": false,
		"+sales@example.com": false, "example.com": false, "": false,
	} {
		require.Equal(t, want, k.Role(address), "Role(%q)", address)
	}
}

func TestInternationalDomains(t *testing.T) {
	k := Builtin()
	var buf domainBuffer
	for _, spelt := range []string{"anna@ŻÓŁW.pl", "anna@żółw.pl", "anna@z\u0307o\u0301łw.pl", "anna@xn--w-uga1v8h.pl", "anna@XN--W-UGA1V8H.PL."} {
		require.Equal(t, "xn--w-uga1v8h.pl", string(buf.domain(spelt)), spelt)
	}
	found := 0
	for domain := range strings.Lines(academicText) {
		domain = strings.TrimSpace(domain)
		if !strings.Contains(domain, "xn--") {
			continue
		}
		unicode, err := idna.Lookup.ToUnicode(domain)
		require.NoError(t, err)
		require.Equal(t, k.Academic(domain), k.Academic(unicode), domain)
		found++
	}
	t.Logf("%d international domains in the academic list", found)
}

func TestAddressesHaveOneSpelling(t *testing.T) {
	for _, spelt := range []string{
		"anna@xn--w-uga1v8h.pl", " Anna@ŻÓŁW.pl ", "anna@z\u0307o\u0301łw.pl.", "MailTo:anna@żółw.pl", "Anna <x> Z <anna@żółw.pl>", "<anna@żółw。pl>",
	} {
		require.Equal(t, "anna@xn--w-uga1v8h.pl", string(Address(nil, spelt)), spelt)
	}
	for spelt, want := range map[string]string{
		"": "", "<>": "", ".": "", "a": "a", "a@": "a@", "Ä@": "ä@", "mailto:": "mailto:", "a@b>": "a@b>", "a@\xff": "a@\ufffd", "user@żó łw.pl": "user@żó łw.pl",
	} {
		require.Equal(t, want, string(Address(nil, spelt)), spelt)
	}
}

func TestVendoredListsAreWellFormed(t *testing.T) {
	for name, text := range map[string]string{
		"academic": academicText, "academic_stop": academicStopText, "disposable": disposableText,
		"free": freeText, "relay": relayText, "role": roleText,
	} {
		require.True(t, strings.HasSuffix(text, "\n"), name)
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		require.True(t, slices.IsSorted(lines), name)
		require.Len(t, slices.Compact(slices.Clone(lines)), len(lines), name)
		var buf domainBuffer
		for _, line := range lines {
			if name != "role" {
				require.Equal(t, line, string(buf.domain(line)), name)
			} else {
				require.Equal(t, strings.ToLower(line), line)
				require.LessOrEqual(t, len(line), maxLocal)
			}
		}
	}
}

func TestSourcesAreNamedWithTheirLicences(t *testing.T) {
	sources, err := Sources()
	require.NoError(t, err)
	require.NotEmpty(t, sources)
	total := int64(0)
	for _, s := range sources {
		require.NotEmpty(t, s.Version)
		require.Regexp(t, `^\d{4}-\d\d-\d\d$`, s.Fetched)
		require.Regexp(t, `^sha512-`, s.Integrity)
		text, err := os.ReadFile(filepath.Join("data", "licenses", s.LicenseFile))
		require.NoError(t, err)
		require.NotEmpty(t, bytes.TrimSpace(text))
	}
	require.NoError(t, filepath.WalkDir("data", func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			info, statErr := d.Info()
			total, err = total+info.Size(), statErr
		}
		return err
	}))
	require.Less(t, total, int64(2<<20), "the vendored data stays small")
}

func TestFunctionsAnswerLikeTheMethods(t *testing.T) {
	k := Builtin()
	fs := k.Functions()
	require.Len(t, fs, 4)
	require.True(t, fs["is_academic"]("anna@stanford.edu"))
	require.True(t, fs["is_disposable"]("anna@mailinator.com"))
	require.True(t, fs["is_free"]("anna@gmail.com"))
	require.True(t, fs["is_role"]("info@gmail.com"))
}

func TestAskingDoesNotAllocate(t *testing.T) {
	k := Builtin()
	for name, f := range k.Functions() {
		require.Zero(t, testing.AllocsPerRun(100, func() { f("Anna.Kowalska@Mail.CS.Stanford.EDU") }), name)
	}
	require.Zero(t, testing.AllocsPerRun(100, func() { k.Relay("anna@anna.mozmail.com") }))
}

func FuzzAddress(f *testing.F) {
	for address := range academicLabels {
		f.Add(address)
	}
	for _, s := range []string{"a@b@c", "<>", "x://", "://@:", "anna@żółw.pl", "a..b", "a@.", "a@\xff.pl", "İ@İ.com", "a@ｇｍａｉｌ.com", "sales+@x", "xn--a@xn--a.pl"} {
		f.Add(s)
	}
	k := Builtin()
	f.Fuzz(func(t *testing.T, s string) {
		answers := func(s string) [5]bool {
			return [5]bool{k.Academic(s), k.Disposable(s), k.Free(s), k.Role(s), k.Relay(s)}
		}
		got := answers(s)
		require.Equal(t, got, answers(s), "the same question, the same answer")
		require.Equal(t, got, answers(upperASCII(s)), "case does not count")
		require.Equal(t, got, answers(" "+s+"\n"), "outer spaces do not count")
		require.False(t, got[1] && (got[2] || got[4]), "a free domain or a relay is never a throwaway")
		var buf, again domainBuffer
		domain := string(buf.domain(s))
		require.Equal(t, domain, string(again.domain(domain)), "a canonical domain stays as it is")
		if domain != "" {
			want := got
			want[3] = false
			require.Equal(t, want, answers(domain), "an address and its domain are alike but for the role")
		}
	})
}

func upperASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - ('a' - 'A')
		}
	}
	return string(b)
}

func BenchmarkBuiltin(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Builtin()
	}
	text, index := Builtin().Bytes()
	b.ReportMetric(float64(text), "text-B")
	b.ReportMetric(float64(index), "index-B")
}

func BenchmarkAsk(b *testing.B) {
	k := Builtin()
	for name, ask := range map[string]func(string) bool{
		"academic": k.Academic, "disposable": k.Disposable, "free": k.Free, "role": k.Role, "relay": k.Relay,
	} {
		for _, address := range []string{"anna.kowalska@gmail.com", "lee@soft-eng.strath.ac.uk", "x@inbox.mailinator.com"} {
			b.Run(name+"/"+address, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					ask(address)
				}
			})
		}
	}
}
