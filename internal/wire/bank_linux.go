package wire

import (
	"encoding/binary"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bank is the memory of one batch of received datagrams, with the message headers for recvmmsg(2) built beforehand.
// Packets are opened in place in it, so what was read is written over only when nothing refers to it any more.
type bank struct {
	messages []mmsghdr
	vectors  []unix.Iovec
	names    []unix.RawSockaddrInet6 // large enough for IPv4 too
	controls [][controlSize]byte
	memory   []byte
	slot     int  // bytes of one datagram, or of several of one peer joined by the kernel (GRO)
	single   bool // no recvmmsg
	next     int  // messages before it are in use
	turns    int
}

// mmsghdr is struct mmsghdr of recvmmsg(2).
type mmsghdr struct {
	unix.Msghdr
	n uint32 // bytes received
}

const (
	datagramSize = 2048   // larger than any MTU that SRTP and DTLS are made for
	joinedSize   = 0xffff // of datagrams joined by GRO
	controlSize  = 128
)

// newBank makes an empty bank. Its memory is the kernel's and not the collector's: of two megabytes few pages are ever
// touched, and the collector would let as much garbage pile up before it runs.
func newBank(cfg *Config) (*bank, error) {
	b := &bank{slot: datagramSize, single: cfg.NoBatch}
	n := 64
	if !cfg.NoGRO {
		b.slot, n = joinedSize, 32
	}
	if cfg.NoBatch {
		n = 1
	}
	b.messages = make([]mmsghdr, n)
	b.vectors = make([]unix.Iovec, n)
	b.names = make([]unix.RawSockaddrInet6, n)
	b.controls = make([][controlSize]byte, n)
	memory, err := unix.Mmap(-1, 0, n*b.slot, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("taking memory for datagrams: %w", err)
	}
	b.memory = memory
	for i := range b.messages {
		b.vectors[i].Base = &b.memory[i*b.slot]
		b.vectors[i].SetLen(b.slot)
		h := &b.messages[i].Msghdr
		h.Iov = &b.vectors[i]
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&b.names[i]))
		h.Control = &b.controls[i][0]
	}
	return b, nil
}

// close gives the memory back. Nothing may refer to it any more.
func (b *bank) close() { _ = unix.Munmap(b.memory) }

// read takes what waits at the sockets, as far as there is room, and gives each datagram to the shard. It begins with
// another socket each time, so that a flood at one address does not silence the others.
func (b *bank) read(s *shard) {
	b.turns++
	for i := range s.ports {
		p := s.ports[(b.turns+i)%len(s.ports)]
		b.drain(s, p, p.fd)
	}
	if s.now < s.feedback.next {
		return
	}
	before := b.next
	for _, p := range s.ports {
		if p.feedback != 0 {
			b.drain(s, p, p.feedback)
		}
	}
	s.feedback.read(s.now, b.next > before, b.full())
}

// drain takes what waits at one of a port's sockets.
func (b *bank) drain(s *shard, p *port, fd int) {
	for b.next < len(b.messages) {
		room := b.messages[b.next:]
		n := b.receive(fd, room)
		for range n {
			b.split(s, p, b.next)
			b.next++
		}
		if n == 0 || n < len(room) && !b.single { // then nothing waits there any more
			break
		}
	}
}

// full tells that there is no room left.
func (b *bank) full() bool { return b.next == len(b.messages) }

// release forgets what was read.
func (b *bank) release() { b.next = 0 }

func (b *bank) receive(fd int, messages []mmsghdr) int {
	for i := range messages {
		messages[i].Namelen = unix.SizeofSockaddrInet6
		messages[i].SetControllen(controlSize)
	}
	// The socket does not block, so the scheduler need not know of the call.
	first := uintptr(unsafe.Pointer(&messages[0]))
	if b.single {
		n, _, errno := unix.RawSyscall(unix.SYS_RECVMSG, uintptr(fd), first, 0)
		if errno != 0 {
			return 0
		}
		messages[0].n = uint32(n)
		return 1
	}
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), first, uintptr(len(messages)), 0, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

// split gives the datagrams of one message to the shard: one, or several of equal size that GRO joined.
func (b *bank) split(s *shard, p *port, i int) {
	m := &b.messages[i]
	data := b.memory[i*b.slot : i*b.slot+int(m.n) : (i+1)*b.slot]
	if m.Flags&unix.MSG_TRUNC != 0 {
		s.stats.drop(dropTruncated)
		return
	}
	from, local, size := remoteOf(&b.names[i], p), localIP{}, len(data)
	if m.Controllen > 0 {
		local, size = control(b.controls[i][:m.Controllen], local, size)
	}
	path := s.pathOf(from)
	for len(data) > 0 {
		n := min(size, len(data))
		if n == 0 {
			break
		}
		s.take(datagram{data: data[:n:n], from: from, local: local, port: p, path: path})
		data = data[n:]
	}
}

// control reads the ancillary data: size of the joined datagrams (UDP_GRO), address the peer sent to (pktinfo).
func control(b []byte, local localIP, size int) (localIP, int) {
	for len(b) >= unix.SizeofCmsghdr {
		h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
		n := int(h.Len)
		if n < unix.SizeofCmsghdr || n > len(b) {
			break
		}
		value := b[unix.CmsgLen(0):n]
		switch {
		case h.Level == unix.IPPROTO_UDP && h.Type == unix.UDP_GRO && len(value) >= 4:
			if joined := int(*(*int32)(unsafe.Pointer(&value[0]))); joined > 0 {
				size = joined
			}
		case h.Level == unix.IPPROTO_IP && h.Type == unix.IP_PKTINFO && len(value) >= unix.SizeofInet4Pktinfo:
			// ipi_spec_dst, the address to answer from
			local = localIP{lo: mappedPrefix | uint64(binary.BigEndian.Uint32(value[4:]))}
		case h.Level == unix.IPPROTO_IPV6 && h.Type == unix.IPV6_PKTINFO && len(value) >= unix.SizeofInet6Pktinfo:
			local = localIP{hi: binary.BigEndian.Uint64(value), lo: binary.BigEndian.Uint64(value[8:])}
		}
		b = b[min(len(b), unix.CmsgSpace(n-unix.CmsgLen(0))):]
	}
	return local, size
}

// remoteOf reads a socket address.
func remoteOf(sa *unix.RawSockaddrInet6, p *port) endpoint {
	e := endpoint{socket: uint16(p.index)}
	number := (*[2]byte)(unsafe.Pointer(&sa.Port)) // same place in both families, network order
	e.port = binary.BigEndian.Uint16(number[:])
	if sa.Family == unix.AF_INET {
		sa4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(sa))
		e.lo = mappedPrefix | uint64(binary.BigEndian.Uint32(sa4.Addr[:]))
		return e
	}
	e.hi, e.lo = binary.BigEndian.Uint64(sa.Addr[:8]), binary.BigEndian.Uint64(sa.Addr[8:])
	if e.hi>>54 == 0xfe80>>6 { // link-local: the interface belongs to the address
		e.zone = sa.Scope_id
	}
	return e
}
