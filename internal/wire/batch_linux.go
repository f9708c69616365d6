package wire

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	batchMessages = 64
	batchMemory   = 256 << 10 // bytes; sealed packets wait here, so it should stay in the processor's cache
	muchAtOnce    = 64 << 10  // bytes, after which it is looked how much the socket still has
)

// sendBatch collects messages for one socket: each is a train, or a single packet, for one destination.
// Everything the kernel needs is built beforehand and only filled in.
type sendBatch struct {
	mmsg     bool
	messages [batchMessages]mmsghdr
	vectors  [batchMessages]unix.Iovec
	names    [batchMessages]unix.RawSockaddrInet6
	controls [batchMessages][controlSize]byte
	segments [batchMessages]uint16 // size of a segment, 0 when the message is one packet
	paths    [batchMessages]*path
	memory   []byte
	n        int  // messages
	used     int  // bytes of memory
	broken   bool // for tests: segment sizes are refused
	sink     bool // for tests: everything is built and nothing leaves
	choked   bool // for tests: there is no room
}

func (b *sendBatch) init(mmsg bool) {
	b.mmsg = mmsg
	b.memory = make([]byte, batchMemory)
	for i := range b.messages {
		h := &b.messages[i].Msghdr
		h.Iov = &b.vectors[i]
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&b.names[i]))
	}
}

// room gives memory for a message of at most size bytes, sending what is there if needed.
func (p *port) room(s *shard, size int) []byte {
	b := &p.out
	if b.n == batchMessages || b.used+size > len(b.memory) {
		p.flush(s)
	}
	return b.memory[b.used : b.used : b.used+size]
}

// add appends a message that was built in the memory of room. With segment > 0 it is a train of packets of that size.
func (p *port) add(to *path, message []byte, segment int) { p.addFrom(to.local, to, message, segment) }

// addFrom is add with a local address of its own.
func (p *port) addFrom(local localIP, to *path, message []byte, segment int) {
	b := &p.out
	i := b.n
	b.vectors[i].Base = &message[0]
	b.vectors[i].SetLen(len(message))
	h := &b.messages[i].Msghdr
	h.Namelen = putRemote(&b.names[i], to.addr, p.v6)
	n := 0
	if p.wildcard && local.known() {
		n = putLocal(b.controls[i][:], local, p.v6)
	}
	if segment > 0 && segment < len(message) {
		asked := segment
		if b.broken {
			asked = 1 // too many segments
		}
		n += putSegment(b.controls[i][n:], asked)
	} else {
		segment = 0
	}
	h.Control = nil
	if n > 0 {
		h.Control = &b.controls[i][0]
	}
	h.SetControllen(n)
	b.segments[i] = uint16(segment)
	b.paths[i] = to
	b.n++
	b.used += len(message)
}

// flush sends the batch. It never waits: what the socket has no room for is dropped and counted.
func (p *port) flush(s *shard) {
	b := &p.out
	for i := 0; i < b.n; {
		n, errno := b.send(p.fd, i)
		i += n
		if errno == 0 {
			continue
		}
		switch {
		case errno == unix.EINTR:
			continue
		case errno == unix.EAGAIN || errno == unix.ENOBUFS:
			s.stats.count[eagain]++
			s.stats.dropMany(dropSocketFull, b.packets(i, b.n))
			p.full = true
			i = b.n
		case b.segments[i] > 0 && (errno == unix.EIO || errno == unix.EINVAL || errno == unix.EMSGSIZE):
			// No segmentation on this way out: the device cannot (EIO), or the route's MTU is too small for a segment.
			if errno == unix.EIO {
				p.gso = false
			} else {
				b.paths[i].gso = false
			}
			s.stats.count[gsoRefused]++
			b.sendSingly(p, i, s)
			i++
		default:
			s.stats.dropMany(dropUnreachable, b.packets(i, i+1))
			i++
		}
	}
	if b.used > muchAtOnce {
		p.measure()
	}
	clear(b.paths[:b.n])
	b.n, b.used = 0, 0
}

