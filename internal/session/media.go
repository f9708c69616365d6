package session

import (
	"konklave/internal/id"
	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/sfu"
	"konklave/internal/wire"
)

// publication is a track that this session's client sends. The room hands it to subscribers' sessions as the Media
// of a Subscription.
type publication struct {
	wire *wire.Published
	mime string // of the codec negotiated
	up   negotiate.Upstream
}

// meter is where the room's tick reads how loud a track is and what of it got lost on the way here.
type meter struct {
	track id.TrackSID
	wire  *wire.Published
	last  wire.PublishedStats // at the tick before
}

// receive starts to take a track in. Nothing of it is forwarded before the room says so.
func (s *Session) receive(from *wire.Transport, a negotiate.Receive) {
	params := upParams(a.Upstream)
	p := &publication{mime: a.MIME, up: a.Upstream}
	p.wire = from.Publish(params, wire.UpHandler{OnLayer: func(layer int8, ssrc uint32) {
		s.post(func() {
			s.tell(room.LayerSeen{Participant: s.sid, Track: a.Track, Layer: layer, RID: params.Encodings[layer].RID, SSRC: ssrc})
		})
	}})
	s.published[a.Track] = p
	s.measured()
	s.tell(room.TrackNegotiated{Participant: s.sid, Track: a.Track, MID: a.MID, MIME: a.MIME, Media: p})
}

func (s *Session) stopReceiving(track id.TrackSID) {
	if p, ok := s.published[track]; ok {
		p.wire.Close()
		delete(s.published, track)
		delete(s.announced, track)
		s.measured()
	}
}

// measured renews what the room's tick reads.
func (s *Session) measured() {
	meters := make([]*meter, 0, len(s.published))
	for track, p := range s.published {
		meters = append(meters, &meter{track: track, wire: p.wire, last: p.wire.Stats()})
	}
	s.mu.Lock()
	s.meters = meters
	s.mu.Unlock()
}

// want has the room's orders to subscribe negotiated, all together.
func (s *Session) want(subscriptions []room.Subscription) {
	events := make([]negotiate.Event, 0, len(subscriptions))
	for _, w := range subscriptions {
		p, ok := w.Media.(*publication)
		if !ok {
			continue // no media yet; the room orders again when there is
		}
		s.wanted[w.Track.SID] = w
		events = append(events, negotiate.Send{
			Track: w.Track.SID, Participant: w.Publisher, Kind: p.up.Kind, Codec: p.mime,
			Stereo: w.Track.Stereo, Stream: s.streamOf(w),
		})
	}
	s.connection.deliver(events...)
}

func (s *Session) unwant(tracks []id.TrackSID) {
	events := make([]negotiate.Event, 0, len(tracks))
	for _, t := range tracks {
		delete(s.wanted, t)
		events = append(events, negotiate.Unsend{Track: t})
		s.stopSending(t) // at once; the section follows with the next negotiation
	}
	s.connection.deliver(events...)
}

func (s *Session) startSending(to *wire.Transport, a negotiate.StartSending) {
	w, ok := s.wanted[a.Track]
	if !ok {
		return
	}
	p := w.Media.(*publication)
	s.stopSending(a.Track) // the section changed
	s.subscribed[a.Track] = to.Subscribe(p.wire, downParams(a.Downstream), downSettings(w.Settings))
	s.tell(room.Bound{Participant: s.sid, Track: a.Track})
}

func (s *Session) stopSending(track id.TrackSID) {
	if d, ok := s.subscribed[track]; ok {
		d.Close()
		delete(s.subscribed, track)
	}
}

func (s *Session) setLayer(m room.SetLayer) {
	if w, ok := s.wanted[m.Track]; ok {
		w.Settings = m.Settings
		s.wanted[m.Track] = w
	}
	if d, ok := s.subscribed[m.Track]; ok {
		d.Set(downSettings(m.Settings))
	}
}

// gates are the room's gates as the media core knows them.
var gates = map[room.Gate]sfu.Gate{room.GateOpen: sfu.GateOpen, room.GateVoice: sfu.GateVoice, room.GateShut: sfu.GateShut}

func downSettings(s room.Settings) sfu.DownSettings {
	return sfu.DownSettings{Disabled: s.Disabled, MaxLayer: s.MaxLayer}
}

// Measure adds what the client's media measured since the last tick (room.Member). Only the room's goroutine calls it.
func (s *Session) Measure(into *room.Measures) {
	s.mu.Lock()
	meters, link := s.meters, s.link
	s.mu.Unlock()
	var received, lost uint64
	for _, m := range meters {
		level, active := m.wire.Level()
		loudness, ranked := m.wire.Loudness()
		into.Levels = append(into.Levels, room.TrackLevel{
			Publisher: s.sid, Track: m.track, Level: level, Active: active, Loudness: loudness, Ranked: ranked,
		})
		now := m.wire.Stats()
		received += now.Packets - m.last.Packets
		lost += now.Lost - min(now.Lost, m.last.Lost) // what was repaired is not lost any more
		m.last = now
	}
	if link == nil {
		return
	}
	into.Links = append(into.Links, linkOf(s.sid, link.Stats(), received, lost))
}
