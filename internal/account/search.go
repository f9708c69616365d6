package account

import (
	"context"
	"strings"

	"konklave/internal/pii"
)

// Searching for hosts is for those who have a name in mind: nobody gets a list of all by it.
const (
	LeastSearch = 2 // characters
	MostFound   = 8
)

// FindHosts lists those who may hold meetings and whose name or address is meant by a text: each word of it begins one of
// theirs. With fewer than LeastSearch characters it finds nobody, and never more than MostFound.
func (s *Service) FindHosts(ctx context.Context, text pii.Text) (found []Account, err error) {
	words := strings.Fields(strings.ToLower(text.Reveal()))
	if len([]rune(strings.Join(words, ""))) < LeastSearch {
		return nil, nil
	}
	all, err := s.List(ctx)
	for _, a := range all {
		if len(found) < MostFound && a.MayHost() && a.meantBy(words) {
			found = append(found, a)
		}
	}
	return found, err
}

// meantBy tells whether each of the words, which are in lower case, begins one of the account's: of its name, or of its address.
func (a Account) meantBy(words []string) bool {
	email := strings.ToLower(a.Email.Reveal())
	own := append(strings.FieldsFunc(strings.ToLower(a.Name.Reveal()), between), email)
	own = append(own, strings.FieldsFunc(email, between)...)
	for _, word := range words {
		if !begins(word, own) {
			return false
		}
	}
	return true
}

func begins(word string, any []string) bool {
	for _, one := range any {
		if strings.HasPrefix(one, word) {
			return true
		}
	}
	return false
}

// between tells what stands between the words of a name or an address.
func between(r rune) bool { return strings.ContainsRune(" \u00a0-.,()@_+", r) }
