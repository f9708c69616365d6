package wire

import (
	"time"

	"konklave/internal/sfu"
)

// pressure is how a shard sees whether it keeps up. It costs a few comparisons a turn, and nothing for a packet.
type pressure struct {
	sfu.Overload
	emptied sfu.Time // the sockets had nothing left then: what is read now came later
	slept   bool     // before this turn: nothing has waited at all
	told    sfu.Time // when figures were last published
	worst   sfu.Time // lateness, lately
	worstAt sfu.Time
}

const (
	// fullLate is how late a shard counts as whose socket takes no more: the network behind it is the bottleneck.
	fullLate = 100 * sfu.Time(time.Millisecond)
	// tellPace is how old figures of a busy shard may be.
	tellPace = 100 * sfu.Time(time.Millisecond)
	// worstPace is for how long lateness explains that feedback tells of packets that came late.
	worstPace = 500 * sfu.Time(time.Millisecond)
)

// judge looks how late the turn is and sheds video accordingly. before is when the turn before began.
func (s *shard) judge(before sfu.Time) {
	p := &s.pressure
	late := s.now - p.emptied
	if p.slept {
		late, p.slept = 0, false
	}
	late = max(late, s.now-max(s.timers.next(), before)) // the machine did not let us run
	for _, port := range s.ports {
		if port.full {
			port.measure()
			late = max(late, fullLate)
		}
	}
	if late >= p.worst || s.now-p.worstAt > worstPace {
		p.worst, p.worstAt = late, s.now
	}
	if p.Observe(s.now, late) {
		s.shed()
	}
	if s.now-p.told >= tellPace {
		p.told = s.now
		s.stats.late.Store(int64(p.Lateness()))
		s.stats.publish()
	}
}

// shed carries a change of what is left out to all that is sent.
func (s *shard) shed() {
	now, before := s.pressure.Shed(), sfu.Shed(s.stats.shed.Load())
	s.stats.shed.Store(uint32(now))
	for _, c := range s.carriers {
		c.track.SetShed(s.now, now)
	}
	for _, one := range s.timers.heap {
		one.t.tellPaused(s)
	}
	if now > before {
		s.stats.sheds[1].Add(1)
		s.wire.log.Warn("too much to do: video is left out", "shard", s.index, "what", now.String())
	} else {
		s.stats.sheds[0].Add(1)
		s.wire.log.Info("less to do: video comes back", "shard", s.index, "left out", now.String())
	}
}

// tellPaused tells the transport's owner when all its video is left out, and when not any more.
func (t *Transport) tellPaused(s *shard) {
	paused := s.pressure.Shed() == sfu.ShedVideo && len(t.subscribed) > 0
	if paused != t.paused {
		t.paused = paused
		if t.handler.OnPaused != nil {
			t.handler.OnPaused(paused)
		}
	}
}
