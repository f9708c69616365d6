package app

import (
	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/room"
	"konklave/internal/session"
)

// meetingMedia is the media server as meetings need it.
type meetingMedia struct{ *session.Service }

func (m meetingMedia) Allow(name id.RoomName, identity id.Identity, r meeting.Rights) {
	m.Service.Allow(name, identity, rightsInRoom(r))
}

func rightsInRoom(r meeting.Rights) room.Rights {
	return room.Rights{
		Microphone: r.Microphone, Camera: r.Camera, Screen: r.Screen,
		Shown: r.Shown, SeesAll: r.SeesAll, CameraShown: r.CameraShown, SeesCameras: r.SeesCameras, Deaf: r.Deaf, Heard: r.Heard,
	}
}

func (m meetingMedia) Stop(name id.RoomName, identity id.Identity, source meeting.Source) {
	for of, s := range meetingSources {
		if s == source {
			m.Service.Stop(name, identity, of)
		}
	}
}

var meetingSources = map[room.TrackSource]meeting.Source{
	room.Microphone: meeting.SourceMicrophone, room.Camera: meeting.SourceCamera,
	room.ScreenShare: meeting.SourceScreen, room.ScreenShareAudio: meeting.SourceScreenAudio,
}

// tellAudience has the meeting service told what the media server forwards of people in meetings.
func tellAudience(rooms *room.Registry, meetings *meeting.Service) {
	rooms.Watch(func(name id.RoomName, f room.Forwarded) bool {
		told := meeting.Forwarded{Identity: f.Identity}
		for _, s := range f.Sources {
			told.Sources = append(told.Sources, meeting.Forwarding{Source: meetingSources[s.Source], Received: s.Received, To: s.To})
		}
		return meetings.Forwarded(name, told)
	})
}
