package meeting

import "konklave/internal/meeting/rules"

// callIn lets one person in who waits for a consultation. Two who do not belong together are never in at once, unless the
// host says so.
func (s *State) callIn(by *person, r CallInRequest) Code {
	p := s.waiting(r.ID)
	if p == nil {
		return CodePersonUnknown
	}
	if !r.Together {
		for _, q := range s.people {
			if !q.lead().role.Hosts() && (p.slot == "" || q.lead().slot != p.slot) {
				return CodeOccupied
			}
		}
	}
	s.admitAll([]*person{p}, by.identity)
	return ""
}

// cleanUpConsultation forgets what was said and sent when the last person has left whom a host had called in: the next one
// learns nothing of it, nor does anybody who looks at the host's screen.
func (s *State) cleanUpConsultation() {
	if s.definition.Kind != rules.Consultation || len(s.chat.said) == 0 && s.files.empty() {
		return
	}
	for _, p := range s.people {
		if !p.lead().role.Hosts() {
			return
		}
	}
	s.wipe()
	s.refresh(s.leads(func(*person) bool { return true })...)
}
