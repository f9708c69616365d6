package sfu

import (
	"encoding/binary"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/codec"
)

// Sender is all that goes to one subscriber's transport: its down tracks and the RTCP about them, in and out.
type Sender struct {
	out    Egress
	downs  []*DownTrack
	bySSRC map[uint32]*DownTrack
	ended  map[string]ending // where the stream of each section's removed down track stands, by MID

	due    Time // when Poll has something to do
	rtt    Time // smoothed, 0 when not known yet
	budget rtxBudget
	gone   uint64 // payload bytes that removed down tracks sent
	first  Time   // when something of a track was forwarded first, 0 before

	arrivals arrivals
	line     *downLine    // nil as long as nothing can be known of it
	shown    []*DownTrack // pictures that are wanted
	beside   []*DownTrack // sound of shared screens that is

	// OnPaused is told when the line carries nothing of a picture or of a screen's sound, or something again. It may be nil.
	OnPaused func(d *DownTrack, paused bool)
	// OnDue is told when Poll has something to do earlier than it said. It may be nil.
	OnDue func(at Time)

	// Scratch space, so that nothing is allocated for a packet.
	head     [headSize]byte
	compound [maxRTCP]byte
	replay   Media
}

// ending is where a stream stood when its down track was removed.
type ending struct {
	ssrc uint32
	next numbers
}

// NewSender makes a sender without down tracks that sends to out.
func NewSender(out Egress) *Sender {
	return &Sender{out: out, due: Never, bySSRC: make(map[uint32]*DownTrack), ended: make(map[string]ending)}
}

// AddDownTrack begins to carry t to the subscriber in the section that p describes. Nothing is sent before the down
// track's first Set. When the section and its SSRC carried another track before, their numbers go on.
func (s *Sender) AddDownTrack(t *Track, p DownParams, now Time) *DownTrack {
	if old := s.bySSRC[p.SSRC]; old != nil {
		s.RemoveDownTrack(old)
	}
	n := firstNumbers(p.SSRC)
	if e := s.ended[p.MID]; e.ssrc == p.SSRC && e.next.seq != 0 {
		n = e.next
	}
	d := newDownTrack(s, p, n)
	if p.Kind == codec.Video && p.Extensions.TWCC != 0 {
		s.beginLine()
	}
	if s.line != nil && s.line.bounds(now) {
		d.allowed.Layer = 0 // what more is carried, the division says
		d.paced = p.Kind == codec.Video
	}
	s.downs = append(s.downs, d)
	s.bySSRC[p.SSRC] = d
	t.Add(now, d)
	return d
}

// firstNumbers are the numbers with which a stream begins. They need not be secret, only unlikely to be those of
// another stream; the SSRC is random already. Sequence numbers begin in the lower half: receivers that miss the
// first packets must not guess a wrong count of wraps (RFC 3711 section 3.3.1).
func firstNumbers(ssrc uint32) numbers {
	h := uint64(ssrc) * 0x9e3779b97f4a7c15 // golden ratio: spreads neighbours
	const wrap = 1 << 16                   // late packets in front of the first stay positive
	return numbers{seq: wrap + int64(h>>49), ts: 1<<32 + int64(h>>16&0xffffffff), rtxSeq: uint16(h >> 33 & 0x7fff)}
}

// RemoveDownTrack ends what AddDownTrack began.
func (s *Sender) RemoveDownTrack(d *DownTrack) {
	if s.bySSRC[d.params.SSRC] != d {
		return
	}
	if d.track != nil {
		d.track.Remove(d)
	}
	s.unshow(d)
	s.ended[d.params.MID] = ending{ssrc: d.params.SSRC, next: d.numbers()}
	delete(s.bySSRC, d.params.SSRC)
	for i, other := range s.downs {
		if other == d {
			s.downs = append(s.downs[:i], s.downs[i+1:]...)
			return
		}
	}
}

// OnRTCP takes a compound packet of the subscriber; what is not about the down tracks is ignored. It keeps nothing
// of compound. numbered is the transport-wide sequence number that the next packet to the subscriber will get.
func (s *Sender) OnRTCP(now Time, compound []byte, numbered uint16) {
	for p, rest, ok := nextRTCP(compound); ok; p, rest, ok = nextRTCP(rest) {
		switch p.Type {
		case rtcpSR, rtcpRR: // a subscriber that publishes on the same transport reports in its SR
			s.onReports(now, p.reports())
		case rtcpRTPFB:
			switch p.Count {
			case rtpfbNACK:
				s.onNACK(now, p)
			case rtpfbTWCC:
				s.arrivals.onFeedback(p, numbered)
				if _, fci, ok := p.feedback(); ok && s.line != nil {
					s.line.estimate.OnFeedback(bwe.Time(now), fci)
				}
			}
		case rtcpPSFB:
			if p.Count == psfbAFB {
				s.onEstimate(now, p)
			}
			s.onKeyframeWish(now, p)
		}
	}
}

