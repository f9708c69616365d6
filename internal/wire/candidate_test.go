package wire

import (
	"net/netip"
	"slices"
	"testing"
)

func addresses(list ...string) (out []netip.Addr) {
	for _, a := range list {
		out = append(out, netip.MustParseAddr(a))
	}
	return out
}

func TestDistinct(t *testing.T) {
	for _, c := range []struct{ bind, want []netip.Addr }{
		{nil, nil},
		{addresses("127.0.0.1", "::1", "127.0.0.1"), addresses("127.0.0.1", "::1")},
		{addresses("127.0.0.1", "0.0.0.0", "::1"), addresses("0.0.0.0", "::1")},
		{addresses("::", "::1", "192.0.2.1", "::ffff:192.0.2.1"), addresses("::", "192.0.2.1")},
	} {
		if got := distinct(c.bind); !slices.Equal(got, c.want) {
			t.Errorf("%v becomes %v, want %v", c.bind, got, c.want)
		}
	}
}

func TestCandidates(t *testing.T) {
	w := &Wire{cfg: Config{Bind: addresses("127.0.0.1"), Announce: addresses("192.0.2.1", "2001:db8::1")}, udpPort: 7, tcpPort: 8}
	list := w.Candidates()
	if len(list) != 4 {
		t.Fatalf("%+v", list)
	}
	seen := make(map[string]bool)
	for i, c := range list {
		if i > 0 && c.Priority >= list[i-1].Priority {
			t.Errorf("%s %v has priority %d, not below %d", c.Proto, c.Addr, c.Priority, list[i-1].Priority)
		}
		if seen[c.Foundation] {
			t.Errorf("foundation %s twice", c.Foundation)
		}
		seen[c.Foundation] = true
		if tcp := c.Proto == "tcp"; tcp != (c.TCPType == "passive") || tcp != (c.Addr.Port() == 8) {
			t.Errorf("%+v", c)
		}
	}
	w.cfg.Announce, w.tcpPort = nil, 0
	if list = w.Candidates(); len(list) != 1 || list[0].Addr.String() != "127.0.0.1:7" {
		t.Errorf("bound to one address: %+v", list)
	}
	for _, a := range reachable(addresses("0.0.0.0", "::")) {
		if a.IsUnspecified() || a.IsLinkLocalUnicast() {
			t.Error("a wildcard becomes an address that cannot be reached")
		}
	}
}
