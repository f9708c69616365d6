package link

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// socket opens a socket on loopback.
func socket(t *testing.T) (fd int, at unix.SockaddrInet4) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return fd, *name.(*unix.SockaddrInet4)
}

// A train comes as one message and is told apart again; an empty datagram is no datagram, and brings nothing down.
func TestBatchTellsDatagramsApart(t *testing.T) {
	for name, joined := range map[string]int{"joined": 1, "each by itself": 0} {
		t.Run(name, func(t *testing.T) {
			to, address := socket(t)
			from, sender := socket(t)
			if err := unix.SetsockoptInt(to, unix.IPPROTO_UDP, unix.UDP_GRO, joined); err != nil {
				t.Fatal(err)
			}
			if err := unix.SetsockoptInt(to, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1); err != nil {
				t.Fatal(err)
			}
			before := time.Now().UnixNano()
			train := slices.Concat(bytes.Repeat([]byte{1}, 100), bytes.Repeat([]byte{2}, 100), bytes.Repeat([]byte{3}, 30))
			for size, data := range map[int][]byte{100: train, 0: nil} {
				if err := unix.SetsockoptInt(from, unix.IPPROTO_UDP, unix.UDP_SEGMENT, size); err != nil {
					t.Fatal(err)
				}
				if err := unix.Sendto(from, data, 0, &address); err != nil {
					t.Fatal(err)
				}
			}
			b := NewBatch(8, true)
			n := b.Read(to)
			if want := 2 + 2*(1-joined); n != want {
				t.Fatalf("%d messages, want %d", n, want)
			}
			var got [][]byte
			for i := range n {
				got = slices.AppendSeq(got, slices.Chunk(b.Message(i)))
				if at := b.Arrived(i); at < before || at > time.Now().UnixNano() {
					t.Errorf("arrived at %d, which is not between before and now", at)
				}
				if want := netip.AddrPortFrom(netip.AddrFrom4(sender.Addr), uint16(sender.Port)); b.Sender(i) != want {
					t.Errorf("sent by %v, want %v", b.Sender(i), want)
				}
			}
			if want := slices.Collect(slices.Chunk(train, 100)); !slices.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("got %v", got)
			}
			if n := b.Read(to); n != 0 {
				t.Errorf("%d more messages", n)
			}
		})
	}
}
