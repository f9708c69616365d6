package wire

import (
	"slices"
	"sync/atomic"

	"konklave/internal/sfu"
)

// Subscribed is a track on its way to a peer. Its methods may be called by any goroutine.
type Subscribed struct {
	t      *Transport
	counts [3]atomic.Uint64

	// Of the subscriber's shard.
	source   *Published
	carrier  *carrier
	down     *sfu.DownTrack
	settings sfu.DownSettings
	closed   bool
}

// Subscribe begins to carry a track to this peer in the section that p describes. The two transports may be in
// different shards, and either may still be connecting.
func (t *Transport) Subscribe(src *Published, p sfu.DownParams, settings sfu.DownSettings) *Subscribed {
	sub := &Subscribed{t: t, source: src, settings: settings}
	t.post(func(s *shard) { sub.join(s, p) })
	return sub
}

func (u *Subscribed) join(s *shard, p sfu.DownParams) {
	t := u.t
	if t.removed || u.closed {
		return
	}
	for _, ssrc := range [2]uint32{p.SSRC, p.RTX} {
		if ssrc != 0 {
			t.outgoing(ssrc).expect(&p)
		}
	}
	if sealsAgain(&p) {
		t.outgoing(p.SSRC).repeats.remember(p.Kind)
	}
	u.carrier = s.carrierOf(u.source)
	u.down = t.sending().AddDownTrack(u.carrier.track, p, s.now)
	u.down.Set(s.now, u.settings)
	t.subscribed = append(t.subscribed, u)
	t.tellPaused(s)
	if u.down.Paused() {
		u.tellPaused(true)
	}
	t.senderDue = s.now
	s.timers.earlier(t, s.now)
}

// Set tells what the subscriber wants of the track from now on.
func (u *Subscribed) Set(settings sfu.DownSettings) {
	u.t.post(func(s *shard) {
		u.settings = settings
		if u.down != nil {
			u.down.Set(s.now, settings)
			u.t.senderDue = s.now
			s.timers.earlier(u.t, s.now)
		}
	})
}

// Close ends the subscription.
func (u *Subscribed) Close() { u.t.post(u.leave) }

func (u *Subscribed) leave(s *shard) {
	if u.closed {
		return
	}
	u.closed = true
	if i := slices.Index(u.t.subscribed, u); i >= 0 {
		u.t.subscribed = slices.Delete(u.t.subscribed, i, i+1)
	}
	if u.down != nil {
		u.countDrops(s)
		u.t.sender.RemoveDownTrack(u.down)
		u.carrier.leave()
		u.down, u.carrier = nil, nil
	}
}

// countDrops takes what went no further, on the way to this peer or to all in the shard, into the shard's figures.
func (u *Subscribed) countDrops(s *shard) {
	u.down.TakeDrops(&s.stats.media)
	u.carrier.track.TakeDrops(&s.stats.media)
}

// tellPaused tells the transport's owner that the peer's line carries nothing of the track, or something again.
func (u *Subscribed) tellPaused(paused bool) {
	if u.t.handler.OnTrackPaused != nil {
		u.t.handler.OnTrackPaused(u, paused)
	}
}

// SubscribedStats are counters of a subscription since it began.
type SubscribedStats struct {
	Packets, Bytes uint64
	Layer          int8 // forwarded at the moment, -1 when none
}

// Stats are the subscription's counters; they may be half a second old.
func (u *Subscribed) Stats() SubscribedStats {
	return SubscribedStats{
		Packets: u.counts[0].Load(), Bytes: u.counts[1].Load(), Layer: int8(u.counts[2].Load()) - 1,
	}
}

// report publishes the counters and gives the share of packets lost lately.
func (u *Subscribed) report(s *shard) (loss float64) {
	u.countDrops(s)
	st := u.down.Stats()
	u.counts[0].Store(st.Packets)
	u.counts[1].Store(st.Bytes)
	u.counts[2].Store(uint64(st.Layer + 1))
	return float64(st.Loss) / 256
}
