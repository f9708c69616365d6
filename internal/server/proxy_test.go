package server

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWhereARequestCameFrom(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("2001:db8:1::/48")}
	for _, c := range []struct {
		what, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "203.0.113.9:4711", nil, "203.0.113.9"},
		{"no proxy, and a lie", "203.0.113.9:4711", []string{"198.51.100.1"}, "203.0.113.9"},
		{"no proxy, over IPv6", "[2001:db8:2::5]:4711", []string{"198.51.100.1"}, "2001:db8:2::5"},
		{"a proxy", "127.0.0.1:4711", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a proxy over IPv6, of an IPv6 client", "[2001:db8:1::1]:4711", []string{"2001:db8:2::5"}, "2001:db8:2::5"},
		{"a proxy that is known by IPv4 and comes over IPv6", "[::ffff:127.0.0.1]:4711", []string{"198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "127.0.0.1:4711", []string{"198.51.100.1, 10.1.2.3"}, "198.51.100.1"},
		{"two proxies, a line each", "127.0.0.1:4711", []string{"198.51.100.1", "10.1.2.3"}, "198.51.100.1"},
		{"a lie before a proxy's word", "127.0.0.1:4711", []string{"192.0.2.66, 198.51.100.1"}, "198.51.100.1"},
		{"a lie that names a proxy", "127.0.0.1:4711", []string{"192.0.2.66, 10.1.0.9, 198.51.100.1, 10.1.2.3"}, "198.51.100.1"},
		{"with ports", "127.0.0.1:4711", []string{"198.51.100.1:55555"}, "198.51.100.1"},
		{"IPv6 in brackets", "127.0.0.1:4711", []string{"[2001:db8:2::5]:55555"}, "2001:db8:2::5"},
		{"a proxy that says nothing", "127.0.0.1:4711", nil, ""},
		{"a proxy that does not tell", "127.0.0.1:4711", []string{"unknown"}, ""},
		{"nonsense after an address", "127.0.0.1:4711", []string{"198.51.100.1, x"}, ""},
		{"a proxy's own request", "127.0.0.1:4711", []string{"127.0.0.1"}, ""},
	} {
		r := httptest.NewRequest("GET", "http://meet.example/", nil)
		r.RemoteAddr = c.peer
		for _, line := range c.forwarded {
			r.Header.Add("X-Forwarded-For", line)
		}
		got := "not called"
		proxies{trusted: trusted}.behind(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })).ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestWhatAProxySaysOfHTTPSCounts(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	for _, c := range []struct {
		what, public, peer, proto string
		status                    int
		strict                    bool
	}{
		{"HTTPS at the proxy", "https://meet.example", "127.0.0.1:1", "https", 200, true},
		{"plain HTTP at the proxy", "https://meet.example", "127.0.0.1:1", "http", 308, false},
		{"the proxy does not say", "https://meet.example", "127.0.0.1:1", "", 200, false},
		{"somebody else says HTTPS", "https://meet.example", "192.0.2.1:1", "https", 200, false},
		{"somebody else says plain HTTP", "https://meet.example", "192.0.2.1:1", "http", 200, false},
		{"no public address", "", "127.0.0.1:1", "https", 200, false},
		{"no public address, plain HTTP", "", "127.0.0.1:1", "http", 200, false},
		{"plain HTTP is meant", "http://meet.example", "127.0.0.1:1", "http", 200, false},
	} {
		r := httptest.NewRequest("GET", "http://inside:7880/m/AAAAAAAAAAAAAAAAAAAAAA", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-Proto", c.proto)
		w := httptest.NewRecorder()
		handler(Routes{Web: webFiles, Proxies: trusted, PublicURL: c.public}).ServeHTTP(w, r)
		strict := w.Header().Get("Strict-Transport-Security") != ""
		if w.Code != c.status || strict != c.strict {
			t.Errorf("%s: %d, HSTS %v", c.what, w.Code, strict)
		}
		if to := w.Header().Get("Location"); c.status == 308 && to != "https://meet.example/m/AAAAAAAAAAAAAAAAAAAAAA" {
			t.Errorf("%s: leads to %q", c.what, to)
		}
	}
}

func TestThePageKnowsThePublicAddress(t *testing.T) {
	page := `<meta name="konklave-address" content="" />`
	files := fstest.MapFS{"index.html": {Data: []byte(page)}}
	for public, want := range map[string]string{
		"": page, "https://meet.example/": `content="https://meet.example"`, `https://x/"><script>`: `content="https://x/&#34;&gt;&lt;script&gt;"`,
	} {
		for _, path := range []string{"/", "/m/AAAAAAAAAAAAAAAAAAAAAA"} {
			if got := body(t, get(handler(Routes{Web: files, PublicURL: public}), "GET", path)); !strings.Contains(got, want) {
				t.Errorf("%s: %s", public, got)
			}
		}
	}
}
