package codec

// The dependency descriptor is a header extension which tells how the frames of a stream hang together (RTP payload format
// for AV1, appendix A). Chromium sends it with VP8 and VP9 too.

const (
	flagsAt  = 24 // bit where the flags are, where a descriptor goes on behind its fixed part
	flagsEnd = 29
)

// descriptor is the beginning of one, and where in it the rest is.
type descriptor struct {
	start, end bool  // of the frame
	template   uint8 // template id
	structured bool  // a structure is attached: a coded video sequence starts here
	masked     bool  // it says which decode targets are active
	targets    bool  // the frame has indications of its own instead of its template's
	references bool  // and references
	extended   bool  // there is more than the fixed part
}

// readFlags reads what is there without knowing the structure (appendix A.8.1 and A.8.2).
func (d *descriptor) readFlags(b []byte) bool {
	if len(b) < 3 {
		return false
	}
	*d = descriptor{start: b[0]&0x80 != 0, end: b[0]&0x40 != 0, template: b[0] & 0x3f, extended: len(b) > 3}
	if d.extended {
		d.structured, d.masked = b[3]&0x80 != 0, b[3]&0x40 != 0
		d.targets, d.references = b[3]&0x20 != 0, b[3]&0x10 != 0
	}
	return true
}

// Follow takes in what a descriptor changes for those behind it: the structure, and which decode targets are active. It
// is false when the descriptor is broken.
func (s *Structure) Follow(b []byte) bool {
	var d descriptor
	if !d.readFlags(b) || d.structured && !s.Read(b) {
		return false
	}
	if d.masked && s.templates > 0 {
		r := bits{b: b, at: s.maskAt(&d, b)}
		if active := r.take(int(s.targets)); !r.over {
			s.active = active
		}
	}
	return true
}

// find gives the template of a frame, nil when the structure has none such: it is of an earlier one.
func (s *Structure) find(d *descriptor) *template {
	if i := (d.template - s.offset) & (maxTemplates - 1); i < s.templates {
		return &s.template[i]
	}
	return nil
}

// refine adds to f what the descriptor of its packet says, whose structure s is.
func (s *Structure) refine(f *Frame, d *descriptor, b []byte) {
	t := s.find(d)
	if t == nil {
		return
	}
	f.Spatial, f.Temporal = t.spatial, t.temporal
	f.Needed, f.Entry, f.Nested = t.needed, t.entry, s.nested
	if d.targets || d.references {
		s.refineOwn(f, d, t, b)
	}
	if s.active != ^uint32(0)>>(maxTargets-s.targets) {
		f.Entry &= s.reachable()
	}
}

// refineOwn reads what a frame says of itself instead of its template.
func (s *Structure) refineOwn(f *Frame, d *descriptor, t *template, b []byte) {
	r := bits{b: b, at: s.maskAt(d, b)}
	if d.masked {
		r.take(int(s.targets))
	}
	own := *t
	if d.targets {
		own.present, own.switches = readTargets(&r, int(s.targets))
	}
	if d.references {
		own.independent, own.inner = true, true
		for size := r.take(2); size > 0; size = r.take(2) {
			own.independent = false
			own.inner = r.take(4*int(size))+1 <= uint32(t.spatial) && own.inner
		}
	}
	if !r.over {
		f.Needed, f.Entry = s.meaning(own.present, own.switches, &own)
	}
}

// reachable are the choices whose decode targets are active.
func (s *Structure) reachable() (reach Choices) {
	for c := range Choice(choiceCount) {
		if s.active>>s.target[c]&1 != 0 {
			reach |= 1 << c
		}
	}
	return reach
}

// maskAt is the bit behind the structure, where the mask of active decode targets is if there is one.
func (s *Structure) maskAt(d *descriptor, b []byte) int {
	if !d.structured {
		return flagsEnd
	}
	var attached Structure
	r := bits{b: b, at: flagsEnd}
	attached.read(&r)
	return r.at
}

// MaxDescriptor is the most that a descriptor may have.
const MaxDescriptor = 255

// AppendMasked adds to out the descriptor b as somebody gets it who has only what a choice needs: it says which decode
// targets are active. Where nothing is left out, or b is not of this structure, it is added as it is.
func (s *Structure) AppendMasked(out, b []byte, c Choice) []byte {
	var d descriptor
	if !d.readFlags(b) || s.targets < 2 || s.find(&d) == nil {
		return append(out, b...)
	}
	kept := s.kept[c] & s.active
	if kept == s.active && !d.masked {
		return append(out, b...)
	}
	at := flagsEnd
	if d.structured {
		at = s.maskAt(&d, b)
	}
	rest := bits{b: b, at: at}
	if d.masked {
		rest.take(int(s.targets))
	}
	end := 8 * len(b)
	if !d.extended {
		rest.at = end
	}
	size := (at + int(s.targets) + end - rest.at + 7) / 8
	if size > MaxDescriptor || rest.at > end {
		return append(out, b...)
	}
	begin := len(out)
	out = append(out, b[:min(len(b), (at+7)/8)]...)
	for len(out)-begin < size {
		out = append(out, 0)
	}
	w := out[begin:]
	if last := at >> 3; at&7 != 0 && last < len(w) {
		w[last] &= ^uint8(0) << (8 - at&7)
	}
	w[flagsAt/8] |= 0x40 // the mask is present
	putBits(w, at, int(s.targets), kept)
	for at += int(s.targets); rest.at < end; at++ {
		putBits(w, at, 1, rest.take(1))
	}
	return out
}
