package app

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"syscall"

	"konklave/internal/config"
	"konklave/internal/server"
	"konklave/internal/wire"
)

// listening is where the parts listen once they do: port 0 of a setting became some port.
type listening struct {
	page, metrics uint16
	identity      identity
	media         []wire.Candidate
	relay         []string
}

func (at listening) scheme() string {
	if at.identity.tls != nil {
		return "https"
	}
	return "http"
}

// site is the address of the page, as whoever sits at the terminal may open it.
func (at listening) site(cfg config.Config) string {
	first := cfg.Bind[0]
	switch {
	case cfg.PublicURL != "":
		return cfg.PublicURL
	case first.IsLoopback() || first.IsUnspecified():
		return fmt.Sprintf("%s://localhost:%d", at.scheme(), at.page)
	}
	return at.scheme() + "://" + netip.AddrPortFrom(first, at.page).String()
}

// announceReady tells the person at the terminal where to go and what is listened on.
func announceReady(out io.Writer, cfg config.Config, at listening) {
	first := cfg.Bind[0]
	secure := at.identity.tls != nil
	scheme := at.scheme()
	fmt.Fprintf(out, "Konklave is ready: %s\n", at.site(cfg))
	if first.IsUnspecified() && cfg.PublicURL == "" {
		for _, a := range others(at.media) {
			fmt.Fprintf(out, "  from other machines: %s://%s\n", scheme, netip.AddrPortFrom(a, at.page))
		}
	}
	fmt.Fprintf(out, "  %-8s port %d on %s\n", strings.ToUpper(scheme), at.page, join(cfg.Bind))
	if cfg.TLS.HTTPPort != 0 {
		fmt.Fprintf(out, "  HTTP     port %d leads there\n", cfg.TLS.HTTPPort)
	}
	if at.identity.fingerprint != nil {
		fmt.Fprintf(out, "  Browsers do not know the certificate and warn. This is its SHA-256 fingerprint, for comparison:\n  %s\n", at.identity.fingerprint())
	}
	if at.identity.acme != nil && at.identity.state().Expires.IsZero() {
		fmt.Fprintf(out, "  No certificate yet: %s is asked for it, and must reach %s from outside at port 443", cfg.TLS.Directory, cfg.PublicHost())
		if cfg.TLS.HTTPPort != 0 {
			fmt.Fprint(out, ", or 80")
		}
		fmt.Fprintln(out, ". The log says when it is there.")
	}
	for _, proto := range []string{"udp", "tcp"} {
		var addrs []netip.Addr
		var port uint16
		for _, c := range at.media {
			if c.Proto == proto {
				addrs, port = append(addrs, c.Addr.Addr()), c.Addr.Port()
			}
		}
		if len(addrs) > 0 {
			fmt.Fprintf(out, "  media    %s port %d, announced as %s\n", strings.ToUpper(proto), port, join(addrs))
		}
	}
	for _, u := range at.relay {
		fmt.Fprintf(out, "  relay    %s\n", u)
	}
	if cfg.Metrics.Bind.IsValid() {
		fmt.Fprintf(out, "  metrics  http://%s/metrics\n", netip.AddrPortFrom(cfg.Metrics.Bind.Addr(), at.metrics))
	}
	fmt.Fprintf(out, "  data     %s\n", cfg.DataDir)
	if cfg.Dev {
		fmt.Fprintln(out, "  Development mode: anybody who reaches this server can join its rooms.")
	}
	if !first.IsLoopback() && !secure && cfg.PublicURL == "" {
		fmt.Fprintln(out, "  Browsers give camera and microphone to pages of HTTPS and of localhost only: other machines need a certificate")
		fmt.Fprintln(out, "  (--tls-cert-file and --tls-key-file, or --tls-self-signed), or a proxy with HTTPS in front.")
	}
}

// others are the addresses of this machine that others reach, as media are announced on them.
func others(media []wire.Candidate) (addrs []netip.Addr) {
	for _, c := range media {
		if a := c.Addr.Addr(); c.Proto == "udp" && !a.IsLoopback() {
			addrs = append(addrs, a)
		}
	}
	return addrs
}

func join(addrs []netip.Addr) string {
	texts := make([]string, len(addrs))
	for i, a := range addrs {
		texts[i] = a.String()
	}
	return strings.Join(texts, ", ")
}

// advise turns the error of a port that cannot be listened on into one line that says what to do. port and addr are
// the flags that choose the port and the address.
func advise(err error, port, addr string) error {
	var in *server.ListenError
	if !errors.As(err, &in) {
		return err
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("TCP port %d is in use by another program: stop that one, or choose another port with %s",
			in.Addr.Port(), port)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("TCP port %d needs more rights than this process has: allow it with setcap cap_net_bind_service=+ep on the program, or choose one above 1023 with %s",
			in.Addr.Port(), port)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s is no address of this machine: choose another with %s", in.Addr.Addr(), addr)
	}
	return err
}
