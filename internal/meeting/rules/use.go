package rules

import "slices"

// Use is what an installation is for, as its operator said. It moves defaults only: within what level and kind permit, hosts
// choose as anywhere.
type Use string

// The uses. With none, everything is as of a server for all.
const (
	School    Use = "school"
	Authority Use = "authority"
	Practice  Use = "practice"
	Firm      Use = "firm" // of lawyers, tax advisers
	Club      Use = "club"
)

// Uses lists every use.
func Uses() []Use { return []Use{School, Authority, Practice, Firm, Club} }

// first are the kinds that are offered before the others.
var first = map[Use][]Kind{
	School:    {Class, Discussion, Consultation},
	Authority: {Discussion, Consultation, Council},
	Practice:  {Consultation, Discussion},
	Firm:      {Consultation, Discussion},
	Club:      {Council, Discussion, Talk},
}

// Kinds lists every kind, in the order in which they are offered.
func (u Use) Kinds() []Kind {
	kinds := slices.Clone(first[u])
	for _, k := range Kinds() {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// underSecrecy tells whether those who use it are bound to professional secrecy.
func (u Use) underSecrecy() bool { return u == Practice || u == Firm }

// Level is that of a kind if nobody chooses. Where professional secrecy holds nothing is public by itself.
func (u Use) Level(k Kind) Level {
	if u.underSecrecy() && slices.Contains(LevelsOf(k), Internal) {
		return Internal
	}
	return DefaultLevel(k)
}

// Preset gives the settings that a kind has at a level: those of Preset, with how people are spoken to. At a school, pupils in
// class are "du"; in a club everybody is; elsewhere nobody.
func (u Use) Preset(k Kind, l Level) Settings {
	s := Preset(k, l)
	switch {
	case s == Settings{}:
	case u == Club:
		s.Address = Du
	case u == Authority, u.underSecrecy():
		s.Address = Sie
	}
	return s
}

// Notices lists what must be said where a meeting is made: that of Notices, and where professional secrecy holds that it is not
// for that, whatever the kind.
func (u Use) Notices(k Kind, l Level) []Notice {
	if u.underSecrecy() && (l == Open || l == Internal) {
		return Notices(Consultation, l)
	}
	return Notices(k, l)
}
