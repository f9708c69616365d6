package ampel

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Past is a legal colour that the Berlin authority gave a service on a day. It is never the state of today.
type Past struct {
	Service   string   `json:"service"`
	Operator  string   `json:"operator"` // empty: not confirmed
	Date      Date     `json:"date"`
	Version   string   `json:"version"`
	Legal     Colour   `json:"legal"`
	Reasons   []string `json:"reasons"`   // empty: not confirmed
	Sources   []string `json:"sources"`   // addresses, or what is printed only
	Certainty string   `json:"certainty"` // several, one, group: see the phrases "certainty.*"
}

// history is the data as they are written down.
type history struct {
	Links    map[string]string `yaml:"links"`
	Editions []struct {
		Version string `yaml:"version"`
		Date    Date   `yaml:"date"`
		Entries []struct {
			Service   name     `yaml:"service"`
			Operator  name     `yaml:"operator"`
			Legal     Colour   `yaml:"legal"`
			Certainty string   `yaml:"certainty"`
			Reasons   []Text   `yaml:"reasons"`
			Sources   []string `yaml:"sources"`
		} `yaml:"entries"`
	} `yaml:"editions"`
}

// A name is the same in all languages, unless it is written in each.
type name Text

// UnmarshalYAML takes one text, or one for each language.
func (n *name) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*n = name{node.Value, node.Value}
		return nil
	}
	var t Text
	err := node.Decode(&t)
	*n = name(t)
	return err
}

// History gives what is confirmed of the authority's ratings, oldest first, with the reasons in a language.
func History(l Language) ([]Past, error) {
	var h history
	if err := readData("history", &h); err != nil {
		return nil, err
	}
	var list []Past
	for _, edition := range h.Editions {
		for _, e := range edition.Entries {
			p := Past{
				Service: Text(e.Service).In(l), Operator: Text(e.Operator).In(l), Date: edition.Date, Version: edition.Version, Legal: e.Legal,
				Reasons: []string{}, Sources: []string{}, Certainty: e.Certainty,
			}
			for _, reason := range e.Reasons {
				p.Reasons = append(p.Reasons, reason.In(l))
			}
			for _, s := range e.Sources {
				link, ok := h.Links[s]
				if !ok {
					return nil, fmt.Errorf("data of the Ampel, history: no link %s", s)
				}
				p.Sources = append(p.Sources, link)
			}
			list = append(list, p)
		}
	}
	return list, nil
}

// IsLink tells addresses from sources that are printed only.
func IsLink(source string) bool {
	return strings.HasPrefix(source, "https://") || strings.HasPrefix(source, "http://")
}
