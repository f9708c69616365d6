package meeting

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CleanName trims the name of a person and tells whether it may be shown to others.
func CleanName(name string) (string, bool) { return clean(name, MaxName) }

// CleanTitle trims the title of a meeting and tells whether it may be shown to others.
func CleanTitle(title string) (string, bool) { return clean(title, MaxTitle) }

func clean(s string, most int) (string, bool) {
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n == 0 || n > most || !utf8.ValidString(s) {
		return "", false
	}
	visible := false
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return "", false // the bidirectional controls could turn round the text beside the name
		}
		visible = visible || unicode.IsGraphic(r) && !unicode.IsSpace(r)
	}
	if !visible {
		return "", false
	}
	return s, true
}
