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
)

// announceReady tells the person at the terminal where to go and what is listened on.
func announceReady(out io.Writer, cfg config.Config, port, metricsPort uint16) {
	at := netip.AddrPortFrom(cfg.Bind[0], port)
	page := "http://" + at.String()
	local := at.Addr().IsLoopback() || at.Addr().IsUnspecified()
	if local {
		page = fmt.Sprintf("http://localhost:%d", port)
	}
	fmt.Fprintf(out, "Konklave is ready: %s\n", page)
	fmt.Fprintf(out, "  HTTP     %s, port %d\n", list(cfg.Bind), port)
	if cfg.Metrics.Bind.IsValid() {
		fmt.Fprintf(out, "  metrics  http://%s/metrics\n", netip.AddrPortFrom(cfg.Metrics.Bind.Addr(), metricsPort))
	}
	fmt.Fprintf(out, "  data     %s\n", cfg.DataDir)
	if cfg.Dev {
		fmt.Fprintf(out, "  Development mode: not for use by others.\n")
	}
	if !local {
		fmt.Fprintf(out, "  Browsers give camera and microphone to pages of HTTPS and of localhost only: put an HTTPS proxy in front.\n")
	}
}

func list(addrs []netip.Addr) string {
	if len(addrs) == 0 {
		return "every address"
	}
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
		return fmt.Errorf("TCP port %d needs more rights than this process has: choose one above 1023 with %s",
			in.Addr.Port(), port)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s is no address of this machine: choose another with %s", in.Addr.Addr(), addr)
	}
	return err
}
