package sfu

import "konklave/internal/sfu/bwe"

// pacer holds back pictures for a line that does not carry all that is wanted: what would make a queue there, in which
// sound waits too, waits here instead, and sound goes past. It keeps no packets, only which they are: they are in the
// history, and get their headers, numbers for the transport and seals when they depart.
type pacer struct {
	queue  []held // from head on
	head   int
	credit int // bytes that may go at this moment; below zero while what went before is on its way
	filled Time
	due    Time // when the next may go, Never when none waits
}

// held is a packet that waits.
type held struct {
	down  *DownTrack
	seq   int64 // ours
	since Time
}

const (
	paceSpan   = Time(5_000_000)     // that much of it may go at once
	paceDebt   = Time(100_000_000)   // what is late makes those behind it wait no longer
	paceLate   = Time(1_500_000_000) // what waited so long goes: a picture that is larger than that must come too
	paceCredit = Time(1_000_000_000) // the longest time that counts
)

func (p *pacer) empty() bool { return p.head == len(p.queue) }

// fill adds what has become free since the last time at a rate.
func (p *pacer) fill(now Time, rate bwe.Rate) {
	span := min(now-p.filled, paceCredit)
	p.filled = now
	p.credit = min(p.credit+rate.Bytes(bwe.Time(span)), rate.Bytes(bwe.Time(paceSpan)))
}

// push makes a packet wait, in front of those of its down track that have higher numbers.
func (p *pacer) push(h held) {
	if p.head > 0 && len(p.queue) == cap(p.queue) {
		n := copy(p.queue, p.queue[p.head:])
		clear(p.queue[n:])
		p.queue, p.head = p.queue[:n], 0
	}
	p.queue = append(p.queue, h)
	last := len(p.queue) - 1
	for i := last - 1; i >= p.head; i-- {
		if other := p.queue[i]; other.down == h.down {
			if other.seq < h.seq {
				return
			}
			p.queue[i], p.queue[last] = p.queue[last], other
			last = i
		}
	}
}

// pop takes the packet that has waited longest.
func (p *pacer) pop() held {
	h := p.queue[p.head]
	p.queue[p.head] = held{}
	if p.head++; p.empty() {
		p.queue, p.head = p.queue[:0], 0
	}
	return h
}

// forget lets go of what waits of a down track and gives the first of its numbers, if any waited.
func (p *pacer) forget(d *DownTrack) (first int64, any bool) {
	kept := p.queue[:p.head]
	for _, h := range p.queue[p.head:] {
		switch {
		case h.down != d:
			kept = append(kept, h)
		case !any || h.seq < first:
			first, any = h.seq, true
		}
	}
	clear(p.queue[len(kept):])
	if p.queue = kept; p.empty() {
		p.queue, p.head, p.due = p.queue[:0], 0, Never
	}
	return first, any
}

// after tells whether a packet has a higher number than one of its down track that waits. All that waits does.
func (p *pacer) after(d *DownTrack, seq int64) bool {
	for _, h := range p.queue[p.head:] {
		if h.down == d {
			return h.seq < seq
		}
	}
	return false
}

// holds tells whether a packet waits.
func (p *pacer) holds(d *DownTrack, seq int64) bool {
	for i := p.head; i < len(p.queue); i++ {
		if h := &p.queue[i]; h.down == d && h.seq == seq {
			return true
		}
	}
	return false
}

// pace is the rate at which all may leave: somewhat less than the line carries, and while a queue drains less still.
func (l *downLine) pace() bwe.Rate { return l.estimate.Estimate() }

// hold makes a packet of a picture wait when it would make a queue, and tells whether it does.
func (s *Sender) hold(now Time, d *DownTrack, m *Media, r *run) bool {
	l := s.line
	p := &l.pacer
	p.fill(now, l.pace())
	if p.empty() && p.credit > 0 {
		p.credit -= m.size()
		return false
	}
	p.push(held{down: d, seq: m.Seq + r.seq, since: now})
	if p.due == Never {
		p.due = now + l.wait()
		if s.OnDue != nil {
			s.OnDue(p.due)
		}
	}
	return true
}

// size is about what a packet takes of a line.
func (m *Media) size() int { return len(m.Data) - m.Header + packetOverhead }

// wait is how long the next packet waits.
func (l *downLine) wait() Time {
	missing := max(1-l.pacer.credit, 0)
	return max(Time(missing)*8*Milliseconds(1000)/Time(l.pace()), Milliseconds(1))
}

// release sends what may go by now of what waits, and so many bytes more.
func (s *Sender) release(now Time, more int) {
	l := s.line
	p := &l.pacer
	p.fill(now, l.pace())
	p.credit += more
	for !p.empty() && (p.credit > 0 || now-p.queue[p.head].since > paceLate) {
		h := p.pop()
		p.credit = max(p.credit-h.down.sendHeld(now, h.seq), -l.pace().Bytes(bwe.Time(paceDebt)))
	}
	p.due = Never
	if !p.empty() {
		p.due = now + l.wait()
	}
}

// sendHeld sends our packet seq, which waited, and gives its size, 0 when it is not kept any more.
func (d *DownTrack) sendHeld(now Time, seq int64) (size int) {
	r, m := d.stream.findSent(seq), &d.sender.replay
	if r == nil || !d.track.layers[r.layer].history.get(now, seq-r.seq, m) {
		d.drop(DropGone)
		d.giveUp(seq)
		return 0
	}
	m.Layer = r.layer
	size = m.size()
	if reason := d.send(now, m, r); reason != Kept {
		d.drop(reason)
		d.giveUp(seq)
	}
	return size
}

// giveUp ends the stream in front of our packet seq, which was not sent, and what follows it waits no longer. The next
// review begins anew.
func (d *DownTrack) giveUp(seq int64) {
	d.stream.rewind(seq)
	d.pause()
}

// unhold lets go of what waits of the down track: its numbers are free again.
func (d *DownTrack) unhold() {
	if l := d.sender.line; l != nil && !l.pacer.empty() {
		if first, any := l.pacer.forget(d); any {
			d.stream.rewind(min(first, d.stream.next))
		}
	}
}
