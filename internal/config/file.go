package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readFile finds the settings of a YAML file. It works on nodes instead of decoding into the struct, because only
// nodes know their line and only so every fault of a file is found in one pass.
func readFile(name string, data []byte, known map[string]setting) ([]value, []Fault) {
	r := fileReader{name: name, known: known, seen: map[string]int{}}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil // empty, or comments only
	case err != nil:
		return nil, invalid(name, data, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.fault(&doc, "the file must hold one YAML document")
	}
	if len(doc.Content) == 1 {
		r.section(doc.Content[0], "")
	}
	return r.values, r.faults
}

// invalid says where a file is no YAML. The parser stops at the first place, and for a tab it names the line before or
// after, so lines that are indented with tabs are looked for.
func invalid(name string, data []byte, err error) (faults []Fault) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if strings.Contains(text, "tab character") || strings.Contains(text, "cannot start any token") {
		number := 0
		for line := range strings.Lines(string(data)) {
			number++
			if indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]; strings.Contains(indent, "\t") {
				faults = append(faults, Fault{fmt.Sprintf("%s:%d", name, number), "the line is indented with a tab; YAML takes blanks only"})
			}
		}
	}
	if len(faults) > 0 {
		return faults
	}
	var line int
	if n, err := fmt.Sscanf(text, "line %d:", &line); n == 1 && err == nil {
		_, text, _ = strings.Cut(text, ": ")
		if strings.HasPrefix(text, "did not find expected") {
			line++ // these the parser counts from 0, the others from 1
		}
		name = fmt.Sprintf("%s:%d", name, line)
	}
	return []Fault{{name, "is not valid YAML: " + text}}
}

type fileReader struct {
	name   string
	known  map[string]setting
	seen   map[string]int // key -> line
	values []value
	faults []Fault
}

func (r *fileReader) fault(n *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, Fault{r.where(n), fmt.Sprintf(format, args...)})
}

func (r *fileReader) where(n *yaml.Node) string { return fmt.Sprintf("%s:%d", r.name, n.Line) }

// section reads a mapping whose keys are settings or sections below prefix ("" or "rtc.").
func (r *fileReader) section(n *yaml.Node, prefix string) {
	if isNull(n) {
		return // a section whose lines are all commented out
	}
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a list of settings, each \"name: value\"", sectionName(prefix))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode {
			r.fault(k, "a name is expected here")
			continue
		}
		key := prefix + k.Value
		if first, twice := r.seen[key]; twice {
			r.fault(k, "%s stands already in line %d", key, first)
			continue
		}
		r.seen[key] = k.Line
		s, ok := r.known[key]
		switch {
		case ok:
			r.setting(s, k, v)
		case r.isSection(key):
			r.section(v, key+".")
		default:
			r.fault(k, "there is no setting %s", quote(key))
		}
	}
}

// setting turns a node into the texts of the setting.
func (r *fileReader) setting(s setting, k, v *yaml.Node) {
	var texts []string
	switch {
	case isNull(v):
		r.fault(k, "%s has no value; take the line out to use the default", s.key)
		return
	case v.Kind == yaml.ScalarNode && s.isList():
		texts = s.split(v.Value)
	case v.Kind == yaml.ScalarNode:
		texts = []string{v.Value}
	case v.Kind == yaml.SequenceNode && s.isList():
		for _, item := range v.Content {
			if item.Kind != yaml.ScalarNode {
				r.fault(item, "%s takes simple values only", s.key)
				return
			}
			texts = append(texts, item.Value)
		}
	case v.Kind == yaml.MappingNode && s.key == "api_keys":
		for i := 0; i+1 < len(v.Content); i += 2 {
			if v.Content[i].Kind != yaml.ScalarNode || v.Content[i+1].Kind != yaml.ScalarNode {
				r.fault(v.Content[i], `%s needs the form "key: secret"`, s.key)
				return
			}
			if strings.Contains(v.Content[i].Value, ":") {
				r.fault(v.Content[i], "%s: a key must not have a colon", s.key)
				return
			}
			texts = append(texts, v.Content[i].Value+": "+v.Content[i+1].Value)
		}
	default:
		r.fault(v, "%s cannot be written like this", s.key)
		return
	}
	r.values = append(r.values, value{s.key, r.where(k), texts})
}

func (r *fileReader) isSection(key string) bool {
	for known := range r.known {
		if strings.HasPrefix(known, key+".") {
			return true
		}
	}
	return false
}

func sectionName(prefix string) string {
	if prefix == "" {
		return "the file"
	}
	return strings.TrimSuffix(prefix, ".")
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }
