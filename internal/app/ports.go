package app

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"

	"konklave/internal/config"
)

// freePorts sees whether every port of the configuration can be had, and reports all that cannot together. The parts
// open theirs one after the other and would each stop at the first. Nothing has been made yet when it is asked.
func freePorts(cfg config.Config) error {
	media := cfg.RTC.Bind
	if len(media) == 0 {
		media = []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	}
	wanted := []wantedPort{
		{"TCP", cfg.Bind, cfg.Port, "--port", "--bind"},
		{"UDP", media, cfg.RTC.UDPPort, "--rtc-udp-port", "--rtc-bind"},
		{"TCP", media, cfg.RTC.TCPPort, "--rtc-tcp-port", "--rtc-bind"},
	}
	if chosenTURN(cfg) {
		wanted = append(wanted, wantedPort{"UDP", media, cfg.TURN.Port, "--turn-port", "--rtc-bind"},
			wantedPort{"TCP", media, cfg.TURN.Port, "--turn-port", "--rtc-bind"})
	}
	if cfg.TLS.HTTPPort != 0 {
		wanted = append(wanted, wantedPort{"TCP", cfg.Bind, cfg.TLS.HTTPPort, "--tls-http-port", "--bind"})
	}
	if m := cfg.Metrics.Bind; m.IsValid() {
		wanted = append(wanted, wantedPort{"TCP", []netip.Addr{m.Addr()}, m.Port(), "--metrics-bind", "--metrics-bind"})
	}
	var faults []string
	for _, w := range wanted {
		if fault := w.fault(); fault != "" && !slices.Contains(faults, fault) {
			faults = append(faults, fault)
		}
	}
	switch len(faults) {
	case 0:
		return nil
	case 1:
		return errors.New(faults[0])
	}
	return fmt.Errorf("%d ports cannot be had:\n%s", len(faults), strings.Join(faults, "\n"))
}

// wantedPort is a port as the configuration has it, with the flags that choose it and its addresses.
type wantedPort struct {
	protocol   string
	addrs      []netip.Addr
	number     uint16
	flag, bind string
}

// fault says in a line why the port cannot be had, and what to do; it is empty when nothing is in the way, and when
// it is something that only the part itself can tell.
func (w wantedPort) fault() string {
	if w.number == 0 {
		return ""
	}
	for _, addr := range w.addrs {
		switch err := w.try(addr); {
		case errors.Is(err, syscall.EADDRINUSE):
			return fmt.Sprintf("%s port %d is in use by another program: stop that one, or choose another port with %s", w.protocol, w.number, w.flag)
		case errors.Is(err, syscall.EACCES):
			return fmt.Sprintf("%s port %d needs more rights than this process has: allow it with setcap cap_net_bind_service=+ep on the program, or choose one above 1023 with %s", w.protocol, w.number, w.flag)
		case errors.Is(err, syscall.EADDRNOTAVAIL) && !addr.IsUnspecified():
			return fmt.Sprintf("%s is no address of this machine: choose another with %s", addr, w.bind)
		}
	}
	return ""
}

// try opens the port at one address and closes it again.
func (w wantedPort) try(addr netip.Addr) error {
	family := "4"
	if addr.Is6() {
		family = "6"
	}
	at := netip.AddrPortFrom(addr, w.number).String()
	var port io.Closer
	var err error
	if w.protocol == "UDP" {
		port, err = net.ListenPacket("udp"+family, at)
	} else {
		port, err = net.Listen("tcp"+family, at)
	}
	if err != nil {
		return err
	}
	return port.Close()
}
