package wire

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

const shardsPossible = maxShards

// port is one UDP socket of one shard at one bound address. Sockets of the same address in different shards share it
// by SO_REUSEPORT: the kernel gives each peer to one of them.
type port struct {
	fd       int
	feedback int // socket for transport-wide feedback, which may wait: sorting_linux.go; 0 without
	index    int // place in shard.ports, the same in every shard
	v6       bool
	wildcard bool // the local address of each datagram is needed for the answer (pktinfo)
	gso      bool
	full     bool // what it may hold is nearly used up: overload.go
	space    int  // bytes that it may hold
	out      sendBatch
}

const socketBuffer = 4 << 20 // bytes asked for; the kernel's limit may give less

// openPorts opens, for each shard, a socket at every bound address.
func openPorts(cfg *Config, log *slog.Logger) (shards [][]*port, bound uint16, err error) {
	shards = make([][]*port, cfg.Shards)
	defer func() {
		if err != nil {
			closePorts(shards...)
		}
	}()
	bound = cfg.UDPPort
	for index, addr := range cfg.Bind {
		// The first bind is exclusive, so that a port in use is seen and not silently shared.
		fd, err := openSocket(addr, bound, false)
		if err != nil {
			if errors.Is(err, unix.EADDRINUSE) {
				return shards, 0, fmt.Errorf("udp port %d is in use by another process", bound)
			}
			return shards, 0, fmt.Errorf("opening udp port %d: %w", bound, err)
		}
		if bound == 0 {
			bound = boundPort(fd)
		}
		_ = unix.Close(fd)
		for i := range shards {
			fd, err := openSocket(addr, bound, true)
			if err != nil {
				return shards, 0, fmt.Errorf("opening udp port %d for shard %d: %w", bound, i, err)
			}
			p := &port{fd: fd, index: index, v6: addr.Is6(), wildcard: addr.IsUnspecified()}
			p.enable(cfg)
			shards[i] = append(shards[i], p)
		}
		if err := sortFeedback(shards, index, func() (int, error) { return openSocket(addr, bound, true) }); err != nil {
			return shards, 0, fmt.Errorf("opening udp port %d for feedback: %w", bound, err)
		}
	}
	checkBuffer(shards[0][0].fd, log)
	return shards, bound, nil
}

func closePorts(shards ...[]*port) {
	for _, ports := range shards {
		for _, p := range ports {
			_ = unix.Close(p.fd)
			if p.feedback != 0 {
				_ = unix.Close(p.feedback)
			}
		}
	}
}

// defaultBind is every address of the host, in both families where the kernel has both.
func defaultBind() []netip.Addr {
	list := []netip.Addr{netip.IPv4Unspecified()}
	if fd, err := openSocket(netip.IPv6Unspecified(), 0, false); err == nil {
		_ = unix.Close(fd)
		list = append(list, netip.IPv6Unspecified())
	}
	return list
}

func openSocket(addr netip.Addr, number uint16, shared bool) (fd int, err error) {
	family, sa := unix.AF_INET, unix.Sockaddr(&unix.SockaddrInet4{Port: int(number), Addr: as4(addr)})
	if addr.Is6() {
		family, sa = unix.AF_INET6, &unix.SockaddrInet6{Port: int(number), Addr: addr.As16()}
	}
	fd, err = unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	if addr.Is6() {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1)
	}
	if err == nil && shared {
		err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	}
	if err == nil {
		err = unix.Bind(fd, sa)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// enable turns on what the kernel has; what it lacks is done without.
func (p *port) enable(cfg *Config) {
	enlarge(p.fd, unix.SO_RCVBUFFORCE, unix.SO_RCVBUF)
	enlarge(p.fd, unix.SO_SNDBUFFORCE, unix.SO_SNDBUF)
	if !cfg.NoGRO {
		_ = unix.SetsockoptInt(p.fd, unix.IPPROTO_UDP, unix.UDP_GRO, 1)
	}
	if p.wildcard && p.v6 {
		_ = unix.SetsockoptInt(p.fd, unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1)
	} else if p.wildcard {
		_ = unix.SetsockoptInt(p.fd, unix.IPPROTO_IP, unix.IP_PKTINFO, 1)
	}
	_, err := unix.GetsockoptInt(p.fd, unix.IPPROTO_UDP, unix.UDP_SEGMENT)
	p.gso = err == nil && !cfg.NoGSO
	p.space, _ = unix.GetsockoptInt(p.fd, unix.SOL_SOCKET, unix.SO_SNDBUF)
	p.out.init(!cfg.NoBatch)
}

// enlarge sets a socket buffer's size: past the kernel's limit where we may, else as far as it allows.
func enlarge(fd, force, option int) {
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, force, socketBuffer) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, socketBuffer)
	}
}

// measure looks whether the socket is nearly full. It stays so until most of it has left.
func (p *port) measure() {
	waiting, ok := p.unsent()
	if p.out.choked {
		waiting = p.space
	}
	limit := p.space / 4 * 3 // the rest is for audio and control
	if p.full {
		limit = p.space / 4
	}
	p.full = ok && waiting > limit
}

// unsent is how much of what was sent the socket still has. The call does not block, so the scheduler need not know of
// it: told of one in each picture, the runtime would look after the goroutines every 20 microseconds.
func (p *port) unsent() (bytes int, ok bool) {
	var n int32
	_, _, errno := unix.RawSyscall(unix.SYS_IOCTL, uintptr(p.fd), unix.SIOCOUTQ, uintptr(unsafe.Pointer(&n)))
	return int(n), errno == 0
}

// checkBuffer tells the operator when the kernel's limits are small enough to lose bursts.
func checkBuffer(fd int, log *slog.Logger) {
	const enough = 1 << 20
	in, _ := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF)
	out, _ := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF)
	if size := min(in, out) / 2; size < enough { // the kernel doubles it for its own needs
		log.Warn("the kernel's limit for socket buffers is small, bursts may be lost; raise it with: "+
			"sysctl -w net.core.rmem_max=4194304 net.core.wmem_max=4194304", "bytes", size)
	}
}

func boundPort(fd int) uint16 {
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return 0
	}
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return uint16(sa.Port)
	case *unix.SockaddrInet6:
		return uint16(sa.Port)
	}
	return 0
}

func as4(a netip.Addr) (b [4]byte) {
	if a.Is4() {
		b = a.As4()
	}
	return b
}
