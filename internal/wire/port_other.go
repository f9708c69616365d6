//go:build !linux

package wire

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"konklave/internal/sfu"
)

// Where there is no Linux the sockets are the standard library's: one shard, a goroutine that reads each socket and
// hands its packets over as TCP's do, plain sends. It is for development; nothing is measured on it.

const shardsPossible = 1

type port struct {
	conn  *net.UDPConn
	index int
	gso   bool // never
	full  bool // never
	out   struct {
		n      int
		memory [maxTrain]byte
	}
}

func openPorts(cfg *Config, _ *slog.Logger) (shards [][]*port, bound uint16, err error) {
	shards = make([][]*port, 1)
	bound = cfg.UDPPort
	for index, addr := range cfg.Bind {
		network := "udp4"
		if addr.Is6() {
			network = "udp6"
		}
		conn, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, bound)))
		if err != nil {
			closePorts(shards...)
			if errors.Is(err, syscall.EADDRINUSE) {
				return nil, 0, fmt.Errorf("udp port %d is in use by another process", bound)
			}
			return nil, 0, fmt.Errorf("udp port %d cannot be opened", bound)
		}
		bound = uint16(conn.LocalAddr().(*net.UDPAddr).Port)
		shards[0] = append(shards[0], &port{conn: conn, index: index})
	}
	return shards, bound, nil
}

func closePorts(shards ...[]*port) {
	for _, ports := range shards {
		for _, p := range ports {
			_ = p.conn.Close()
		}
	}
}

func defaultBind() []netip.Addr { return []netip.Addr{netip.IPv4Unspecified()} }

func (p *port) room(*shard, int) []byte { return p.out.memory[:0] }

func (p *port) add(to *path, message []byte, _ int) { p.addFrom(localIP{}, to, message, 0) }

func (p *port) addFrom(_ localIP, to *path, message []byte, _ int) {
	addr := netip.AddrPortFrom(netip.AddrFrom16(to.addr.v6()).Unmap(), to.addr.port)
	_, _ = p.conn.WriteToUDPAddrPort(message, addr)
}

func (p *port) flush(*shard) {}

func (p *port) measure() {}

// bank has nothing to read: the goroutines deliver.
type bank struct {
	begin sync.Once
}

func newBank(*Config) (*bank, error) { return new(bank), nil }

func (b *bank) close() {}

func (b *bank) full() bool { return false }
func (b *bank) release()   {}

func (b *bank) read(s *shard) {
	b.begin.Do(func() {
		for _, p := range s.ports {
			s.wire.running.Go(func() { p.read(s) })
		}
	})
}

func (p *port) read(s *shard) {
	var buf [datagramMax]byte
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf[:])
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			s.deliverFrom(buf[:n], endpointOf(from, p.index), localIP{}, nil)
		}
	}
}

// poller sleeps until it is woken.
type poller struct {
	pending atomic.Bool
	signal  chan struct{}
}

func newPoller([]*port) (*poller, error) { return &poller{signal: make(chan struct{}, 1)}, nil }

func (p *poller) wait(now, until sfu.Time) (slept bool) {
	d := time.Duration(until - now)
	if p.pending.Load() || d <= 0 {
		return false
	}
	timer := time.NewTimer(min(d, time.Hour))
	defer timer.Stop()
	select {
	case <-p.signal:
	case <-timer.C:
	}
	return true
}

func (p *poller) wake() {
	p.pending.Store(true)
	select {
	case p.signal <- struct{}{}:
	default:
	}
}

func (p *poller) begin() { p.pending.Store(false) }
func (p *poller) close() {}
