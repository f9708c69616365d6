package rules

import (
	"slices"
	"testing"
)

func TestUses(t *testing.T) {
	for _, u := range append(Uses(), "") {
		kinds := u.Kinds()
		slices.Sort(kinds)
		all := slices.Clone(Kinds())
		slices.Sort(all)
		if !slices.Equal(kinds, all) {
			t.Errorf("%q offers %v", u, u.Kinds())
		}
		for _, k := range Kinds() {
			if l := u.Level(k); !slices.Contains(LevelsOf(k), l) || !l.Available() {
				t.Errorf("%q gives %s the level %s", u, k, l)
			}
			for _, l := range LevelsOf(k) {
				if !l.Available() {
					continue
				}
				if faults := u.Preset(k, l).Faults(k, l); faults != nil {
					t.Errorf("%q, %s at %s: %v", u, k, l, faults)
				}
			}
		}
	}
	tests := []struct {
		use   Use
		kind  Kind
		level Level
		du    Address
		warns bool
	}{
		{"", Class, Internal, Du, false}, {"", Talk, Open, Sie, false}, {School, Class, Internal, Du, false}, {School, Discussion, Internal, Sie, false},
		{Authority, Class, Internal, Sie, false}, {Authority, Consultation, Internal, Sie, true}, {Practice, Talk, Internal, Sie, true},
		{Firm, Discussion, Internal, Sie, true}, {Firm, Council, Open, Sie, true}, {Club, Council, Open, Du, false}, {Club, Class, Internal, Du, false},
	}
	for _, test := range tests {
		level := test.use.Level(test.kind)
		if s := test.use.Preset(test.kind, level); level != test.level || s.Address != test.du || (test.use.Notices(test.kind, level) != nil) != test.warns {
			t.Errorf("%q, %s: %s, %s, %v", test.use, test.kind, level, s.Address, test.use.Notices(test.kind, level))
		}
	}
	if School.Kinds()[0] != Class || Practice.Kinds()[0] != Consultation || Club.Kinds()[0] != Council || Use("").Kinds()[0] != Discussion {
		t.Error("what is offered first")
	}
	if (Club.Preset("party", Open) != Settings{}) {
		t.Error("no kind has settings")
	}
}
