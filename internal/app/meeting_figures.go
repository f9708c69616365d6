package app

import (
	"context"
	"strings"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/room"
	"konklave/internal/session"
)

// Figures gives what the media server sees of a connection in the words of who helps with it.
func (m meetingMedia) Figures(ctx context.Context, name id.RoomName, identity id.Identity) (meeting.Figures, error) {
	f, err := m.Service.Figures(ctx, name, identity)
	if err != nil {
		return meeting.Figures{}, err
	}
	return figuresOf(f), nil
}

func figuresOf(f session.Figures) meeting.Figures {
	told := meeting.Figures{
		At: time.Now().UnixMilli(), Path: meeting.Path(strings.ReplaceAll(f.Path.String(), "_", "-")),
		RTT: int(f.RTT.Milliseconds()), UpLoss: f.UpLoss, DownLoss: f.DownLoss, Jitter: int(f.Jitter.Milliseconds()),
		Estimate: f.Estimate, Sent: f.Sent, Received: f.Received,
		Subscribed: []meeting.SubscribedFigures{}, Published: []meeting.PublishedFigures{},
	}
	if f.Graded {
		told.Quality = meeting.Quality(qualityNames[f.Quality])
	}
	for _, t := range f.Subscribed {
		s := meeting.SubscribedFigures{
			Kind: kindNames[t.Type], Source: sourceNames[t.Source], Muted: t.Muted, Wanted: int(t.Wanted), Paused: t.Paused, Bits: t.Bits, FPS: float64(t.FPS),
		}
		if t.Type == room.Video {
			layer := int(t.Layer)
			s.Layer = &layer
		}
		told.Subscribed = append(told.Subscribed, s)
	}
	for _, t := range f.Published {
		p := meeting.PublishedFigures{Kind: kindNames[t.Type], Source: sourceNames[t.Source], Muted: t.Muted, Layers: []meeting.LayerFigures{}}
		for _, l := range t.Layers {
			p.Layers = append(p.Layers, meeting.LayerFigures{Layer: int(l.Layer), Backup: l.Backup, Bits: l.Bits, Loss: l.Loss})
		}
		told.Published = append(told.Published, p)
	}
	return told
}

var kindNames = map[room.TrackType]meeting.TrackKind{room.Audio: "audio", room.Video: "video"}

var sourceNames = map[room.TrackSource]meeting.TrackSource{
	room.UnknownSource: "unknown", room.Camera: "camera", room.Microphone: "microphone", room.ScreenShare: "screen_share",
	room.ScreenShareAudio: "screen_share_audio",
}
