package app

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"konklave/internal/certificate"
	"konklave/internal/config"
	"konklave/internal/server"
)

// identity is how the server shows browsers who it is.
type identity struct {
	tls         *tls.Config // nil: plain HTTP
	strict      bool        // browsers may be told to use HTTPS only
	fingerprint func() string
	state       func() certificate.State
	acme        *certificate.ACME // nil: the certificate is of another kind
}

// register lets metrics tell when the certificate ends, and that the next one cannot be had.
func (i identity) register(registry prometheus.Registerer) error {
	if i.state == nil {
		return nil
	}
	return errors.Join(
		registry.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "konklave_certificate_expires_seconds", Help: "When the certificate in use ends, in seconds since 1970; 0: there is none yet.",
		}, func() float64 {
			if end := i.state().Expires; !end.IsZero() {
				return float64(end.Unix())
			}
			return 0
		})),
		registry.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "konklave_certificate_failing", Help: "1 while the next certificate cannot be had; the log says why.",
		}, func() float64 {
			if i.state().Failing {
				return 1
			}
			return 0
		})),
	)
}

// plain answers who speaks plain HTTP, where HTTPS is at port; 0 is the port that was asked.
func (i identity) plain(cfg config.Config, port uint16) http.Handler {
	var h http.Handler = server.Plain{PublicURL: cfg.PublicURL, Port: port, Fingerprint: i.fingerprint}
	if i.acme != nil {
		h = i.acme.Proofs(h)
	}
	return h
}

// secure is how the port serves HTTPS; nil when it does not.
func (i identity) secure(cfg config.Config) *server.Secure {
	if i.tls == nil {
		return nil
	}
	return &server.Secure{TLS: i.tls, Plain: i.plain(cfg, 0)}
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
		return identity{
			tls: certificate.Config(own.Get), fingerprint: func() string { return fingerprint(own.Get) }, state: own.State,
		}, nil
	case cfg.TLS.ACME:
		acme, err := certificate.NewACME(certificate.ACMEConfig{
			Host: cfg.PublicHost(), Directory: cfg.TLS.Directory, Email: cfg.TLS.Email, RootsFile: cfg.TLS.RootsFile,
			Dir: dir, Port: int(cfg.Port), HTTPPort: int(cfg.TLS.HTTPPort),
		}, log)
		if err != nil {
			return identity{}, err
		}
		return identity{tls: acme.TLS(), strict: true, state: acme.State, acme: acme}, nil
	case cfg.TLS.Active():
		files, err := certificate.Open(certificate.FilesConfig{
			CertFile: cfg.TLS.CertFile, KeyFile: cfg.TLS.KeyFile, Host: cfg.PublicHost(),
		}, time.Now, log)
		if err != nil {
			return identity{}, err
		}
		return identity{tls: certificate.Config(files.Get), strict: true, state: files.State}, nil
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
	if host := cfg.PublicHost(); host != "" {
		names = append(names, host)
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
