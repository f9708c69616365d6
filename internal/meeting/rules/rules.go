// Package rules owns what is allowed in meetings: kinds and protection levels with what each sets and permits, the
// settings of one meeting, and the table that says who may do what (table.go). docs/kinds.md, docs/roles.md and
// web/src/api/rules.gen.ts are generated from it.
//
// It must not know any meeting, person or moment: it answers from its arguments alone.
package rules

import "slices"

//go:generate go run ./docgen -kinds ../../../docs/kinds.md -roles ../../../docs/roles.md
//go:generate go run ../tsgen -package meeting/rules -out ../../../web/src/api/rules.gen.ts rules.go action.go settings.go fault.go limits.go preset.go

// Kind is what a meeting is for. It sets everything by one choice, within its protection level.
type Kind string

// The kinds.
const (
	Discussion   Kind = "discussion"   // Besprechung
	Class        Kind = "class"        // Unterricht
	Consultation Kind = "consultation" // Sprechstunde
	Talk         Kind = "talk"         // Vortrag
	Council      Kind = "council"      // Sitzung
)

// Level is the protection level of a meeting: how much its settings must protect.
type Level string

// The levels, the least protected first.
const (
	Open         Level = "open"         // Öffentlich
	Internal     Level = "internal"     // Intern
	Confidential Level = "confidential" // Vertraulich; not before there is end-to-end encryption
	Secret       Level = "secret"       // Besonders geschützt; not before there is end-to-end encryption
)

// Role is what somebody is in a meeting.
type Role string

// The roles, the mightiest first.
const (
	Owner       Role = "owner"       // whose meeting it is, or who stands in for that person
	Moderator   Role = "moderator"   // co-host
	Presenter   Role = "presenter"   // speaks and shows, without being asked
	Participant Role = "participant" // takes part
	Viewer      Role = "viewer"      // sees and hears
)

// Kinds lists the kinds in the order in which they are offered.
func Kinds() []Kind { return []Kind{Discussion, Class, Consultation, Talk, Council} }

// Levels lists the levels, the least protected first.
func Levels() []Level { return []Level{Open, Internal, Confidential, Secret} }

// Roles lists the roles, the mightiest first.
func Roles() []Role { return []Role{Owner, Moderator, Presenter, Participant, Viewer} }

// levelsOf says which levels a kind may have, the one that it should have first.
var levelsOf = map[Kind][]Level{
	Discussion:   {Internal, Open, Confidential, Secret},
	Class:        {Internal, Confidential},
	Consultation: {Secret, Confidential, Internal},
	Talk:         {Open, Internal},
	Council:      {Open, Confidential}, // the public part, the closed part
}

// LevelsOf lists the levels that a kind may have, the one that it should have first; also those that cannot be chosen yet.
func LevelsOf(k Kind) []Level { return slices.Clone(levelsOf[k]) }

// DefaultLevel is the level that a kind has until somebody chooses another: the first of LevelsOf that can be chosen.
func DefaultLevel(k Kind) Level {
	for _, l := range levelsOf[k] {
		if l.Available() {
			return l
		}
	}
	return ""
}

// Valid tells whether k is one of the kinds.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Valid tells whether l is one of the levels.
func (l Level) Valid() bool { return slices.Contains(Levels(), l) }

// Available tells whether meetings can have this level now: confidential and secret promise end-to-end encryption, which
// the program does not have.
func (l Level) Available() bool { return l == Open || l == Internal }

// Valid tells whether r is one of the roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Hosts tells whether r conducts the meeting.
func (r Role) Hosts() bool { return r == Owner || r == Moderator }
