package meeting

import (
	"strings"
	"testing"
)

func TestCleanName(t *testing.T) {
	tests := []struct {
		name, in, want string
		ok             bool
	}{
		{"plain", "Anna", "Anna", true},
		{"trimmed", " \tAnna Bö \n", "Anna Bö", true},
		{"longest", strings.Repeat("ä", MaxName), strings.Repeat("ä", MaxName), true},
		{"too long", strings.Repeat("ä", MaxName+1), "", false},
		{"empty", "", "", false},
		{"only space", " \u00a0 ", "", false},
		{"control character", "An\x00na", "", false},
		{"line break inside", "An\nna", "", false},
		{"line separator", "An\u2028na", "", false},
		{"turned round", "An\u202ena", "", false},
		{"invisible", "\u200b\u200d", "", false},
		{"joined emoji", "👩\u200d🚀", "👩\u200d🚀", true},
		{"Arabic", "فاطمة", "فاطمة", true},
		{"not UTF-8", "An\xffna", "", false},
	}
	for _, test := range tests {
		got, ok := CleanName(test.in)
		if got != test.want || ok != test.ok {
			t.Errorf("%s: %q, %v", test.name, got, ok)
		}
	}
}

func TestShortNames(t *testing.T) {
	taken := map[string]bool{}
	for _, test := range []struct{ in, want string }{
		{"Mia Kurz", "Mia K."}, {"Mia Klein", "Mia K.\u00a02"}, {"Mia K.\u00a03", "Mia K.\u00a03"}, {"Mia K.", "Mia K.\u00a04"},
		{"Bo", "Bo"}, {"Bo\u00a02", "Bo\u00a02"}, {"Bo\u00a0Ek", "Bo E."}, {"Ana Maria de Sá", "Ana S."},
	} {
		got := NumberedName(ShortName(test.in), func(name string) bool { return taken[name] })
		if taken[got] = true; got != test.want {
			t.Errorf("%s is called %q, want %q", test.in, got, test.want)
		}
	}
}
