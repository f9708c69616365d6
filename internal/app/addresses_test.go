package app

import (
	"net/netip"
	"slices"
	"testing"
)

func TestAnnounced(t *testing.T) {
	one, all4 := netip.MustParseAddr("192.0.2.1"), netip.IPv4Unspecified()
	local := netip.MustParseAddr("127.0.0.1")
	if got, err := announced([]netip.Addr{one}, nil); err != nil || !slices.Equal(got, []netip.Addr{one}) {
		t.Errorf("configured: got %d, %v", len(got), err)
	}
	if got, err := announced(nil, []netip.Addr{one}); err != nil || !slices.Equal(got, []netip.Addr{one}) {
		t.Errorf("bound to one: got %d, %v", len(got), err)
	}
	for _, bound := range [][]netip.Addr{nil, {all4}} {
		got, err := announced(nil, bound)
		if err != nil || !slices.Contains(got, local) {
			t.Errorf("every interface: got %d, %v", len(got), err)
		}
		for _, a := range got {
			if a != local && !reachable(a) || bound != nil && a.Is6() {
				t.Errorf("announces %s", a)
			}
		}
	}
}

func TestReachable(t *testing.T) {
	for text, want := range map[string]bool{
		"192.168.1.2": true, "2001:db8::1": true, "fd00::1": true,
		"127.0.0.2": false, "::1": false, "169.254.1.1": false, "fe80::1": false, "0.0.0.0": false, "ff02::1": false,
	} {
		if got := reachable(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
}
