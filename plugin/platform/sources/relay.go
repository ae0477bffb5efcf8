package sources

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// Relay is how letters are delivered that platforms hand over for good.
type Relay struct {
	At         diag.Place
	SMTP       *format.Text          `yaml:"smtp" doc:"Mail server, as in mail.shop.example:587"`
	Forward    *format.Text          `yaml:"forward" doc:"Instead of smtp: address of another messenger, which takes what listmonk posts"`
	Security   *format.Text          `yaml:"security" enum:"starttls,tls,none" doc:"How the connection to the mail server is encrypted; starttls when left out, none on this machine only"`
	User       *format.Text          `yaml:"user" doc:"Name to log in with; no name, no login"`
	Password   *format.Text          `yaml:"password" doc:"Where the password is: file:PATH, relative to this file, or env:NAME"`
	Auth       *format.Text          `yaml:"auth" enum:"plain,login,cram-md5,scram-sha-256,xoauth2" doc:"Way of logging in; the best that the server offers when left out"`
	ReturnPath *format.Text          `yaml:"return_path" doc:"Address that bounces go to; the one in From when left out"`
	Host       *format.Text          `yaml:"host" doc:"What this server calls itself to the mail server, and in Message-IDs"`
	AtOnce     *format.Number        `yaml:"at_once" doc:"Letters under way at a time; 16 when left out"`
	Domains    []format.Entry[Limit] `yaml:"domains" doc:"Limits of recipients' domains; others stands for each of all others"`
	FirstRetry *format.Duration      `yaml:"first_retry" doc:"Wait after a first failure, which doubles with each further one; 30s when left out"`
	LastRetry  *format.Duration      `yaml:"last_retry" doc:"Longest wait between tries; 30m when left out"`
	GiveUp     *format.Duration      `yaml:"give_up" doc:"Age at which a letter that can't be delivered is dead; 1d when left out"`
	Patience   *format.Duration      `yaml:"patience" doc:"How long a decision is asked for again before on_trouble counts; 2m when left out"`
	Remember   *format.Duration      `yaml:"remember" doc:"How long repeats of a letter are known; 30d when left out"`
	Unsure     *format.Text          `yaml:"unsure" enum:"report,resend" doc:"What becomes of a letter of which nobody knows whether it arrived; report when left out"`
	MaxBytes   *format.Number        `yaml:"max_bytes" doc:"Size of the queue's file, beyond which letters are refused"`
}

// Limit bounds what goes to one domain.
type Limit struct {
	At     diag.Place
	AtOnce *format.Number `yaml:"at_once" doc:"Letters under way at a time"`
	Rate   *format.Number `yaml:"rate" doc:"Letters a second"`
}

// RelayConfig is what a file says of the relay, checked. One of SMTP and HTTP is
// set; the options lack gate and carriers.
type RelayConfig struct {
	SMTP    *relay.SMTPOptions
	HTTP    *relay.HTTPOptions
	Options relay.Options
}

// Carrier makes what takes the letters away.
func (c *RelayConfig) Carrier() (relay.Carrier, error) {
	if c.HTTP != nil {
		return relay.NewHTTP(*c.HTTP)
	}
	return relay.NewSMTP(*c.SMTP)
}

// others stands for all domains that are not named.
const others = "others"

// relay reads the relay's section, nil when there is none.
func (l *loader) relay() *RelayConfig {
	r := l.file.Relay
	if r == nil {
		return nil
	}
	c := &RelayConfig{}
	user, password := l.login(r)
	switch {
	case (r.SMTP == nil) == (r.Forward == nil):
		l.fail(r.At, diag.MissingKey, "the relay needs either smtp or forward", "add smtp: mail.shop.example:587")
	case r.Forward != nil:
		c.HTTP = &relay.HTTPOptions{URL: r.Forward.Value, User: user, Password: password}
		if u, err := url.Parse(r.Forward.Value); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			l.fail(r.Forward.At, diag.BadURL, "forward is not the address of a messenger", "as in https://messenger.shop.example/post")
		}
		if isPlain(r.Forward.Value) {
			l.warn(r.Forward.At, diag.PlainAddress, "forward is without TLS: mails, and the password of the messenger, travel in the clear", "write https://, unless the network is your own")
		}
	default:
		c.SMTP = l.smtp(r)
		c.SMTP.User, c.SMTP.Password = user, password
	}
	c.Options = l.delivery(r)
	return c
}

