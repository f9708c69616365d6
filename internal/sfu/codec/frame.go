package codec

// Frame is what one packet's payload says of the video frame it belongs to.
type Frame struct {
	Start      bool  // first packet of the frame (of the spatial layer frame with VP9 SVC)
	End        bool  // last packet of the frame, where the payload tells (VP9, AV1 with dependency descriptor)
	Keyframe   bool  // of a frame that decodes without any other and starts a sequence; sure on its first packet only
	Sync       bool  // temporal layer sync: a subscriber may switch up to this temporal layer here
	Temporal   uint8 // temporal layer id, 0 is the base
	Spatial    uint8 // spatial layer id inside the packet's stream (SVC), 0 is the base
	PictureID  int32 // VP8, VP9: picture id, -1 when absent
	Wide       bool  // the picture id has 15 bits instead of 7
	TL0        int16 // VP8, VP9: TL0PICIDX, -1 when absent
	KeyIdx     int8  // VP8: KEYIDX, 5 bits, -1 when absent
	Descriptor uint8 // bytes of payload descriptor in front of the codec's own data
}

// NoFrame is what a packet without payload says.
var NoFrame = Frame{PictureID: -1, TL0: -1, KeyIdx: -1}

// Parse reads what the payload of a packet of type t says of its frame; dd is the dependency descriptor extension
// of AV1, nil when absent. It is false for payloads that the format does not allow.
func Parse(t Type, payload, dd []byte) (Frame, bool) {
	switch t {
	case Opus:
		return NoFrame, true
	case VP8:
		return parseVP8(payload)
	case VP9:
		return parseVP9(payload)
	case H264:
		return parseH264(payload)
	case AV1:
		return parseAV1(payload, dd)
	case RED:
		return parseRED(payload)
	}
	return NoFrame, false
}
