package ampel

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// keyOfRoot is what the top of the file is called in faults.
const keyOfRoot = "ampel"

// An entry is a key with its value.
type entry struct{ key, value *yaml.Node }

// entries lists those of a mapping, whatever stands there twice.
func (r *reader) entries(n *yaml.Node, name string) []entry {
	if !r.plain(n, name) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fault(n, "not_a_mapping", "key", name)
		return nil
	}
	list := []entry{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		list = append(list, entry{n.Content[i], n.Content[i+1]})
	}
	return list
}

// mapping gives the entries of a mapping by their keys; nil where it is none. Only known keys may stand there, each once.
func (r *reader) mapping(n *yaml.Node, name string, known []string) map[string]entry {
	list := r.entries(n, name)
	if list == nil {
		return nil
	}
	found := map[string]entry{}
	for _, e := range list {
		if !r.plain(e.key, name) {
			continue
		}
		key := e.key.Value
		if e.key.Kind != yaml.ScalarNode || !slices.Contains(known, key) {
			r.fault(e.key, "unknown_key", "key", short(key), "known", strings.Join(known, ", "))
			continue
		}
		if first, twice := found[key]; twice {
			r.fault(e.key, "twice", "key", key, "line", strconv.Itoa(first.key.Line))
			continue
		}
		found[key] = e
	}
	return found
}

// plain refuses what nobody needs here and what makes a file mean something else than it seems to: anchors, aliases, tags.
func (r *reader) plain(n *yaml.Node, name string) bool {
	switch {
	case n.Kind == yaml.AliasNode, n.Anchor != "":
		r.fault(n, aliasCode)
	case n.Style&yaml.TaggedStyle != 0:
		r.fault(n, "tag", "key", name)
	default:
		return true
	}
	return false
}

// text takes a scalar as it is written: whether it looks like a number or a date does not matter.
func (r *reader) text(e entry, name string, most int) (string, bool) {
	switch n := e.value; {
	case !r.plain(n, name):
	case n.Kind != yaml.ScalarNode:
		r.fault(n, "not_a_text", "key", name)
	case isNull(n):
		r.fault(e.key, "no_value", "key", name)
	case utf8.RuneCountInString(n.Value) > most:
		r.fault(n, "too_long", "key", name, "limit", strconv.Itoa(most))
	case control.MatchString(n.Value):
		r.fault(n, "signs", "key", name)
	default:
		return n.Value, true
	}
	return "", false
}

// control finds what a terminal or a reader's eye could be deceived with: control characters but lines and tabs, and those
// that turn the direction of writing.
var control = regexp.MustCompile(`[\x00-\x08\x0b-\x1f\x7f-\x{9f}\x{2028}-\x{202e}\x{2066}-\x{2069}]`)

func (r *reader) date(e entry, name string) Date {
	text, ok := r.text(e, name, mostText)
	if !ok || text == "" {
		return ""
	}
	day, ok := ParseDate(text)
	if !ok {
		r.fault(e.value, "wrong_date", "key", name, "value", short(text))
		return ""
	}
	return day
}

func (r *reader) past(e entry, name string) Date {
	day := r.date(e, name)
	if day > r.today {
		r.fault(e.value, "date_in_future", "key", name, "value", string(day))
	}
	return day
}

// isNull tells a value that is not there, or "~" or "null" without quotes.
func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 &&
		slices.Contains([]string{"", "~", "null", "Null", "NULL"}, n.Value)
}

// short keeps a fault readable whatever stands in the file.
func short(text string) string {
	const most = 60
	runes := []rune(control.ReplaceAllString(strings.ReplaceAll(text, "\n", " "), " "))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}
