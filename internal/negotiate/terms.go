package negotiate

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"konklave/internal/sdp"
)

// sctpPort is the port on which SCTP runs inside DTLS at both ends (RFC 8841); everybody uses this one.
const sctpPort = 5000

// Protocols and format of the sections that are offered. Those of a client may run over TCP.
const (
	mediaProtocol = "UDP/TLS/RTP/SAVPF"
	dataProtocol  = "UDP/DTLS/SCTP"
	dataFormat    = "webrtc-datachannel"
)

// terms are what we take of an offered section, before a track is known for it.
type terms struct {
	codecs     []sdp.Codec
	extensions []sdp.Extension
}

// takes tells whether a codec is among the terms; "" stands for any.
func (t *terms) takes(codec string) bool {
	return codec == "" || slices.ContainsFunc(t.codecs, func(c sdp.Codec) bool { return c.Is(codec) })
}

// reports tells whether the client gives transport-wide feedback of what is sent on these terms.
func (t *terms) reports() bool {
	return slices.ContainsFunc(t.codecs, func(c sdp.Codec) bool { return slices.Contains(c.Feedback, "transport-cc") })
}

// accept decides which sections of a client's description are taken, those of an offer with nil are to be rejected.
func (c *connection) accept(d *sdp.Description) ([]*terms, error) {
	accepted := make([]*terms, len(d.Sections))
	bundled := set(d.Bundle)
	mids := make(map[string]bool, len(d.Sections))
	var ids extensionIDs
	data := false
	for i := range d.Sections {
		s := &d.Sections[i]
		if s.Rejected {
			continue
		}
		if mids[s.MID] {
			return nil, errors.New("two sections have the same mid")
		}
		mids[s.MID] = true
		// There is one transport: what is not bundled or wants a second port for RTCP cannot be reached.
		if s.MID == "" || !bundled[s.MID] {
			continue
		}
		switch s.Kind {
		case sdp.Audio, sdp.Video:
			codecs := c.acceptCodecs(s)
			if len(codecs) > 0 && s.RTCPMux && strings.HasSuffix(s.Protocol, "RTP/SAVPF") {
				accepted[i] = &terms{codecs: codecs, extensions: ids.accept(s)}
			}
		case sdp.Application:
			if !data && strings.HasSuffix(s.Protocol, "/DTLS/SCTP") && s.SCTPPort == sctpPort &&
				s.Formats[0] == dataFormat {
				accepted[i], data = &terms{}, true
			}
		}
	}
	return accepted, nil
}

// acceptCodecs keeps one payload type of each codec that is forwarded, in the order offered. The variants of VP9 and AV1
// are those that every browser both sends and decodes, so that a packet fits all receivers; of H264's it is the one that
// fits best.
func (c *connection) acceptCodecs(s *sdp.Section) []sdp.Codec {
	var codecs []sdp.Codec
	for _, codec := range s.Codecs {
		if !acceptsCodec(s.Kind, s.Direction, &codec) || c.avoids(s.Direction, codec) {
			continue
		}
		if s.Kind == sdp.Audio {
			codec.RTX = 0
		}
		codec.Feedback = slices.DeleteFunc(slices.Clone(codec.Feedback), func(name string) bool {
			return name != "transport-cc" && name != "nack" && name != "nack pli" && name != "ccm fir"
		})
		switch i := slices.IndexFunc(codecs, func(d sdp.Codec) bool { return d.Is(codec.Name) }); {
		case i < 0:
			codecs = append(codecs, common(codec))
		case codec.Is("h264") && h264Fitness(s.Direction, &codec) > h264Fitness(s.Direction, &codecs[i]):
			codecs[i] = common(codec)
		}
	}
	return slices.DeleteFunc(codecs, func(codec sdp.Codec) bool { return codec.Is("red") && !repeats(codec, codecs) })
}

// repeats tells whether RED (RFC 2198) repeats Opus of one of the codecs and nothing else: its parameters name the
// payload types of the blocks, "111/111".
func repeats(red sdp.Codec, codecs []sdp.Codec) bool {
	i := slices.IndexFunc(codecs, func(c sdp.Codec) bool { return c.Is("opus") })
	return i >= 0 && !slices.ContainsFunc(strings.Split(red.Fmtp, "/"), func(pt string) bool {
		return pt != strconv.Itoa(int(codecs[i].PT))
	})
}

// avoids tells whether a codec is not used in a section of the client with that direction.
func (c *connection) avoids(direction sdp.Direction, codec sdp.Codec) bool {
	return direction.Sends() && listed(c.cfg.NotFrom, codec) || direction.Receives() && listed(c.cfg.NotTo, codec)
}

// listed tells whether a codec is among the names.
func listed(names []string, c sdp.Codec) bool { return slices.ContainsFunc(names, c.Is) }

func acceptsCodec(kind sdp.Kind, direction sdp.Direction, c *sdp.Codec) bool {
	name := strings.ToLower(c.Name)
	if kind == sdp.Audio {
		return (name == "opus" || name == "red") && c.ClockRate == 48000 && c.Channels == 2 // RFC 7587 section 7
	}
	if c.ClockRate != 90000 {
		return false
	}
	switch name {
	case "vp8":
		return true
	case "vp9":
		profile, ok := c.Param("profile-id") // RFC 9628: absent means 0
		return !ok || profile == "0"
	case "av1":
		profile, ok := c.Param("profile")
		return !ok || profile == "0"
	case "h264":
		return h264Fitness(direction, c) > 0
	}
	return false
}

// extensionIDs are the ids given to header extensions so far in an offer. They hold for all sections of a bundle,
// because a packet's MID is read before its section is known (RFC 9143 section 9.2); what contradicts is not taken.
type extensionIDs struct {
	uris map[uint8]string
	ids  map[string]uint8
}

func (e *extensionIDs) accept(s *sdp.Section) []sdp.Extension {
	if e.uris == nil {
		e.uris, e.ids = make(map[uint8]string), make(map[string]uint8)
	}
	var extensions []sdp.Extension
	for _, x := range s.Extensions {
		if !acceptsExtension(s, x.URI) {
			continue
		}
		uri, hasID := e.uris[x.ID]
		id, hasURI := e.ids[x.URI]
		if hasID && uri != x.URI || hasURI && id != x.ID ||
			slices.ContainsFunc(extensions, func(y sdp.Extension) bool { return y.ID == x.ID }) {
			continue
		}
		e.uris[x.ID], e.ids[x.URI] = x.URI, x.ID
		x.URI, x.Direction = shared(x.URI), x.Direction.Reverse()
		extensions = append(extensions, x)
	}
	return extensions
}

func acceptsExtension(s *sdp.Section, uri string) bool {
	switch uri {
	case sdp.ExtMID, sdp.ExtTWCC:
		return true
	case sdp.ExtAudioLevel:
		return s.Kind == sdp.Audio
	case sdp.ExtRID, sdp.ExtRepairedRID, sdp.ExtOrientation, sdp.ExtDependency:
		// Also where the client only receives: Chromium offers no extension in new sections that an answer dropped
		// in an older one, and simulcast cannot do without rid.
		return s.Kind == sdp.Video
	}
	return false
}

func set(names []string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
