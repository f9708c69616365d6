package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPlainLeadsToHTTPS(t *testing.T) {
	for _, c := range []struct {
		public string
		port   uint16
		to     string // asked for
		want   string // Location
	}{
		{"", 443, "http://meet.example/m/abc?x=1", "https://meet.example/m/abc?x=1"},
		{"", 8443, "http://meet.example:8080/", "https://meet.example:8443/"},
		{"", 443, "http://[2001:db8::1]:80/", "https://[2001:db8::1]/"},
		{"https://meet.example", 7880, "http://192.0.2.1/m/abc", "https://meet.example/m/abc"},
		{"https://meet.example:8443/", 7880, "http://192.0.2.1//evil.example", "https://meet.example:8443//evil.example"},
	} {
		w := httptest.NewRecorder()
		Plain{PublicURL: c.public, Port: c.port}.ServeHTTP(w, httptest.NewRequest("GET", c.to, nil))
		if got := w.Header().Get("Location"); w.Code != http.StatusPermanentRedirect || got != c.want {
			t.Errorf("%s: %d to %q, want %q", c.to, w.Code, got, c.want)
		}
	}
}

func TestPlainRefusesWhatIsNoPage(t *testing.T) {
	for _, change := range []func(*http.Request){
		func(r *http.Request) { r.Method = "POST" },
		func(r *http.Request) { r.Header.Set("Upgrade", "websocket") },
	} {
		r := httptest.NewRequest("GET", "http://meet.example/rtc?access_token=x", nil)
		change(r)
		w := httptest.NewRecorder()
		Plain{Port: 443}.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden || w.Header().Get("Location") != "" {
			t.Errorf("%d, to %q", w.Code, w.Header().Get("Location"))
		}
	}
	for _, host := range []string{"", "a/b", "a@b"} {
		r := httptest.NewRequest("GET", "http://meet.example/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		Plain{Port: 443}.ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest {
			t.Errorf("host %q: %d", host, w.Code)
		}
	}
}

func TestPlainExplainsACertificateThatNobodyKnows(t *testing.T) {
	w := httptest.NewRecorder()
	p := Plain{Port: 7880, Fingerprint: func() string { return strings.Repeat("AB:", 8) + "CD" }}
	p.ServeHTTP(w, httptest.NewRequest("GET", "http://192.0.2.1/m/a%22b?x=1&y=%3Cscript%3E", nil))
	body := w.Body.String()
	for _, part := range []string{"<span>AB:AB:AB:AB:AB:AB:AB:AB:</span> <span>CD</span>", `href="https://192.0.2.1:7880/m/a%22b?x=1&amp;y=%3Cscript%3E"`, "Fingerabdruck", "fingerprint"} {
		if !strings.Contains(body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if w.Code != http.StatusOK || strings.Contains(body, "<script") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d, policy %q", w.Code, w.Header().Get("Content-Security-Policy"))
	}
}

func TestThePagesLanguageComesFirst(t *testing.T) {
	for accept, first := range map[string]string{"de-DE,de;q=0.9,en;q=0.8": "de", "en-GB,en;q=0.9,de;q=0.8": "en", "": "en"} {
		r := httptest.NewRequest("GET", "http://192.0.2.1/", nil)
		r.Header.Set("Accept-Language", accept)
		w := httptest.NewRecorder()
		Plain{Fingerprint: func() string { return "AB" }}.ServeHTTP(w, r)
		body := w.Body.String()
		german, english := strings.Index(body, `<section lang="de">`), strings.Index(body, `<section lang="en">`)
		if !strings.Contains(body, `<html lang="`+first+`">`) || german < 0 || english < 0 || (german < english) != (first == "de") {
			t.Errorf("%q: German at %d, English at %d", accept, german, english)
		}
	}
}

func TestStrictTransport(t *testing.T) {
	for _, strict := range []bool{false, true} {
		w := httptest.NewRecorder()
		Handler(Routes{Web: webFiles, Strict: strict}, NewRequests(NewRegistry()), quiet()).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != strict {
			t.Errorf("strict %v: %q", strict, w.Header().Get("Strict-Transport-Security"))
		}
	}
}