func textOf(t *format.Text) string {
	if t == nil {
		return ""
	}
	return t.Value
}

func (l *loader) login(r *Relay) (user, password string) {
	user = textOf(r.User)
	switch {
	case user != "" && r.Password == nil:
		l.fail(r.User.At, diag.MissingKey, "there is a user and no password", "add password: file:PATH or env:NAME")
	case user == "" && r.Password != nil:
		l.fail(r.Password.At, diag.MissingKey, "there is a password and no user", "add user: NAME")
	case r.Password != nil:
		if s, err := l.secret(*r.Password); err == nil {
			password = string(s)
		}
	}
	return user, password
}

func (l *loader) smtp(r *Relay) *relay.SMTPOptions {
	o := &relay.SMTPOptions{Addr: r.SMTP.Value, Auth: textOf(r.Auth), ReturnPath: textOf(r.ReturnPath), Host: textOf(r.Host)}
	switch textOf(r.Security) {
	case "tls":
		o.Security = relay.TLS
	case "none":
		o.Security = relay.Cleartext
	}
	if _, err := relay.NewSMTP(*o); err != nil {
		l.fail(r.SMTP.At, diag.BadSetting, fmt.Sprintf("%q is no mail server", o.Addr), "write it as host:port, as in mail.shop.example:587")
		return o
	}
	if o.Security == relay.Cleartext && !isLocal(o.Addr) {
		l.warn(r.Security.At, diag.OpenSource, "mails and passwords go to the mail server in the clear", "use starttls or tls, unless the network is your own")
	}
	if o.ReturnPath != "" {
		if a, err := mail.ParseAddress(o.ReturnPath); err != nil || a.Address != o.ReturnPath {
			l.fail(r.ReturnPath.At, diag.BadSetting, "return_path is not a bare address", "as in bounces@shop.example")
		}
	}
	return o
}

func isLocal(addr string) bool {
	host, _, _ := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (l *loader) delivery(r *Relay) relay.Options {
	o := relay.Options{
		Workers: int(l.number(r.AtOnce, 1, 1000)), MaxBytes: int64(l.number(r.MaxBytes, 1<<20, 1<<50)),
		Resend: textOf(r.Unsure) == "resend", Limits: map[string]relay.Limit{},
	}
	for _, d := range []struct {
		to   *time.Duration
		from *format.Duration
	}{
		{&o.FirstRetry, r.FirstRetry},
		{&o.LastRetry, r.LastRetry},
		{&o.GiveUp, r.GiveUp},
		{&o.Patience, r.Patience},
		{&o.Remember, r.Remember},
	} {
		if d.from != nil {
			*d.to = d.from.Value
		}
	}
	for _, e := range r.Domains {
		name := strings.ToLower(e.Key.Value)
		if name == others {
			name = ""
		} else if !strings.Contains(name, ".") || strings.ContainsAny(name, "@/ :") {
			l.fail(e.Key.At, diag.BadName, fmt.Sprintf("%q is no domain", e.Key.Value), "as in gmail.com; others stands for all that are not named")
		}
		o.Limits[name] = relay.Limit{AtOnce: int(l.number(e.Value.AtOnce, 1, 1000)), Rate: l.number(e.Value.Rate, 0.01, 1e6)}
	}
	return o
}

// number is a number within bounds, 0 when it is left out.
func (l *loader) number(n *format.Number, least, most float64) float64 {
	if n == nil {
		return 0
	}
	if n.Value < least || n.Value > most {
		l.fail(n.At, diag.BadNumber, fmt.Sprintf("%s is out of bounds", n.Text), fmt.Sprintf("from %g to %g", least, most))
	}
	return n.Value
}

// needRelay wants a relay for sources that hand messages over.
func (l *loader) needRelay(out []Config) {
	for i, c := range out {
		if c.Platform.HandsOver && l.file.Relay == nil {
			l.fail(l.file.Sources[i].At, diag.MissingKey, fmt.Sprintf("%s hands messages over for good, so the file needs a relay that delivers them", c.Platform.Name),
				"add relay: {smtp: mail.shop.example:587} beside sources")
		}
	}
	if l.file.Relay != nil && !slices.ContainsFunc(out, func(c Config) bool { return c.Platform.HandsOver }) {
		l.warn(l.file.Relay.At, diag.BadSetting, "no source hands messages over, so the relay has nothing to deliver", "")
	}
}
