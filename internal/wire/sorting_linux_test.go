package wire

import (
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"konklave/internal/sfu"

	"golang.org/x/sys/unix"
)

// What comes from one address comes to one shard, whatever it is, and of it only feedback for the whole transport to the
// socket that may wait.
func TestKernelSortsFeedback(t *testing.T) {
	for _, bind := range []netip.Addr{loopback, netip.IPv6Loopback()} {
		t.Run(bind.String(), func(t *testing.T) {
			cfg := Config{Bind: []netip.Addr{bind}, Shards: 3}
			shards, number, err := openPorts(&cfg, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			defer closePorts(shards...)
			used := map[int]bool{}
			for range 32 {
				conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(bind, number)))
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close() // later, so that ports are not used again
				home := -1
				for _, c := range []struct {
					first    string
					feedback bool
				}{
					{"\x00\x01", false}, {"\x16\xfe", false}, // a check, DTLS
					{"\x80\xe0", false}, {"\x8f\x4d", false}, // RTP
					{"\x80\xc8", false}, {"\x81\xc9", false}, {"\x81\xcd", false}, {"\x8f\xce", false}, // reports, NACK, REMB
					{"\x8f\xcd", true}, {"\xaf\xcd", true}, {"\x00", false},
				} {
					if _, err := conn.Write([]byte(c.first)); err != nil { // over loopback it is there at once
						t.Fatal(err)
					}
					shard, feedback := whereIs(shards, c.first)
					if home < 0 {
						home = shard
					}
					if len(c.first) > 1 && shard != home || feedback != c.feedback {
						t.Errorf("%x comes to shard %d, feedback %v; others to shard %d", c.first, shard, feedback, home)
					}
				}
				used[home] = true
			}
			if len(used) != len(shards) {
				t.Errorf("32 addresses came to %d shards", len(used))
			}
		})
	}
}

// whereIs finds the socket to which a datagram came.
func whereIs(shards [][]*port, text string) (shard int, feedback bool) {
	for i, ports := range shards {
		for _, p := range ports {
			for _, fd := range [2]int{p.fd, p.feedback} {
				var b [16]byte
				if n, _, err := unix.Recvfrom(fd, b[:], unix.MSG_DONTWAIT); err == nil && string(b[:n]) == text {
					return i, fd == p.feedback
				}
			}
		}
	}
	return -1, false
}

// Feedback does not end the sleep, and is read in the next turn for which it is time; a report does.
func TestFeedbackWakesNobody(t *testing.T) {
	s := still(t, Config{})
	clock := s.now + sfu.Time(time.Hour)
	s.wire.clock = func() sfu.Time { return clock }
	s.turn()
	conn, err := net.DialUDP("udp4", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(boundPort(s.ports[0].fd))})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	send := func(first string) {
		if _, err := conn.Write(append([]byte(first), make([]byte, 20)...)); err != nil {
			t.Fatal(err)
		}
	}
	read := func() uint64 {
		before := s.stats.count[packetsIn]
		s.turn()
		return s.stats.count[packetsIn] - before
	}
	for range 2 {
		send("\x8f\xcd")
	}
	if before := time.Now(); !s.poll.wait(0, sfu.Milliseconds(10)) || time.Since(before) < 8*time.Millisecond {
		t.Error("feedback ends the sleep")
	}
	if n := read(); n != 0 {
		t.Errorf("%d were read at once again", n)
	}
	clock += feedbackPace
	if n := read(); n != 2 {
		t.Errorf("%d of 2 were read", n)
	}
	if due := s.next(); due < clock+feedbackPace || due > clock+feedbackPace+beat {
		t.Errorf("the next is read in %v", time.Duration(due-clock))
	}
	clock = s.next()
	read()
	if due := s.next(); due != s.timers.next() {
		t.Errorf("without any it is read in %v", time.Duration(due-clock))
	}
	send("\x81\xc9")
	if s.poll.wait(0, sfu.Never) { // hangs where it is not seen
		t.Error("sleeps though a report is there")
	}
}
