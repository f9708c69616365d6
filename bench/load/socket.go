package load

import (
	"fmt"
	"net/netip"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// socket is a client's UDP socket. The Go runtime does not know of it: the Reader waits for it, and for all others of
// its clients, in one place.
type socket struct {
	fd     int
	mu     sync.RWMutex // held for reading while the number is in use
	closed bool
}

const socketBuffer = 4 << 20 // bytes asked for; the kernel's limit may give less

// openSocket opens a socket of an address of this machine. It takes several datagrams of one peer joined (UDP_GRO), where
// the kernel does that.
func openSocket(at netip.Addr, joined bool) (*socket, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrInet4{Addr: at.As4()})
	}
	if err != nil {
		return nil, fmt.Errorf("opening a socket: %w", err)
	}
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, socketBuffer) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, socketBuffer)
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	if joined {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_UDP, unix.UDP_GRO, 1)
	}
	return &socket{fd: fd}, nil
}

// send sends a datagram. What the kernel refuses is lost, as on any network.
func (s *socket) send(b []byte, to netip.AddrPort) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return unix.EBADF
	}
	address := unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: to.Addr().As4()}
	port := (*[2]byte)(unsafe.Pointer(&address.Port)) // network order
	port[0], port[1] = byte(to.Port()>>8), byte(to.Port())
	_, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), 0,
		uintptr(unsafe.Pointer(&address)), unix.SizeofSockaddrInet4)
	if errno != 0 {
		return errno
	}
	return nil
}

// port is the number the socket is bound to.
func (s *socket) port() int { return int(s.address().Port()) }

// address is what the socket is bound to.
func (s *socket) address() netip.AddrPort {
	name, err := unix.Getsockname(s.fd)
	if v4, ok := name.(*unix.SockaddrInet4); ok && err == nil {
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), uint16(v4.Port))
	}
	return netip.AddrPort{}
}

// candidate is the socket as a candidate of ICE.
func (s *socket) candidate() string {
	return fmt.Sprintf("candidate:1 1 udp 2130706431 %s %d typ host", s.address().Addr(), s.port())
}

func (s *socket) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		_ = unix.Close(s.fd)
	}
}
