package server

import (
	"net/http"
	"strings"
)

// contentSecurityPolicy allows what the web client needs of this server and nothing of any other.
// https://www.w3.org/TR/CSP3/
var contentSecurityPolicy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data: blob:",
	"media-src 'self' blob:",
	"connect-src 'self'",
	"worker-src 'self' blob:",
	"font-src 'self'",
	"manifest-src 'self'",
	"base-uri 'none'",
	"form-action 'self'",
	"frame-ancestors 'none'",
}, "; ")

// permissionsPolicy keeps devices to our own pages and switches off what no page of ours uses.
// https://www.w3.org/TR/permissions-policy/
var permissionsPolicy = strings.Join([]string{
	"camera=(self)", "microphone=(self)", "display-capture=(self)", "autoplay=(self)", "fullscreen=(self)",
	"picture-in-picture=(self)", "screen-wake-lock=(self)",
	"geolocation=()", "payment=()", "usb=()", "serial=()", "hid=()", "midi=()",
}, ", ")

// withHeaders sets the headers that every answer carries.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("Permissions-Policy", permissionsPolicy)
		// The link of a meeting admits to it: it must not leave in a Referer.
		h.Set("Referrer-Policy", "no-referrer")
		// Nobody finds a meeting by a search engine, also where its link stands on a page that is read by one.
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		// What a handler does not declare cacheable must not stay in a cache.
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
