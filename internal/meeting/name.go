package meeting

import (
	"strconv"
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

// ShortName gives the first name and the initial of the last, as in a class. A single name stays, and a number that
// NumberedName gave.
func ShortName(name string) string {
	base, number, _ := strings.Cut(name, beforeNumber)
	if _, err := strconv.Atoi(number); err != nil {
		base, number = name, ""
	}
	if words := strings.Fields(base); len(words) > 1 {
		initial, _ := utf8.DecodeRuneInString(words[len(words)-1])
		base = words[0] + " " + string(unicode.ToUpper(initial)) + "."
	}
	if number == "" {
		return base
	}
	return base + beforeNumber + number
}

// beforeNumber stands before the number of a name: no line breaks there.
const beforeNumber = "\u00a0"

// NumberedName gives a name a number when it is taken.
func NumberedName(name string, taken func(string) bool) string {
	base, _, _ := strings.Cut(name, beforeNumber)
	for n := 2; taken(name); n++ {
		name = base + beforeNumber + strconv.Itoa(n)
	}
	return name
}
