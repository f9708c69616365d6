package server

import (
	_ "embed"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Plain is what the port of plain HTTP does beside HTTPS.
type Plain struct {
	PublicURL   string        // where HTTPS is; empty: where the request went, at Port
	Port        uint16        // of HTTPS; 0: the port that was asked
	Fingerprint func() string // of a certificate that no browser knows, which a page explains; nil when browsers know it
}

//go:embed plain.html
var plainPage string

var plainTemplate = template.Must(template.New("plain").Parse(plainPage))

// plainPolicy allows the page its own style and nothing else.
const plainPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// ServeHTTP leads to HTTPS, or explains first what the browser is going to say. What does not read a page is refused:
// sockets and calls of the API bring a token, and whoever sends that in the clear must notice.
func (p Plain) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.Header.Get("Upgrade") != "" {
		http.Error(w, "this port only leads to HTTPS: use https:// or wss://", http.StatusForbidden)
		return
	}
	to, ok := p.target(r)
	switch {
	case !ok:
		http.Error(w, "the request does not say to which host it goes", http.StatusBadRequest)
	case p.Fingerprint == nil:
		http.Redirect(w, r, to, http.StatusPermanentRedirect)
	default:
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", plainPolicy)
		// A write fails only when the browser has gone.
		_ = plainTemplate.Execute(w, struct {
			Target      string
			Fingerprint []string
			German      bool // comes first
		}{to, inGroups(p.Fingerprint()), strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "de")})
	}
}

// inGroups divides a fingerprint into parts of eight bytes, between which lines may break.
func inGroups(fingerprint string) []string {
	const group = 8 * len("AB:")
	var groups []string
	for len(fingerprint) > group {
		groups = append(groups, fingerprint[:group])
		fingerprint = fingerprint[group:]
	}
	return append(groups, fingerprint)
}

const notInHosts = "/\\@?#% "

// target is the address in HTTPS that corresponds to the request's. The host of the request is the sender's word: only a
// page that it asked for itself leads there.
func (p Plain) target(r *http.Request) (string, bool) {
	to := url.URL{Scheme: "https", Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	if p.PublicURL != "" {
		public, err := url.Parse(p.PublicURL)
		if err != nil {
			return "", false
		}
		to.Scheme, to.Host = public.Scheme, public.Host
		return to.String(), true
	}
	host := r.Host
	if p.Port == 0 {
		to.Host = host
		return to.String(), host != "" && !strings.ContainsAny(host, notInHosts)
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if host == "" || strings.ContainsAny(host, notInHosts) {
		return "", false
	}
	to.Host = net.JoinHostPort(host, strconv.Itoa(int(p.Port)))
	if p.Port == 443 {
		to.Host = strings.TrimSuffix(to.Host, ":443")
	}
	return to.String(), true
}

// strict has browsers use HTTPS only from now on, for a year (RFC 6797).
func strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}
