package receiver

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// isLoopback reports whether only this machine can reach an address.
func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// fromHere refuses what a page of another site has a browser on this machine send,
// where being on this machine is all that is asked for. Such a page is told by its
// Origin; or by Host, when its own name was made to lead here (DNS rebinding).
func (r *Receiver) fromHere(h *fasthttp.Request) error {
	if !r.local.Load() || r.isOwn(string(h.Host())) && r.isOwnOrigin(string(h.Header.Peek(fiber.HeaderOrigin))) {
		return nil
	}
	return fault(403, "other-site", "Asked by another site",
		"without API keys winnow answers by the names of this machine only: call 127.0.0.1 or localhost, have the proxy in front send that as Host, or give the server --keys")
}

// isOwnOrigin is isOwn for origins: only browsers have one, and "null" is nobody's.
func (r *Receiver) isOwnOrigin(origin string) bool {
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && r.isOwn(u.Host)
}

// isOwn reports whether a host, with or without a port, is an address, a name that
// nobody can register in the DNS to lead it here, or one of the owner's.
func (r *Receiver) isOwn(host string) bool {
	if strings.IndexByte(host, ':') >= 0 {
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || slices.Contains(r.opts.Hosts, host) {
		return true
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}
