package wire

import (
	"slices"
	"sync/atomic"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

// UpHandler gets the events of a published track, on its shard: it must not block.
type UpHandler struct {
	OnLayer func(layer int8, ssrc uint32) // the first packet of a layer of the track came; may be nil
}

// Published is a track that a peer sends us. Its methods may be called by any goroutine.
type Published struct {
	t    *Transport
	kind codec.Kind

	level  atomic.Uint32 // level, in bit 8 whether it is active, from bit 16 loudness, in bit 24 whether it is ranked
	counts [3]atomic.Uint64
	layers atomic.Uint32 // that were negotiated, as bits, and from bit 16 on those that come

	// Of the publisher's shard.
	sections   []*section
	past       sfu.LayerStats // of sections that it has no more
	forwarding bool
	gate       sfu.Gate
	closed     bool
	carriers   []*carrier // in all shards
	feeds      []sfu.Feed // how they are fed, beside them
}

// section is where a track comes in, in one codec.
type section struct {
	params  sfu.UpParams
	handler UpHandler
	up      *sfu.UpTrack
}

// Publish begins to receive a track in the section that p describes. Nothing of it goes to anyone before SetForwarding.
func (t *Transport) Publish(p sfu.UpParams, h UpHandler) *Published {
	pub := &Published{t: t, kind: p.Kind}
	pub.level.Store(silence)
	t.post(func(s *shard) {
		if !t.removed && !pub.closed {
			t.published = append(t.published, pub)
			pub.join(s, p, h)
		}
	})
	return pub
}

const silence = 127 | 127<<16 // -dBov

// Add begins to receive the track in a further section, in another codec: its layers are those from p.FirstLayer on,
// in place of what came for these before.
func (p *Published) Add(params sfu.UpParams, h UpHandler) {
	p.t.post(func(s *shard) {
		if !p.t.removed && !p.closed {
			p.drop(params.FirstLayer)
			p.join(s, params, h)
		}
	})
}

// Remove ends what Add began for the layers from first on.
func (p *Published) Remove(first int8) { p.t.post(func(*shard) { p.drop(first) }) }

func (p *Published) join(s *shard, params sfu.UpParams, h UpHandler) {
	t := p.t
	c := &section{params: params, handler: h, up: t.receiving().AddTrack(params, p.feeds...)}
	c.up.SetForwarding(p.forwarding)
	c.up.SetGate(p.gate)
	p.sections = append(p.sections, c)
	t.layerEvents[c.up] = c
	t.sortPayloads()
	s.timers.set(t, s.now)
}

func (p *Published) drop(first int8) {
	i := slices.IndexFunc(p.sections, func(c *section) bool { return c.params.FirstLayer == first })
	if i < 0 {
		return
	}
	t, up := p.t, p.sections[i].up
	if t.receiver != nil {
		t.receiver.RemoveTrack(up)
	}
	delete(t.layerEvents, up)
	addStats(&p.past, up)
	p.sections = slices.Delete(p.sections, i, i+1)
	t.sortPayloads()
}

// sortPayloads notes which payload types carry audio, for the order in a turn.
func (t *Transport) sortPayloads() {
	t.audio = [2]uint64{}
	for _, p := range t.published {
		if p.kind != codec.Audio {
			continue
		}
		for _, c := range p.sections {
			for _, payload := range c.params.Payloads {
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
		for _, c := range p.sections {
			c.up.SetForwarding(on)
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
		for _, c := range p.sections {
			c.up.SetGate(g)
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
	for len(p.sections) > 0 {
		p.drop(p.sections[0].params.FirstLayer)
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
	for _, section := range p.sections {
		section.up.AddFeed(f)
	}
}

func (p *Published) unfeed(c *carrier) {
	if i := slices.Index(p.carriers, c); i >= 0 {
		for _, section := range p.sections {
			section.up.RemoveFeed(p.feeds[i])
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

// PublishedStats are counters of a published track, over all its layers, since it began.
type PublishedStats struct {
	Packets, Bytes uint64 // received
	Lost           uint64 // missed, and not recovered since
	Layers         uint8  // encodings that were negotiated, as bits; those of a second codec from sfu.MaxLayers on
	Coming         uint8  // of which something came in the last second
}

// Stats are the track's counters; they may be 50 ms old.
func (p *Published) Stats() PublishedStats {
	layers := p.layers.Load()
	return PublishedStats{
		Packets: p.counts[0].Load(), Bytes: p.counts[1].Load(), Lost: p.counts[2].Load(),
		Layers: uint8(layers), Coming: uint8(layers >> 16),
	}
}

// report publishes level and counters.
func (p *Published) report(now sfu.Time) {
	sum, layers := p.past, uint32(0)
	for _, section := range p.sections {
		p.level.Store(levelOf(section.up, now)) // sound has one section
		addStats(&sum, section.up)
		layers |= layersOf(section.up) << section.params.FirstLayer
	}
	p.layers.Store(layers)
	p.counts[0].Store(sum.Packets)
	p.counts[1].Store(sum.Bytes)
	p.counts[2].Store(sum.Lost)
}

// layersOf packs which layers a section has, and which of them come.
func layersOf(up *sfu.UpTrack) (layers uint32) {
	st := up.Stats()
	for i, l := range st.Layers[:st.Count] {
		layers |= 1 << i
		if l.Alive {
			layers |= 1 << (16 + i)
		}
	}
	return layers
}

// levelOf packs what there is to say of a track's loudness.
func levelOf(up *sfu.UpTrack, now sfu.Time) uint32 {
	level, active := up.Level()
	loudness, ranked := up.Loudness(now)
	v := uint32(level) | uint32(loudness)<<16
	if active {
		v |= 0x100
	}
	if ranked {
		v |= 1 << 24
	}
	return v
}

// addStats adds what was received in a section to sum, whose Lost is without what was recovered.
func addStats(sum *sfu.LayerStats, up *sfu.UpTrack) {
	st := up.Stats()
	for _, l := range st.Layers[:st.Count] {
		sum.Packets += l.Packets
		sum.Bytes += l.Bytes
		sum.Lost += l.Lost - min(l.Lost, l.Recovered)
	}
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
		layers := 1
		if p.kind == codec.Video {
			layers = sfu.TrackLayers // those of a second codec may come at any time
		}
		// A request comes from within the track's own methods, so it is always posted.
		c.track = sfu.NewTrack(p.kind, layers, func(layer int8) {
			p.t.post(func(home *shard) {
				for _, section := range p.sections {
					section.up.RequestKeyframe(home.now, layer) // those that do not have the layer do nothing
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
