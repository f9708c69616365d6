package negotiate

import (
	"slices"
	"strings"

	"konklave/internal/id"
	"konklave/internal/sdp"
)

// section is an accepted audio or video section of the newest offer and the tracks that it carries.
type section struct {
	offered sdp.Section
	terms
	codecs []sdp.Codec // as answered: those of terms, ordered for the track

	// key tells what the client sends from what it sent before, "" when it sends nothing.
	key   string
	fresh bool // the key changed with the newest offer
	up    *Announce
	// silenced: the track was withdrawn while the client still sends it. Nothing is received until the key changes.
	silenced bool

	down *outgoing
	// resting: a track was delivered here and is over, which the next answer has to say before another one comes.
	resting bool
}

// outgoing is a track that is delivered.
type outgoing struct {
	Send
	ssrc, rtx uint32
	started   bool // StartSending was given out
}

// sentKey identifies what an offered section sends. The track id may be missing (RFC 8830) or be made up by the
// client; either way it stays the same while the track does.
func sentKey(s *sdp.Section) string {
	switch {
	case !s.Direction.Sends():
		return ""
	case s.MSID.Track != "":
		return "track " + s.MSID.Track
	default:
		return "stream " + s.MSID.Stream
	}
}

// free tells whether the section can deliver a track, at the latest after the next answer.
func (s *section) free(kind sdp.Kind) bool {
	return s.offered.Kind == kind && s.down == nil && s.delivery()
}

// delivery tells whether the section may deliver anything. Where the client sends several streams it may not: those
// made with Pion take the answer's rids, which are of what we receive, for streams that we send, and drop ours.
func (s *section) delivery() bool {
	return s.offered.Direction.Receives() && len(s.offered.SendRIDs) == 0
}

// direction is what we answer.
func (s *section) direction() sdp.Direction {
	d := sdp.Inactive
	if s.key != "" && !s.silenced {
		d |= sdp.RecvOnly
	}
	if s.down != nil {
		d |= sdp.SendOnly
	}
	return d
}

// settle fixes the codecs of the answer once the section's tracks are known: the announced one first, because
// browsers send the first of the answer. Firefox gets no other, as it may choose one it cannot keep up with.
func (s *section) settle(firefox bool) {
	wanted := ""
	switch {
	case s.up != nil && s.offered.Kind == sdp.Audio:
		wanted = "red" // they repeat what they sent before, if they can
	case s.up != nil:
		wanted = s.up.Codec
	case s.down != nil:
		wanted = s.down.Codec
	}
	s.codecs = slices.Clone(s.terms.codecs)
	if s.up != nil && s.up.NoRED {
		s.codecs = slices.DeleteFunc(s.codecs, func(c sdp.Codec) bool { return c.Is("red") })
	}
	if i := s.indexOf(wanted); i >= 0 {
		codec := s.codecs[i]
		s.codecs = slices.Insert(slices.Delete(s.codecs, i, i+1), 0, codec)
		if firefox && s.up != nil && s.down == nil && s.offered.Kind == sdp.Video {
			s.codecs = s.codecs[:1]
		}
	}
	for i := range s.codecs {
		if s.codecs[i].Is("opus") {
			s.codecs[i].Fmtp = s.opusParameters(s.codecs[i])
		}
		if s.offered.Kind == sdp.Audio && !firefox {
			s.codecs[i].Feedback = withNACK(s.codecs[i].Feedback)
		}
	}
}

// withNACK adds NACK to the feedback of a codec of sound. Clients made with Chromium's WebRTC offer none for it, and yet send
// lost packets again and ask for them, where the answer has it; for others it changes nothing.
func withNACK(feedback []string) []string {
	if slices.Contains(feedback, "nack") {
		return feedback
	}
	return append(slices.Clone(feedback), "nack")
}

func (s *section) indexOf(codec string) int {
	if codec == "" {
		return -1
	}
	return slices.IndexFunc(s.codecs, func(c sdp.Codec) bool { return c.Is(codec) })
}

// opusParameters steer how the client encodes (RFC 7587 section 6.1). A client's stereo=1 only says that it can
// play stereo; that it wants to send stereo it says by sprop-stereo or in its announcement.
func (s *section) opusParameters(offered sdp.Codec) string {
	params := "minptime=10;useinbandfec=1"
	if s.up == nil || !s.up.NoDTX {
		params += ";usedtx=1"
	}
	sprop, _ := offered.Param("sprop-stereo")
	if s.key != "" && (sprop == "1" || s.up != nil && s.up.Stereo) {
		params += ";stereo=1;maxaveragebitrate=510000"
	}
	return params
}

// upstream describes what is received; the section has an announced track.
func (s *section) upstream() Upstream {
	u := Upstream{
		MID:        s.offered.MID,
		Kind:       s.offered.Kind,
		Codecs:     slices.Clone(s.codecs),
		Extensions: slices.Clone(s.extensions),
		MIME:       string(s.offered.Kind) + "/" + s.codecs[0].Name,
	}
	for _, rid := range s.offered.SendRIDs {
		u.RIDs = append(u.RIDs, rid.ID)
	}
	if len(u.RIDs) == 0 && len(s.offered.Sources) > 0 {
		u.SSRC, u.RTX = s.offered.Sources[0].SSRC, s.offered.Sources[0].RTX
	}
	return u
}

// maxSentID is the highest id of a header extension that is sent: those above need the two-byte form.
const maxSentID = 14

// downstream describes what is sent; the section delivers a track.
func (s *section) downstream() Downstream {
	return s.down.downstream(s.offered.MID, terms{codecs: s.codecs, extensions: s.extensions})
}

// downstream describes the track as it is sent in a section, on terms the client agreed to.
func (o *outgoing) downstream(mid string, t terms) Downstream {
	d := Downstream{
		MID:    mid,
		Kind:   o.Kind,
		Codecs: slices.Clone(t.codecs),
		Extensions: slices.DeleteFunc(slices.Clone(t.extensions), func(x sdp.Extension) bool {
			return x.ID > maxSentID || !x.Direction.Sends() || x.URI == sdp.ExtRID || x.URI == sdp.ExtRepairedRID ||
				x.URI == sdp.ExtTWCC && !t.reports()
		}),
		SSRC:  o.ssrc,
		CNAME: string(o.Participant),
	}
	if slices.ContainsFunc(t.codecs, func(c sdp.Codec) bool { return c.RTX != 0 }) {
		d.RTX = o.rtx
	}
	return d
}

// msid names the delivered track so that clients learn participant and track from the stream's id.
func (o *outgoing) msid() sdp.MSID {
	stream := string(o.Stream)
	if stream == "" {
		stream = string(o.Track)
	}
	return sdp.MSID{Stream: string(o.Participant) + "|" + stream, Track: string(o.Track)}
}

func (s *section) delivers(track id.TrackSID) bool { return s.down != nil && s.down.Track == track }

// isFirefox recognizes Firefox by the user name of its o= line, "mozilla...THIS_IS_SDPARTA-".
func isFirefox(d *sdp.Description) bool { return strings.HasPrefix(d.Username, "mozilla") }
