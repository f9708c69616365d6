package rules

import (
	"reflect"
	"slices"
	"strings"
)

// Limit says what a setting may be. Of the two ways to say it, a number has the second.
type Limit struct {
	Setting string   `json:"setting"`           // its name in JSON
	Values  []string `json:"values,omitempty"`  // what it may be; one value: it is fixed
	Least   int      `json:"least"`             // of a number
	Most    int      `json:"most"`              // of a number
	Because Reason   `json:"because,omitempty"` // why it may not be more
	Planned bool     `json:"planned,omitempty"` // it is changed in the stored meeting only, not while the meeting runs
}

// bounds is what each setting may be anywhere, in the order of Settings.
var bounds = []Limit{
	either("lobby", LobbyOff, LobbyGuests, LobbyAll, LobbyEach),
	either("code", false, true).planned(),
	either("guests", GuestsAll, GuestsView, GuestsInvited, GuestsNone).planned(),
	either("names", NamesFree, NamesAccounts, NamesShort, NamesList, NamesRequired, NamesReal).planned(),
	either("before", BeforeNumber, BeforeTitle, BeforeHost).planned(),
	either("start", StartHosts, StartAccounts, StartAll),
	between("opensBefore", 0, 24*60).planned(),
	either("lock", LockOff, LockOffered, LockComplete),
	either("hostGone", HostGoneOn, HostGoneEnds, HostGoneLobby),
	between("hostGoneAfter", 1, 180),
	either("speak", FloorAll, FloorCalled),
	either("camera", FloorAll, FloorCalled),
	either("share", ShareHosts, SharePresenters, ShareRequest, ShareAll),
	either("hands", HandsOff, HandsOn, HandsQueue),
	either("reactions", false, true),
	either("chat", ReachOff, ReachHosts, ReachAll),
	either("chatLinks", false, true),
	either("direct", ReachOff, ReachHosts, ReachAll),
	either("files", ReachOff, ReachHosts, ReachAll),
	between("fileSize", 1, 20),
	either("people", SightHosts, SightAll),
	either("cameras", SightHosts, SightAll),
	either("number", false, true),
	either("rename", false, true),
	either("arrivals", ArrivalsSound, ArrivalsSilent),
	either("recording", false).because(NotBuilt),
	either("stream", false).because(NotBuilt),
	either("phone", false).because(NotBuilt),
	either("transcript", false).because(NotBuilt),
	either("address", Sie, Du),
	either("neutralCalendar", false, true).planned(),
	between("keepDays", 0, 180).planned(),
}

// ofLevels is what a level fixes beyond that.
var ofLevels = map[Level][]Limit{
	Open: {
		either("chatLinks", false),
		either("files", ReachOff),
		between("keepDays", 0, 30),
	},
	Internal: {
		either("names", NamesAccounts, NamesShort, NamesList, NamesRequired, NamesReal),
		either("before", BeforeTitle, BeforeHost),
	},
	Confidential: {
		either("lobby", LobbyAll, LobbyEach),
		either("guests", GuestsInvited, GuestsNone),
		either("names", NamesRequired, NamesReal, NamesList, NamesShort),
		either("before", BeforeHost),
		either("start", StartHosts),
		between("hostGoneAfter", 1, 2),
		either("hostGone", HostGoneEnds, HostGoneLobby),
		either("share", ShareHosts, SharePresenters, ShareRequest),
		between("keepDays", 0, 7),
	},
	Secret: {
		either("lobby", LobbyEach),
		either("code", true),
		either("guests", GuestsInvited),
		either("names", NamesReal),
		either("before", BeforeHost),
		either("start", StartHosts),
		either("hostGone", HostGoneLobby),
		between("hostGoneAfter", 1, 1),
		either("lock", LockComplete),
		either("share", ShareHosts, SharePresenters, ShareRequest),
		either("direct", ReachOff),
		either("neutralCalendar", true),
		between("keepDays", 0, 0),
	},
}

// ofKinds is what a kind fixes beyond that.
var ofKinds = map[Kind][]Limit{
	Consultation: {
		either("lobby", LobbyEach),
		either("guests", GuestsInvited, GuestsNone), // a link for all would let the patient of last week ring
		either("before", BeforeHost),
		either("start", StartHosts),
		either("lock", LockComplete),
		either("reactions", false),
		either("number", false),
		either("arrivals", ArrivalsSilent),
		either("neutralCalendar", true),
		between("keepDays", 0, 7),
	},
	Council: {
		either("names", NamesList),
		either("guests", GuestsView, GuestsInvited, GuestsNone),
		either("rename", false),
		either("direct", ReachOff),
	},
}

// Limits gives what each setting of a kind at a level may be, in the order of Settings.
func Limits(k Kind, l Level) []Limit {
	limits := slices.Clone(bounds)
	for i := range limits {
		for _, narrower := range ofLevels[l] {
			limits[i].narrow(narrower, FixedByLevel)
		}
		for _, narrower := range ofKinds[k] {
			limits[i].narrow(narrower, FixedByKind)
		}
	}
	return limits
}

// narrow leaves what both permit.
func (l *Limit) narrow(by Limit, because Reason) {
	if l.Setting != by.Setting {
		return
	}
	l.Because = because
	if by.Values == nil {
		l.Least, l.Most = max(l.Least, by.Least), min(l.Most, by.Most)
		return
	}
	l.Values = slices.DeleteFunc(slices.Clone(l.Values), func(v string) bool { return !slices.Contains(by.Values, v) })
}

// Fixed tells whether there is nothing to choose.
func (l Limit) Fixed() bool { return len(l.Values) == 1 || l.Values == nil && l.Least == l.Most }

// permits tells whether a setting is within its limit.
func (l Limit) permits(value reflect.Value) bool {
	if value.Kind() == reflect.Int {
		return l.Values == nil && int(value.Int()) >= l.Least && int(value.Int()) <= l.Most
	}
	return slices.Contains(l.Values, word(value))
}

// Value is the setting of this name as a word, as docs and limits have it.
func (s Settings) Value(setting string) string { return word(s.field(setting)) }

func (s Settings) field(setting string) reflect.Value {
	value := reflect.ValueOf(s)
	for i := range value.NumField() {
		if value.Type().Field(i).Tag.Get("json") == setting {
			return value.Field(i)
		}
	}
	return reflect.Value{}
}

// word says a value as limits do: "on" and "off" for yes and no.
func word(value reflect.Value) string {
	switch value.Kind() {
	case reflect.Bool:
		if value.Bool() {
			return "on"
		}
		return "off"
	case reflect.String:
		return value.String()
	case reflect.Int:
		return itoa(int(value.Int()))
	}
	return ""
}

func either[T any](setting string, values ...T) Limit {
	l := Limit{Setting: setting}
	for _, v := range values {
		l.Values = append(l.Values, word(reflect.ValueOf(v)))
	}
	return l
}

func between(setting string, least, most int) Limit {
	return Limit{Setting: setting, Least: least, Most: most}
}

func (l Limit) because(why Reason) Limit {
	l.Because = why
	return l
}

// planned marks what the door, the calendar and the purge go by: they know what is stored, not what runs.
func (l Limit) planned() Limit {
	l.Planned = true
	return l
}

// String says the limit in words.
func (l Limit) String() string {
	switch {
	case l.Values != nil:
		return strings.Join(l.Values, ", ")
	case l.Fixed():
		return itoa(l.Most)
	}
	return itoa(l.Least) + " to " + itoa(l.Most)
}
