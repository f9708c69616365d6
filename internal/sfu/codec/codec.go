// Package codec knows how the payloads of the codecs that meetings use look on the wire: where a key frame
// starts, which layer a packet belongs to, and how the descriptors in front of the payload are rewritten.
// It is pure: bytes in, values out, no allocation, every parser fuzzed. It owns no state of a call.
package codec

import "strings"

// Kind says whether a track carries sound or pictures.
type Kind uint8

// The kinds of media.
const (
	Audio Kind = iota
	Video
)

// Type is a codec by its payload format.
type Type uint8

// The codecs that are forwarded. Unknown is refused by every parser.
const (
	Unknown Type = iota
	Opus
	VP8
	VP9
	H264
	AV1
	RED // Opus, with earlier packets' repeated (RFC 2198)
	types
)

// Types is how many there are, Unknown included, for tables.
const Types = int(types)

var names = [Types]string{Unknown: "", Opus: "opus", VP8: "VP8", VP9: "VP9", H264: "H264", AV1: "AV1", RED: "red"}

// String is the codec's encoding name as in a=rtpmap.
func (t Type) String() string { return names[t] }

// Kind is the kind of media the codec carries.
func (t Type) Kind() Kind {
	if t == Opus || t == RED {
		return Audio
	}
	return Video
}

// MIME is the codec's media type, for example video/VP8.
func (t Type) MIME() string {
	if t == Unknown {
		return ""
	}
	if t.Kind() == Audio {
		return "audio/" + names[t]
	}
	return "video/" + names[t]
}

// ParseType finds the codec of an encoding name ("VP8") or media type ("video/vp8"), letter case ignored.
func ParseType(name string) Type {
	if _, after, ok := strings.Cut(name, "/"); ok {
		name = after
	}
	for t := Opus; t < types; t++ {
		if strings.EqualFold(names[t], name) {
			return t
		}
	}
	return Unknown
}