// send hands messages from i on to the kernel and tells how many it took.
func (b *sendBatch) send(fd, i int) (int, unix.Errno) {
	if b.sink {
		return b.n - i, 0
	}
	if b.choked {
		return 0, unix.EAGAIN
	}
	first := uintptr(unsafe.Pointer(&b.messages[i]))
	if !b.mmsg {
		_, _, errno := unix.RawSyscall(unix.SYS_SENDMSG, uintptr(fd), first, 0)
		if errno != 0 {
			return 0, errno
		}
		return 1, 0
	}
	n, _, errno := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(fd), first, uintptr(b.n-i), 0, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

// sendSingly sends the packets of a refused train one by one.
func (b *sendBatch) sendSingly(p *port, i int, s *shard) {
	h := b.messages[i].Msghdr
	rest := unsafe.Slice(b.vectors[i].Base, int(b.vectors[i].Len))
	n := 0
	if p.wildcard && b.paths[i].local.known() {
		n = putLocal(b.controls[i][:], b.paths[i].local, p.v6)
		h.Control = &b.controls[i][0]
	} else {
		h.Control = nil
	}
	h.SetControllen(n)
	for len(rest) > 0 {
		size := min(int(b.segments[i]), len(rest))
		b.vectors[i].Base = &rest[0]
		b.vectors[i].SetLen(size)
		b.messages[i].Msghdr = h
		if _, _, errno := unix.RawSyscall(unix.SYS_SENDMSG, uintptr(p.fd),
			uintptr(unsafe.Pointer(&b.messages[i])), 0); errno != 0 {
			s.stats.drop(dropUnreachable)
		}
		rest = rest[size:]
	}
}

// packets counts the packets of messages from up to, not including, to.
func (b *sendBatch) packets(from, to int) (n int) {
	for i := from; i < to; i++ {
		n++
		if b.segments[i] > 0 {
			n += (int(b.vectors[i].Len) - 1) / int(b.segments[i])
		}
	}
	return n
}

func putRemote(sa *unix.RawSockaddrInet6, e endpoint, v6 bool) uint32 {
	number := (*[2]byte)(unsafe.Pointer(&sa.Port))
	binary.BigEndian.PutUint16(number[:], e.port)
	if !v6 {
		sa4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(sa))
		sa4.Family = unix.AF_INET
		sa4.Addr = e.v4()
		return unix.SizeofSockaddrInet4
	}
	sa.Family = unix.AF_INET6
	sa.Addr = e.v6()
	sa.Scope_id = e.zone
	return unix.SizeofSockaddrInet6
}

// putLocal writes the source address to use (IP_PKTINFO, IPV6_PKTINFO).
func putLocal(b []byte, l localIP, v6 bool) int {
	if v6 {
		value := putHeader(b, unix.IPPROTO_IPV6, unix.IPV6_PKTINFO, unix.SizeofInet6Pktinfo)
		binary.BigEndian.PutUint64(value, l.hi)
		binary.BigEndian.PutUint64(value[8:], l.lo)
		return unix.CmsgSpace(unix.SizeofInet6Pktinfo)
	}
	value := putHeader(b, unix.IPPROTO_IP, unix.IP_PKTINFO, unix.SizeofInet4Pktinfo)
	binary.BigEndian.PutUint32(value[4:], uint32(l.lo))
	return unix.CmsgSpace(unix.SizeofInet4Pktinfo)
}

// putSegment writes the size of a train's segments (UDP_SEGMENT, udp(7)).
func putSegment(b []byte, size int) int {
	value := putHeader(b, unix.IPPROTO_UDP, unix.UDP_SEGMENT, 2)
	*(*uint16)(unsafe.Pointer(&value[0])) = uint16(size)
	return unix.CmsgSpace(2)
}

func putHeader(b []byte, level, kind int32, size int) (value []byte) {
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
	h.Level, h.Type = level, kind
	h.SetLen(unix.CmsgLen(size))
	value = b[unix.CmsgLen(0) : unix.CmsgLen(0)+size]
	clear(value)
	return value
}
