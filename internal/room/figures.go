package room

import (
	"context"

	"konklave/internal/id"
)

// Figures are what metrics tell of rooms; they name nobody.
type Figures struct {
	Tracks map[TrackKind]int         // that are published
	Grades map[ConnectionQuality]int // participants by what was told of their links
}

// TrackKind is what a track carries, and from where.
type TrackKind struct {
	Type   TrackType
	Source TrackSource
}

// Add sums up.
func (f *Figures) Add(g Figures) {
	if f.Tracks == nil {
		f.Tracks, f.Grades = map[TrackKind]int{}, map[ConnectionQuality]int{}
	}
	for kind, n := range g.Tracks {
		f.Tracks[kind] += n
	}
	for grade, n := range g.Grades {
		f.Grades[grade] += n
	}
}

// Figures gives the room's, as they are now. Errors: ErrRoomClosed, the context's.
func (r *Room) Figures(ctx context.Context) (Figures, error) {
	figures := make(chan Figures, 1)
	if err := r.post(ctx, letter{ask: func(r *Room) { figures <- r.state.figures() }}); err != nil {
		return Figures{}, err
	}
	select {
	case f := <-figures:
		return f, nil
	case <-r.ended:
		return Figures{}, ErrRoomClosed
	case <-ctx.Done():
		return Figures{}, ctx.Err()
	}
}

// Look describes one participant, and its link as it was graded last; without a grade the link names nobody. Errors:
// ErrUnknownParticipant, ErrRoomClosed, the context's.
func (r *Room) Look(ctx context.Context, sid id.ParticipantSID) (info *ParticipantInfo, link LinkQuality, err error) {
	type look struct {
		info *ParticipantInfo
		link LinkQuality
	}
	looks := make(chan look, 1)
	if err := r.post(ctx, letter{ask: func(r *Room) {
		var l look
		r.state.with(sid, func(p *participant) { l = look{p.info, p.grade} })
		looks <- l
	}}); err != nil {
		return nil, LinkQuality{}, err
	}
	select {
	case l := <-looks:
		if l.info == nil {
			return nil, LinkQuality{}, ErrUnknownParticipant
		}
		return l.info, l.link, nil
	case <-r.ended:
		return nil, LinkQuality{}, ErrRoomClosed
	case <-ctx.Done():
		return nil, LinkQuality{}, ctx.Err()
	}
}

func (s *State) figures() Figures {
	f := Figures{Tracks: map[TrackKind]int{}, Grades: map[ConnectionQuality]int{}}
	for _, t := range s.published {
		f.Tracks[TrackKind{t.info.Type, t.info.Source}]++
	}
	for _, p := range s.order {
		if p.grade.Participant != "" {
			f.Grades[p.grade.Quality]++
		}
	}
	return f
}
