package rules

import (
	"reflect"
	"slices"
	"testing"
)

// TestPresets looks at every kind at every level: what the preset gives keeps the limits, and it can be chosen exactly where
// kind and level permit.
func TestPresets(t *testing.T) {
	for _, k := range Kinds() {
		for _, l := range Levels() {
			s := Preset(k, l)
			for _, limit := range Limits(k, l) {
				if slices.Contains(LevelsOf(k), l) && !limit.permits(s.field(limit.Setting)) {
					t.Errorf("%s, %s: preset of %s is %s, permitted is %s", k, l, limit.Setting, s.Value(limit.Setting), limit)
				}
			}
			var want []Reason
			switch {
			case !slices.Contains(LevelsOf(k), l):
				want = []Reason{LevelNotOfKind}
			case l == Confidential || l == Secret:
				want = []Reason{NoEncryption}
			}
			if got := reasons(s.Faults(k, l)); !slices.Equal(got, want) {
				t.Errorf("%s, %s: faults %v, want %v", k, l, got, want)
			}
		}
	}
}

// TestLevels compares with the table of levels, cell by cell: what a discussion has at each.
func TestLevels(t *testing.T) {
	cells := map[string][4]string{
		//                 open           internal         confidential  secret
		"lobby":           {"off", "guests", "all", "each"},
		"code":            {"off", "off", "on", "on"},
		"guests":          {"all", "all", "invited", "invited"},
		"names":           {"free", "accounts", "required", "real"},
		"before":          {"number", "title", "host", "host"},
		"start":           {"hosts", "accounts", "hosts", "hosts"},
		"hostGone":        {"ends", "ends", "ends", "lobby"},
		"hostGoneAfter":   {"5", "30", "2", "1"},
		"lock":            {"off", "off", "offered", "complete"},
		"chat":            {"all", "all", "all", "all"},
		"chatLinks":       {"off", "on", "on", "on"},
		"direct":          {"off", "all", "all", "off"},
		"files":           {"off", "all", "all", "off"},
		"share":           {"presenters", "all", "request", "request"},
		"recording":       {"off", "off", "off", "off"},
		"stream":          {"off", "off", "off", "off"},
		"phone":           {"off", "off", "off", "off"},
		"transcript":      {"off", "off", "off", "off"},
		"neutralCalendar": {"off", "off", "off", "on"},
		"keepDays":        {"30", "30", "7", "0"},
		"speak":           {"all", "all", "all", "all"},
		"camera":          {"all", "all", "all", "all"},
	}
	for setting, want := range cells {
		for i, l := range Levels() {
			if got := Preset(Discussion, l).Value(setting); got != want[i] {
				t.Errorf("%s at %s is %s, want %s", setting, l, got, want[i])
			}
		}
	}
}

