package wire

import (
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

// What a Transport does with media: SRTP is opened and sealed here, everything between is internal/sfu.

const (
	senderPace = sfu.Time(100 * time.Millisecond) // a Sender that sends is polled at least so often
	reportPace = sfu.Time(50 * time.Millisecond)  // how old published figures may be

	maxOpened = 4096 // SSRCs of one peer: SRTP keeps a replay list for each, for ever
)

// onRTP opens a packet in place and gives it to the receiver.
func (t *Transport) onRTP(s *shard, b []byte) {
	if t.open == nil || t.receiver == nil {
		s.stats.drop(dropNotReady)
		return
	}
	plain, fresh, err := t.open.openRTP(s, b, t.opened < maxOpened)
	if err != nil {
		t.dropForged(s, b)
		return
	}
	if fresh {
		t.opened++
	}
	t.hear(s.now)
	t.in += uint64(len(b))
	if why := t.receiver.OnRTP(s.now, plain); why != sfu.Kept {
		s.stats.media[why]++
	}
	s.timers.earlier(t, t.receiver.Deadline())
}

// onRTCP opens a compound packet and gives it to both sides: reports on what we send, and on what we receive, may
// share it.
func (t *Transport) onRTCP(s *shard, b []byte) {
	if t.open == nil {
		s.stats.drop(dropNotReady)
		return
	}
	plain, fresh, err := t.open.openRTCP(s, b, t.opened < maxOpened)
	if err != nil {
		t.dropForged(s, b)
		return
	}
	if fresh {
		t.opened++
	}
	t.hear(s.now)
	t.in += uint64(len(b))
	if t.receiver != nil {
		t.receiver.OnRTCP(s.now, plain)
		s.timers.earlier(t, t.receiver.Deadline())
	}
	if t.sender != nil {
		t.sender.Late(s.pressure.worst)
		t.sender.OnRTCP(s.now, plain, t.number)
		if due := max(t.sender.Deadline(s.now), s.now); due < t.senderDue {
			t.senderDue = due
			s.timers.earlier(t, due)
		}
	}
}

// dropForged drops what does not open. A stranger may have sent it in the peer's name, so it does not count against the
// peer's rate, unless it is so much that opening it costs others.
func (t *Transport) dropForged(s *shard, b []byte) {
	s.stats.drop(dropSRTP)
	if t.forged.take(s.now, 0, s.wire.limits.burst) {
		t.budget.giveBack(len(b))
	}
}

// pollMedia does what the media core has to do by now and tells when there will be more.
func (t *Transport) pollMedia(s *shard) sfu.Time {
	next := s.now + sfu.Time(time.Second)
	t.dropStale(s)
	if t.seal == nil {
		return next
	}
	if t.receiver != nil {
		if t.receiver.Deadline() <= s.now {
			t.receiver.Poll(s.now)
		}
		next = min(next, t.receiver.Deadline())
	}
	if t.sender != nil {
		if t.senderDue <= s.now {
			t.senderDue = s.timers.together(s.now, t.sender.Poll(s.now))
		}
		next = min(next, t.senderDue)
	}
	return min(next, t.report(s))
}

// report publishes the figures that other goroutines read. Those of subscriptions are many, and nobody looks at them
// so often.
func (t *Transport) report(s *shard) (next sfu.Time) {
	next = sfu.Never
	if len(t.published) > 0 {
		if s.now >= t.publishedDue {
			t.publishedDue = s.timers.together(s.now, s.now+reportPace)
			for _, p := range t.published {
				p.report(s.now)
			}
		}
		next = t.publishedDue
	}
	if t.sender != nil {
		if s.now >= t.subscribedDue {
			t.subscribedDue = s.timers.together(s.now, s.now+10*reportPace)
			t.stats.set(s, t.subscribed, s.stats.told(t.sender.TakeArrivals()))
			t.stats.rtt.Store(int64(t.sender.RTT()))
			line, _ := t.sender.Line()
			t.stats.line.Store(int64(line.Estimate))
			t.stats.short(t.sender.Short())
			t.stats.first.Store(int64(t.sender.First()))
			t.trimPending()
		}
		next = min(next, t.subscribedDue)
	}
	return next
}

// receiving is the receiver, made at its first use.
func (t *Transport) receiving() *sfu.Receiver {
	if t.receiver == nil {
		t.receiver = sfu.NewReceiver(t, rand.Uint32(), sfu.ReceiverEvents{OnLayer: t.onLayer})
	}
	return t.receiver
}

// sending is the sender, made at its first use.
func (t *Transport) sending() *sfu.Sender {
	if t.sender == nil {
		t.sender = sfu.NewSender(t)
		t.sender.OnPaused, t.sender.OnDue = t.onDownPaused, t.onDue
	}
	return t.sender
}

func (t *Transport) onLayer(up *sfu.UpTrack, layer int8, ssrc uint32) {
	if c := t.layerEvents[up]; c != nil && c.handler.OnLayer != nil {
		c.handler.OnLayer(layer, ssrc)
	}
}

func (t *Transport) onDue(at sfu.Time) {
	if at < t.senderDue {
		t.senderDue = at
		t.owner().timers.earlier(t, at)
	}
}

func (t *Transport) onDownPaused(d *sfu.DownTrack, paused bool) {
	for _, sub := range t.subscribed {
		if sub.down == d {
			sub.tellPaused(paused)
		}
	}
}

// stopMedia ends what is left when the transport goes.
func (t *Transport) stopMedia(s *shard) {
	for len(t.subscribed) > 0 {
		t.subscribed[0].leave(s)
	}
	for len(t.published) > 0 {
		t.published[0].leave()
	}
	t.receiver, t.sender = nil, nil
}

// isAudio tells whether a payload type carries audio; read before the packet is opened, so it decides only on order.
func (t *Transport) isAudio(pt uint8) bool { return t.audio[pt>>6&1]&(1<<(pt&63)) != 0 }

// TransportStats are figures of the way to a peer.
type TransportStats struct {
	RTT     time.Duration // by the peer's reports; 0 when not known yet
	Loss    float64       // share of our packets lost lately by the peer's reports, 0 to 1
	Line    int64         // what may be sent to the peer by the estimate of its line, bits a second; 0 when not known
	Short   sfu.Shortage  // what the line does not carry of what the peer wants and what comes
	First   time.Time     // when something of a track was forwarded to the peer first; zero before
	Silence time.Duration // since the peer proved by a check, sound, picture or report that it is there; 0 before the first
}

// Stats are the transport's figures; those of reports may be half a second old.
func (t *Transport) Stats() TransportStats {
	st := TransportStats{
		RTT:  time.Duration(t.stats.rtt.Load()),
		Loss: math.Float64frombits(t.stats.loss.Load()),
		Line: t.stats.line.Load(),
		Short: sfu.Shortage{
			Paused: int(t.stats.paused.Load()), Lowered: int(t.stats.lowered.Load()),
		},
	}
	if first := t.stats.first.Load(); first != 0 {
		st.First = t.wire.epoch.Add(time.Duration(first - t.wire.epoch.UnixNano()))
	}
	if heard := t.stats.heard.Load(); heard != 0 {
		st.Silence = max(0, time.Duration(t.wire.now())-time.Duration(heard))
	}
	return st
}

// hear notes that something came whose sender is certain. Who asks learns it up to reportPace late.
func (t *Transport) hear(now sfu.Time) {
	if now-t.heard >= reportPace {
		t.heard = now
		t.stats.heard.Store(int64(now))
	}
}

type transportStats struct {
	rtt   atomic.Int64
	loss  atomic.Uint64 // bits of a float64
	line  atomic.Int64  // bits a second
	heard atomic.Int64  // when the peer was heard last (sfu.Time), 0 before
	path  atomic.Uint32 // PathKind
	first atomic.Int64  // when something was forwarded first (sfu.Time), 0 before

	paused, lowered atomic.Int32 // pictures
}

func (st *transportStats) short(s sfu.Shortage) {
	st.paused.Store(int32(s.Paused))
	st.lowered.Store(int32(s.Lowered))
}

// set takes the loss that transport-wide feedback tells. Without any it is the greatest that reports tell of a down
// track, of which they know little where few packets flow.
func (st *transportStats) set(s *shard, list []*Subscribed, told sfu.Arrivals) {
	loss := 0.0
	for _, sub := range list {
		loss = max(loss, sub.report(s))
	}
	if told.Told > 0 {
		loss = told.Loss()
	}
	st.loss.Store(math.Float64bits(loss))
}

// serveLinks carries on what other shards have received for tracks that have subscribers here.
func (s *shard) serveLinks() {
	for _, r := range s.links {
		if r == nil {
			continue
		}
		for e := r.next(); e != nil; e = r.next() {
			c := e.to
			if c.dropped {
				continue
			}
			s.hurry = !e.isReport && e.media.Codec.Kind() == codec.Audio
			if e.isReport {
				c.track.OnSenderReport(s.now, e.media.Layer, e.report)
			} else {
				if !s.hurry {
					s.gather.partial = !e.media.Marker
				}
				c.track.OnMedia(s.now, &e.media)
			}
			s.hurry = false
			s.drain()
		}
	}
}
