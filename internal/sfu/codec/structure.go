package codec

const (
	maxTemplates = 64 // of a structure
	maxTargets   = 32 // decode targets: what receivers may want to decode

	maxSpatialID = 3 // that the format has; of temporal layers it has 8
)

// Structure is what the dependency descriptor of a stream says once for many frames (RTP payload format for AV1,
// appendix A.8.3): its decode targets, and the templates that its frames name instead of repeating everything. It comes
// with the first packet of a key frame and holds until the next.
type Structure struct {
	offset    uint8 // of template ids
	templates uint8 // that there are
	targets   uint8
	chains    uint8
	spatials  uint8 // layers that there are
	nested    bool
	active    uint32 // decode targets that the sender sends at the moment

	target   [choiceCount]uint8  // decode target of each choice
	kept     [choiceCount]uint32 // decode targets of which somebody has everything who has what a choice needs
	temporal [maxTargets]uint8   // highest layers of each decode target
	spatial  [maxTargets]uint8
	template [maxTemplates]template
}

// template is what frames that name it have in common.
type template struct {
	spatial, temporal uint8
	independent       bool   // of all other frames
	inner             bool   // of frames of other pictures
	present           uint32 // in these decode targets
	switches          uint32 // to these decode targets one can switch here, if the frame itself can be decoded
	needed, entry     Choices
}

// How a frame relates to a decode target (appendix A.5).
const (
	notPresent  = 0
	switchPoint = 2
)

// Read takes in the structure that comes with a descriptor. It is false when it is broken; then nothing is known.
func (s *Structure) Read(dd []byte) bool {
	r := bits{b: dd, at: flagsEnd}
	ok := s.read(&r)
	if !ok {
		*s = Structure{}
	}
	return ok
}

func (s *Structure) read(r *bits) bool {
	*s = Structure{offset: uint8(r.take(6)), targets: uint8(r.take(5)) + 1}
	s.active = ^uint32(0) >> (maxTargets - s.targets)
	if !s.readLayers(r) {
		return false
	}
	for i := range s.template[:s.templates] {
		t := &s.template[i]
		t.present, t.switches = readTargets(r, int(s.targets))
		for target := range s.targets {
			if t.present>>target&1 != 0 {
				s.spatial[target] = max(s.spatial[target], t.spatial)
				s.temporal[target] = max(s.temporal[target], t.temporal)
			}
		}
	}
	for i := range s.template[:s.templates] {
		t := &s.template[i]
		t.independent, t.inner = readReferences(r, t.spatial)
	}
	s.skipChains(r)
	if r.flag() { // resolutions: width and height of each spatial layer
		for range s.spatials {
			r.take(32)
		}
	}
	if r.over {
		return false
	}
	s.settle()
	return true
}

// readLayers reads of which layers the templates are; they come sorted.
func (s *Structure) readLayers(r *bits) bool {
	var spatial, temporal uint8
	for {
		if s.templates == maxTemplates {
			return false
		}
		s.template[s.templates] = template{spatial: spatial, temporal: temporal}
		s.templates++
		switch r.take(2) {
		case 1:
			temporal++
		case 2:
			temporal = 0
			spatial++
		case 3:
			s.spatials = spatial + 1
			return true
		}
		if spatial > maxSpatialID || temporal > 7 || r.over {
			return false
		}
	}
}

// readTargets reads how a frame relates to the decode targets.
func readTargets(r *bits, count int) (present, switches uint32) {
	for target := range count {
		switch r.take(2) {
		case notPresent:
		case switchPoint:
			switches |= 1 << target
			present |= 1 << target
		default:
			present |= 1 << target
		}
	}
	return present, switches
}

// readReferences reads to which frames a template's refer, by how many frames ago they were. Those of its own picture are
// of lower spatial layers.
func readReferences(r *bits, spatial uint8) (independent, inner bool) {
	independent, inner = true, true
	for r.flag() {
		independent = false
		inner = r.take(4)+1 <= uint32(spatial) && inner
	}
	return independent, inner
}

// skipChains reads over the chains, by which receivers notice that something is missing.
func (s *Structure) skipChains(r *bits) {
	s.chains = uint8(r.below(uint32(s.targets) + 1))
	if s.chains == 0 {
		return
	}
	for range s.targets {
		r.below(uint32(s.chains))
	}
	for range s.templates {
		for range s.chains {
			r.take(4)
		}
	}
}

// settle finds what each choice means, and what the templates mean to each.
func (s *Structure) settle() {
	for c := range Choice(choiceCount) {
		s.target[c] = s.targetOf(c)
	}
	s.nested = true
	for i := range s.template[:s.templates] {
		t := &s.template[i]
		t.needed, t.entry = s.meaning(t.present, t.switches, t)
		for spatial := uint8(1); spatial < s.spatials; spatial++ {
			for temporal := range uint8(MaxTemporal + 1) {
				lower, higher := Choose(spatial-1, temporal), Choose(spatial, temporal)
				s.nested = s.nested && (!t.needed.Has(lower) || t.needed.Has(higher))
			}
		}
	}
	for c := range Choice(choiceCount) {
		s.kept[c] = s.keptBy(c)
	}
}

// keptBy finds the decode targets that are left to somebody who has what a choice needs.
func (s *Structure) keptBy(c Choice) (kept uint32) {
	for target := range s.targets {
		whole := true
		for i := range s.template[:s.templates] {
			t := &s.template[i]
			whole = whole && (t.present>>target&1 == 0 || t.needed.Has(c))
		}
		if whole {
			kept |= 1 << target
		}
	}
	return kept
}

// targetOf finds the decode target of a choice: of the highest layers that do not exceed it, the spatial ones first.
func (s *Structure) targetOf(c Choice) (best uint8) {
	found := false
	for t := range s.targets {
		if min(s.spatial[t], MaxSpatial) > c.Spatial() || min(s.temporal[t], MaxTemporal) > c.Temporal() {
			continue
		}
		if !found || s.spatial[t] > s.spatial[best] || s.spatial[t] == s.spatial[best] && s.temporal[t] > s.temporal[best] {
			best, found = t, true
		}
	}
	return best
}

// meaning tells what a frame is to each choice, from what it is to the decode targets.
func (s *Structure) meaning(present, switches uint32, t *template) (needed, entry Choices) {
	for c := range Choice(choiceCount) {
		if present>>s.target[c]&1 != 0 {
			needed |= 1 << c
		}
	}
	for c := range Choice(choiceCount) {
		if switches>>s.target[c]&1 == 0 || c.Spatial() >= s.spatials {
			continue
		}
		has := t.independent || t.inner // whoever comes has what it takes
		switch {
		case c.Temporal() > 0:
			has = has || needed.Has(c-1)
		case c.Spatial() > 0:
			has = has || needed.Has(c-(MaxTemporal+1))
		}
		if has {
			entry |= 1 << c
		}
	}
	return needed, entry
}
