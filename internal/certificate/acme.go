package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3"
	"go.uber.org/zap"
)

// ACMEConfig is whom to ask for a certificate, and how this server is seen by it.
type ACMEConfig struct {
	Host      string // for which the certificate shall be
	Directory string // address of the authority's directory (RFC 8555 section 7.1.1)
	Email     string // for the authority's account; may be empty
	RootsFile string // PEM file of the roots that vouch for the authority itself; empty: those of the system
	Dir       string // where account, keys and certificates are kept
	Port      int    // where HTTPS is served
	HTTPPort  int    // where plain HTTP is served; 0: nowhere, then proofs come over HTTPS alone
}

// ACME is a certificate that an authority gives and renews by itself (RFC 8555), proving the name by HTTP (HTTP-01) or
// in a handshake (TLS-ALPN-01, RFC 8737). The authority is the only one that is asked for anything; Let's Encrypt, after a
// failure, first at its host for trials, where failures count against no limit.
type ACME struct {
	config ACMEConfig
	magic  *certmagic.Config
	cache  *certmagic.Cache
	who    *certmagic.ACMEIssuer
	log    *slog.Logger

	mu      sync.Mutex
	failing bool // the authority refused, or could not be asked
}

// NewACME makes one that asks for nothing before Start. Its error says what is wrong with the roots' file.
func NewACME(c ACMEConfig, log *slog.Logger) (*ACME, error) {
	roots, err := readRoots(c.RootsFile)
	if err != nil {
		return nil, err
	}
	a := &ACME{config: c, log: log}
	quiet := zap.NewNop() // its lines name addresses; what matters comes as events
	a.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return a.magic, nil },
		Logger:           quiet,
	})
	a.magic = certmagic.New(a.cache, certmagic.Config{
		Storage:           &certmagic.FileStorage{Path: filepath.Join(c.Dir, "acme")},
		DefaultServerName: c.Host,
		OCSP:              certmagic.OCSPConfig{DisableStapling: true}, // one host less to ask
		Logger:            quiet,
		OnEvent:           a.happened,
	})
	a.who = certmagic.NewACMEIssuer(a.magic, certmagic.ACMEIssuer{
		CA: c.Directory, Email: c.Email, Agreed: true, TrustedRoots: roots,
		DisableHTTPChallenge: c.HTTPPort == 0, AltHTTPPort: c.HTTPPort, AltTLSALPNPort: c.Port,
		Logger: quiet,
	})
	a.magic.Issuers = []certmagic.Issuer{a.who}
	return a, nil
}

// TLS is the configuration of the port: what Config says, and the authority's proofs in handshakes.
func (a *ACME) TLS() *tls.Config {
	c := Config(a.magic.GetCertificate)
	c.NextProtos = append(c.NextProtos, acmez.ACMETLS1Protocol)
	return c
}

// Proofs answers what the authority asks over plain HTTP, and leaves everything else to next.
func (a *ACME) Proofs(next http.Handler) http.Handler { return a.who.HTTPChallengeHandler(next) }

// Start asks for the certificate, if there is none yet, and renews it until ctx ends. The ports must answer already: the
// authority calls back. Failures are told to the log and tried again, more and more seldom.
func (a *ACME) Start(ctx context.Context) error {
	if err := a.magic.ManageAsync(ctx, []string{a.config.Host}); err != nil {
		return fmt.Errorf("asking for a certificate: %w", err)
	}
	return nil
}

// Close ends what Start began.
func (a *ACME) Close() { a.cache.Stop() }

// State is how the certificate is now.
func (a *ACME) State() State {
	a.mu.Lock()
	state := State{Failing: a.failing}
	a.mu.Unlock()
	for _, c := range a.cache.AllMatchingCertificates(a.config.Host) {
		if end := c.Leaf.NotAfter; end.After(state.Expires) {
			state.Expires = end
		}
	}
	return state
}

// happened tells the operator what became of a request. The name in it is the server's own.
func (a *ACME) happened(_ context.Context, event string, data map[string]any) error {
	switch event {
	case "cert_obtained":
		a.setFailing(false)
		a.log.Info("certificate obtained", "renewal", data["renewal"])
	case "cert_failed":
		a.setFailing(true)
		err, _ := data["error"].(error)
		a.log.Error("no certificate was obtained; it is tried again", "why", err, "do", a.config.advice(err))
	}
	return nil
}

func (a *ACME) setFailing(failing bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failing = failing
}

func readRoots(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", file, cause(err))
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return roots, nil
}
