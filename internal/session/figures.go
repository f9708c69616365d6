package session

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/sfu"
	"konklave/internal/wire"
)

// Figures are how a participant's connection is doing at one moment, for who helps with it. They name nobody.
type Figures struct {
	Path           wire.PathKind
	RTT            time.Duration // 0 when not known
	UpLoss         float64       // shares of packets lost from the participant and towards it, lately, 0 to 1
	DownLoss       float64
	Jitter         time.Duration // of what comes from the participant, the worst
	Estimate       int64         // what may be sent to it by the estimate of its line, bits a second, 0 when not known
	Sent, Received int64         // bits a second, to it and from it
	Graded         bool
	Quality        room.ConnectionQuality // when graded
	Subscribed     []SubscribedFigures
	Published      []PublishedFigures
}

// SubscribedFigures are those of a track that goes to the participant, and that it wants.
type SubscribedFigures struct {
	Type   room.TrackType
	Source room.TrackSource
	Muted  bool // by who sends it
	Paused bool // the line carries nothing of it
	Layer  int8 // that is forwarded, -1 none
	Wanted int8
	Bits   int64 // a second
	FPS    float32
}

// PublishedFigures are those of a track of the participant's.
type PublishedFigures struct {
	Type   room.TrackType
	Source room.TrackSource
	Muted  bool
	Layers []LayerFigures
}

// LayerFigures are those of one encoding that comes.
type LayerFigures struct {
	Layer  int8
	Backup bool    // in the backup codec
	Bits   int64   // a second
	Loss   float64 // lately, 0 to 1
}

// Rates need two looks that lie so far apart.
const (
	shortestLook = 400 * time.Millisecond
	longestLook  = 5 * time.Second
)

// sighting is all transports of a session at one moment.
type sighting struct {
	at  time.Time
	all []wire.Sight
}

// Figures tells how the connection of an identity in a room is doing. Without a connection it is wire.PathNone and nothing
// else. It takes up to a second. Errors: the context's.
func (s *Service) Figures(ctx context.Context, name id.RoomName, identity id.Identity) (Figures, error) {
	var newest *Session
	for _, session := range s.of(name, identity) {
		if newest == nil || session.began.After(newest.began) {
			newest = session
		}
	}
	if newest == nil || newest.path() == wire.PathNone {
		return Figures{}, nil
	}
	f, err := newest.figures(ctx)
	if err != nil && ctx.Err() == nil {
		return Figures{}, nil // it is just leaving
	}
	return f, err
}

// figures looks at the session's transports. The look before serves as the first of two, if it is young enough; else there
// are two now.
func (s *Session) figures(ctx context.Context) (Figures, error) {
	before := s.lastLook(time.Now())
	if before == nil {
		first, err := s.look(ctx)
		if err != nil {
			return Figures{}, err
		}
		select {
		case <-time.After(shortestLook):
		case <-ctx.Done():
			return Figures{}, ctx.Err()
		}
		before = first
	}
	now, err := s.look(ctx)
	if err != nil {
		return Figures{}, err
	}
	tracks, err := s.tracksLookedAt(ctx)
	if err != nil {
		return Figures{}, err
	}
	info, link, err := s.room.Look(ctx, s.sid)
	if err != nil {
		return Figures{}, err
	}
	f := Figures{Graded: link.Participant != "", Quality: link.Quality}
	s.mu.Lock()
	primary := s.link
	s.mu.Unlock()
	stats := primary.Stats()
	f.Path, f.RTT, f.DownLoss, f.Estimate = primary.Path(), stats.RTT, stats.Loss, stats.Line
	f.compare(before, now, tracks, info)
	return f, nil
}

// lookedAt says which tracks are carried by what.
type lookedAt struct {
	subscribed map[*wire.Subscribed]*room.TrackInfo
	published  map[*wire.Published]id.TrackSID
}

