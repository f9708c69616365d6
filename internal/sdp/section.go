package sdp

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// sectionParser gathers the lines of one section; finish puts together what several lines say.
type sectionParser struct {
	s          Section
	bundleOnly bool
	portZero   bool

	formats  []format
	ssrcs    []uint32 // in order of appearance
	fid      []Source
	rids     []rid
	sendSims []RID
	recvSims []RID
}

// format is one payload type before retransmissions are joined with their codecs.
type format struct {
	Codec
	mapped bool // has a=rtpmap
}

type rid struct {
	id        string
	direction string
}

// beginSection reads "media port proto fmt ...".
func (p *parser) beginSection(value string) error {
	if len(p.d.Sections) == MaxSections {
		return fmt.Errorf("sections: %w", ErrLimit)
	}
	fields := strings.Fields(value)
	if len(fields) < 4 {
		return errors.New("m= is malformed")
	}
	if len(fields)-3 > maxFormats {
		return fmt.Errorf("m=: formats: %w", ErrLimit)
	}
	for _, field := range fields {
		if err := checkToken("m=", field); err != nil {
			return err
		}
	}
	port, _, _ := strings.Cut(fields[1], "/")
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return errors.New("m=: port is not a number")
	}
	s := &sectionParser{portZero: number == 0}
	s.s.Kind, s.s.Protocol, s.s.Formats = Kind(fields[0]), fields[2], fields[3:]
	s.s.Direction = p.direction
	s.s.Transport = p.transport
	s.s.Candidates = nil
	if s.s.Kind == Audio || s.s.Kind == Video {
		if err := s.readFormats(fields[3:]); err != nil {
			return err
		}
	}
	p.section = s
	return nil
}

func (s *sectionParser) readFormats(fields []string) error {
	for _, field := range fields {
		pt, err := strconv.ParseUint(field, 10, 7)
		if err != nil {
			return errors.New("m=: payload type is not a number below 128")
		}
		if s.format(field) != nil {
			return errors.New("m=: payload type occurs twice")
		}
		s.formats = append(s.formats, format{Codec: Codec{PT: uint8(pt)}})
	}
	return nil
}

// format finds the payload type that begins an attribute's value, nil when the m= line does not have it.
func (s *sectionParser) format(field string) *format {
	pt, err := strconv.ParseUint(field, 10, 7)
	if err != nil {
		return nil
	}
	i := slices.IndexFunc(s.formats, func(f format) bool { return f.PT == uint8(pt) })
	if i < 0 {
		return nil
	}
	return &s.formats[i]
}

func (s *sectionParser) attribute(name, value string) (err error) {
	switch name {
	case "mid":
		s.s.MID, err = value, checkToken(name, value)
	case "sendrecv", "sendonly", "recvonly", "inactive":
		s.s.Direction = parseDirection(name)
	case "bundle-only":
		s.bundleOnly = true
	case "rtcp-mux":
		s.s.RTCPMux = true
	case "extmap-allow-mixed":
		s.s.AllowMixed = true
	case "rtcp-rsize":
		s.s.RTCPRsize = true
	case "sctp-port":
		var port uint64
		if port, err = strconv.ParseUint(value, 10, 16); err != nil {
			return errors.New("sctp-port: not a port")
		}
		s.s.SCTPPort = uint16(port)
	case "max-message-size":
		if s.s.MaxMessageSize, err = strconv.ParseUint(value, 10, 64); err != nil {
			return errors.New("max-message-size: not a number")
		}
	case "rtpmap", "fmtp", "rtcp-fb":
		return s.formatAttribute(name, value)
	case "extmap":
		return s.extmap(value)
	case "msid":
		if s.s.MSID == (MSID{}) { // of several streams the first is ours
			s.s.MSID, err = parseMSID(value)
		}
	case "ssrc":
		return s.ssrc(value)
	case "ssrc-group":
		return s.ssrcGroup(value)
	case "rid":
		return s.rid(value)
	case "simulcast":
		return s.simulcast(value)
	default:
		return s.s.Transport.attribute(name, value)
	}
	return err
}

// parseMSID reads "stream [track]".
func parseMSID(value string) (MSID, error) {
	stream, track, _ := strings.Cut(strings.TrimSpace(value), " ")
	if err := checkToken("msid", stream); err != nil {
		return MSID{}, err
	}
	if track != "" {
		if err := checkToken("msid", track); err != nil {
			return MSID{}, err
		}
	}
	return MSID{Stream: stream, Track: track}, nil
}

// extmap reads "id[/direction] uri [attributes]".
func (s *sectionParser) extmap(value string) error {
	fields := strings.Fields(value)
	if len(fields) < 2 {
		return errors.New("extmap: malformed")
	}
	number, direction, _ := strings.Cut(fields[0], "/")
	id, err := strconv.ParseUint(number, 10, 16)
	if err != nil || id == 0 {
		return errors.New("extmap: id is not a positive number")
	}
	if err := checkToken("extmap", fields[1]); err != nil {
		return err
	}
	if id > 255 || id == 15 {
		return nil // reserved, or stands for an id that is yet to be given (RFC 8285 section 5)
	}
	if len(s.s.Extensions) == maxExtensions {
		return fmt.Errorf("extmap: %w", ErrLimit)
	}
	s.s.Extensions = append(s.s.Extensions, Extension{ID: uint8(id), URI: fields[1], Direction: parseDirection(direction)})
	return nil
}

// endSection finishes the section that is being read, if any.
func (p *parser) endSection() error {
	if p.section == nil {
		return nil
	}
	s, err := p.section.finish()
	if err != nil {
		return err
	}
	p.d.Sections = append(p.d.Sections, s)
	p.section = nil
	return nil
}

func (s *sectionParser) finish() (Section, error) {
	out := &s.s
	if s.portZero && !s.bundleOnly {
		return Section{Kind: out.Kind, Protocol: out.Protocol, MID: out.MID, Rejected: true, Formats: out.Formats[:1]}, nil
	}
	out.Codecs = s.codecs()
	if len(out.Codecs) > 0 {
		out.Formats = nil
	}
	out.Sources = s.sources()
	if len(out.Sources) == 0 {
		out.CNAME = ""
	}
	out.SendRIDs = s.declared(s.sendSims, "send")
	out.RecvRIDs = s.declared(s.recvSims, "recv")
	return *out, nil
}