// onReports lets the down tracks learn from report blocks.
func (s *Sender) onReports(now Time, blocks []byte) {
	pictures, lost := 0, 0.0
	for b := blocks; len(b) > 0; b = b[reportBlockSize:] {
		block := parseReportBlock(b)
		d := s.bySSRC[block.SSRC]
		if d == nil {
			continue
		}
		d.onReport(now, block)
		if d.params.Kind == codec.Video {
			pictures++
			lost += float64(block.Fraction) / 256
		}
	}
	if l := s.line; l != nil && pictures > 0 {
		lost /= float64(pictures)
		l.lossy = l.lossy || lost > lineLoss
		l.estimate.OnLoss(bwe.Time(now), lost)
	}
}

// onEstimate takes a peer's own estimate, of those that give no transport-wide feedback.
func (s *Sender) onEstimate(now Time, p rtcpPacket) {
	if rate, ok := p.remb(); ok {
		l := s.beginLine()
		l.told = true
		l.estimate.OnREMB(bwe.Time(now), bwe.Rate(rate))
	}
}

// onNACK lets the down track answer.
func (s *Sender) onNACK(now Time, p rtcpPacket) {
	media, pairs, ok := p.feedback()
	d := s.bySSRC[media]
	if !ok || d == nil {
		return
	}
	if s.budget.fills(now) {
		s.budget.fill(now, s.media())
	}
	d.onNACK(now, pairs)
}

// media counts the payload bytes sent, retransmissions not counted.
func (s *Sender) media() uint64 {
	n := s.gone
	for _, d := range s.downs {
		n += d.bytes
	}
	return n
}

// onKeyframeWish takes a PLI, or a FIR, which names its streams in its entries (RFC 5104 section 4.3.1.1).
func (s *Sender) onKeyframeWish(now Time, p rtcpPacket) {
	media, fci, ok := p.feedback()
	if !ok {
		return
	}
	switch p.Count {
	case psfbPLI:
		if d := s.bySSRC[media]; d != nil {
			d.onKeyframeWish(now)
		}
	case psfbFIR:
		for ; len(fci) >= 8; fci = fci[8:] {
			if d := s.bySSRC[binary.BigEndian.Uint32(fci)]; d != nil {
				d.onKeyframeWish(now)
			}
		}
	}
}

// Poll sends what is due, such as sender reports, and tells when it wants to be called again. Media that flows in the
// meantime can make something due, so while there are down tracks that is never more than pollInterval away.
func (s *Sender) Poll(now Time) (next Time) {
	if now >= s.due {
		s.due = Never
		for _, d := range s.downs {
			d.pollAnnouncement(now)
		}
		s.pollReports(now)
	}
	if len(s.downs) == 0 {
		return s.due
	}
	next = min(s.due, now+pollInterval)
	if s.line != nil {
		next = min(next, s.pollLine(now))
	}
	return next
}

// pollInterval is the longest time between two polls.
const pollInterval = Time(100_000_000)

// Deadline is when Poll has something to do, as things stand; every other call may change it. It is at once where the line
// does not carry all that is wanted: each message of feedback may change that.
func (s *Sender) Deadline(now Time) Time {
	if s.line != nil && s.divides() && s.line.restless() {
		return now
	}
	return s.due
}

// RTT is the round trip time to the subscriber by its own reports, smoothed; 0 when not known yet.
func (s *Sender) RTT() Time { return s.rtt }

// First is when something of a track was forwarded to the subscriber first; 0 when nothing was yet.
func (s *Sender) First() Time { return s.first }

// TakeArrivals gives what transport-wide feedback told since the last time.
func (s *Sender) TakeArrivals() Arrivals { return s.arrivals.take() }

// wake brings Poll's next deadline forward.
func (s *Sender) wake(at Time) { s.due = min(s.due, at) }

// observeRTT takes one measurement.
func (s *Sender) observeRTT(rtt Time) {
	if s.rtt == 0 {
		s.rtt = rtt
		return
	}
	s.rtt += (rtt - s.rtt) / 8
}
