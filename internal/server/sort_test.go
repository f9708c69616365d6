package server

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

// shared is a port of HTTPS that another protocol shares; what speaks that comes out of diverted.
func shared(t *testing.T) (h *HTTP, at string, diverted chan net.Conn) {
	t.Helper()
	borrowed := httptest.NewTLSServer(nil) // for its certificate
	secure := borrowed.TLS.Clone()
	borrowed.Close()
	local := netip.MustParseAddr("127.0.0.1")
	said := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil || r.TLS.Version < tls.VersionTLS12 {
			t.Error("net/http does not know that it is HTTPS")
		}
		_, _ = io.WriteString(w, "page")
	})
	h, err := Listen([]netip.Addr{local}, 0, &Secure{TLS: secure, Plain: said}, said, quiet())
	if err != nil {
		t.Fatal(err)
	}
	diverted = make(chan net.Conn, 1)
	h.Divert(func(c net.Conn) { diverted <- c })
	h.Serve()
	return h, netip.AddrPortFrom(local, h.Port()).String(), diverted
}

var trusting = &tls.Config{InsecureSkipVerify: true}

// What begins as HTTP gets a page, and what begins as STUN goes to the other protocol, with its first byte.
func TestTwoProtocolsShareThePort(t *testing.T) {
	h, at, diverted := shared(t)
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: trusting.Clone()}}
	r, err := browser.Get("https://" + at)
	if err != nil || body(t, r) != "page" {
		t.Fatalf("no page: %v", err)
	}
	c, err := tls.Dial("tcp", at, trusting.Clone())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const request = "\x00\x03\x00\x00!\x12\xa4B123456789012"
	_, _ = io.WriteString(c, request)
	select {
	case other := <-diverted:
		got := make([]byte, len(request))
		if _, err := io.ReadFull(other, got); err != nil || string(got) != request {
			t.Errorf("got %q, %v", got, err)
		}
		_, _ = io.WriteString(other, "answer")
		_ = other.Close()
	case <-time.After(5 * time.Second):
		t.Fatal("STUN is not diverted")
	}
	if got, _ := io.ReadAll(c); string(got) != "answer" {
		t.Errorf("answered %q", got)
	}
	browser.CloseIdleConnections()
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// Whoever says nothing, before or after the handshake, does not hold up the end.
func TestSilentConnectionsEndWithTheServer(t *testing.T) {
	h, at, _ := shared(t)
	raw, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	c, err := tls.Dial("tcp", at, trusting.Clone())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ended := make(chan error, 1)
	go func() { ended <- h.Close(context.Background()) }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Close waits for the silent")
	}
	for _, conn := range []net.Conn{raw, c} {
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("a silent connection is answered")
		}
	}
}

// Every byte begins one of the two.
func TestBeginsHTTP(t *testing.T) {
	for b := range 256 {
		letter := b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
		stun := b>>6 == 0
		if got := beginsHTTP(byte(b)); letter && !got || stun && got {
			t.Errorf("%#02x: HTTP %v", b, got)
		}
	}
}
