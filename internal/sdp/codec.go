package sdp

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Param finds a format parameter by name, letter case ignored: Param("profile-id") of "profile-id=2" is "2".
func (c Codec) Param(name string) (value string, ok bool) {
	for _, param := range strings.Split(c.Fmtp, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(param), "=")
		if strings.EqualFold(key, name) {
			return value, true
		}
	}
	return "", false
}

// Is compares a codec with an encoding name or a media type, letter case ignored.
func (c Codec) Is(name string) bool {
	if _, after, ok := strings.Cut(name, "/"); ok {
		name = after
	}
	return strings.EqualFold(c.Name, name)
}

// HasFeedback tells whether an RTCP feedback message is negotiated, for example "nack pli".
func (c Codec) HasFeedback(name string) bool { return slices.Contains(c.Feedback, name) }

// formatAttribute reads rtpmap, fmtp and rtcp-fb: "pt value". Payload types that the m= line lacks are ignored.
func (s *sectionParser) formatAttribute(name, value string) error {
	field, value, ok := strings.Cut(value, " ")
	if !ok {
		return fmt.Errorf("%s: malformed", name)
	}
	value = strings.TrimSpace(value)
	if name == "rtcp-fb" && field == "*" {
		for i := range s.formats {
			if err := s.formats[i].addFeedback(value); err != nil {
				return err
			}
		}
		return nil
	}
	f := s.format(field)
	if f == nil {
		return nil
	}
	switch name {
	case "rtpmap":
		return f.rtpmap(value)
	case "fmtp":
		f.Fmtp = value
		return nil
	default:
		return f.addFeedback(value)
	}
}

// rtpmap reads "name/rate[/channels]".
func (f *format) rtpmap(value string) error {
	fields := strings.Split(value, "/")
	if len(fields) < 2 {
		return errors.New("rtpmap: malformed")
	}
	if err := checkToken("rtpmap", fields[0]); err != nil {
		return err
	}
	rate, err := strconv.ParseUint(fields[1], 10, 32)
	if err != nil || rate == 0 {
		return errors.New("rtpmap: clock rate is not a positive number")
	}
	var channels uint64
	if len(fields) > 2 {
		if channels, err = strconv.ParseUint(fields[2], 10, 8); err != nil {
			return errors.New("rtpmap: channels are not a number")
		}
	}
	f.Name, f.ClockRate, f.Channels, f.mapped = fields[0], uint32(rate), uint8(channels), true
	return nil
}

func (f *format) addFeedback(value string) error {
	value = strings.Join(strings.Fields(value), " ")
	if value == "" || slices.Contains(f.Feedback, value) {
		return nil
	}
	if len(f.Feedback) == maxFeedback {
		return fmt.Errorf("rtcp-fb: %w", ErrLimit)
	}
	f.Feedback = append(f.Feedback, value)
	return nil
}

func (f *format) isRTX() bool { return strings.EqualFold(f.Name, "rtx") }

// codecs joins retransmission formats with the codec that their apt parameter names (RFC 4588 section 8.6). Formats
// without rtpmap (static payload types) and retransmissions of nothing are left out.
func (s *sectionParser) codecs() []Codec {
	var codecs []Codec
	for _, f := range s.formats {
		if f.mapped && !f.isRTX() {
			codecs = append(codecs, f.Codec)
		}
	}
	for _, f := range s.formats {
		if !f.mapped || !f.isRTX() {
			continue
		}
		apt, _ := f.Param("apt")
		pt, err := strconv.ParseUint(apt, 10, 7)
		if err != nil {
			continue
		}
		i := slices.IndexFunc(codecs, func(c Codec) bool { return c.PT == uint8(pt) })
		// PT 0 cannot be told from none; it is PCMU's and no browser retransmits with it.
		if i >= 0 && codecs[i].RTX == 0 && codecs[i].ClockRate == f.ClockRate {
			codecs[i].RTX = f.PT
		}
	}
	return codecs
}
