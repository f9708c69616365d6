package meeting

import (
	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// say says something to everybody, to hosts and presenters, or to one person.
func (s *State) say(p *person, r ChatRequest) Code {
	if s.chat.find(p.identity, r.ID) != nil {
		return "" // sent again after a break that the first sending had survived
	}
	code := s.addressable(p, r.To, rules.ChatPrivate)
	switch {
	case s.condition.Held:
		return CodeNotAllowed
	case code != "":
		return code
	case !p.spoke.allow(s.now, chatBurst):
		return CodeRateLimited
	}
	m := &message{Said: Said{
		ID: r.ID, From: p.identity, To: r.To, Hosts: r.To == "" && s.asksHosts(p, rules.Chat),
		At: s.now.UnixMilli(), KeyID: r.KeyID, Body: r.Body,
	}}
	s.chat.add(m)
	m.notes = append(m.notes, s.tell(Chat(m.Said), func(to *person) bool { return s.reads(to, m) }))
	for s.chat.full() {
		s.chat.forgetOldest()
	}
	return ""
}

// addressable tells why somebody may not write or send to one person; nothing is wrong with everybody.
func (s *State) addressable(p *person, to id.Identity, a rules.Action) Code {
	if to == "" {
		return ""
	}
	q := s.present(to)
	switch {
	case q == nil || !s.sees(p, q):
		return CodePersonUnknown
	case !rules.Reaches(p.role, q.role, a, s.settings):
		return CodeNotAllowed
	}
	return ""
}

// asksHosts tells whether what a person says or sends to all gets to those who conduct or present only.
func (s *State) asksHosts(p *person, a rules.Action) bool {
	return !rules.Reaches(p.role, rules.Participant, a, s.settings)
}

// reads tells whether somebody is shown a message.
func (s *State) reads(p *person, m *message) bool {
	return p.lead().identity == m.From || s.isFor(p, m.To, m.Hosts)
}

// isFor tells whether somebody is among those whom something is for.
func (s *State) isFor(p *person, to id.Identity, hosts bool) bool {
	switch {
	case to != "":
		return p.lead().identity == to
	case hosts:
		return p.lead().role.Hosts() || p.lead().role == rules.Presenter
	}
	return true
}

// edit replaces an own message.
func (s *State) edit(p *person, r EditRequest) Code {
	m := s.chat.find(p.identity, r.ID)
	if m == nil {
		return CodeMessageUnknown
	}
	needed := rules.Chat
	if m.To != "" {
		needed = rules.ChatPrivate
	}
	switch {
	case s.condition.Held, !s.may(p, needed): // else one could say more than one may
		return CodeNotAllowed
	case !p.spoke.allow(s.now, chatBurst):
		return CodeRateLimited
	}
	s.chat.edit(m, r.KeyID, r.Body)
	m.notes = append(m.notes, s.tell(m.edited(), func(to *person) bool { return s.reads(to, m) }))
	for s.chat.full() {
		s.chat.forgetOldest()
	}
	return ""
}

// erase deletes a message or a file, the own or, as a host, another's.
func (s *State) erase(p *person, r DeleteRequest) Code {
	from, by := p.identity, id.Identity("")
	if r.From != "" && r.From != from {
		from, by = r.From, p.identity
	}
	gone := Deleted{ID: r.ID, From: from, By: by}
	if m := s.chat.find(from, r.ID); m != nil && s.reads(p, m) {
		s.chat.delete(m)
		s.tell(gone, func(to *person) bool { return s.reads(to, m) })
		return ""
	}
	if f := s.files.find(from, r.ID); f != nil && s.gets(p, f) {
		s.files.delete(f)
		s.do(DropFiles{Keys: []FileKey{f.key}})
		s.tell(gone, func(to *person) bool { return s.gets(to, f) })
		return ""
	}
	return CodeMessageUnknown
}
