// Package link owns what the benchmark's clients (package load) and the bare forwarder beside which we measure (package
// raw) do alike at their sockets: datagrams in batches, and DTLS as far as the keys of SRTP.
//
// It must not know what is in a datagram, and must take neither memory nor a call for each: what both cost is measured.
package link

import (
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Mmsghdr is struct mmsghdr of recvmmsg(2) and sendmmsg(2).
type Mmsghdr struct {
	unix.Msghdr
	n uint32 // bytes received
}

// Batch is what one recvmmsg(2) brings: messages, each one datagram or several that the kernel joined (UDP_GRO).
type Batch struct {
	messages []Mmsghdr
	vectors  []unix.Iovec
	names    []unix.RawSockaddrInet4
	controls [][controlSize]byte
	memory   []byte
}

const (
	joinedSize  = 0xffff
	controlSize = 64
)

// NewBatch makes room for so many messages, and for who sent them where that is asked for.
func NewBatch(messages int, senders bool) *Batch {
	b := &Batch{messages: make([]Mmsghdr, messages), vectors: make([]unix.Iovec, messages),
		controls: make([][controlSize]byte, messages), memory: make([]byte, messages*joinedSize)}
	if senders {
		b.names = make([]unix.RawSockaddrInet4, messages)
	}
	for i := range b.messages {
		b.vectors[i].Base = &b.memory[i*joinedSize]
		b.vectors[i].SetLen(joinedSize)
		h := &b.messages[i].Msghdr
		h.Iov = &b.vectors[i]
		h.SetIovlen(1)
		h.Control = &b.controls[i][0]
		if senders {
			h.Name = (*byte)(unsafe.Pointer(&b.names[i]))
		}
	}
	return b
}

// Read reads what waits at a socket, without waiting, and tells how many messages that was.
func (b *Batch) Read(fd int) int {
	for i := range b.messages {
		b.messages[i].Namelen = unix.SizeofSockaddrInet4
		b.messages[i].SetControllen(controlSize)
	}
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.messages[0])), uintptr(len(b.messages)), 0, 0, 0)
		switch errno {
		case 0:
			return int(n)
		case unix.ECONNREFUSED, unix.EINTR: // an ICMP error of a packet of ours, or a signal
		default:
			return 0
		}
	}
}

// Message gives a message and the size of the datagrams in it, of which the last may be shorter, as slices.Chunk takes
// them. Both hold until the next Read.
func (b *Batch) Message(i int) (data []byte, size int) {
	h := &b.messages[i]
	data = b.memory[i*joinedSize : i*joinedSize+int(h.n)]
	if value := b.control(i, unix.IPPROTO_UDP, unix.UDP_GRO); len(value) >= 4 {
		size = int(*(*int32)(unsafe.Pointer(&value[0])))
	}
	if size <= 0 {
		size = max(len(data), 1)
	}
	return data, size
}

// Arrived is when the kernel took a message in, in nanoseconds since 1970; 0 where the socket does not ask for that
// (SO_TIMESTAMPNS).
func (b *Batch) Arrived(i int) int64 {
	if value := b.control(i, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS); len(value) >= int(unsafe.Sizeof(unix.Timespec{})) {
		return (*unix.Timespec)(unsafe.Pointer(&value[0])).Nano()
	}
	return 0
}

// control finds what the kernel says of a message, nil when it says nothing of that kind.
func (b *Batch) control(i int, level, kind int32) []byte {
	for rest := b.controls[i][:b.messages[i].Controllen]; len(rest) >= unix.SizeofCmsghdr; {
		c := (*unix.Cmsghdr)(unsafe.Pointer(&rest[0]))
		n := int(c.Len)
		if n < unix.SizeofCmsghdr || n > len(rest) {
			break
		}
		if c.Level == level && c.Type == kind {
			return rest[unix.CmsgLen(0):n]
		}
		rest = rest[min(len(rest), unix.CmsgSpace(n-unix.CmsgLen(0))):]
	}
	return nil
}

// Sender is who sent a message.
func (b *Batch) Sender(i int) netip.AddrPort {
	name := &b.names[i]
	port := (*[2]byte)(unsafe.Pointer(&name.Port)) // network order
	return netip.AddrPortFrom(netip.AddrFrom4(name.Addr), uint16(port[0])<<8|uint16(port[1]))
}
