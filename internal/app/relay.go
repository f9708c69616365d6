package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"

	"konklave/internal/config"
	"konklave/internal/relay"
	"konklave/internal/wire"
)

// newRelay opens the relay; nil when the settings have none. Clients learn its addresses when it is known where HTTPS is
// served. A port that nobody has chosen and that another program has, which may be a TURN server too, is done without: the
// settings that it gives back have none then.
func newRelay(cfg config.Config, media *wire.Wire, log *slog.Logger, parts *closers) (*relay.Server, config.Config, error) {
	if !cfg.Relays() {
		return nil, cfg, nil
	}
	r, err := relay.Listen(relay.Config{Wire: media, Bind: cfg.RTC.Bind, Port: cfg.TURN.Port, Now: time.Now})
	if errors.Is(err, syscall.EADDRINUSE) && !chosenTURN(cfg) {
		log.Warn("another program has the port of the relay: it is done without; choose another with --turn-port, or 0 for none", "port", cfg.TURN.Port)
		cfg.TURN.Port = 0
		if cfg.RTC.ForceRelay && !cfg.Relays() {
			return nil, cfg, fmt.Errorf("%w, and rtc.force_relay needs it: choose another with --turn-port", err)
		}
		return newRelay(cfg, media, log, parts)
	}
	if err != nil {
		return nil, cfg, fmt.Errorf("%w: another port is chosen with --turn-port, and 0 is none", err)
	}
	parts.add("relay", closeRelay, func(ctx context.Context) error { return r.Close(ctx) })
	return r, cfg, nil
}

// chosenTURN tells whether the operator has chosen the port of the relay.
func chosenTURN(cfg config.Config) bool { return cfg.Origin("turn.port") != "default" }

// relayURLs are the addresses of the relay that clients are given: by name where the name of the server leads to the
// media, else by one address of each family.
func relayURLs(cfg config.Config, at addresses, page uint16) (urls []string) {
	host, port := "", page
	if u, err := url.Parse(cfg.PublicURL); err == nil && u.Hostname() != "" {
		host, port = bracketed(u.Hostname()), publicPort(u)
	}
	hosts := literals(at.announced)
	if at.named {
		hosts = []string{host}
	}
	for _, h := range hosts {
		if cfg.TURN.Port != 0 {
			for _, transport := range []string{"udp", "tcp"} {
				urls = append(urls, fmt.Sprintf("turn:%s:%d?transport=%s", h, cfg.TURN.Port, transport))
			}
		}
	}
	if host == "" && len(hosts) > 0 {
		host = hosts[0]
	}
	if cfg.TURN.TLS && cfg.TLS.Active() {
		urls = append(urls, fmt.Sprintf("turns:%s:%d?transport=tcp", host, port))
	}
	return urls
}

// literals are the first IPv4 and the first IPv6 address that other machines reach, or if there is none, the first.
func literals(addrs []netip.Addr) (hosts []string) {
	found := map[bool]bool{}
	for _, a := range addrs {
		if !a.IsLoopback() && !found[a.Is4()] {
			found[a.Is4()] = true
			hosts = append(hosts, bracketed(a.String()))
		}
	}
	if len(hosts) == 0 && len(addrs) > 0 {
		hosts = append(hosts, bracketed(addrs[0].String()))
	}
	return hosts
}

// bracketed is a host as it stands in front of a port.
func bracketed(host string) string {
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
		return "[" + host + "]"
	}
	return host
}

// publicPort is the port of an address.
func publicPort(u *url.URL) uint16 {
	if n, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
		return uint16(n)
	}
	if u.Scheme == "http" {
		return 80
	}
	return 443
}
