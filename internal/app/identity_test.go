package app

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"konklave/internal/certificate"
)

// freeTCPPort asks the system for one.
func freeTCPPort(t *testing.T) uint16 {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port)
}

func TestHTTPSWithItsOwnCertificate(t *testing.T) {
	cfg := local(t)
	cfg.TLS.SelfSigned, cfg.TLS.HTTPPort = true, freeTCPPort(t)
	page, _, end := start(t, cfg)
	if !strings.HasPrefix(page, "https://") {
		t.Fatalf("it says to open %s", page)
	}
	kept, err := os.ReadFile(filepath.Join(cfg.DataDir, "self-signed.pem"))
	if err != nil {
		t.Fatal(err)
	}
	known := x509.NewCertPool()
	if !known.AppendCertsFromPEM(kept) {
		t.Fatal("the data directory has no certificate")
	}
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: known}}}
	for _, address := range []string{page, strings.Replace(page, "localhost", "127.0.0.1", 1)} {
		w, err := browser.Get(address + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		w.Body.Close()
		if w.StatusCode != 200 || w.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: %d, HSTS %q: a certificate that nobody knows must not be made strict", address, w.StatusCode, w.Header.Get("Strict-Transport-Security"))
		}
	}
	if code, body := status(t, "GET", fmt.Sprintf("http://127.0.0.1:%d/m/x", cfg.TLS.HTTPPort), ""); code != 200 || !strings.Contains(body, "Fingerabdruck") {
		t.Errorf("plain HTTP explains nothing: %d", code)
	}
	if code, body := status(t, "GET", strings.Replace(page, "https:", "http:", 1)+"/m/x", ""); code != 200 || !strings.Contains(body, `href="`+page+`/m/x"`) {
		t.Errorf("plain HTTP on the port of HTTPS explains nothing: %d", code)
	}
	browser.CloseIdleConnections()
	http.DefaultClient.CloseIdleConnections()
	if err := end(); err != nil {
		t.Error(err)
	}
}

func TestHTTPSWithFiles(t *testing.T) {
	cfg := local(t)
	dir := t.TempDir()
	if _, err := certificate.Own(dir, []string{"localhost"}, time.Now, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "self-signed.pem")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cfg.TLS.CertFile, cfg.TLS.KeyFile = file, file
	page, metrics, end := start(t, cfg)
	known := x509.NewCertPool()
	known.AppendCertsFromPEM(text)
	if _, body := status(t, "GET", metrics, ""); !strings.Contains(body, "konklave_certificate_failing 0") ||
		!regexp.MustCompile(`konklave_certificate_expires_seconds 1\.\d+e\+09`).MatchString(body) {
		t.Error("metrics say nothing of the certificate")
	}
	follow := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	plain, err := follow.Get(strings.Replace(page, "https:", "http:", 1) + "/m/x")
	if err != nil {
		t.Fatal(err)
	}
	plain.Body.Close()
	if to := plain.Header.Get("Location"); plain.StatusCode != http.StatusPermanentRedirect || to != page+"/m/x" {
		t.Errorf("plain HTTP on the port of HTTPS: %d to %q", plain.StatusCode, to)
	}
	http.DefaultClient.CloseIdleConnections()
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: known}}}
	w, err := browser.Get(page + "/")
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close()
	if w.Header.Get("Strict-Transport-Security") == "" {
		t.Error("browsers are not told to stay with HTTPS")
	}
	browser.CloseIdleConnections()
	if err := end(); err != nil {
		t.Error(err)
	}
	cfg.TLS.KeyFile = filepath.Join(t.TempDir(), "none.pem")
	if err := Run(t.Context(), cfg, &screen{}, &screen{}); err == nil || !strings.Contains(err.Error(), "none.pem") {
		t.Errorf("started without its key: %v", err)
	}
}
