package proxy

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	host   = "meet.example.org" // as in the example files
	binary = "../../bin/konklave"
)

// front is a proxy with Konklave behind it.
type front struct {
	t              *testing.T
	https, http    int // ports of the proxy
	back           int // Konklave's
	cert, key      string
	roots          *x509.CertPool
	dir            string
	proxy, program *process
}

// proxies start each kind of proxy, from its example file.
var proxies = map[string]func(*front, string) *process{"nginx": startNginx, "Caddy": startCaddy}

func newFront(t *testing.T, kind string) *front {
	t.Helper()
	if _, err := os.Stat(binary); err != nil { // which also has go test look whether it changed
		t.Fatalf("%v: make build makes it", err)
	}
	f := &front{t: t, https: freePort(t), http: freePort(t), back: freePort(t), dir: t.TempDir()}
	f.makeCertificate()
	f.program = run(t, binary, nil, "serve", "--open-hosting", "--public-url", "https://"+host, "--port", fmt.Sprint(f.back),
		"--trusted-proxy", "127.0.0.1", "--data-dir", filepath.Join(f.dir, "data"), "--metrics-bind", "", "--log-level", "debug",
		"--rtc-udp-port", "0", "--rtc-tcp-port", "0", "--rtc-ip", "127.0.0.1")
	f.proxy = proxies[kind](f, "../../examples/"+map[string]string{"nginx": "nginx.conf", "Caddy": "Caddyfile"}[kind])
	until(t, "an answer through the proxy", func() bool {
		w, err := f.browser("127.0.0.1").Get("https://" + host + "/readyz")
		if err != nil {
			return false
		}
		w.Body.Close()
		return w.StatusCode == http.StatusOK
	})
	return f
}

// example reads an example file and changes what a test must change. Each change must have something to change.
func (f *front) example(file string, changes ...string) string {
	f.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		f.t.Fatal(err)
	}
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(string(text), changes[i]) {
			f.t.Fatalf("%s has no %q", file, changes[i])
		}
		text = []byte(strings.ReplaceAll(string(text), changes[i], changes[i+1]))
	}
	return string(text)
}

func startNginx(f *front, example string) *process {
	f.t.Helper()
	server := f.example(example,
		"listen 80;", fmt.Sprintf("listen 127.0.0.1:%d;", f.http), "listen [::]:80;", "",
		"listen 443 ssl;", fmt.Sprintf("listen 127.0.0.1:%d ssl;", f.https), "listen [::]:443 ssl;", "",
		"/etc/ssl/konklave/fullchain.pem", f.cert, "/etc/ssl/konklave/privkey.pem", f.key,
		"/var/log/nginx", f.dir, "/var/www/html", f.dir, "127.0.0.1:7880", fmt.Sprintf("127.0.0.1:%d", f.back))
	// Around it stands what Debian's nginx.conf has: logs are on by default.
	main := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log;
events {}
http {
	access_log %[1]s/access.log;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
	include %[1]s/konklave.conf;
}
`, f.dir)
	f.write("konklave.conf", server)
	return run(f.t, find(f.t, "nginx", "usr/sbin/nginx"), nil, "-e", filepath.Join(f.dir, "error.log"), "-p", f.dir, "-c", f.write("nginx.conf", main))
}

func startCaddy(f *front, example string) *process {
	f.t.Helper()
	site := f.example(example,
		host+" {", host+" {\n\tbind 127.0.0.1", "tls {", fmt.Sprintf("tls %s %s {", f.cert, f.key),
		"127.0.0.1:7880", fmt.Sprintf("127.0.0.1:%d", f.back))
	file := f.write("Caddyfile", fmt.Sprintf("{\n\tadmin off\n\thttp_port %d\n\thttps_port %d\n}\n", f.http, f.https)+site)
	home := []string{"HOME=" + f.dir, "XDG_DATA_HOME=" + f.dir, "XDG_CONFIG_HOME=" + f.dir}
	return run(f.t, find(f.t, "caddy", "usr/bin/caddy"), home, "run", "--adapter", "caddyfile", "--config", file)
}

// find looks where the system has its programs, and where make test-tools unpacks them.
func find(t *testing.T, name, unpacked string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	path, err := filepath.Abs(filepath.Join("../../bin/proxies", unpacked))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s is missing: make test-tools gets it", name)
	}
	return path
}

// browser reaches the proxy from an address of loopback.
func (f *front) browser(from string) *http.Client {
	f.t.Helper()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: f.roots},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			port := f.https
			if strings.HasSuffix(address, ":80") {
				port = f.http
			}
			return dialer.DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", port))
		},
	}
	f.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (f *front) makeCertificate() {
	f.t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{host}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &secret.PublicKey, secret)
	if err != nil {
		f.t.Fatal(err)
	}
	secretDER, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		f.t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	f.roots = x509.NewCertPool()
	f.roots.AppendCertsFromPEM(cert)
	f.cert = f.write("cert.pem", string(cert))
	f.key = f.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secretDER})))
}

// write puts a file into the test's directory and gives its path.
func (f *front) write(name, text string) string {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	return path
}
