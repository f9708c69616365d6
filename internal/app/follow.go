package app

import (
	"context"
	"log/slog"
	"net/netip"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"konklave/internal/config"
)

// followPace is how soon a change of the machine's interfaces is noticed.
const followPace = 30 * time.Second

// follower keeps what clients are told of our addresses true while the server runs: interfaces come and go, and the
// operator says by SIGHUP that the settings or the name of the server have changed. Whoever joined before goes on with what
// it was told.
type follower struct {
	cfg    config.Config
	load   func() (config.Config, error) // reads the settings again; nil: they stay
	lookUp func(host string) ([]netip.Addr, error)
	tell   func(config.Config, addresses) // hears of a change, with the settings as they are then
	log    *slog.Logger

	now   addresses
	url   string       // public_url as it was told last
	named []netip.Addr // where its host led last
}

// follow begins to follow.
func (f follower) follow(parts *closers) {
	ctx, cancel := context.WithCancel(context.Background())
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGHUP)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.run(ctx, asked)
	}()
	parts.add("addresses", 0, func(context.Context) error {
		signal.Stop(asked)
		cancel()
		<-ended
		return nil
	})
}

func (f *follower) run(ctx context.Context, asked <-chan os.Signal) {
	pace := time.NewTicker(followPace)
	defer pace.Stop()
	for {
		select {
		case <-asked:
			f.reload()
		case <-pace.C:
			f.look()
		case <-ctx.Done():
			return
		}
	}
}

// reload takes the addresses of the settings as they are now. All other settings stay until the next start.
func (f *follower) reload() {
	if f.load != nil {
		cfg, err := f.load()
		if err != nil {
			f.log.Warn("the settings are wrong and were not taken", "error", err)
			return
		}
		f.cfg.RTC.IPs, f.cfg.PublicURL = cfg.RTC.IPs, cfg.PublicURL
	}
	f.resolve()
	f.look()
	f.log.Info("the settings of addresses were read again")
}

// resolve looks the host of public_url up. What it led to stays when the system cannot tell.
func (f *follower) resolve() { f.named = f.hostAddresses() }

func (f *follower) hostAddresses() []netip.Addr {
	failed := false
	found := publicAddresses(f.cfg.PublicURL, f.cfg.RTC.Bind, func(host string) ([]netip.Addr, error) {
		all, err := f.lookUp(host)
		failed = err != nil
		return all, err
	})
	if !failed {
		return found
	}
	switch {
	case len(f.cfg.RTC.IPs) > 0: // what clients are told hangs on these
	case len(f.named) > 0:
		f.log.Warn("the host of public_url cannot be looked up; its addresses stay as they were")
	default:
		f.log.Warn("the host of public_url cannot be looked up: clients are told to send media to the addresses of this machine; set rtc.ips when others reach it by another")
	}
	return f.named
}

// look tells clients of addresses that are new, and not any more of those that are gone.
func (f *follower) look() {
	at, err := ownAddresses(f.cfg, f.named)
	if err != nil || at.named == f.now.named && f.cfg.PublicURL == f.url && slices.Equal(at.announced, f.now.announced) {
		return
	}
	f.now, f.url = at, f.cfg.PublicURL
	f.tell(f.cfg, at)
	f.log.Info("other addresses are announced from now on", "number", len(at.announced))
}
