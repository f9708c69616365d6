package server

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"
)

// secured is a server of HTTPS whose plain side answers "plain".
func secured(t *testing.T) *HTTP {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	say := func(what string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, what) })
	}
	secure := &Secure{
		TLS:   &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12},
		Plain: say("plain"),
	}
	h, err := Listen([]netip.Addr{netip.MustParseAddr("127.0.0.1")}, 0, secure, say("secure"), quiet())
	if err != nil {
		t.Fatal(err)
	}
	h.Serve()
	return h
}

func TestOnePortAnswersWithTLSAndWithout(t *testing.T) {
	h := secured(t)
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for _, scheme := range []string{"https", "http"} {
		for range 2 { // the second goes over the same connection
			w, err := browser.Get(fmt.Sprintf("%s://127.0.0.1:%d/", scheme, h.Port()))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := body(t, w), map[string]string{"https": "secure", "http": "plain"}[scheme]; got != want {
				t.Errorf("%s: %q", scheme, got)
			}
			w.Body.Close()
		}
	}
	browser.CloseIdleConnections()
	if err := h.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

// Who connects and sends nothing holds up neither others nor the end.
func TestSilentConnectionsHoldNothingUp(t *testing.T) {
	h := secured(t)
	address := fmt.Sprintf("127.0.0.1:%d", h.Port())
	silent, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	speaks, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer speaks.Close()
	if _, err := io.WriteString(speaks, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if w, err := http.ReadResponse(bufio.NewReader(speaks), nil); err != nil || w.StatusCode != 200 {
		t.Fatalf("%v", err)
	}
	closed := make(chan error, 1)
	go func() { closed <- h.Close(context.Background()) }()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("closing waits for who says nothing")
	}
	if _, err := silent.Read(make([]byte, 1)); err == nil {
		t.Error("the silent connection is still open")
	}
}
