// Package sdp owns the model of a session description: what an offer or an answer says about one
// PeerConnection, in the terms of ORTC rather than of lines of text, and the way from text to model and back.
//
// It is pure and keeps no state. It must not decide anything: what to accept of an offer, which track goes where
// and who becomes the DTLS client is the business of package negotiate. Whatever a client may send ends here in a
// valid Description or in an error; the errors name lines and attributes but never quote the text, because
// descriptions carry addresses and keys.
//
// References: RFC 8866 (SDP), RFC 8829 (JSEP), RFC 9143 (BUNDLE), RFC 8839 (ICE), RFC 8851 and RFC 8853 (rid and
// simulcast), RFC 8285 (extmap), RFC 5576 (ssrc), RFC 8841 (data channels).
package sdp

// Description is one offer or answer.
type Description struct {
	// Username, SessionID and Version are of the o= line (RFC 8866 section 5.2). Firefox names itself in Username.
	Username  string
	SessionID uint64
	Version   uint64

	ICELite bool
	// AllowMixed says that one-byte and two-byte header extensions may be mixed (RFC 8285 section 6). Chromium says
	// it here, Firefox in each section.
	AllowMixed bool
	// Bundle holds the mids that share one transport (a=group:BUNDLE), in order.
	Bundle   []string
	Sections []Section
}

// Kind is the media of a section as in its m= line. Others than the three below are parsed so far that they can be
// rejected in their place.
type Kind string

// The kinds of sections.
const (
	Audio       Kind = "audio"
	Video       Kind = "video"
	Application Kind = "application"
)

// Section is one m= section with the attributes it has itself or takes from the session level.
type Section struct {
	Kind     Kind
	Protocol string // as in the m= line, for example UDP/TLS/RTP/SAVPF
	MID      string // "" when absent
	// Rejected sections (port 0 and not bundle-only) keep their place in the description and carry nothing else.
	Rejected  bool
	Direction Direction

	// Formats are those of the m= line when none of them is a codec: data channels, rejected and unknown sections.
	Formats    []string
	Codecs     []Codec // in order of preference
	Extensions []Extension
	AllowMixed bool // see Description
	MSID       MSID
	CNAME      string   // canonical name of the sources (RFC 3550 section 6.5.1)
	Sources    []Source // from a=ssrc and a=ssrc-group:FID lines, in order; empty when the client sends by rid

	// SendRIDs and RecvRIDs are the streams of a=simulcast that have an a=rid line, in the order of a=simulcast.
	SendRIDs []RID
	RecvRIDs []RID

	RTCPMux   bool
	RTCPRsize bool

	SCTPPort       uint16 // 0 when absent
	MaxMessageSize uint64 // bytes, 0 when absent

	Transport
}

// Transport is what a section says about ICE and DTLS.
type Transport struct {
	Ufrag, Pwd  string
	Fingerprint string // "sha-256 AB:CD:..", upper case digits; "" when no sha-256 fingerprint is given
	Setup       Setup
	// Candidates are written and never read: an ICE-lite server sends no checks (RFC 8445 section 2.5), so the
	// addresses of clients need not be kept.
	Candidates      []Candidate
	EndOfCandidates bool
}

// Setup says who opens the DTLS connection (RFC 4145, RFC 8842).
type Setup string

// The values of a=setup that occur.
const (
	ActPass Setup = "actpass"
	Active  Setup = "active"
	Passive Setup = "passive"
)

// Direction is the direction of media as seen by who wrote the description.
type Direction uint8

// The directions. Sends and Receives test their bits.
const (
	Inactive Direction = 0
	SendOnly Direction = 1
	RecvOnly Direction = 2
	SendRecv Direction = SendOnly | RecvOnly
)

// Sends tells whether the writer sends media.
func (d Direction) Sends() bool { return d&SendOnly != 0 }

// Receives tells whether the writer wants to receive media.
func (d Direction) Receives() bool { return d&RecvOnly != 0 }

// Reverse is the direction as the other side sees it.
func (d Direction) Reverse() Direction { return d>>1&1 | d<<1&2 }

// String is the name of the attribute.
func (d Direction) String() string {
	return [...]string{Inactive: "inactive", SendOnly: "sendonly", RecvOnly: "recvonly", SendRecv: "sendrecv"}[d&3]
}

// Codec is one payload type of a section with its retransmission payload type, if any.
type Codec struct {
	PT        uint8
	Name      string // encoding name as in a=rtpmap, letter case as given
	ClockRate uint32 // Hz
	Channels  uint8  // 0 when not given
	Fmtp      string // format parameters, "" when absent
	Feedback  []string
	RTX       uint8 // payload type of retransmissions (RFC 4588), 0 when none
}

// Extension is one RTP header extension (RFC 8285).
type Extension struct {
	ID        uint8 // 1 to 255
	URI       string
	Direction Direction // SendRecv when not given
}

// MSID names the MediaStream and the track that a section sends (RFC 8830).
type MSID struct {
	Stream string // "-" for no stream
	Track  string // may be "" although a stream is named
}

// Source is one stream that the writer sends.
type Source struct {
	SSRC uint32
	RTX  uint32 // SSRC of its retransmissions, 0 when none
}

// RID names one simulcast stream.
type RID struct {
	ID     string
	Paused bool // marked ~ in a=simulcast
}
