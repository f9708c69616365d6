package main

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

var number = regexp.MustCompile(`^-[0-9.]`)

// prepare makes arguments as people write them into what the parser takes: "help" is the flag, and a negative number
// after a flag is its value, so that it is judged with the other settings and not taken for a flag.
func prepare(args []string) []string {
	if len(args) > 0 && args[0] == "help" {
		return append(slices.Clone(args[1:]), "--help")
	}
	var list []string
	for i := 0; i < len(args); i++ {
		if a := args[i]; a == "--" {
			return append(list, args[i:]...)
		} else if strings.HasPrefix(a, "--") && !strings.Contains(a, "=") && i+1 < len(args) && number.MatchString(args[i+1]) {
			list = append(list, a+"="+args[i+1])
			i++
			continue
		}
		list = append(list, args[i])
	}
	return list
}

// plainer has the parser's phrases that nobody outside of it understands, and what to say instead.
var plainer = []struct {
	phrase *regexp.Regexp
	plain  string
}{
	{regexp.MustCompile(`^(--?\S+): expected .* value but got "EOL" \(<EOL>\).*`), "$1 needs a value"},
	{regexp.MustCompile(`^(--?\S+): expected .* value but got "(.*)" \(.* flag.*\).*`), "$1 needs a value, and $2 is another flag"},
	{regexp.MustCompile(`^(--?\S+): expected duration but got (".*?"):.*`), "$1: $2 is no duration, such as 6h or 30m"},
	{regexp.MustCompile(`^(--?\S+): bool value must be .* but got (".*")$`), "$1: $2 is neither true nor false"},
	{regexp.MustCompile(`^missing flags: (.*)$`), "something is missing: $1"},
	{regexp.MustCompile(`^expected ("\S+")$`), "the command is not complete: $1 is missing"},
}

// plainly says an error of the parser in plain words.
func plainly(err error) error {
	for _, p := range plainer {
		if p.phrase.MatchString(err.Error()) {
			return errors.New(p.phrase.ReplaceAllString(err.Error(), p.plain))
		}
	}
	return err
}
