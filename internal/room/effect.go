package room

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// Effect is a message for some participants' sessions, in the order in which they must get it. To is shared and
// must not be changed.
type Effect struct {
	To      []id.ParticipantSID
	Message Message
}

// Message is a message to a client, or an order to its session.
type Message interface{ message() }

// Messages to clients. Each corresponds to the SignalResponse member of a like name.
type (
	// JoinResponse is the first message of a participant.
	JoinResponse struct {
		Room         RoomInfo
		Self         *ParticipantInfo
		Others       []*ParticipantInfo
		PingInterval time.Duration
		PingTimeout  time.Duration
	}
	// Reconnect is the first message after a resume.
	Reconnect struct{}
	// Update tells of changed participants, also of departed ones.
	Update struct {
		Participants []*ParticipantInfo
	}
	// TrackPublished answers AddTrack.
	TrackPublished struct {
		CID   string
		Track *TrackInfo
	}
	// TrackUnpublished says that the room took the client's own track away; its session stops receiving it.
	TrackUnpublished struct{ Track id.TrackSID }
	// LeaveRequest tells a client to go. A CloseSession follows.
	LeaveRequest struct {
		Reason DisconnectReason
		Action LeaveAction
	}
	// MuteRequest asks the client to mute or unmute its own track.
	MuteRequest struct {
		Track id.TrackSID
		Muted bool
	}
	// SpeakersChanged has the speakers that changed; those that fell silent have level 0.
	SpeakersChanged struct{ Speakers []Speaker }
	// RoomUpdate describes the room anew.
	RoomUpdate struct{ Room RoomInfo }
	// QualityChanged has the participants whose links changed their grade.
	QualityChanged struct{ Updates []LinkQuality }
	// StreamState says that the server paused or takes up the sending of a track.
	StreamState struct {
		Publisher id.ParticipantSID
		Track     id.TrackSID
		Paused    bool
	}
	// SubscriptionPermissionUpdate says whether the client may subscribe to a track.
	SubscriptionPermissionUpdate struct {
		Publisher id.ParticipantSID
		Track     id.TrackSID
		Allowed   bool
	}
	// RefreshToken has what a fresh token for the participant must say; the session signs and sends it.
	RefreshToken struct {
		Identity   id.Identity
		Name       pii.Name
		Metadata   pii.Text
		Attributes map[string]string
		Kind       ParticipantKind
		Permission Permission
	}
	// SubscriptionResponse says that a wanted track cannot be had.
	SubscriptionResponse struct {
		Track id.TrackSID
		Error SubscriptionError
	}
	// RequestResponse answers a request that failed, or one that asked for an answer. Request is the command that
	// carried the request: AddTrack, Mute, UpdateMetadata, UpdateAudioTrack or UpdateVideoTrack. The session drops
	// ResultOK for clients of protocol 14 and less.
	RequestResponse struct {
		RequestID uint32
		Result    RequestResult
		Request   Command
	}
	// SubscribedQuality tells a publisher what somebody watches of its video track; it need not send more.
	SubscribedQuality struct {
		Track  id.TrackSID
		Codecs []CodecQuality // the track's own first
	}
	// SubscribedAudioCodecs tells a publisher in which codecs its sound is heard.
	SubscribedAudioCodecs struct {
		Track  id.TrackSID
		Codecs []CodecUse // all that it announced
	}
	// TrackSubscribed tells a publisher that its track has its first subscriber.
	TrackSubscribed struct{ Track id.TrackSID }
)

// Orders to sessions.
type (
	// Subscribe orders the session to negotiate sections for tracks. It reports each with Bound.
	Subscribe struct{ Subscriptions []Subscription }
	// Unsubscribe orders the session to give the sections of tracks back. No Unbound follows.
	Unsubscribe struct{ Tracks []id.TrackSID }
	// SetLayer orders what of a subscribed track is sent.
	SetLayer struct {
		Track    id.TrackSID
		Settings Settings
	}
	// SetForwarding orders a publisher's session whether a track's packets go to anyone. Before the first order,
	// which comes right after TrackNegotiated, they do not. A muted track is never forwarded.
	SetForwarding struct {
		Track id.TrackSID
		On    bool
	}
	// SetGate orders a publisher's session what of an audio track goes to anyone, as long as it is forwarded. Before the
	// first order it is GateOpen.
	SetGate struct {
		Track id.TrackSID
		Gate  Gate
	}
	// CloseSession orders the session to flush its messages and end. Nothing follows.
	CloseSession struct{ Reason DisconnectReason }
)

// Reports to the room's loop; To is empty.
type (
	// Refused answers Join and Resume: the participant is not in. Without a participant it answers an order.
	Refused struct {
		Participant id.ParticipantSID
		Err         error // one of the Err... of this package
	}
	// Ended says that the room is over; no command does anything any more.
	Ended struct{ Reason DisconnectReason }
)

// Subscription is one track for a subscriber.
type Subscription struct {
	Publisher id.ParticipantSID
	Identity  id.Identity // of the publisher
	Track     *TrackInfo
	Media     any // from the publisher's TrackNegotiated
	Settings  Settings
	Sync      bool // the client shall play the tracks of the publisher that have the same Track.Stream together
}

// CodecQuality is what is watched of a track in one codec.
type CodecQuality struct {
	Codec   string  // lower case, without its kind: vp8
	Highest Quality // Off when nothing is
}

// CodecUse is whether somebody is sent a track in one codec.
type CodecUse struct {
	Codec string // lower case, without its kind: opus
	Used  bool
}

// LinkQuality is the grade of a participant's link.
type LinkQuality struct {
	Participant id.ParticipantSID
	Quality     ConnectionQuality
	Score       float32 // 0 lost to 5 perfect
}

// RequestResult is the outcome of a client's request.
type RequestResult int32

// The outcomes of requests.
const (
	ResultOK              RequestResult = 0
	ResultNotFound        RequestResult = 1
	ResultNotAllowed      RequestResult = 2
	ResultLimitExceeded   RequestResult = 3
	ResultQueued          RequestResult = 4
	ResultUnsupportedType RequestResult = 5
	ResultInvalidRequest  RequestResult = 11
)

// SubscriptionError says why a track cannot be had.
type SubscriptionError int32

// The errors of subscriptions.
const (
	SubscriptionUnknownError     SubscriptionError = 0
	SubscriptionCodecUnsupported SubscriptionError = 1
	SubscriptionTrackNotFound    SubscriptionError = 2
)

func (JoinResponse) message()                 {}
func (Reconnect) message()                    {}
func (Update) message()                       {}
func (TrackPublished) message()               {}
func (TrackUnpublished) message()             {}
func (LeaveRequest) message()                 {}
func (MuteRequest) message()                  {}
func (SpeakersChanged) message()              {}
func (RoomUpdate) message()                   {}
func (QualityChanged) message()               {}
func (StreamState) message()                  {}
func (SubscriptionPermissionUpdate) message() {}
func (RefreshToken) message()                 {}
func (SubscriptionResponse) message()         {}
func (RequestResponse) message()              {}
func (SubscribedQuality) message()            {}
func (SubscribedAudioCodecs) message()        {}
func (TrackSubscribed) message()              {}
func (Subscribe) message()                    {}
func (Unsubscribe) message()                  {}
func (SetLayer) message()                     {}
func (SetForwarding) message()                {}
func (SetGate) message()                      {}
func (CloseSession) message()                 {}
func (Refused) message()                      {}
func (Ended) message()                        {}
