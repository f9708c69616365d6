package meeting

import "konklave/internal/meeting/rules"

// rightsOf is what the media server lets a device send and see.
func (s *State) rightsOf(p *person) Rights {
	q, kind := p.lead(), s.definition.Kind
	may := func(a rules.Action) bool {
		if s.condition.Held {
			return false
		}
		if q.floor {
			return rules.MayWithFloor(q.role, a, kind, s.settings)
		}
		return rules.May(q.role, a, kind, s.settings)
	}
	return Rights{
		Microphone:  may(rules.Speak) && p.main == nil,
		Camera:      may(rules.Camera),
		Screen:      may(rules.Share),
		Shown:       s.shown(q),
		SeesAll:     s.seesAll(q),
		CameraShown: rules.SeesCamera(rules.Viewer, q.role, q.floor, s.settings),
		SeesCameras: rules.SeesCamera(q.role, rules.Viewer, false, s.settings),
		Deaf:        p.main != nil,
		Heard:       q.floor || q.role == rules.Owner || q.role == rules.Presenter,
	}
}

// allow has the media server know what a person and its further devices may, when that has changed.
func (s *State) allow(p *person) {
	for _, d := range p.devices() {
		rights := s.rightsOf(d)
		if d.granted && d.rights == rights {
			continue
		}
		d.rights, d.granted = rights, true
		s.do(Allow{Identity: d.identity, Rights: rights})
	}
}
