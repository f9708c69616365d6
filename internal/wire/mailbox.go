package wire

import (
	"sync"
	"sync/atomic"
)

// mailbox is how other goroutines reach a shard: commands (unbounded, they come from our own control path) and
// datagrams that arrived elsewhere, over TCP or at another shard's socket (bounded).
type mailbox struct {
	mu       sync.Mutex
	commands []func(*shard)
	parcels  []*parcel
	free     []*parcel
	made     int
	lost     atomic.Uint64 // datagrams there was no room for
	overRate atomic.Uint64 // packets of TCP connections beyond their budget

	running []func(*shard) // the batch in hand, of the shard alone
}

// parcel is a datagram on its way to the shard of its transport.
type parcel struct {
	data   [datagramMax]byte
	n      int
	from   endpoint
	local  localIP
	stream *stream // of TCP, else nil
}

const (
	datagramMax = 2048
	maxParcels  = 1024 // for each shard
)

// post has the shard run f in its next turn. Any goroutine may call it; commands of one goroutine keep their order.
func (s *shard) post(f func(*shard)) {
	s.mail.mu.Lock()
	s.mail.commands = append(s.mail.commands, f)
	s.mail.mu.Unlock()
	s.poll.wake()
}

// runCommands runs what was posted, and what that posts to this same shard.
func (s *shard) runCommands() {
	for {
		s.mail.mu.Lock()
		s.mail.running, s.mail.commands = s.mail.commands, s.mail.running[:0]
		s.mail.mu.Unlock()
		if len(s.mail.running) == 0 {
			return
		}
		for i, f := range s.mail.running {
			f(s)
			s.mail.running[i] = nil
		}
	}
}

// deliver copies a datagram to the shard. It drops it when the shard is behind.
func (s *shard) deliver(d *datagram) bool {
	socket := uint16(0)
	if d.port != nil {
		socket = uint16(d.port.index)
	}
	from := d.from
	from.socket = socket
	return s.deliverFrom(d.data, from, d.local, nil)
}

func (s *shard) deliverFrom(data []byte, from endpoint, local localIP, stream *stream) bool {
	if len(data) == 0 || len(data) > datagramMax {
		return false
	}
	m := &s.mail
	m.mu.Lock()
	var p *parcel
	switch n := len(m.free); {
	case n > 0:
		p, m.free = m.free[n-1], m.free[:n-1]
	case m.made < maxParcels:
		p = new(parcel)
		m.made++
	default:
		m.mu.Unlock()
		m.lost.Add(1)
		return false
	}
	p.n = copy(p.data[:], data)
	p.from, p.local, p.stream = from, local, stream
	m.parcels = append(m.parcels, p)
	m.mu.Unlock()
	s.poll.wake()
	return true
}

// takeParcels takes in what was delivered.
func (s *shard) takeParcels() {
	m := &s.mail
	m.mu.Lock()
	first := len(s.parcels)
	s.parcels = append(s.parcels, m.parcels...)
	m.parcels = m.parcels[:0]
	m.mu.Unlock()
	for _, p := range s.parcels[first:] {
		d := datagram{data: p.data[:p.n:p.n], from: p.from, local: p.local}
		if p.stream != nil {
			d.path = p.stream.path()
			d.stream = p.stream
		} else {
			d.port, d.handed = s.ports[p.from.socket], true
			d.path = s.pathOf(p.from)
		}
		s.take(d)
	}
}

// releaseParcels gives the parcels back once nothing refers to them.
func (s *shard) releaseParcels() {
	if len(s.parcels) == 0 {
		return
	}
	s.mail.mu.Lock()
	for i, p := range s.parcels {
		p.stream = nil
		s.mail.free = append(s.mail.free, p)
		s.parcels[i] = nil
	}
	s.mail.mu.Unlock()
	s.parcels = s.parcels[:0]
}