// TestKinds compares with the table of kinds: what each changes.
func TestKinds(t *testing.T) {
	type cells map[string]string
	tests := []struct {
		kind  Kind
		level Level
		want  cells
	}{
		{Class, Internal, cells{"lobby": "all", "start": "hosts", "opensBefore": "15", "cameras": "hosts", "names": "short", "rename": "off",
			"direct": "hosts", "files": "hosts", "share": "request", "recording": "off", "people": "all"}},
		{Class, Confidential, cells{"lobby": "all", "cameras": "hosts", "hostGoneAfter": "2"}},
		{Consultation, Internal, cells{"lobby": "each", "guests": "invited", "before": "host", "number": "off", "arrivals": "silent",
			"reactions": "off", "lock": "complete", "neutralCalendar": "on", "start": "hosts", "keepDays": "0"}},
		{Talk, Open, cells{"lobby": "off", "speak": "called", "camera": "called", "people": "hosts", "number": "on", "chat": "hosts"}},
		{Talk, Internal, cells{"lobby": "guests", "chat": "hosts"}},
		{Council, Open, cells{"names": "list", "hands": "queue", "direct": "off", "guests": "view", "rename": "off"}},
		{Council, Confidential, cells{"guests": "invited", "names": "list", "lobby": "all"}},
	}
	for _, test := range tests {
		for setting, want := range test.want {
			if got := Preset(test.kind, test.level).Value(setting); got != want {
				t.Errorf("%s at %s: %s is %s, want %s", test.kind, test.level, setting, got, want)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		name    string
		kind    Kind
		level   Level
		change  func(*Settings)
		setting string
		want    Reason
	}{
		{"no kind", "party", Open, func(*Settings) {}, "kind", KindUnknown},
		{"no level", Talk, "top", func(*Settings) {}, "level", LevelUnknown},
		{"a level of other kinds", Class, Open, func(*Settings) {}, "level", LevelNotOfKind},
		{"not without encryption", Discussion, Secret, func(*Settings) {}, "level", NoEncryption},
		{"neither lobby nor code", Discussion, Internal, func(s *Settings) { s.Lobby = LobbyOff }, "lobby", LobbyOrCode},
		{"files in public", Discussion, Open, func(s *Settings) { s.Files = ReachAll }, "files", FixedByLevel},
		{"kept for long in public", Discussion, Open, func(s *Settings) { s.KeepDays = 180 }, "keepDays", FixedByLevel},
		{"kept for ever", Discussion, Internal, func(s *Settings) { s.KeepDays = 181 }, "keepDays", ValueUnknown},
		{"number before admission", Discussion, Internal, func(s *Settings) { s.Before = BeforeNumber }, "before", FixedByLevel},
		{"a link for all patients", Consultation, Internal, func(s *Settings) { s.Guests = GuestsAll }, "guests", FixedByKind},
		{"members write to each other", Council, Open, func(s *Settings) { s.Direct = ReachAll }, "direct", FixedByKind},
		{"recording", Discussion, Internal, func(s *Settings) { s.Recording = true }, "recording", NotBuilt},
		{"a made up value", Discussion, Internal, func(s *Settings) { s.Chat = "loud" }, "chat", ValueUnknown},
		{"a huge file", Discussion, Internal, func(s *Settings) { s.FileSize = 1 << 30 }, "fileSize", ValueUnknown},
		{"less than no time", Discussion, Open, func(s *Settings) { s.OpensBefore = -1 }, "opensBefore", ValueUnknown},
	}
	for _, test := range tests {
		s := Preset(test.kind, test.level)
		test.change(&s)
		got := s.Faults(test.kind, test.level)
		if len(got) != 1 || got[0].Code != test.want || got[0].Setting != test.setting || got[0].Message == "" {
			t.Errorf("%s: %v", test.name, got)
		}
	}
	code := Preset(Discussion, Internal)
	code.Lobby, code.Code = LobbyOff, true
	if got := code.Faults(Discussion, Internal); got != nil {
		t.Errorf("a code in place of the lobby: %v", got)
	}
	if got := (Settings{}).Faults(Discussion, Open); len(got) < 10 {
		t.Errorf("no settings at all: only %v", got)
	}
}

func TestFaultsWhileRunning(t *testing.T) {
	stored := Preset(Discussion, Internal)
	for _, limit := range Limits(Discussion, Internal) {
		s := stored
		switch value := reflect.ValueOf(&s).Elem().FieldByIndex(fieldOf(limit.Setting)); {
		case limit.Values == nil:
			value.SetInt(int64(limit.Least + limit.Most - int(value.Int())))
		case value.Kind() == reflect.Bool:
			value.SetBool(!value.Bool())
		default:
			if last := limit.Values[len(limit.Values)-1]; value.String() != last {
				value.SetString(last)
			} else {
				value.SetString(limit.Values[0])
			}
		}
		if s == stored {
			t.Fatalf("%s was not changed", limit.Setting)
		}
		var want []Reason
		if limit.Because == NotBuilt {
			want = append(want, NotBuilt)
		}
		if limit.Planned {
			want = append(want, PlannedOnly)
		}
		if got := reasons(s.FaultsWhileRunning(Discussion, Internal, stored)); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", limit.Setting, got, want)
		}
	}
	coded := stored
	coded.Lobby, coded.Code = LobbyOff, true
	if got := reasons(coded.FaultsWhileRunning(Discussion, Internal, stored)); !slices.Equal(got, []Reason{PlannedOnly}) {
		t.Errorf("a code that nobody would ask for, in place of the lobby: %v", got)
	}
}

func fieldOf(setting string) []int {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		if f.Tag.Get("json") == setting {
			return f.Index
		}
	}
	return nil
}

// TestEverySettingHasLimits keeps a new setting from being forgotten.
func TestEverySettingHasLimits(t *testing.T) {
	for _, k := range Kinds() {
		for _, l := range LevelsOf(k) {
			limits := Limits(k, l)
			if fields := reflect.TypeFor[Settings]().NumField(); len(limits) != fields {
				t.Fatalf("%d limits for %d settings", len(limits), fields)
			}
			for _, limit := range limits {
				if value := (Settings{}).field(limit.Setting); !value.IsValid() {
					t.Errorf("there is no setting %s", limit.Setting)
				}
				if limit.Values == nil && limit.Least > limit.Most || limit.Values != nil && len(limit.Values) == 0 {
					t.Errorf("%s, %s: nothing is permitted for %s", k, l, limit.Setting)
				}
			}
		}
	}
}

func TestDefaultLevels(t *testing.T) {
	want := map[Kind]Level{Discussion: Internal, Class: Internal, Consultation: Internal, Talk: Open, Council: Open}
	for k, l := range want {
		if got := DefaultLevel(k); got != l {
			t.Errorf("%s: %s, want %s", k, got, l)
		}
	}
	if len(Notices(Consultation, Internal)) != 1 || len(Notices(Discussion, Internal)) != 0 || len(Notices(Consultation, Secret)) != 0 {
		t.Error("the sentence on secrecy belongs to consultations without encryption")
	}
}

func TestArrivals(t *testing.T) {
	guestsView := Preset(Council, Open)
	invited := Preset(Consultation, Internal)
	open := Preset(Discussion, Open)
	tests := []struct {
		name           string
		settings       Settings
		account, known bool
		want           Role
	}{
		{"a guest", open, false, false, Participant},
		{"a guest of a council", guestsView, false, false, Viewer},
		{"a member by a personal link", guestsView, false, true, Participant},
		{"an account", guestsView, true, false, Participant},
		{"a patient of last week", invited, false, false, ""},
		{"a patient", invited, false, true, Participant},
	}
	for _, test := range tests {
		if got := ArrivesAs(test.settings, test.account, test.known); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if internal := Preset(Discussion, Internal); !internal.Waits(false) || internal.Waits(true) {
		t.Error("at internal guests wait and accounts pass")
	}
	if open.Waits(false) || !invited.Waits(true) {
		t.Error("nobody waits in public, everybody in a consultation")
	}
}

func reasons(faults []Fault) []Reason {
	var all []Reason
	for _, f := range faults {
		all = append(all, f.Code)
	}
	return all
}
