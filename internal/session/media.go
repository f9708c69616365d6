package session

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"konklave/internal/id"
	"konklave/internal/negotiate"
	"konklave/internal/room"
	"konklave/internal/sdp"
	"konklave/internal/sfu"
	"konklave/internal/wire"
)

// publication is a track that this session's client sends, in one codec or several. The room hands it to subscribers'
// sessions as the Media of a Subscription.
type publication struct{ wire *wire.Published }

// delivery is a track on its way to this session's client.
type delivery struct {
	wire   *wire.Subscribed
	codecs []sdp.Codec // that the client takes in the section
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
	params.FirstLayer = firstLayer(a.Number)
	handler := wire.UpHandler{OnLayer: func(layer int8, ssrc uint32) {
		layer -= params.FirstLayer
		s.post(func() {
			s.tell(room.LayerSeen{
				Participant: s.sid, Track: a.Track, Number: a.Number, Layer: layer, RID: params.Encodings[layer].RID, SSRC: ssrc,
			})
		})
	}}
	p, ok := s.published[a.Track]
	if ok {
		p.wire.Add(params, handler)
	} else {
		p = &publication{wire: from.Publish(params, handler)}
		s.published[a.Track] = p
		s.measured()
	}
	s.tell(room.TrackNegotiated{
		Participant: s.sid, Track: a.Track, Number: a.Number, MID: a.MID, MIME: a.MIME, Media: p,
	})
}

// firstLayer is where the layers of one of a track's codecs begin among those of the track.
func firstLayer(number int8) int8 { return number * sfu.MaxLayers }

// stopReceiving ends what receive began. With its first codec the track is over.
func (s *Session) stopReceiving(track id.TrackSID, number int8) {
	p, ok := s.published[track]
	switch {
	case !ok:
	case number > 0:
		p.wire.Remove(firstLayer(number))
		delete(s.announced, announcement{track, number})
	default:
		p.wire.Close()
		delete(s.published, track)
		s.forget(track)
		s.measured()
	}
}

// forget lets go of a track of the client that is over, also where it comes, or would, in another codec.
func (s *Session) forget(track id.TrackSID) {
	further := false
	for number := range int8(sfu.MaxCodecs) {
		a := announcement{track, number}
		_, known := s.announced[a]
		further = further || known && number > 0
		delete(s.announced, a)
	}
	if further { // later: it may be within a negotiation
		s.post(func() { s.connection.publish(negotiate.Withdraw{Track: track}) })
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
		if _, ok := w.Media.(*publication); !ok {
			continue // no media yet; the room orders again when there is
		}
		s.wanted[w.Track.SID] = w
		events = append(events, negotiate.Send{
			Track: w.Track.SID, Participant: w.Publisher, Kind: kindOf(w.Track),
			Codec: codecOf(w.Track, w.Settings.Codec), Stereo: w.Track.Stereo, Stream: s.streamOf(w),
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
	d := &delivery{wire: to.Subscribe(p.wire, downParams(a.Downstream), downSettings(w.Track, w.Settings)), codecs: a.Codecs}
	s.subscribed[a.Track] = d
	s.tell(room.Bound{Participant: s.sid, Track: a.Track})
	s.checkCodec(d, w)
}

// checkCodec tells the room when the codec that it chose is not one that the client takes in the track's section: it may
// have changed its mind since the section was negotiated.
func (s *Session) checkCodec(d *delivery, w room.Subscription) {
	codec := codecOf(w.Track, w.Settings.Codec)
	if codec != "" && !slices.ContainsFunc(d.codecs, func(c sdp.Codec) bool { return c.Is(codec) }) {
		s.cannotDecode(w.Track.SID, codec)
	}
}

func (s *Session) cannotDecode(track id.TrackSID, codec string) {
	s.tell(room.SubscriptionFailed{
		Participant: s.sid, Track: track, Error: room.SubscriptionCodecUnsupported, Codec: codec,
	})
}

// codecOf is the media type that a client must take to get a track in one of its codecs, "" when it is not known. Of RED
// it is that of what is repeated.
func codecOf(t *room.TrackInfo, number int8) string {
	if int(number) >= len(t.Codecs) {
		return ""
	}
	mime := t.Codecs[number].MIME
	if strings.EqualFold(mime, "audio/red") {
		return "audio/opus"
	}
	return mime
}

func kindOf(t *room.TrackInfo) sdp.Kind {
	if t.Type == room.Video {
		return sdp.Video
	}
	return sdp.Audio
}

func (s *Session) stopSending(track id.TrackSID) {
	if d, ok := s.subscribed[track]; ok {
		d.wire.Close()
		delete(s.subscribed, track)
	}
}

func (s *Session) setLayer(m room.SetLayer) {
	w, ok := s.wanted[m.Track]
	if !ok {
		return
	}
	w.Settings = m.Settings
	s.wanted[m.Track] = w
	if d, ok := s.subscribed[m.Track]; ok {
		d.wire.Set(downSettings(w.Track, m.Settings))
		s.checkCodec(d, w)
	}
}

// trackPaused tells the room that the client's line carries nothing of a track, or something again.
func (s *Session) trackPaused(sub *wire.Subscribed, paused bool) {
	for track, d := range s.subscribed {
		if d.wire == sub {
			s.tell(room.TrackPaused{Participant: s.sid, Track: track, Paused: paused})
		}
	}
}

// gates are the room's gates as the media core knows them.
var gates = map[room.Gate]sfu.Gate{room.GateOpen: sfu.GateOpen, room.GateVoice: sfu.GateVoice, room.GateShut: sfu.GateShut}

func downSettings(t *room.TrackInfo, s room.Settings) sfu.DownSettings {
	first := firstLayer(s.Codec)
	return sfu.DownSettings{
		Disabled: s.Disabled, First: first, MaxLayer: first + min(s.MaxLayer, sfu.MaxLayers-1),
		FPS:  uint8(min(s.FPS, math.MaxUint8)),
		Rank: rankOf(t, s), Side: s.Side,
	}
}

// rankOf is which pictures come first where the client's line does not carry all: shared screens, then what the client
// itself calls most important. The sound of screens is the first that yields to voices.
func rankOf(t *room.TrackInfo, s room.Settings) sfu.Rank {
	switch {
	case t.Source == room.ScreenShare, t.Source == room.ScreenShareAudio:
		return sfu.RankScreen
	case s.Priority == 1:
		return sfu.RankSpeaker
	}
	return sfu.RankOther
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
		now := m.wire.Stats()
		into.Levels = append(into.Levels, room.TrackLevel{
			Publisher: s.sid, Track: m.track, Level: level, Active: active, Loudness: loudness, Ranked: ranked,
			Streams: streamsOf(now),
		})
		received += now.Packets - m.last.Packets
		lost += now.Lost - min(now.Lost, m.last.Lost) // what was repaired is not lost any more
		m.last = now
	}
	if link == nil {
		return
	}
	stats := link.Stats()
	s.forwarded(stats.First)
	into.Links = append(into.Links, linkOf(s.sid, stats, received, lost))
}

// streamsOf tells what there is of a track in each of its codecs.
func streamsOf(stats wire.PublishedStats) (all [sfu.MaxCodecs]room.Streams) {
	for i := range all {
		const mask = 1<<sfu.MaxLayers - 1
		first := i * sfu.MaxLayers
		all[i] = room.Streams{Count: int8(bits.OnesCount8(stats.Layers >> first & mask)), Coming: stats.Coming >> first & mask}
	}
	return all
}
