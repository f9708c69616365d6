package wire

import (
	"sync/atomic"
	"unsafe"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

// ring carries media from one shard to one other, for all tracks that have subscribers there: one producer, one
// consumer, no lock. A packet is copied once for the shard, however many subscribers it has.
type ring struct {
	entries []entry
	to      *shard
	written atomic.Uint64 // by the producer
	freed   atomic.Uint64 // by the consumer
	read    uint64        // of the consumer; entries stay untouched until release
}

const ringSize = 512 // packets

// entry is one packet, or one sender report, of a track.
type entry struct {
	to       *carrier
	media    sfu.Media // its slices point into data
	report   sfu.SenderReport
	isReport bool
	data     [maxPacket]byte
}

func newRing(to *shard) *ring { return &ring{entries: make([]entry, ringSize), to: to} }

// slot is the next entry to fill, nil when the ring is full.
func (r *ring) slot() *entry {
	n := r.written.Load()
	if n-r.freed.Load() == ringSize {
		return nil
	}
	return &r.entries[n%ringSize]
}

// isCrowded tells that what is left is for audio and reports.
func (r *ring) isCrowded() bool { return r.written.Load()-r.freed.Load() > ringSize*3/4 }

// commit hands the filled slot to the consumer.
func (r *ring) commit() {
	r.written.Add(1)
	r.to.poll.wake()
}

// next is the next entry for the consumer, nil when there is none. It stays as it is until release.
func (r *ring) next() *entry {
	if r.read == r.written.Load() {
		return nil
	}
	e := &r.entries[r.read%ringSize]
	r.read++
	return e
}

// release gives everything that was read back to the producer, and lets go of the tracks it was of.
func (r *ring) release() {
	for n := r.freed.Load(); n < r.read; n++ {
		r.entries[n%ringSize].to = nil
	}
	r.freed.Store(r.read)
}

// link is the Feed of a published track that leads to another shard.
type link struct {
	from *shard
	ring *ring
	to   *carrier
}

var _ sfu.Feed = (*link)(nil)

// OnMedia copies a packet to the other shard.
func (l *link) OnMedia(_ sfu.Time, m *sfu.Media) {
	e := l.ring.slot()
	if e == nil || len(m.Data) > len(e.data) || m.Codec.Kind() == codec.Video && l.ring.isCrowded() {
		l.from.stats.drop(dropRingFull)
		return
	}
	n := copy(e.data[:], m.Data)
	e.to, e.isReport, e.media = l.to, false, *m
	e.media.Data = e.data[:n:n]
	if len(m.DD) > 0 { // it lies in the header extensions
		e.media.DD = nil
		if at := offset(m.Data, m.DD); at+len(m.DD) <= n {
			e.media.DD = e.media.Data[at : at+len(m.DD) : at+len(m.DD)]
		}
	}
	l.ring.commit()
}

// OnSenderReport passes a report on, in order with the packets.
func (l *link) OnSenderReport(_ sfu.Time, layer int8, sr sfu.SenderReport) {
	e := l.ring.slot()
	if e == nil {
		l.from.stats.drop(dropRingFull)
		return
	}
	e.to, e.isReport, e.report = l.to, true, sr
	e.media = sfu.Media{Layer: layer}
	l.ring.commit()
}

// offset tells where part begins in whole, of which it is a slice; past its end if it is not.
func offset(whole, part []byte) int {
	at := uintptr(unsafe.Pointer(unsafe.SliceData(part))) - uintptr(unsafe.Pointer(unsafe.SliceData(whole)))
	return int(min(at, uintptr(len(whole))))
}

// linkTo is the ring from s to another shard, made at its first use. The other shard learns of it by command, which
// it runs before it can know any carrier that the ring leads to.
func (s *shard) linkTo(to *shard) *ring {
	for len(s.rings) < len(s.wire.shards) {
		s.rings = append(s.rings, nil)
	}
	if s.rings[to.index] == nil {
		r := newRing(to)
		s.rings[to.index] = r
		to.post(func(to *shard) { to.links[s.index] = r })
	}
	return s.rings[to.index]
}
