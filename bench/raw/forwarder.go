package raw

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/pion/stun/v4"
	"golang.org/x/sys/unix"

	"konklave/bench/link"
)

// forwarder is one goroutine with one socket.
type forwarder struct {
	certificate tls.Certificate
	socket      *os.File // in the Go runtime's poller
	raw         syscall.RawConn
	fd          int
	port        int

	mu    sync.Mutex
	peers []*peer

	byAddress map[netip.AddrPort]*peer
	receivers []*peer // that have keys; made anew when somebody comes
	in        *link.Batch
	out       outBatch
	sources   map[uint32]*source
	waiting   []*source // have packets
}

const (
	inMessages   = 32
	socketBuffer = 4 << 20 // bytes
)

func newForwarder(certificate tls.Certificate) (*forwarder, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	}
	if err != nil {
		return nil, fmt.Errorf("opening a socket: %w", err)
	}
	for force, option := range map[int]int{unix.SO_RCVBUFFORCE: unix.SO_RCVBUF, unix.SO_SNDBUFFORCE: unix.SO_SNDBUF} {
		if unix.SetsockoptInt(fd, unix.SOL_SOCKET, force, socketBuffer) != nil {
			_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, socketBuffer)
		}
	}
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_UDP, unix.UDP_GRO, 1)
	name, err := unix.Getsockname(fd)
	if err != nil {
		return nil, fmt.Errorf("opening a socket: %w", err)
	}
	f := &forwarder{certificate: certificate, socket: os.NewFile(uintptr(fd), "udp"), fd: fd, port: name.(*unix.SockaddrInet4).Port,
		byAddress: make(map[netip.AddrPort]*peer), in: link.NewBatch(inMessages, true), sources: make(map[uint32]*source)}
	f.out.init()
	f.raw, err = f.socket.SyscallConn()
	return f, err
}

// admit makes a peer before anything is heard from it.
func (f *forwarder) admit(receives bool) *peer {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := newPeer(f, len(f.peers), receives)
	f.peers = append(f.peers, p)
	return p
}

// run forwards until the context ends.
func (f *forwarder) run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { _ = f.socket.Close() })
	defer stop()
	n := 0
	read := func(uintptr) bool {
		n = f.in.Read(f.fd)
		return n > 0
	}
	for ctx.Err() == nil {
		if len(f.waiting) > 0 {
			_ = f.socket.SetReadDeadline(time.Now().Add(patience))
		}
		n = 0
		if f.raw.Read(read) != nil && len(f.waiting) == 0 {
			_ = f.socket.SetReadDeadline(time.Time{})
		}
		for i := range n {
			from := f.in.Sender(i)
			for b := range slices.Chunk(f.in.Message(i)) {
				f.take(b, from)
			}
		}
		f.forward(n == 0)
	}
}

// take handles one datagram.
func (f *forwarder) take(b []byte, from netip.AddrPort) {
	switch {
	case len(b) < 12:
	case b[0] < 4:
		f.onSTUN(b, from)
	case b[0] < 64:
		if p := f.byAddress[from]; p != nil {
			_, _ = p.in.Write(b)
			if !p.started {
				p.started = true
				go func() { _ = p.secure(f.certificate) }() // who fails gets nothing
			}
		}
	case b[1] < 192 || b[1] > 223:
		if p := f.byAddress[from]; p != nil {
			f.onRTP(p, b)
		}
	}
}

func (f *forwarder) onSTUN(b []byte, from netip.AddrPort) {
	m := stun.Message{Raw: append([]byte(nil), b...)}
	var name stun.Username
	if m.Decode() != nil || m.Type != stun.BindingRequest || name.GetFrom(&m) != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.peers {
		if len(name) < len(p.ufrag) || string(name[:len(p.ufrag)]) != p.ufrag {
			continue
		}
		p.address, f.byAddress[from] = from, p
		answer, err := stun.Build(stun.NewTransactionIDSetter(m.TransactionID), stun.BindingSuccess,
			&stun.XORMappedAddress{IP: net.IP(from.Addr().AsSlice()), Port: int(from.Port())}, stun.NewShortTermIntegrity(p.password), stun.Fingerprint)
		if err == nil {
			_ = f.sendOne(answer.Raw, from)
		}
	}
	f.receivers = f.receivers[:0]
	for _, p := range f.peers { // checks come every few seconds, which is soon enough
		if p.receives && p.address.IsValid() {
			f.receivers = append(f.receivers, p)
		}
	}
}

// sendOne sends a datagram by itself. Any goroutine may call it.
func (f *forwarder) sendOne(b []byte, to netip.AddrPort) error {
	return unix.Sendto(f.fd, b, 0, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()})
}