// look sees all transports and keeps that for the next time.
func (s *Session) look(ctx context.Context) (*sighting, error) {
	transports := make(chan []*wire.Transport, 1)
	if !s.post(func() { transports <- s.connection.transports() }) {
		return nil, room.ErrUnknownParticipant
	}
	now := &sighting{at: time.Now()}
	select {
	case all := <-transports:
		for _, t := range all {
			if t.Path() == wire.PathNone {
				continue // nothing has come of it yet
			}
			sight, err := t.See(ctx)
			if err != nil {
				return nil, err
			}
			now.all = append(now.all, sight)
		}
	case <-s.ended:
		return nil, room.ErrUnknownParticipant
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.looks[1] == nil || now.at.Sub(s.looks[1].at) >= shortestLook {
		s.looks[0], s.looks[1] = s.looks[1], now
	}
	return now, nil
}

// lastLook is one that lies far enough back and not too far; nil when there is none.
func (s *Session) lastLook(now time.Time) *sighting {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range []*sighting{s.looks[1], s.looks[0]} {
		if l != nil && now.Sub(l.at) >= shortestLook && now.Sub(l.at) <= longestLook {
			return l
		}
	}
	return nil
}

func (s *Session) tracksLookedAt(ctx context.Context) (lookedAt, error) {
	found := make(chan lookedAt, 1)
	s.post(func() {
		l := lookedAt{map[*wire.Subscribed]*room.TrackInfo{}, map[*wire.Published]id.TrackSID{}}
		for track, d := range s.subscribed {
			l.subscribed[d.wire] = s.wanted[track].Track
		}
		for track, p := range s.published {
			l.published[p.wire] = track
		}
		found <- l
	})
	select {
	case l := <-found:
		return l, nil
	case <-s.ended:
		return lookedAt{}, room.ErrUnknownParticipant
	case <-ctx.Done():
		return lookedAt{}, ctx.Err()
	}
}

// compare makes rates of what was counted between two looks.
func (f *Figures) compare(before, now *sighting, tracks lookedAt, info *room.ParticipantInfo) {
	own := map[id.TrackSID]*room.TrackInfo{}
	for _, t := range info.Tracks {
		own[t.SID] = t
	}
	var packets, lost uint64
	for _, to := range now.all {
		i := slices.IndexFunc(before.all, func(from wire.Sight) bool { return from.Of == to.Of })
		if i < 0 || to.At <= before.all[i].At {
			continue // it is new
		}
		from := before.all[i]
		span := to.At - from.At
		f.Sent += rateOf(from.Out, to.Out, span)
		f.Received += rateOf(from.In, to.In, span)
		for _, sub := range inOrder(to.Subscribed, func(sub *wire.Subscribed) id.TrackSID { return sidOf(tracks.subscribed[sub]) }) {
			if t, v := tracks.subscribed[sub], to.Subscribed[sub]; t != nil && !v.Disabled {
				f.Subscribed = append(f.Subscribed, SubscribedFigures{
					Type: t.Type, Source: t.Source, Muted: v.Muted, Paused: v.Paused, Layer: v.Layer, Wanted: v.Wanted,
					Bits: rateOf(from.Subscribed[sub].Bytes, v.Bytes, span), FPS: v.FPS,
				})
			}
		}
		for _, pub := range inOrder(to.Published, func(pub *wire.Published) id.TrackSID { return tracks.published[pub] }) {
			layers := to.Published[pub]
			if t := own[tracks.published[pub]]; t != nil {
				p := PublishedFigures{Type: t.Type, Source: t.Source, Muted: t.Muted}
				for _, l := range layers {
					was := layerOf(from.Published[pub], l.Layer)
					came, missed := l.Packets-min(was.Packets, l.Packets), l.Lost-min(was.Lost, l.Lost)
					packets, lost = packets+came, lost+missed
					if !l.Coming {
						continue
					}
					f.Jitter = max(f.Jitter, l.Jitter)
					p.Layers = append(p.Layers, LayerFigures{
						Layer: l.Layer % sfu.MaxLayers, Backup: l.Layer >= sfu.MaxLayers,
						Bits: rateOf(was.Bytes, l.Bytes, span), Loss: share(missed, came),
					})
				}
				f.Published = append(f.Published, p)
			}
		}
	}
	f.UpLoss = share(lost, packets)
}

// inOrder gives what is known of tracks always in the same order.
func inOrder[T comparable, V any](all map[T]V, sid func(T) id.TrackSID) []T {
	return slices.SortedFunc(maps.Keys(all), func(a, b T) int { return strings.Compare(string(sid(a)), string(sid(b))) })
}

func sidOf(t *room.TrackInfo) id.TrackSID {
	if t == nil {
		return ""
	}
	return t.SID
}

func layerOf(layers []wire.LayerSight, number int8) wire.LayerSight {
	for _, l := range layers {
		if l.Layer == number {
			return l
		}
	}
	return wire.LayerSight{}
}

// rateOf is bits a second of a count of bytes.
func rateOf(from, to uint64, span time.Duration) int64 {
	return int64(float64(to-min(from, to)) * 8 / span.Seconds())
}

func share(lost, came uint64) float64 {
	if lost == 0 {
		return 0
	}
	return float64(lost) / float64(lost+came)
}
