package negotiate

import (
	"konklave/internal/id"
	"konklave/internal/sdp"
)

// Event is something that happened to the PeerConnection or to the tracks it carries.
type Event interface{ event() }

// Offer is an event when the client makes it and an action, to send it, when a Subscriber does.
type Offer struct {
	ID         uint32 // increases from offer to offer; 0 is one of a client that does not count, and always answered
	SDP        string
	MIDToTrack map[string]string // of ours: mid of each section that delivers a track, to the track's sid
	Local      Credentials       // of ours: connectivity checks may come with them before the answer does
}

// Answer is an action, to send it, in reply to an offer of the client, and an event in reply to one of a Subscriber.
type Answer struct {
	ID         uint32 // that of the offer; 0 is one of a client that does not count, and belongs to the newest offer
	SDP        string
	MIDToTrack map[string]string // of ours: mid of each section that delivers a track, to the track's sid
}

// Announce says that the client will send a track (an accepted add_track). It is matched with a section of a
// later offer by CID, else by order.
type Announce struct {
	Track id.TrackSID
	CID   string // the client's id of the track, usually that of a=msid
	Kind  sdp.Kind
	Codec string // media type the client wants to send, for example "video/vp8"; "" leaves the choice to the offer
	// Number tells in which of its codecs the track comes in this section, where a client sends it in several, each
	// under a CID of its own.
	Number int8

	Stereo bool // audio: the client announced stereo
	NoDTX  bool // audio: do not ask for silence suppression
	NoRED  bool // audio: do not ask for redundancy (RFC 2198), which for encrypted sound cannot be undone
}

// Withdraw says that an announced track is over for other reasons than an offer: it was removed by the server.
// Its sections fall silent in the next answer.
type Withdraw struct{ Track id.TrackSID }

// Send asks to deliver a track of another participant to this client: in a section that the client offers for
// receiving, or in one that a Subscriber offers.
type Send struct {
	Track       id.TrackSID
	Participant id.ParticipantSID // who publishes it
	Kind        sdp.Kind
	Codec       string // media type of the track; a section for which the client does not take it is not used. "" fits every section
	Stream      string // MediaStream id, "" for the default, which packs participant and track
	Stereo      bool   // audio: the track is stereo, which a Subscriber's client is told
}

// Unsend takes a Send back.
type Unsend struct{ Track id.TrackSID }

// Restart asks a Subscriber for new ICE credentials, because the client resumes on another network or its signalling
// was interrupted. The offer with them comes at once: it takes the place of one that was not answered yet.
type Restart struct{}

func (Offer) event()    {}
func (Answer) event()   {}
func (Restart) event()  {}
func (Announce) event() {}
func (Withdraw) event() {}
func (Send) event()     {}
func (Unsend) event()   {}
