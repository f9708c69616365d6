package room

import (
	"slices"

	"konklave/internal/id"
)

// addTrack accepts an announced track, keeps it waiting, or says why not. Others learn of it when it is negotiated.
func (s *State) addTrack(p *participant, c AddTrack) {
	if c.SID != "" {
		s.addCodec(p, c)
		return
	}
	refusal := p.refusal(c)
	if s.options.Guarded && !c.matches() {
		refusal = ResultNotAllowed
	}
	if refusal != ResultOK {
		s.tell(p, RequestResponse{Result: refusal, Request: c})
		return
	}
	if slices.ContainsFunc(p.tracks, func(t *track) bool { return t.has(c.CID) }) {
		waiting := 0
		for _, q := range p.queue {
			if q.CID == c.CID {
				waiting++
			}
		}
		result := ResultQueued
		if waiting >= maxQueuedTracks || len(p.queue) >= maxPendingTracks {
			result = ResultLimitExceeded
		} else {
			p.queue = append(p.queue, c)
		}
		s.tell(p, RequestResponse{Result: result, Request: c})
		return
	}
	t := newTrack(p, c, s.newTrackSID(letters(c.Type, c.Source)), s.now)
	p.tracks = append(p.tracks, t)
	s.tell(p, TrackPublished{CID: c.CID, Track: t.info})
}

// refusal tells whether a participant may not publish a track, ResultOK if it may.
func (p *participant) refusal(c AddTrack) RequestResult {
	pending := 0
	for _, t := range p.tracks {
		if !t.published {
			pending++
		}
	}
	switch {
	case !p.mayPublish(c.Source):
		return ResultNotAllowed
	case c.Type != Audio && c.Type != Video:
		return ResultUnsupportedType
	case c.CID == "" || !c.isBounded():
		return ResultInvalidRequest
	case len(c.Name) > maxName || pending >= maxPendingTracks || len(p.tracks) >= maxTracks:
		return ResultLimitExceeded
	}
	return ResultOK
}

// matches tells whether a track is of the kind that its source says. Where rights say who may send what, a picture must not
// come as a microphone.
func (c *AddTrack) matches() bool {
	switch c.Source {
	case Camera, ScreenShare:
		return c.Type == Video
	case Microphone, ScreenShareAudio:
		return c.Type == Audio
	}
	return false
}

// isBounded tells whether what everyone will be sent of a track has a reasonable size.
func (c *AddTrack) isBounded() bool {
	return len(c.CID) <= maxText && len(c.Stream) <= maxText &&
		len(c.AudioFeatures) <= maxFeatures && len(c.PacketTrailerFeatures) <= maxFeatures &&
		areBoundedLayers(c.Layers) && areBoundedCodecs(c.Codecs)
}

func areBoundedCodecs(codecs []Codec) bool {
	return len(codecs) <= maxCodecs && !slices.ContainsFunc(codecs, func(c Codec) bool {
		return len(c.MIME) > maxText || len(c.MID) > maxText || len(c.CID) > maxText || !areBoundedLayers(c.Layers)
	})
}

func areBoundedLayers(layers []Layer) bool {
	return len(layers) <= maxLayers && !slices.ContainsFunc(layers, func(l Layer) bool { return len(l.RID) > maxText })
}

// mayPublish tells whether a participant's permissions cover a source. Whoever is hidden cannot publish: its tracks
// would show it.
func (p *participant) mayPublish(source TrackSource) bool {
	g := p.permission
	return g.CanPublish && !g.Hidden && (len(g.CanPublishSources) == 0 || slices.Contains(g.CanPublishSources, source))
}

// trackNegotiated publishes a track: everyone is told of it before anyone is subscribed to it.
func (s *State) trackNegotiated(t *track, c TrackNegotiated) {
	if !t.isCoded(c.Number) || len(c.MID) > maxText || len(c.MIME) > maxText {
		return
	}
	coding, known := &t.codings[c.Number], t.info.Codecs[c.Number]
	if coding.negotiated && known.MID == c.MID && known.MIME == c.MIME {
		return
	}
	first := !t.published && c.Number == 0
	further := !coding.negotiated && c.Number > 0
	coding.negotiated = true
	t.change(s.now, func(i *TrackInfo) {
		if c.Number == 0 {
			i.MID, i.MIME = c.MID, c.MIME
		}
		i.Codecs = slices.Clone(i.Codecs)
		i.Codecs[c.Number].MID, i.Codecs[c.Number].MIME = c.MID, c.MIME
		if first && len(i.Codecs) > 1 && nameOf(i.Codecs[1].MIME) == nameOf(c.MIME) {
			i.Codecs = i.Codecs[:1] // the backup took the place of a codec that cannot be had
		}
	})
	t.codings = t.codings[:min(len(t.codings), len(t.info.Codecs))]
	if !t.published && !first {
		return // others learn of it with its first codec
	}
	if first {
		t.published, t.media = true, c.Media
		t.owner.isPublisher = true
		s.published = append(s.published, t)
		s.tracks[t.info.SID] = t
		s.orderForwarding(t)
	}
	s.announce(t.owner)
	if further {
		s.codecNegotiated(t, c.Number)
	}
	if first {
		s.reconcileTrack(t)
		s.weigh(t)
		s.happened(TrackAppeared, t.owner, t.info)
	}
}

