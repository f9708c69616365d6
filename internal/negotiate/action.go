package negotiate

import (
	"konklave/internal/id"
	"konklave/internal/sdp"
)

// Action is something the owner of the PeerConnection has to do, in the order given.
type Action interface{ action() }

// Credentials are ICE user fragment and password of one side.
type Credentials struct{ Ufrag, Pwd string }

// Role is ours in the DTLS handshake (RFC 8842 section 5.2).
type Role uint8

// The roles: the passive one is the DTLS server.
const (
	Passive Role = iota
	Active
)

// Connect opens the transport; it comes once, before the answer to the client's first offer or with the client's
// first answer.
type Connect struct {
	Local, Remote Credentials
	Fingerprint   string // of the client's certificate, "sha-256 AB:CD:.."
	Role          Role   // always Passive when the client makes the offers
}

// RestartICE changes the credentials of the transport, which goes on otherwise.
type RestartICE struct{ Local, Remote Credentials }

// Receive says that the client sends an announced track from now on, in the codec that was announced with Number.
type Receive struct {
	Track  id.TrackSID
	Number int8
	Upstream
}

// Upstream describes how a track comes in.
type Upstream struct {
	MID        string
	Kind       sdp.Kind
	Codecs     []sdp.Codec     // as answered, the one to expect first; at most one payload type for each codec
	Extensions []sdp.Extension // as answered
	RIDs       []string        // simulcast streams in the order offered, empty without simulcast
	SSRC, RTX  uint32          // as offered, 0 when they are to be learned from the MID and RID extensions
	MIME       string          // media type of the first codec, for example "video/VP8"
}

// StopReceiving ends a Receive.
type StopReceiving struct {
	Track  id.TrackSID
	Number int8
}

// StartSending says that client and server agreed on a section for a track and that its packets may flow.
type StartSending struct {
	Track id.TrackSID
	Downstream
}

// Downstream describes how a track goes out.
type Downstream struct {
	MID        string
	Kind       sdp.Kind
	Codecs     []sdp.Codec // what the client takes, its payload types; at most one for each codec
	Extensions []sdp.Extension
	SSRC       uint32
	RTX        uint32 // 0 when the client takes no retransmissions
	CNAME      string
}

// StopSending ends a StartSending.
type StopSending struct{ Track id.TrackSID }

// CannotSend says that the client does not take the codec in which the track comes, or no section for it; the Send is
// dropped. A StopSending comes before it when the track was sent.
type CannotSend struct {
	Track id.TrackSID
	Codec string // that of the Send which is not taken, "" when it was the section
}

// RequireSections asks the client to add so many sections for receiving and to offer again. Zero of both only asks
// for an offer.
type RequireSections struct{ Audio, Video uint32 }

// Refuse says that the client's description cannot be used and the PeerConnection is lost. Reason is for the
// operator and quotes nothing of the description.
type Refuse struct{ Reason string }

func (Offer) action()           {}
func (Answer) action()          {}
func (Connect) action()         {}
func (RestartICE) action()      {}
func (Receive) action()         {}
func (StopReceiving) action()   {}
func (StartSending) action()    {}
func (StopSending) action()     {}
func (CannotSend) action()      {}
func (RequireSections) action() {}
func (Refuse) action()          {}
