package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"konklave/internal/config"
	"konklave/internal/wire"
)

func addrs(texts ...string) (list []netip.Addr) {
	for _, text := range texts {
		list = append(list, netip.MustParseAddr(text))
	}
	return list
}

func TestOwnAddresses(t *testing.T) {
	own, err := announced(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	bound := addrs("192.0.2.7")
	for _, c := range []struct {
		name    string
		ips     []netip.Addr
		bind    []netip.Addr
		named   []netip.Addr
		want    []netip.Addr
		reaches bool
	}{
		{"configured", addrs("203.0.113.5"), nil, addrs("203.0.113.9"), addrs("203.0.113.5"), false},
		{"configured, and named so", addrs("203.0.113.5"), nil, addrs("203.0.113.5"), addrs("203.0.113.5"), true},
		{"the name is an interface's", nil, bound, bound, bound, true},
		{"behind a 1:1 NAT", nil, bound, addrs("203.0.113.9"), addrs("203.0.113.9", "192.0.2.7"), true},
		{"no name", nil, nil, nil, own, false},
	} {
		cfg := config.Config{RTC: config.RTC{IPs: c.ips, Bind: c.bind}}
		at, err := ownAddresses(cfg, c.named)
		if err != nil || !slices.Equal(at.announced, c.want) || at.named != c.reaches {
			t.Errorf("%s: %v, %v", c.name, at, err)
		}
	}
}

func TestPublicAddresses(t *testing.T) {
	asked := ""
	lookUp := func(host string) ([]netip.Addr, error) {
		asked = host
		return addrs("2001:db8::1", "127.0.1.1", "::ffff:203.0.113.9", "203.0.113.9", "fe80::1"), nil
	}
	if got := publicAddresses("https://meet.example:8443", nil, lookUp); asked != "meet.example" || !slices.Equal(got, addrs("203.0.113.9", "2001:db8::1")) {
		t.Errorf("%s: %v", asked, got)
	}
	if got := publicAddresses("https://meet.example", addrs("0.0.0.0"), lookUp); !slices.Equal(got, addrs("203.0.113.9")) {
		t.Errorf("media on IPv4 only: %v", got)
	}
	if got := publicAddresses("", nil, lookUp); got != nil {
		t.Errorf("no name: %v", got)
	}
	nobody := func(string) ([]netip.Addr, error) { return nil, errors.New("no such host") }
	if got := publicAddresses("https://meet.example", nil, nobody); got != nil {
		t.Errorf("unknown: %v", got)
	}
}

// What a reload finds is told; settings that are wrong, and names that cannot be looked up, change nothing.
func TestReloadOfAddresses(t *testing.T) {
	var told []addresses
	var relays []string // that would be announced
	var wrong, unknown error
	next := config.Config{RTC: config.RTC{IPs: addrs("203.0.113.5")}}
	f := follower{
		load:   func() (config.Config, error) { return next, wrong },
		lookUp: func(string) ([]netip.Addr, error) { return addrs("203.0.113.9"), unknown },
		tell: func(cfg config.Config, at addresses) {
			told, relays = append(told, at), relayURLs(cfg, at, 7880)
		},
		log: slog.New(slog.DiscardHandler),
		cfg: config.Config{RTC: config.RTC{Bind: addrs("192.0.2.7")}, TURN: config.TURN{Port: 3478}},
		now: addresses{announced: addrs("192.0.2.7")},
	}
	f.look()
	if len(told) != 0 {
		t.Errorf("nothing has changed, and is told: %v", told)
	}
	for _, c := range []struct {
		name   string
		change func()
		want   []netip.Addr // nil: nothing is told
		relay  string
	}{
		{"other addresses", func() {}, addrs("203.0.113.5"), "203.0.113.5"},
		{"once more", func() {}, nil, ""},
		{"a name", func() { next = config.Config{PublicURL: "https://meet.example"} }, addrs("203.0.113.9", "192.0.2.7"), "meet.example"},
		{"another one of the same machine", func() { next.PublicURL = "https://call.example" }, addrs("203.0.113.9", "192.0.2.7"), "call.example"},
		{"nobody can tell", func() { unknown = errors.New("timeout") }, nil, ""},
		{"wrong settings", func() { next, wrong = config.Config{}, errors.New("wrong") }, nil, ""},
		{"right again", func() { wrong = nil }, addrs("192.0.2.7"), "192.0.2.7"},
	} {
		told = nil
		c.change()
		f.reload()
		if c.want == nil && len(told) > 0 || c.want != nil && (len(told) != 1 || !slices.Equal(told[0].announced, c.want)) {
			t.Errorf("%s: told %v", c.name, told)
		}
		if want := "turn:" + c.relay + ":3478?transport=udp"; c.want != nil && !slices.Contains(relays, want) {
			t.Errorf("%s: relays %v", c.name, relays)
		}
	}
}

// A port that nobody has chosen is done without when another program has it; one that was chosen must be had.
func TestRelayPortOfAnother(t *testing.T) {
	media, err := wire.Listen(wire.Config{Bind: addrs("127.0.0.1"), Shards: 1}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer media.Close()
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := fmt.Sprint(taken.Addr().(*net.TCPAddr).Port)
	for _, chosen := range []bool{false, true} {
		flags := map[string][]string{"rtc-bind": {"127.0.0.1"}}
		if chosen {
			flags["turn-port"] = []string{port}
		}
		cfg, err := config.Load(config.Sources{Flags: flags})
		if err != nil {
			t.Fatal(err)
		}
		cfg.TURN.Port = uint16(taken.Addr().(*net.TCPAddr).Port)
		var parts closers
		relays, after, err := newRelay(cfg, media, slog.New(slog.DiscardHandler), &parts)
		if relays != nil || chosen != (err != nil) || !chosen && after.TURN.Port != 0 {
			t.Errorf("chosen %v: port %d, %v", chosen, after.TURN.Port, err)
		}
	}
}

func TestRelayURLs(t *testing.T) {
	secure := config.TLS{SelfSigned: true}
	for _, c := range []struct {
		name string
		cfg  config.Config
		at   addresses
		want []string
	}{
		{"by name", config.Config{PublicURL: "https://meet.example", TLS: secure, TURN: config.TURN{Port: 3478, TLS: true}},
			addresses{addrs("203.0.113.9"), true},
			[]string{"turn:meet.example:3478?transport=udp", "turn:meet.example:3478?transport=tcp", "turns:meet.example:443?transport=tcp"}},
		{"the name is elsewhere", config.Config{PublicURL: "https://meet.example:8443", TLS: secure, TURN: config.TURN{Port: 5000, TLS: true}},
			addresses{addrs("127.0.0.1", "192.0.2.1", "192.0.2.2"), false},
			[]string{"turn:192.0.2.1:5000?transport=udp", "turn:192.0.2.1:5000?transport=tcp", "turns:meet.example:8443?transport=tcp"}},
		{"no name, two families", config.Config{TURN: config.TURN{Port: 3478, TLS: true}}, addresses{addrs("192.0.2.1", "2001:db8::1"), false},
			[]string{"turn:192.0.2.1:3478?transport=udp", "turn:192.0.2.1:3478?transport=tcp",
				"turn:[2001:db8::1]:3478?transport=udp", "turn:[2001:db8::1]:3478?transport=tcp"}},
		{"TLS only", config.Config{TLS: secure, TURN: config.TURN{TLS: true}}, addresses{addrs("127.0.0.1"), false},
			[]string{"turns:127.0.0.1:7880?transport=tcp"}},
		{"without TLS", config.Config{TLS: secure, TURN: config.TURN{}}, addresses{addrs("127.0.0.1"), false}, nil},
	} {
		if got := relayURLs(c.cfg, c.at, 7880); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// A name that nobody knows is told with what it means, and not at all where nothing hangs on it.
func TestUnknownHost(t *testing.T) {
	for _, c := range []struct {
		cfg   config.RTC
		named []netip.Addr
		want  string
	}{
		{config.RTC{}, nil, "set rtc.ips"},
		{config.RTC{}, addrs("203.0.113.9"), "stay as they were"},
		{config.RTC{IPs: addrs("203.0.113.5")}, nil, ""},
	} {
		var log strings.Builder
		f := follower{
			cfg: config.Config{PublicURL: "https://meet.example", RTC: c.cfg}, named: c.named, log: slog.New(slog.NewTextHandler(&log, nil)),
			lookUp: func(string) ([]netip.Addr, error) { return nil, errors.New("no such host") },
		}
		f.resolve()
		if !slices.Equal(f.named, c.named) || c.want == "" && log.Len() > 0 || !strings.Contains(log.String(), c.want) {
			t.Errorf("%v: %v, %s", c.cfg.IPs, f.named, log.String())
		}
	}
}
