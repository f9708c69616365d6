package app

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"

	"konklave/internal/certificate"
	"konklave/internal/config"
	"konklave/internal/server"
)

// identity is how the server shows browsers who it is.
type identity struct {
	tls         *tls.Config // nil: plain HTTP
	strict      bool        // browsers may be told to use HTTPS only
	fingerprint func() string
	acme        *certificate.ACME // nil: the certificate is of another kind
}

// plain is what the port of plain HTTP does beside HTTPS at port.
func (i identity) plain(cfg config.Config, port uint16) http.Handler {
	var h http.Handler = server.Plain{PublicURL: cfg.PublicURL, Port: port, Fingerprint: i.fingerprint}
	if i.acme != nil {
		h = i.acme.Proofs(h)
	}
	return h
}

// identify takes the certificate of the settings.
func identify(cfg config.Config, dir string, log *slog.Logger) (identity, error) {
	switch {
	case cfg.TLS.SelfSigned:
		names, err := ownNames(cfg)
		if err != nil {
			return identity{}, err
		}
		own, err := certificate.Own(dir, names, time.Now, log)
		if err != nil {
			return identity{}, err
		}
		return identity{tls: certificate.Config(own.Get), fingerprint: func() string { return fingerprint(own.Get) }}, nil
	case cfg.TLS.ACME:
		u, err := url.Parse(cfg.PublicURL)
		if err != nil {
			return identity{}, fmt.Errorf("public_url: %w", err)
		}
		acme, err := certificate.NewACME(certificate.ACMEConfig{
			Host: u.Hostname(), Directory: cfg.TLS.Directory, Email: cfg.TLS.Email, RootsFile: cfg.TLS.RootsFile,
			Dir: dir, Port: int(cfg.Port), HTTPPort: int(cfg.TLS.HTTPPort),
		}, log)
		if err != nil {
			return identity{}, err
		}
		return identity{tls: acme.TLS(), strict: true, acme: acme}, nil
	case cfg.TLS.Active():
		files, err := certificate.Open(cfg.TLS.CertFile, cfg.TLS.KeyFile, time.Now, log)
		if err != nil {
			return identity{}, err
		}
		return identity{tls: certificate.Config(files.Get), strict: true}, nil
	}
	return identity{}, nil
}

// fingerprint is that of the certificate in use.
func fingerprint(get func(*tls.ClientHelloInfo) (*tls.Certificate, error)) string {
	pair, err := get(nil)
	if err != nil {
		return "none: " + err.Error()
	}
	return certificate.Fingerprint(pair.Leaf)
}

// ownNames are the names and addresses under which this machine may be reached.
func ownNames(cfg config.Config) ([]string, error) {
	names := []string{"localhost"}
	if cfg.PublicURL != "" {
		u, err := url.Parse(cfg.PublicURL)
		if err != nil {
			return nil, fmt.Errorf("public_url: %w", err)
		}
		names = append(names, u.Hostname())
	}
	if name, err := os.Hostname(); err == nil && name != "" {
		names = append(names, name)
	}
	addrs, err := announced(cfg.RTC.IPs, nil)
	if err != nil {
		return nil, err
	}
	for _, a := range addrs {
		names = append(names, a.String())
	}
	return append(names, "127.0.0.1", "::1"), nil
}
