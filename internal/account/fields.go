package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"konklave/internal/pii"
)

const (
	longestName  = 80 // characters
	longestEmail = 200
)

// cleanEmail trims an address, gives the form in which it is compared, and tells whether it looks like one. Whether
// mail arrives there nobody asks: the server sends none.
func cleanEmail(text pii.Text) (email, key pii.Text, err error) {
	s := strings.TrimSpace(text.Reveal())
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || domain == "" || len(s) > longestEmail || strings.Contains(domain, "@") || strings.ContainsAny(s, " \t,;<>()\"\\") || !printable(s) {
		return "", "", refuse(CodeEmailInvalid)
	}
	return pii.Text(s), pii.Text(strings.ToLower(s)), nil
}

// cleanName trims a name and tells whether it may be shown.
func cleanName(text pii.Name) (pii.Name, error) {
	s := strings.TrimSpace(text.Reveal())
	if n := utf8.RuneCountInString(s); n == 0 || n > longestName || !printable(s) {
		return "", refuse(CodeNameInvalid)
	}
	return pii.Name(s), nil
}

// printable refuses what could turn round or hide the text beside it.
func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}
