package rules

import (
	"slices"
	"strconv"
)

// Reason says why settings are refused. The list is closed: a client has one text for each.
type Reason string

// The codes.
const (
	// KindUnknown means that there is no such kind of meeting.
	KindUnknown Reason = "kind_unknown"
	// LevelUnknown means that there is no such protection level.
	LevelUnknown Reason = "level_unknown"
	// LevelNotOfKind means that meetings of this kind cannot have this level.
	LevelNotOfKind Reason = "level_not_of_kind"
	// NoEncryption means that the level cannot be chosen yet: it needs end-to-end encryption, which the program does not have.
	NoEncryption Reason = "no_encryption"
	// FixedByLevel means that the protection level does not permit this value.
	FixedByLevel Reason = "fixed_by_level"
	// FixedByKind means that the kind of meeting does not permit this value.
	FixedByKind Reason = "fixed_by_kind"
	// NotBuilt means that the program cannot do it yet.
	NotBuilt Reason = "not_built"
	// ValueUnknown means that the setting has no such value, or a number is out of range.
	ValueUnknown Reason = "value_unknown"
	// LobbyOrCode means that at this level guests wait in the lobby or give a code, or both.
	LobbyOrCode Reason = "lobby_or_code"
	// PlannedOnly means that the setting is changed in the stored meeting, not while the meeting runs.
	PlannedOnly Reason = "planned_only"
)

// messages say in a few English words what a code means. They are for developers: a client shows its own text.
var messages = map[Reason]string{
	KindUnknown:    "no such kind of meeting",
	LevelUnknown:   "no such protection level",
	LevelNotOfKind: "meetings of this kind cannot have this level",
	NoEncryption:   "cannot be chosen yet: end-to-end encryption is missing",
	FixedByLevel:   "the protection level does not permit this value",
	FixedByKind:    "the kind of meeting does not permit this value",
	NotBuilt:       "the program cannot do it yet",
	ValueUnknown:   "the setting has no such value",
	LobbyOrCode:    "at this level guests wait in the lobby or give a code",
	PlannedOnly:    "changed in the stored meeting only",
}

// Message says in a few English words what the code means.
func (c Reason) Message() string { return messages[c] }

// Fault is a reason why a meeting cannot be made so.
type Fault struct {
	Setting string `json:"setting"` // its name in JSON; "kind" and "level" for these
	Code    Reason `json:"code"`
	Message string `json:"message"` // for developers
}

// Faults lists what is not permitted of the settings of a kind at a level; none if they are good.
func (s Settings) Faults(k Kind, l Level) []Fault {
	if faults := Choice(k, l); faults != nil {
		return faults
	}
	var faults []Fault
	for _, limit := range Limits(k, l) {
		if limit.permits(s.field(limit.Setting)) {
			continue
		}
		why := ValueUnknown
		if general := bound(limit.Setting); general.permits(s.field(limit.Setting)) || limit.Because == NotBuilt {
			why = limit.Because
		}
		faults = append(faults, fault(limit.Setting, why))
	}
	if l != Open && s.Lobby == LobbyOff && !s.Code && s.Guests != GuestsNone {
		faults = append(faults, fault("lobby", LobbyOrCode))
	}
	return faults
}

// FaultsWhileRunning lists what is not permitted of settings that shall hold in a meeting that runs, in place of those that are
// stored.
func (s Settings) FaultsWhileRunning(k Kind, l Level, stored Settings) []Fault {
	faults := s.Faults(k, l)
	for _, limit := range bounds {
		if limit.Planned && s.Value(limit.Setting) != stored.Value(limit.Setting) {
			faults = append(faults, fault(limit.Setting, PlannedOnly))
		}
	}
	return faults
}

// Choice lists what is wrong with a kind and a level, before any setting.
func Choice(k Kind, l Level) []Fault {
	switch {
	case !k.Valid():
		return []Fault{fault("kind", KindUnknown)}
	case !l.Valid():
		return []Fault{fault("level", LevelUnknown)}
	case !slices.Contains(levelsOf[k], l):
		return []Fault{fault("level", LevelNotOfKind)}
	case !l.Available():
		return []Fault{fault("level", NoEncryption)}
	}
	return nil
}

func bound(setting string) Limit {
	for _, l := range bounds {
		if l.Setting == setting {
			return l
		}
	}
	return Limit{}
}

func fault(setting string, why Reason) Fault {
	return Fault{Setting: setting, Code: why, Message: why.Message()}
}

func itoa(n int) string { return strconv.Itoa(n) }
