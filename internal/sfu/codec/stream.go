package codec

// Stream reads the packets of one RTP stream in the order in which they come. It remembers what the stream said of its
// layers, which is not in every packet.
type Stream struct {
	structure *Structure // of the dependency descriptor, nil before the first
	layers    vp9Layers
}

// Parse reads what a packet says of its frame; dd is its dependency descriptor, nil when absent. It is false for
// payloads that the format does not allow.
func (s *Stream) Parse(t Type, payload, dd []byte) (f Frame, ok bool) {
	if t == VP9 {
		var d vp9Descriptor
		if f, d, ok = parseVP9(payload); ok {
			s.layers.refine(&f, &d)
		}
	} else {
		f, ok = Parse(t, payload)
	}
	if !ok || dd == nil {
		return f, ok
	}
	return f, s.describe(t, &f, dd)
}

// describe adds what the dependency descriptor says, which is more than payloads do. It is false when it is broken.
func (s *Stream) describe(t Type, f *Frame, dd []byte) bool {
	var d descriptor
	if !d.readFlags(dd) {
		return false
	}
	if d.structured && s.structure == nil {
		s.structure = new(Structure) // once: later ones take its place
	}
	if (d.structured || d.masked) && s.structure != nil && !s.structure.Follow(dd) {
		return false
	}
	f.Start, f.End = d.start, d.end
	if t == AV1 {
		f.Keyframe = f.Keyframe || d.structured
	}
	if s.structure != nil {
		s.structure.refine(f, &d, dd)
	}
	return true
}
