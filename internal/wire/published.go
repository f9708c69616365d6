package wire

import (
	"slices"
	"sync/atomic"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

// UpHandler gets the events of a published track, on its shard: it must not block.
type UpHandler struct {
	OnLayer func(layer int8, ssrc uint32) // the first packet of a layer came; may be nil
}

// Published is a track that a peer sends us. Its methods may be called by any goroutine.
type Published struct {
	t       *Transport
	kind    codec.Kind
	layers  int
	handler UpHandler

	level  atomic.Uint32 // level, in bit 8 whether it is active, from bit 16 loudness, in bit 24 whether it is ranked
	counts [3]atomic.Uint64

	// Of the publisher's shard.
	up         *sfu.UpTrack
	params     sfu.UpParams
	forwarding bool
	gate       sfu.Gate
	closed     bool
	carriers   []*carrier // in all shards
	feeds      []sfu.Feed // how they are fed, beside them
}

// Publish begins to receive a track in the section that p describes. Nothing of it goes to anyone before SetForwarding.
func (t *Transport) Publish(p sfu.UpParams, h UpHandler) *Published {
	pub := &Published{t: t, kind: p.Kind, layers: max(1, len(p.Encodings)), handler: h, params: p}
	pub.level.Store(silence)
	t.post(pub.join)
	return pub
}

const silence = 127 | 127<<16 // -dBov

func (p *Published) join(s *shard) {
	t := p.t
	if t.removed || p.closed {
		return
	}
	p.up = t.receiving().AddTrack(p.params)
	p.up.SetForwarding(p.forwarding)
	p.up.SetGate(p.gate)
	t.layerEvents[p.up] = p
	t.published = append(t.published, p)
	t.sortPayloads()
	s.timers.set(t, s.now)
}

// sortPayloads notes which payload types carry audio, for the order in a turn.
func (t *Transport) sortPayloads() {
	t.audio = [2]uint64{}
	for _, p := range t.published {
		for _, payload := range p.params.Payloads {
			if p.kind == codec.Audio {
				t.audio[payload.PT>>6&1] |= 1 << (payload.PT & 63)
			}
		}
	}
}

// SetForwarding tells whether the track goes to its subscribers. Otherwise nothing does, whatever arrives; it is
// received and counted, and subscribers take the silence as meant and not as loss.
func (p *Published) SetForwarding(on bool) {
	p.t.post(func(*shard) {
		p.forwarding = on
		if p.up != nil {
			p.up.SetForwarding(on)
		}
		for _, c := range p.carriers {
			c.shard.post(func(*shard) { c.track.SetMuted(!on) })
		}
	})
}

// SetGate chooses what of an audio track goes to its subscribers, by how loud it is.
func (p *Published) SetGate(g sfu.Gate) {
	p.t.post(func(*shard) {
		p.gate = g
		if p.up != nil {
			p.up.SetGate(g)
		}
	})
}

// Close ends the track; its subscriptions carry nothing from now on and are closed by their owners.
func (p *Published) Close() { p.t.post(func(*shard) { p.leave() }) }

func (p *Published) leave() {
	if p.closed {
		return
	}
	p.closed = true
	t := p.t
	if p.up != nil {
		if t.receiver != nil {
			t.receiver.RemoveTrack(p.up)
		}
		delete(t.layerEvents, p.up)
		p.up = nil
	}
	if i := slices.Index(t.published, p); i >= 0 {
		t.published = slices.Delete(t.published, i, i+1)
	}
	p.carriers, p.feeds = nil, nil
	p.level.Store(silence)
	t.sortPayloads()
}

// feed begins to feed a carrier, in the publisher's shard.
func (p *Published) feed(s *shard, c *carrier) {
	if p.closed {
		return
	}
	var f sfu.Feed = c.track
	if c.shard != s {
		f = &link{from: s, ring: s.linkTo(c.shard), to: c}
	}
	p.carriers, p.feeds = append(p.carriers, c), append(p.feeds, f)
	if !p.forwarding {
		c.shard.post(func(*shard) { c.track.SetMuted(true) })
	}
	if p.up != nil {
		p.up.AddFeed(f)
	}
}

func (p *Published) unfeed(c *carrier) {
	if i := slices.Index(p.carriers, c); i >= 0 {
		if p.up != nil {
			p.up.RemoveFeed(p.feeds[i])
		}
		p.carriers, p.feeds = slices.Delete(p.carriers, i, i+1), slices.Delete(p.feeds, i, i+1)
	}
}

// Level is how loud the track is, in -dBov (0 loudest, 127 silence), and whether someone speaks.
func (p *Published) Level() (level uint8, active bool) {
	v := p.level.Load()
	return uint8(v), v&0x100 != 0
}

// Loudness is how loud the track is beside others, see sfu.UpTrack.
func (p *Published) Loudness() (loudness uint8, ranked bool) {
	v := p.level.Load()
	return uint8(v >> 16), v&(1<<24) != 0
}

// PublishedStats are counters of a published track, over all layers, since it began.
type PublishedStats struct {
	Packets, Bytes uint64 // received
	Lost           uint64 // missed, and not recovered since
}

// Stats are the track's counters; they may be 50 ms old.
func (p *Published) Stats() PublishedStats {
	return PublishedStats{Packets: p.counts[0].Load(), Bytes: p.counts[1].Load(), Lost: p.counts[2].Load()}
}

// report publishes level and counters.
func (p *Published) report(now sfu.Time) {
	level, active := p.up.Level()
	loudness, ranked := p.up.Loudness(now)
	v := uint32(level) | uint32(loudness)<<16
	if active {
		v |= 0x100
	}
	if ranked {
		v |= 1 << 24
	}
	p.level.Store(v)
	var sum sfu.LayerStats
	st := p.up.Stats()
	for _, l := range st.Layers[:st.Count] {
		sum.Packets += l.Packets
		sum.Bytes += l.Bytes
		sum.Lost += l.Lost - min(l.Lost, l.Recovered)
	}
	p.counts[0].Store(sum.Packets)
	p.counts[1].Store(sum.Bytes)
	p.counts[2].Store(sum.Lost)
}

// carrier is a published track in one shard: the sfu.Track of all its subscribers there.
type carrier struct {
	shard   *shard
	source  *Published
	track   *sfu.Track
	users   int
	dropped bool
}

// carrierOf finds or makes the carrier of a track in s.
func (s *shard) carrierOf(p *Published) *carrier {
	c := s.carriers[p]
	if c == nil {
		c = &carrier{shard: s, source: p}
		// A request comes from within the track's own methods, so it is always posted.
		c.track = sfu.NewTrack(p.kind, p.layers, func(layer int8) {
			p.t.post(func(home *shard) {
				if p.up != nil {
					p.up.RequestKeyframe(home.now, layer)
					home.timers.earlier(p.t, p.t.receiver.Deadline())
				}
			})
		})
		c.track.SetShed(s.now, s.pressure.Shed())
		s.carriers[p] = c
		p.t.post(func(home *shard) { p.feed(home, c) })
	}
	c.users++
	return c
}

// leave gives the carrier up; the last user ends it.
func (c *carrier) leave() {
	if c.users--; c.users > 0 {
		return
	}
	c.dropped = true
	delete(c.shard.carriers, c.source)
	c.source.t.post(func(*shard) { c.source.unfeed(c) })
}
