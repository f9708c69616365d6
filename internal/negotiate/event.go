package negotiate

import (
	"konklave/internal/id"
	"konklave/internal/sdp"
)

// Event is something that happened to the PeerConnection or to the tracks it carries.
type Event interface{ event() }

// Offer is an offer of the client.
type Offer struct {
	ID  uint32 // increases from offer to offer; 0 is unnumbered and always answered
	SDP string
}

// Announce says that the client will send a track (an accepted add_track). It is matched with a section of a
// later offer by CID, else by order.
type Announce struct {
	Track id.TrackSID
	CID   string // the client's id of the track, usually that of a=msid
	Kind  sdp.Kind
	Codec string // media type the client wants to send, for example "video/vp8"; "" leaves the choice to the offer

	Stereo bool // audio: the client announced stereo
	NoDTX  bool // audio: do not ask for silence suppression
}

// Withdraw says that an announced track is over for other reasons than an offer: it was removed by the server.
// Its section falls silent in the next answer.
type Withdraw struct{ Track id.TrackSID }

// Send asks to deliver a track of another participant to this client, in a section that the client offers for
// receiving.
type Send struct {
	Track       id.TrackSID
	Participant id.ParticipantSID // who publishes it
	Kind        sdp.Kind
	Codec       string // media type of the track; a section that does not take it is not used. "" fits every section
	Stream      string // MediaStream id, "" for the default, which packs participant and track
}

// Unsend takes a Send back.
type Unsend struct{ Track id.TrackSID }

func (Offer) event()    {}
func (Announce) event() {}
func (Withdraw) event() {}
func (Send) event()     {}
func (Unsend) event()   {}
