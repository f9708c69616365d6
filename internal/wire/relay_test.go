package wire

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"
)

// relayed is a relay of a still shard with the address of ours that is sent to.
func relayed(t *testing.T, s *shard) (*Relay, netip.Addr) {
	t.Helper()
	media := netip.MustParseAddr("192.0.2.1")
	s.wire.udpPort = 7882
	s.wire.Announce([]netip.Addr{media, netip.MustParseAddr("2001:db8::1")})
	return s.wire.NewRelay(netip.MustParseAddrPort("192.0.2.1:50000"), RelayTLS), media
}

// next is the next packet for the client; it must be there.
func next(t *testing.T, r *Relay) ([]byte, netip.AddrPort) {
	t.Helper()
	if r.queued() == 0 && len(r.frames) == 0 {
		t.Fatal("nothing is queued")
	}
	b := make([]byte, 2048)
	n, from, err := r.Next(b)
	if err != nil {
		t.Fatal(err)
	}
	return b[:n], from
}

// A check over a relay is answered over it, from the address that it was sent to, and names the relay's address.
func TestRelayIsAPath(t *testing.T) {
	s := still(t, Config{})
	r, media := relayed(t, s)
	local := NewCredentials()
	transport := s.wire.NewTransport(TransportParams{Local: local})
	for i, to := range []netip.Addr{media, netip.MustParseAddr("2001:db8::1")} {
		if !r.Deliver(request(local.Ufrag, local.Pwd, nominating...), to) {
			t.Fatal("not delivered")
		}
		s.turn()
		answer, from := next(t, r)
		if !isSTUN(answer) || from != netip.AddrPortFrom(to, 7882) {
			t.Errorf("check %d: answered from %v", i, from)
		}
	}
	if len(transport.paths) != 1 || transport.Path() != RelayTLS {
		t.Errorf("%d paths, the selected one is %v", len(transport.paths), transport.Path())
	}
}

// What a stranger sends over a relay goes nowhere.
func TestRelayOfAStranger(t *testing.T) {
	s := still(t, Config{})
	r, media := relayed(t, s)
	local := NewCredentials()
	s.wire.NewTransport(TransportParams{Local: local})
	for _, b := range [][]byte{nil, []byte("hello"), request(local.Ufrag, "wrong"), request("other", local.Pwd)} {
		if r.Deliver(b, media) {
			t.Errorf("%q is delivered", b)
		}
	}
}

// A path that is given up leaves the relay for another: clients keep allocations that they do not use.
func TestRelayOutlivesItsPath(t *testing.T) {
	s := still(t, Config{})
	r, media := relayed(t, s)
	local := NewCredentials()
	transport := s.wire.NewTransport(TransportParams{Local: local})
	for range 2 {
		r.Deliver(request(local.Ufrag, local.Pwd, nominating...), media)
		s.turn()
		next(t, r)
		transport.dropPath(s, r.path())
		if r.over() || r.path() != nil || transport.Path() != PathNone {
			t.Fatalf("over %v, path %v, of kind %v", r.over(), r.path(), transport.Path())
		}
	}
}

// A relay that is closed is no path any more, also when a check is still on its way; whoever waits for it is told.
func TestClosedRelay(t *testing.T) {
	s := still(t, Config{})
	r, media := relayed(t, s)
	local := NewCredentials()
	transport := s.wire.NewTransport(TransportParams{Local: local})
	r.Deliver(request(local.Ufrag, local.Pwd, nominating...), media)
	s.turn()
	next(t, r)
	r.Deliver(request(local.Ufrag, local.Pwd, nominating...), media)
	r.Close()
	s.turn()
	if len(transport.paths) != 0 {
		t.Errorf("%d paths", len(transport.paths))
	}
	ended := make(chan error, 1)
	go func() {
		_, _, err := r.Next(make([]byte, 100))
		ended <- err
	}()
	select {
	case err := <-ended:
		if !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("Next waits for ever")
	}
}

// Only addresses that peers are told may be sent to, at the port of media; also those that they were told before.
func TestIsMedia(t *testing.T) {
	s := still(t, Config{})
	relayed(t, s)
	s.wire.Announce([]netip.Addr{netip.MustParseAddr("192.0.2.7")})
	for at, want := range map[string]bool{
		"192.0.2.7:7882": true, "192.0.2.1:7882": true, "[::ffff:192.0.2.7]:7882": true, "[2001:db8::1]:7882": true,
		"192.0.2.7:7881": false, "192.0.2.8:7882": false, "127.0.0.2:7882": false, "10.0.0.1:7882": false,
		"[::1]:7882": false, "0.0.0.0:7882": false, "[::]:7882": false, "169.254.169.254:7882": false,
	} {
		if got := s.wire.IsMedia(netip.MustParseAddrPort(at)); got != want {
			t.Errorf("%s: %v", at, got)
		}
	}
}
