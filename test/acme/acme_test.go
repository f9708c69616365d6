package acme

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/letsencrypt/challtestsrv"
)

const host = "meet.example.test"

// TestCertificateByACME gets a certificate by each kind of proof alone, and after a restart without asking again.
func TestCertificateByACME(t *testing.T) {
	t.Parallel()
	pebble := build(t)
	for _, proof := range []string{"HTTP-01", "TLS-ALPN-01"} {
		t.Run(proof, func(t *testing.T) {
			t.Parallel()
			https, plain := freePort(t), freePort(t)
			ports := map[string]int{"httpPort": plain, "tlsPort": https, "validity": 90 * 86400}
			settings := []string{"--public-url", fmt.Sprintf("https://%s:%d", host, https), "--port", fmt.Sprint(https), "--data-dir", t.TempDir()}
			if proof == "HTTP-01" {
				ports["tlsPort"] = freePort(t) // nobody is there
				settings = append(settings, "--tls-http-port", fmt.Sprint(plain))
			}
			ca := startAuthority(t, pebble, ports)
			settings = append(settings, "--tls-acme", "--tls-acme-directory", ca.directory, "--tls-acme-roots-file", ca.own)
			s := start(t, settings)
			until(t, "a word that there is none yet", func() bool { return strings.Contains(s.String(), "No certificate yet: "+ca.directory) })
			issued := s.meets(t, ca, https)
			if proof == "HTTP-01" {
				s.leadsTo(t, plain, https)
			}
			s.end(t)
			ca.end(t)
			s = start(t, settings)
			if again := s.meets(t, ca, https); !again.Equal(issued) {
				t.Error("another certificate after a restart, and the authority is not even there")
			}
			s.end(t)
		})
	}
}

// process is a program that a test started.
type process struct {
	command *exec.Cmd
	mu      sync.Mutex
	log     bytes.Buffer
	once    sync.Once
}

func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *process) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

func run(t *testing.T, name string, args ...string) *process {
	t.Helper()
	p := &process{command: exec.Command(name, args...)}
	p.command.Stdout, p.command.Stderr = p, p
	p.command.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
	if err := p.command.Start(); err != nil {
		t.Fatalf("%v: make build makes the binary", err)
	}
	t.Cleanup(func() {
		p.end(t)
		if t.Failed() {
			t.Logf("%s wrote:\n%s", filepath.Base(name), p)
		}
	})
	return p
}

func (p *process) end(t *testing.T) {
	p.once.Do(func() {
		_ = p.command.Process.Signal(syscall.SIGTERM)
		if err := p.command.Wait(); err != nil && p.command.ProcessState.ExitCode() > 0 {
			t.Errorf("%s: %v", filepath.Base(p.command.Path), err)
		}
	})
}

type konklave struct{ *process }

func start(t *testing.T, settings []string) konklave {
	t.Helper()
	args := append([]string{"serve", "--bind", "127.0.0.1", "--metrics-bind", "", "--rtc-udp-port", "0", "--rtc-tcp-port", "0"}, settings...)
	return konklave{run(t, "../../bin/konklave", args...)}
}

// meets waits until the server can be reached by its name with a certificate of the authority, and gives it.
func (s konklave) meets(t *testing.T, ca *authority, port int) *x509.Certificate {
	t.Helper()
	var got *x509.Certificate
	browser := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: ca.roots, ServerName: host},
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		},
	}}
	until(t, "an answer by HTTPS", func() bool {
		w, err := browser.Get(fmt.Sprintf("https://%s:%d/readyz", host, port))
		if err != nil {
			return false
		}
		defer w.Body.Close()
		got = w.TLS.PeerCertificates[0]
		return w.StatusCode == 200 && w.Header.Get("Strict-Transport-Security") != ""
	})
	return got
}

// leadsTo checks that plain HTTP does nothing else but lead to HTTPS once the proof is over.
func (s konklave) leadsTo(t *testing.T, plain, https int) {
	t.Helper()
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w, err := browser.Get(fmt.Sprintf("http://127.0.0.1:%d/m/x", plain))
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close()
	if want := fmt.Sprintf("https://%s:%d/m/x", host, https); w.Header.Get("Location") != want {
		t.Errorf("leads to %q, want %q", w.Header.Get("Location"), want)
	}
}

// authority is a Pebble, with a name server that knows our host.
type authority struct {
	*process
	directory string
	api       string // where it listens
	own       string // PEM file of its own certificate
	roots     *x509.CertPool
}

func startAuthority(t *testing.T, pebble string, ports map[string]int) *authority {
	t.Helper()
	names := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	dns, err := challtestsrv.New(challtestsrv.Config{DNSAddrs: []string{names}, Log: log.New(io.Discard, "", 0)})
	if err != nil {
		t.Fatal(err)
	}
	dns.SetDefaultDNSIPv4("127.0.0.1")
	dns.SetDefaultDNSIPv6("")
	go dns.Run()
	t.Cleanup(dns.Shutdown)

	dir := t.TempDir()
	cert, key := ownCertificate(t, dir)
	api, management := freePort(t), freePort(t)
	settings := map[string]any{
		"listenAddress": fmt.Sprintf("127.0.0.1:%d", api), "managementListenAddress": fmt.Sprintf("127.0.0.1:%d", management),
		"certificate": cert, "privateKey": key, "httpPort": ports["httpPort"], "tlsPort": ports["tlsPort"],
		"profiles": map[string]any{"default": map[string]any{"description": "for tests", "validityPeriod": ports["validity"]}},
	}
	text, err := json.Marshal(map[string]any{"pebble": settings})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	a := &authority{
		process:   run(t, pebble, "-config", file, "-dnsserver", names),
		directory: fmt.Sprintf("https://127.0.0.1:%d/dir", api), api: fmt.Sprintf("127.0.0.1:%d", api), own: cert, roots: x509.NewCertPool(),
	}
	own, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	known := x509.NewCertPool()
	known.AppendCertsFromPEM(own)
	operator := http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: known}}}
	until(t, "the authority", func() bool {
		w, err := operator.Get(fmt.Sprintf("https://127.0.0.1:%d/roots/0", management))
		if err != nil {
			return false
		}
		defer w.Body.Close()
		root, err := io.ReadAll(w.Body)
		return err == nil && a.roots.AppendCertsFromPEM(root)
	})
	return a
}

// ownCertificate makes the certificate that the authority itself shows, and its key.
func ownCertificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &secret.PublicKey, secret)
	if err != nil {
		t.Fatal(err)
	}
	secretDER, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secretDER}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// build makes Pebble, which the go command keeps from run to run.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pebble")
	if out, err := exec.Command("go", "build", "-o", path, "github.com/letsencrypt/pebble/v2/cmd/pebble").CombinedOutput(); err != nil {
		t.Fatalf("building Pebble: %v\n%s", err, out)
	}
	return path
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for limit := time.Now().Add(30 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