// layerSeen notes which stream carries a layer. Others learn of it at the next tick, with the other layers.
func (s *State) layerSeen(t *track, c LayerSeen) {
	if !t.isCoded(c.Number) || len(c.RID) > maxText {
		return
	}
	t.codings[c.Number].seen = true
	layers := layersOf(t.info, c.Number)
	i := slices.IndexFunc(layers, func(l Layer) bool { return c.RID != "" && l.RID == c.RID })
	if i < 0 {
		i = int(c.Layer)
	}
	if i < 0 || i >= len(layers) || layers[i].SSRC == c.SSRC {
		return
	}
	t.change(s.now, func(info *TrackInfo) {
		l := layers[i]
		l.SSRC, l.RepairSSRC, l.SpatialLayer = c.SSRC, c.RepairSSRC, int32(i)
		if c.RID != "" {
			l.RID = c.RID
		}
		if c.Number == 0 {
			info.Layers = slices.Clone(info.Layers)
			info.Layers[i] = l
		}
		info.Codecs = slices.Clone(info.Codecs)
		if codec := &info.Codecs[c.Number]; i < len(codec.Layers) {
			codec.Layers = slices.Clone(codec.Layers)
			codec.Layers[i] = l
		}
	})
	if t.published {
		s.announceLater(t.owner)
	}
}

// trackEnded takes a track away that its publisher ended, and publishes what waited for that.
func (s *State) trackEnded(t *track, number int8) {
	if !t.isCoded(number) {
		return
	}
	if number > 0 {
		s.codecEnded(t, number)
		return
	}
	p := t.owner
	s.takeAway(t)
	if i := slices.IndexFunc(p.queue, func(c AddTrack) bool { return c.CID == t.cid }); i >= 0 {
		c := p.queue[i]
		p.queue = slices.Delete(p.queue, i, i+1)
		s.addTrack(p, c)
	}
}

// takeAway removes a track from its owner, who stays.
func (s *State) takeAway(t *track) {
	t.owner.tracks = without(t.owner.tracks, t)
	if t.published {
		s.announce(t.owner)
	}
	s.retire(t)
}

// retire ends the subscriptions of a track that its owner has no more.
func (s *State) retire(t *track) {
	if !t.published {
		return
	}
	t.published = false
	s.published = without(s.published, t)
	sid := t.info.SID
	delete(s.tracks, sid)
	if len(t.subscriptions) > 0 {
		to := make([]id.ParticipantSID, 0, len(t.subscriptions))
		for _, sub := range t.subscriptions {
			if !sub.held {
				to = append(to, sub.subscriber.sid)
			}
			delete(sub.subscriber.subscriptions, sid)
		}
		t.subscriptions = nil
		s.send(to, Unsubscribe{Tracks: []id.TrackSID{sid}})
	}
	for _, p := range s.order {
		delete(p.wishes, sid)
	}
	s.happened(TrackGone, t.owner, t.info)
}

// mute notes that a publisher muted its track. The media stop before others are told.
func (s *State) mute(t *track, muted bool) {
	if t.info.Muted == muted {
		return
	}
	t.change(s.now, func(i *TrackInfo) { i.Muted = muted })
	first := !muted && !t.everUnmuted
	t.everUnmuted = t.everUnmuted || !muted
	if !t.published {
		return
	}
	s.orderForwarding(t)
	s.announce(t.owner)
	if first {
		s.reconcileTrack(t)
	}
}

// orderForwarding tells the publisher's session whether a track is forwarded at all, when that changed.
func (s *State) orderForwarding(t *track) {
	if !t.published {
		return
	}
	order := SetForwarding{Track: t.info.SID, On: !t.info.Muted && !t.owner.silenced}
	if t.forwardingTold && order == t.forwarding {
		return
	}
	t.forwardingTold, t.forwarding = true, order
	s.tell(t.owner, order)
}

func (s *State) updateAudioTrack(t *track, c UpdateAudioTrack) {
	if len(c.Features) > maxFeatures {
		s.tell(t.owner, RequestResponse{Result: ResultInvalidRequest, Request: c})
		return
	}
	t.change(s.now, func(i *TrackInfo) { i.AudioFeatures = slices.Clone(c.Features) })
	if t.published {
		s.announce(t.owner)
	}
}

func (s *State) updateVideoTrack(t *track, c UpdateVideoTrack) {
	t.change(s.now, func(i *TrackInfo) { i.Width, i.Height = c.Width, c.Height })
	if t.published {
		s.announce(t.owner)
	}
}
