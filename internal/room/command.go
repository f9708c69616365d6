package room

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Command is something that happened or is asked for. Commands about participants or tracks that the room does not
// know (any more) do nothing, unless said otherwise.
type Command interface{ command() }

// Start is the first command of a room that is watched: it only reports that the room began.
type Start struct{}

// Join brings a participant in. The answer is a JoinResponse, or a Refused.
type Join struct {
	SID            id.ParticipantSID // fresh; Room.Join fills it
	Identity       id.Identity
	Name           pii.Name
	Metadata       pii.Text
	Attributes     map[string]string
	Kind           ParticipantKind
	Permission     Permission
	Client         ClientInfo
	AutoSubscribe  bool
	AdaptiveStream bool // the client will send TrackSettings from the size of its elements
}

// Resume takes a participant up again after its signalling was interrupted. The answer is a Reconnect, an Update of
// everyone and a RoomUpdate, or a Refused when the room does not know the participant.
type Resume struct {
	Participant id.ParticipantSID
	Identity    id.Identity // must be the participant's
}

// SyncState is what a client that resumed believes. Where it publishes a track that the room does not have, it is
// told to reconnect.
type SyncState struct {
	Participant id.ParticipantSID
	Publishing  []id.TrackSID
	Subscribe   bool          // meaning of Tracks: wanted, or not wanted
	Tracks      []id.TrackSID // the client's exceptions from its default
	Disabled    []id.TrackSID
	DataLost    bool // reliable data for the client are lost: it is told to reconnect
}

// SignalLost says that the signalling socket is gone.
type SignalLost struct{ Participant id.ParticipantSID }

// SignalSeen says that a message of the client arrived. Sessions send it while messages (pings too) arrive, at most
// about twice a second: a participant of whom nothing is seen is held back and in the end removed.
type SignalSeen struct {
	Participant id.ParticipantSID
	At          time.Time // when the last message arrived
}

// Leave takes a participant out. ReasonClientInitiated sends no LeaveRequest: the client knows.
type Leave struct {
	Participant id.ParticipantSID
	Reason      DisconnectReason
}

// TransportConnected says that the primary media transport is up, first or again.
type TransportConnected struct{ Participant id.ParticipantSID }

// TransportFailed says that the media transport is gone for good: the client must reconnect in full.
type TransportFailed struct{ Participant id.ParticipantSID }

// AddTrack asks for a new track. The answer is a TrackPublished, or a RequestResponse.
type AddTrack struct {
	Participant           id.ParticipantSID
	CID                   string
	Name                  pii.Name
	Type                  TrackType
	Source                TrackSource
	Muted                 bool
	Width, Height         uint32
	Layers                []Layer
	Codecs                []Codec
	SID                   id.TrackSID // set: a further codec of this track
	Stereo, DisableDTX    bool
	DisableRED            bool
	Encryption            int32
	Stream                string
	AudioFeatures         []int32
	BackupCodecPolicy     int32
	PacketTrailerFeatures []int32
}

// TrackNegotiated says that the publisher's section of a track was negotiated: now others learn of it and are
// subscribed. Media is whatever the subscribers' sessions need to reach the publisher's media; the room only hands
// it on, in Subscription, that of the first codec for all of them.
type TrackNegotiated struct {
	Participant id.ParticipantSID
	Track       id.TrackSID
	Number      int8 // of the codec, index in TrackInfo.Codecs
	MID         string
	MIME        string
	Media       any
}

// LayerSeen says that the first packet of a layer arrived.
type LayerSeen struct {
	Participant id.ParticipantSID
	Track       id.TrackSID
	Number      int8 // of the codec
	Layer       int8
	RID         string
	SSRC        uint32
	RepairSSRC  uint32 // 0 when not known
}

// Answered says that a participant got an answer to an offer of its own tracks.
type Answered struct{ Participant id.ParticipantSID }

// TrackEnded says that the publisher's section of a track was stopped or withdrawn. The track ends with that of its
// first codec.
type TrackEnded struct {
	Participant id.ParticipantSID
	Track       id.TrackSID
	Number      int8 // of the codec
}

// Mute says that the publisher muted or unmuted its track.
type Mute struct {
	Participant id.ParticipantSID
	Track       id.TrackSID
	Muted       bool
}

// UpdateAudioTrack replaces a published track's audio features.
type UpdateAudioTrack struct {
	Participant id.ParticipantSID
	Track       id.TrackSID
	Features    []int32
}

// UpdateVideoTrack replaces a published track's dimensions, pixels.
type UpdateVideoTrack struct {
	Participant   id.ParticipantSID
	Track         id.TrackSID
	Width, Height uint32
}

// UpdateSubscription sets which tracks a subscriber wants. They need not exist yet.
type UpdateSubscription struct {
	Participant id.ParticipantSID
	Tracks      []id.TrackSID
	Subscribe   bool
}

