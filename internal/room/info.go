// Package room owns what a live room knows and decides: who is in it, which tracks they publish, who subscribes to
// what, who is told of it. State.Apply is pure: a command and the time go in, effects come out.
//
// It must not touch sockets, SDP, protobuf messages or media: sessions translate between those and the plain types
// here. Only the loop (loop*.go) has a goroutine; it owns one State, and nothing else may touch that State.
//
// Enumerations have the numbers of the LiveKit protocol, so that sessions convert them by a cast.
package room

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// ParticipantInfo is a snapshot of a participant as others see it. It is shared between goroutines and never
// changed: each change makes a new snapshot with a higher Version.
type ParticipantInfo struct {
	SID              id.ParticipantSID
	Identity         id.Identity
	State            ParticipantState
	Tracks           []*TrackInfo // published and negotiated ones, in order of publication
	Name             pii.Name
	Metadata         pii.Text
	Attributes       map[string]string // application data: never logged
	Permission       Permission
	Kind             ParticipantKind
	Client           ClientInfo
	JoinedAt         time.Time
	Version          uint32 // strictly increasing; clients drop older snapshots
	IsPublisher      bool   // has or had a track
	DisconnectReason DisconnectReason
}

// ParticipantState is how far a participant has come.
type ParticipantState int32

// The states of a participant. Others see it from Joined on; Active means that its media transport is connected.
const (
	Joining ParticipantState = iota
	Joined
	Active
	Disconnected
)

// ParticipantKind tells people from services; it comes from the token and is only mirrored.
type ParticipantKind int32

// The kinds of participants that are told apart here.
const (
	Standard  ParticipantKind = 0
	Ingress   ParticipantKind = 1
	Egress    ParticipantKind = 2
	SIP       ParticipantKind = 3
	Connector ParticipantKind = 7
	Bridge    ParticipantKind = 8
)

// ClientInfo is what a client says of itself that others or the room need.
type ClientInfo struct {
	Protocol       int32   // signalling protocol; gates behaviour towards this client
	ClientProtocol int32   // feature level between SDKs, mirrored to others
	Capabilities   []int32 // mirrored to others
}

// Permission is what a participant may do; it comes from the token.
type Permission struct {
	CanSubscribe         bool
	CanPublish           bool
	CanPublishData       bool
	CanPublishSources    []TrackSource // empty means all
	CanUpdateMetadata    bool
	CanSubscribeMetrics  bool
	CanManageAgents      bool
	Hidden               bool // not shown to others, but sees them
	Recorder, AgentGrant bool // marks of service participants, mirrored
}

// TrackType is the kind of media of a track.
type TrackType int32

// The types of tracks.
const (
	Audio TrackType = iota
	Video
)

// TrackSource is where a track comes from.
type TrackSource int32

// The sources of tracks.
const (
	UnknownSource TrackSource = iota
	Camera
	Microphone
	ScreenShare
	ScreenShareAudio
)

// Quality is a step of video quality.
type Quality int32

// The steps of quality.
const (
	Low Quality = iota
	Medium
	High
	Off
)

// TrackInfo is a snapshot of a track. Like ParticipantInfo it is shared and never changed.
type TrackInfo struct {
	SID                   id.TrackSID
	Type                  TrackType
	Source                TrackSource
	Name                  pii.Name
	Muted                 bool
	Width, Height         uint32  // pixels, of video
	Layers                []Layer // by quality, lowest first; empty for audio
	MIME                  string  // negotiated, for example video/VP8; empty before
	MID                   string  // negotiated section of the publisher
	Codecs                []Codec
	Stereo, DisableDTX    bool
	DisableRED            bool
	Encryption            int32 // of the media, end to end; mirrored
	Stream                string
	Version               time.Time
	AudioFeatures         []int32
	BackupCodecPolicy     int32
	PacketTrailerFeatures []int32
}

// Layer is one encoding of a video track.
type Layer struct {
	Quality       Quality
	Width, Height uint32 // pixels
	Bitrate       uint32 // bit/s
	SSRC          uint32 // 0 until its first packet was seen
	RepairSSRC    uint32
	SpatialLayer  int32
	RID           string
}

// Codec is one codec of a track: most tracks have one, with a backup codec there are two.
type Codec struct {
	MIME      string // lower case video/vp8 until it is negotiated
	MID       string
	CID       string // "" while the client only says that it could send it
	Layers    []Layer
	LayerMode int32
}

// RoomInfo describes the room to clients.
type RoomInfo struct {
	SID              id.RoomSID
	Name             id.RoomName
	EmptyTimeout     time.Duration
	DepartureTimeout time.Duration
	MaxParticipants  uint32
	CreatedAt        time.Time
	Metadata         pii.Text
	NumParticipants  uint32 // hidden ones are not counted
	NumPublishers    uint32
	Recording        bool // somebody is in the room to record it
}

// Speaker is how loud a participant is.
type Speaker struct {
	Participant id.ParticipantSID
	Level       float32 // 0 silent to 1 loudest, in steps of 1/8
	Active      bool
}

// ConnectionQuality is the server's judgement of a participant's link.
type ConnectionQuality int32

// The grades of links.
const (
	QualityPoor ConnectionQuality = iota
	QualityGood
	QualityExcellent
	QualityLost
)

// Settings are what a subscriber is to be sent of a track.
type Settings struct {
	Disabled bool   // nothing is forwarded; the section stays
	Codec    int8   // index in TrackInfo.Codecs
	MaxLayer int8   // highest layer of that codec, 0 the lowest
	FPS      uint32 // wanted frame rate, 0 as it comes
	Priority uint32 // 1 highest, 0 unset
	Side     uint16 // of a square as large as the element that shows it, pixels; 0 when not known
}

// DisconnectReason says why a participant left.
type DisconnectReason int32

// The reasons of departures.
const (
	ReasonUnknown            DisconnectReason = 0
	ReasonClientInitiated    DisconnectReason = 1
	ReasonDuplicateIdentity  DisconnectReason = 2
	ReasonServerShutdown     DisconnectReason = 3
	ReasonParticipantRemoved DisconnectReason = 4
	ReasonRoomDeleted        DisconnectReason = 5
	ReasonStateMismatch      DisconnectReason = 6
	ReasonJoinFailure        DisconnectReason = 7
	ReasonMigration          DisconnectReason = 8
	ReasonSignalClose        DisconnectReason = 9
	ReasonRoomClosed         DisconnectReason = 10
	ReasonConnectionTimeout  DisconnectReason = 14
	ReasonMediaFailure       DisconnectReason = 15
)

var reasonNames = map[DisconnectReason]string{
	ReasonClientInitiated: "client_initiated", ReasonDuplicateIdentity: "duplicate_identity", ReasonServerShutdown: "server_shutdown",
	ReasonParticipantRemoved: "participant_removed", ReasonRoomDeleted: "room_deleted", ReasonStateMismatch: "state_mismatch",
	ReasonJoinFailure: "join_failure", ReasonMigration: "migration", ReasonSignalClose: "signal_close", ReasonRoomClosed: "room_closed",
	ReasonConnectionTimeout: "connection_timeout", ReasonMediaFailure: "media_failure",
}

// String is the reason as logs have it, by its name in the protocol.
func (r DisconnectReason) String() string {
	if name, ok := reasonNames[r]; ok {
		return name
	}
	return "unknown"
}

// LeaveAction is what a client told to leave does next.
type LeaveAction int32

// The actions of a client told to leave.
const (
	ActionDisconnect LeaveAction = iota
	ActionResume
	ActionReconnect
)
