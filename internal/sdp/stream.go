package sdp

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ssrc reads "number attribute[:value]" (RFC 5576 section 4.1).
func (s *sectionParser) ssrc(value string) error {
	field, attribute, ok := strings.Cut(value, " ")
	number, err := strconv.ParseUint(field, 10, 32)
	if err != nil || !ok {
		return errors.New("ssrc: malformed")
	}
	if !slices.Contains(s.ssrcs, uint32(number)) {
		if len(s.ssrcs) == maxSources {
			return fmt.Errorf("ssrc: %w", ErrLimit)
		}
		s.ssrcs = append(s.ssrcs, uint32(number))
	}
	name, value, _ := strings.Cut(attribute, ":")
	switch {
	case name == "cname" && s.s.CNAME == "" && value != "":
		if err := checkToken("ssrc", value); err != nil {
			return err
		}
		s.s.CNAME = value
	case name == "msid" && s.s.MSID == (MSID{}):
		s.s.MSID, err = parseMSID(value)
	}
	return err
}

// ssrcGroup reads "FID media rtx" (RFC 5576 section 4.2); other groups mean nothing to us.
func (s *sectionParser) ssrcGroup(value string) error {
	fields := strings.Fields(value)
	if len(fields) != 3 || fields[0] != "FID" {
		return nil
	}
	if len(s.fid) == maxSources {
		return fmt.Errorf("ssrc-group: %w", ErrLimit)
	}
	media, err1 := strconv.ParseUint(fields[1], 10, 32)
	rtx, err2 := strconv.ParseUint(fields[2], 10, 32)
	if err1 != nil || err2 != nil || media == rtx {
		return errors.New("ssrc-group: malformed")
	}
	s.fid = append(s.fid, Source{SSRC: uint32(media), RTX: uint32(rtx)})
	return nil
}

// sources lists the media SSRCs in order of appearance, each with its retransmissions.
func (s *sectionParser) sources() []Source {
	var sources []Source
	for _, ssrc := range s.ssrcs {
		source := Source{SSRC: ssrc}
		isRTX := false
		for _, group := range s.fid {
			isRTX = isRTX || group.RTX == ssrc
			if group.SSRC == ssrc && source.RTX == 0 && slices.Contains(s.ssrcs, group.RTX) {
				source.RTX = group.RTX
			}
		}
		if !isRTX {
			sources = append(sources, source)
		}
	}
	return sources
}

// rid reads "id direction [parameters]" (RFC 8851); parameters are not needed, the stream tells its size itself.
func (s *sectionParser) rid(value string) error {
	fields := strings.Fields(value)
	if len(fields) < 2 || fields[1] != "send" && fields[1] != "recv" {
		return errors.New("rid: malformed")
	}
	if err := checkRID(fields[0]); err != nil {
		return err
	}
	if len(s.rids) == maxRIDs {
		return fmt.Errorf("rid: %w", ErrLimit)
	}
	s.rids = append(s.rids, rid{id: fields[0], direction: fields[1]})
	return nil
}

// simulcast reads "direction streams [direction streams]" (RFC 8853).
func (s *sectionParser) simulcast(value string) error {
	fields := strings.Fields(value)
	if len(fields)%2 != 0 {
		return errors.New("simulcast: malformed")
	}
	for ; len(fields) >= 2; fields = fields[2:] {
		streams, err := parseStreams(fields[1])
		if err != nil {
			return err
		}
		switch fields[0] {
		case "send":
			s.sendSims = streams
		case "recv":
			s.recvSims = streams
		default:
			return errors.New("simulcast: unknown direction")
		}
	}
	return nil
}

// parseStreams reads "q;~h;f,g": of the alternatives that commas separate the first is taken.
func parseStreams(value string) ([]RID, error) {
	var streams []RID
	for _, stream := range strings.Split(value, ";") {
		id, _, _ := strings.Cut(stream, ",")
		id, paused := strings.CutPrefix(id, "~")
		if err := checkRID(id); err != nil {
			return nil, err
		}
		if len(streams) == maxRIDs {
			return nil, fmt.Errorf("simulcast: %w", ErrLimit)
		}
		if !slices.ContainsFunc(streams, func(r RID) bool { return r.ID == id }) {
			streams = append(streams, RID{ID: id, Paused: paused})
		}
	}
	return streams, nil
}

// checkRID checks a restriction identifier: letters, digits, - and _ (RFC 8851 section 10), at most 16, which is
// what fits into a one-byte header extension.
func checkRID(id string) error {
	if id == "" || len(id) > 16 {
		return errors.New("rid: length is not allowed")
	}
	for i := range len(id) {
		c := id[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return errors.New("rid: character is not allowed")
		}
	}
	return nil
}

// declared keeps the streams that have an a=rid line of their direction.
func (s *sectionParser) declared(streams []RID, direction string) []RID {
	var out []RID
	for _, stream := range streams {
		if slices.Contains(s.rids, rid{id: stream.ID, direction: direction}) {
			out = append(out, stream)
		}
	}
	return out
}
