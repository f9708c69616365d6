package sfu

import "konklave/internal/sfu/bwe"

// pacer holds back pictures for a line that does not carry all that is wanted: what would make a queue there, in which
// sound waits too, waits here instead, and sound goes past. It keeps no packets, only which they are: they are in the
// history, and get their headers, numbers for the transport and seals when they depart.
type pacer struct {
	again  waiting // what the peer missed: it goes first, for a picture stands still without it
	queue  waiting // what it did not get yet
	credit int     // bytes that may go at this moment; below zero while what went before is on its way
	filled Time
	due    Time // when the next may go, Never when none waits
}

const (
	paceSpan   = Time(5_000_000)     // that much of it may go at once
	paceWake   = Time(20_000_000)    // or, while something waits, that much: timers are late on a busy machine
	paceDebt   = Time(100_000_000)   // what is late, or sound, makes those behind it wait no longer
	paceCredit = Time(1_000_000_000) // the longest time that counts
	mostAgain  = 256                 // packets that wait to be sent again: looking through them takes time

	// As long as nothing is known so much goes at once, which tells how fast it comes, and then little until that is told.
	paceBlindBytes = 6000
	paceBlind      = 300 * bwe.Kbit
)

func (p *pacer) empty() bool { return p.queue.empty() && p.again.empty() }

// fill adds what has become free since the last time at a rate, up to most.
func (p *pacer) fill(now Time, rate bwe.Rate, most int) {
	span := min(now-p.filled, paceCredit)
	p.filled = now
	p.credit = min(p.credit+rate.Bytes(bwe.Time(span)), most)
}

// take counts what departs.
func (p *pacer) take(bytes int, rate bwe.Rate) {
	p.credit = max(p.credit-bytes, min(p.credit, -rate.Bytes(bwe.Time(paceDebt))))
}

// pace is the rate at which all may leave: what the line carries, while a queue drains less, and little before anything is known.
func (l *downLine) pace() bwe.Rate {
	if l.estimate.Guesses() {
		return paceBlind
	}
	return l.estimate.Estimate()
}

// fill adds to what may go what has become free since the last time.
func (l *downLine) fill(now Time) {
	span := paceSpan
	if !l.pacer.empty() {
		span = paceWake
	}
	rate := l.pace()
	most := rate.Bytes(bwe.Time(span))
	if l.estimate.Guesses() {
		most = paceBlindBytes
	}
	l.pacer.fill(now, rate, most)
}

// hold makes a packet of a picture wait when it would make a queue, and tells whether it does.
func (s *Sender) hold(now Time, d *DownTrack, m *Media, r *run) bool {
	p := &s.line.pacer
	if s.free(now) {
		p.take(m.size(), s.line.pace())
		return false
	}
	p.queue.push(held{down: d, seq: m.Seq + r.seq, since: now, size: m.size()})
	d.track.layers[m.Layer].history.held = now
	s.await(now)
	return true
}

// holdAgain makes a packet that the peer missed wait when it would make a queue, and tells whether it does, or is left out
// because too many wait.
func (s *Sender) holdAgain(now Time, d *DownTrack, seq int64) bool {
	again := &s.line.pacer.again
	switch {
	case s.free(now):
		return false
	case again.count() >= mostAgain:
		d.drop(DropOverBudget)
	default:
		again.push(held{down: d, seq: seq, since: now})
		s.await(now)
	}
	return true
}

// free tells whether something may go at once.
func (s *Sender) free(now Time) bool {
	p := &s.line.pacer
	s.line.fill(now)
	return p.empty() && p.credit > 0
}

// await sees to it that what waits is looked at.
func (s *Sender) await(now Time) {
	if p := &s.line.pacer; p.due == Never {
		p.due = now + s.line.wait()
		if s.OnDue != nil {
			s.OnDue(p.due)
		}
	}
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
	l.fill(now)
	p.credit += more
	for p.credit > 0 && !p.empty() {
		size := 0
		if !p.again.empty() {
			h := p.again.pop()
			size = h.down.sendAgain(now, h.seq)
		} else {
			h := p.queue.pop()
			size = h.down.sendHeld(now, h.seq)
		}
		p.take(size, l.pace())
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
	} else if key := &d.track.layers[r.layer].history.key; key.valid && key.timestamp == m.Timestamp {
		d.rare().keyframes.sent = now // who waits for it need not ask for another
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
		l.pacer.again.forget(d)
		first, any := l.pacer.queue.forget(d)
		if l.pacer.empty() {
			l.pacer.due = Never
		}
		if any {
			d.stream.rewind(min(first, d.stream.next))
		}
	}
}
