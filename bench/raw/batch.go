package raw

import (
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"

	"konklave/bench/link"
)

const (
	outMessages = 64
	outMemory   = 256 << 10
	controlSize = 64
)

// outBatch collects trains for many destinations.
type outBatch struct {
	messages [outMessages]link.Mmsghdr
	vectors  [outMessages]unix.Iovec
	names    [outMessages]unix.RawSockaddrInet4
	controls [outMessages][controlSize]byte
	memory   []byte
	n, used  int
}

func (b *outBatch) init() {
	b.memory = make([]byte, outMemory)
	for i := range b.messages {
		h := &b.messages[i].Msghdr
		h.Iov = &b.vectors[i]
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&b.names[i]))
		h.Namelen = unix.SizeofSockaddrInet4
		b.names[i].Family = unix.AF_INET
	}
}

// room gives memory for a message, and sends what is there when there is none left.
func (b *outBatch) room(fd, size int) []byte {
	if b.n == outMessages || b.used+size > len(b.memory) {
		b.flush(fd)
	}
	return b.memory[b.used : b.used : b.used+size]
}

func (b *outBatch) add(to netip.AddrPort, message []byte, size, packets int) {
	if len(message) == 0 {
		return
	}
	i := b.n
	b.vectors[i].Base = &message[0]
	b.vectors[i].SetLen(len(message))
	b.names[i].Addr = to.Addr().As4()
	port := (*[2]byte)(unsafe.Pointer(&b.names[i].Port)) // network order
	port[0], port[1] = byte(to.Port()>>8), byte(to.Port())
	h := &b.messages[i].Msghdr
	h.Control = nil
	h.SetControllen(0)
	if packets > 1 {
		c := (*unix.Cmsghdr)(unsafe.Pointer(&b.controls[i][0]))
		c.Level, c.Type = unix.IPPROTO_UDP, unix.UDP_SEGMENT
		c.SetLen(unix.CmsgLen(2))
		*(*uint16)(unsafe.Pointer(&b.controls[i][unix.CmsgLen(0)])) = uint16(size)
		h.Control = &b.controls[i][0]
		h.SetControllen(unix.CmsgSpace(2))
	}
	b.n++
	b.used += len(message)
}

// flush sends everything. What the kernel does not take is lost.
func (b *outBatch) flush(fd int) {
	for i := 0; i < b.n; {
		n, _, errno := unix.RawSyscall6(unix.SYS_SENDMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.messages[i])), uintptr(b.n-i), 0, 0, 0)
		switch {
		case errno == unix.EINTR:
		case errno != 0:
			i++
		default:
			i += int(n)
		}
	}
	b.n, b.used = 0, 0
}