// TrackSettings say how a subscriber wants tracks. Width and height, where given, win over quality.
type TrackSettings struct {
	Participant   id.ParticipantSID
	Tracks        []id.TrackSID
	Disabled      bool
	Quality       Quality
	Width, Height uint32
	FPS, Priority uint32
}

// SubscriptionPermission is a publisher's own policy of who may subscribe to its tracks; it replaces the former one.
type SubscriptionPermission struct {
	Participant id.ParticipantSID
	All         bool
	Allowed     []TrackPermission // used when All is false
}

// TrackPermission allows one participant, named by sid or identity, all tracks of a publisher or some.
type TrackPermission struct {
	Subscriber id.ParticipantSID
	Identity   id.Identity
	AllTracks  bool
	Tracks     []id.TrackSID
}

// UpdateMetadata changes a participant's own name, metadata and attributes. Empty name or metadata mean unchanged,
// an empty attribute value deletes the attribute. The answer is a RequestResponse.
type UpdateMetadata struct {
	Participant id.ParticipantSID
	RequestID   uint32
	Name        pii.Name
	Metadata    pii.Text
	Attributes  map[string]string
}

// SetPermission replaces a participant's permissions; tracks and subscriptions that it no longer allows end.
type SetPermission struct {
	Participant id.ParticipantSID
	Permission  Permission
}

// Bound says that a subscriber has a section for a track: what is forwarded of the track now reaches it.
type Bound struct {
	Participant id.ParticipantSID
	Track       id.TrackSID
}

// Unbound says that a subscriber lost its section for a track.
type Unbound struct {
	Participant id.ParticipantSID
	Track       id.TrackSID
}

// SubscriptionFailed says that a subscriber cannot be given a track; it is not tried again until asked for anew, unless
// the track can be had in another codec.
type SubscriptionFailed struct {
	Participant id.ParticipantSID
	Track       id.TrackSID
	Error       SubscriptionError
	Codec       string // media type that the client turned out not to take, "" when that is not the reason
}

// VideoPaused says that all video to a subscriber is left out because the server has too much to do, or comes again.
type VideoPaused struct {
	Participant id.ParticipantSID
	Paused      bool
}

// TrackPaused says that a subscriber's line carries nothing of a track, or something again.
type TrackPaused struct {
	Participant id.ParticipantSID
	Track       id.TrackSID
	Paused      bool
}

// Tick lets time pass, about every 300 ms, and brings what was measured meanwhile.
type Tick struct{ Measures Measures }

// Measures are what sessions read from their media, see Member.Measure.
type Measures struct {
	Levels []TrackLevel
	Links  []Link
}

// TrackLevel is how loud a published track is, and what comes of it.
type TrackLevel struct {
	Publisher id.ParticipantSID
	Track     id.TrackSID
	Level     uint8 // smoothed, -dBov: 0 loudest, 127 silence
	Active    bool  // somebody speaks
	Loudness  uint8 // beside others: quick to rise, slow to fall; -dBov
	Ranked    bool  // Loudness is known
	Streams   [maxCodings]Streams
}

// Streams are those of a track in one of its codecs, lowest quality first.
type Streams struct {
	Count  int8  // that were negotiated
	Coming uint8 // of which something came in the last second, as bits
}

// Link is what was measured of a participant's media transport since the last tick.
type Link struct {
	Participant id.ParticipantSID
	UpLoss      float32       // part of packets lost from the participant, 0..1
	DownLoss    float32       // part of packets lost towards it
	RTT         time.Duration // 0 when not known
	Silent      bool          // the transport should carry packets and carries none
	Paused      bool          // the line carries nothing of a picture that the participant wants and that comes
	Lowered     bool          // the line carries less of such a picture than the participant wants
}

// Close ends the room.
type Close struct{ Reason DisconnectReason }

func (Start) command()                  {}
func (Join) command()                   {}
func (Resume) command()                 {}
func (SyncState) command()              {}
func (SignalLost) command()             {}
func (SignalSeen) command()             {}
func (Leave) command()                  {}
func (TransportConnected) command()     {}
func (TransportFailed) command()        {}
func (AddTrack) command()               {}
func (TrackNegotiated) command()        {}
func (LayerSeen) command()              {}
func (Answered) command()               {}
func (TrackEnded) command()             {}
func (Mute) command()                   {}
func (UpdateAudioTrack) command()       {}
func (UpdateVideoTrack) command()       {}
func (UpdateSubscription) command()     {}
func (TrackSettings) command()          {}
func (SubscriptionPermission) command() {}
func (UpdateMetadata) command()         {}
func (SetPermission) command()          {}
func (Bound) command()                  {}
func (Unbound) command()                {}
func (SubscriptionFailed) command()     {}
func (VideoPaused) command()            {}
func (TrackPaused) command()            {}
func (Tick) command()                   {}
func (Close) command()                  {}
