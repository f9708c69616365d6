package account

import (
	_ "embed"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"konklave/internal/pii"
)

const (
	shortestPassword = 12  // characters
	longestPassword  = 256 // bytes
)

//go:embed common.txt
var commonText string

// common are passwords that are tried first, of 12 characters or more.
var common = func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonText) {
		set[strings.TrimSpace(line)] = true
	}
	return set
}()

// normal makes the same bytes of the same characters, whatever the keyboard made them of.
func normal(password pii.Token) string { return norm.NFKC.String(password.Reveal()) }

// strongEnough refuses passwords that are found by trying. It demands no digits and no signs: length is what counts.
func strongEnough(password pii.Token, email pii.Text, name pii.Name) error {
	text := normal(password)
	n := utf8.RuneCountInString(text)
	plain := strings.ToLower(text)
	address, _, _ := strings.Cut(strings.ToLower(email.Reveal()), "@")
	switch {
	case n < shortestPassword, len(text) > longestPassword, !utf8.ValidString(text):
	case common[plain], variety(plain) < 5, walks(plain):
	case plain == strings.ToLower(email.Reveal()), plain == strings.ToLower(name.Reveal()):
	case len(address) >= 4 && strings.Trim(strings.ReplaceAll(plain, address, ""), "0123456789!.-_ ") == "":
	default:
		return nil
	}
	return refuse(CodePasswordWeak)
}

// variety counts the different characters.
func variety(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// walks tells whether the characters only count up or down, or go along a row of the keyboard.
func walks(text string) bool {
	for _, row := range []string{
		"abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "qwertzuiopüasdfghjklöäyxcvbnm",
		"1qaz2wsx3edc4rfv5tgb6zhn", "1qay2wsx3edc4rfv5tgb6zhn", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p",
	} {
		if strings.Contains(row, text) || strings.Contains(row, reversed(text)) {
			return true
		}
	}
	return false
}

func reversed(text string) string {
	runes := []rune(text)
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}
