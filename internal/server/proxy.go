package server

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// proxies are those in front of this server whose word on where a request came from counts.
type proxies struct {
	trusted   []netip.Prefix
	publicURL string // where people reach the first of them; empty: not known
}

// The headers in which proxies say so. Those of RFC 7239 are of no use: nobody sends them unless told to.
const (
	forwardedFor   = "X-Forwarded-For"
	forwardedProto = "X-Forwarded-Proto"
)

// behind gives handlers the request as it came to the first proxy: RemoteAddr is the client's address, without a port, and
// empty where nobody who is trusted says which it is. What others than trusted proxies say is taken off. Who came to
// the proxy without TLS is led to HTTPS, and who came with it is told to stay there.
func (p proxies) behind(next http.Handler) http.Handler {
	public, err := url.Parse(p.publicURL)
	secure := err == nil && public.Scheme == "https"
	lead := Plain{PublicURL: p.publicURL}
	stay := strict(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer := addressOf(r.RemoteAddr)
		if !p.trusts(peer) {
			r.Header.Del(forwardedFor)
			r.Header.Del(forwardedProto)
			if peer.IsValid() {
				r.RemoteAddr = peer.String()
			}
			next.ServeHTTP(w, r)
			return
		}
		r.RemoteAddr = ""
		if client := p.client(r.Header.Values(forwardedFor)); client.IsValid() {
			r.RemoteAddr = client.String()
		}
		switch proto := strings.ToLower(r.Header.Get(forwardedProto)); {
		case secure && proto == "https":
			stay.ServeHTTP(w, r)
		case secure && proto == "http":
			lead.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// client is the last address in the list that is not a trusted proxy's own: each proxy adds whom it was asked by, and what
// stands before that anybody may have written. It is invalid when that is no address, or there is none.
func (p proxies) client(lines []string) netip.Addr {
	hops := strings.Split(strings.Join(lines, ","), ",")
	for _, hop := range slices.Backward(hops) {
		addr := addressOf(strings.TrimSpace(hop))
		if !addr.IsValid() || !p.trusts(addr) {
			return addr
		}
	}
	return netip.Addr{}
}

func (p proxies) trusts(addr netip.Addr) bool {
	return addr.IsValid() && slices.ContainsFunc(p.trusted, func(known netip.Prefix) bool { return known.Contains(addr) })
}

// addressOf reads an address with a port or without.
func addressOf(text string) netip.Addr {
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap().WithZone("")
	}
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}
