package codec

// Frame is what one packet's payload says of the video frame it belongs to.
type Frame struct {
	Start      bool  // first packet of the frame (of the spatial layer frame where a stream has several)
	End        bool  // last packet of the frame, where the payload tells (VP9) or a dependency descriptor does
	Keyframe   bool  // of a frame that decodes without any other and starts a sequence; sure on its first packet only
	Sync       bool  // temporal layer sync: of the lower temporal layers only the base is needed (VP8), see Entry
	Temporal   uint8 // temporal layer id, 0 is the base
	Spatial    uint8 // spatial layer id inside the packet's stream (SVC), 0 is the base
	PictureID  int32 // VP8, VP9: picture id, -1 when absent
	Wide       bool  // the picture id has 15 bits instead of 7
	Nested     bool  // what a choice needs, those with more spatial layers need too, so it can be left at any picture
	TL0        int16 // VP8, VP9: TL0PICIDX, -1 when absent
	KeyIdx     int8  // VP8: KEYIDX, 5 bits, -1 when absent
	Descriptor uint8 // bytes of payload descriptor in front of the codec's own data

	// Needed are the choices of layers of the stream that need the frame: all where a stream does not tell.
	Needed Choices
	// Entry are the choices that can begin with the frame: at a key frame for anybody; else for those who had all of one
	// with a temporal layer less or, where it has only the lowest temporal layer, a spatial layer less.
	Entry Choices
}

// NoFrame is what a packet without payload says.
var NoFrame = Frame{PictureID: -1, TL0: -1, KeyIdx: -1, Needed: All, Nested: true}

// Flatten makes one layer of all that the frame's stream has.
func (f *Frame) Flatten() {
	if f.Entry &= oneSpatial; f.Spatial > 0 {
		f.Spatial = 0
		f.Needed = All
	}
}

// Parse reads what the payload of a packet of type t says of its frame, as far as that can be known without the packets
// before; see Stream.Parse. It is false for payloads that the format does not allow.
func Parse(t Type, payload []byte) (Frame, bool) {
	switch t {
	case Opus:
		return NoFrame, true
	case VP8:
		return parseVP8(payload)
	case VP9:
		f, _, ok := parseVP9(payload)
		return f, ok
	case H264:
		return parseH264(payload)
	case AV1:
		return parseAV1(payload)
	case RED:
		return parseRED(payload)
	}
	return NoFrame, false
}
