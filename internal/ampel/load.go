package ampel

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed data/*.yaml
var files embed.FS

// Load reads the catalogue that is part of the program. Its error is a mistake in the data, seen by every test.
func Load() (*Catalogue, error) {
	c := &Catalogue{}
	if err := readData("catalogue", c); err != nil {
		return nil, err
	}
	if err := readData("sources", &c.Sources); err != nil {
		return nil, err
	}
	for _, kind := range c.Kinds {
		var list []Criterion
		if err := readData(kind.ID, &list); err != nil {
			return nil, err
		}
		for i := range list {
			list[i].Kind = kind.ID
		}
		c.Criteria = append(c.Criteria, list...)
	}
	return c, c.complete()
}

func readData(name string, into any) error {
	data, err := files.ReadFile("data/" + name + ".yaml")
	if err != nil {
		return fmt.Errorf("data of the Ampel: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("data of the Ampel, %s: %w", name, err)
	}
	return nil
}

// complete writes out what the data say in short: "C*" in rule sets, one severity for all profiles, "else".
func (c *Catalogue) complete() error {
	profiles := c.ProfileIDs()
	for i := range c.Criteria {
		for j := range c.Criteria[i].Defects {
			d := &c.Criteria[i].Defects[j]
			maps := []*ByProfile{&d.Severity}
			for k := range d.Later {
				maps = append(maps, &d.Later[k].Severity)
			}
			for _, m := range maps {
				full, err := m.complete(profiles)
				if err != nil {
					return fmt.Errorf("data of the Ampel, %s %s: %w", c.Criteria[i].ID, d.ID, err)
				}
				*m = full
			}
		}
	}
	for i := range c.Rules {
		r := &c.Rules[i]
		r.Legal, r.Technical = c.expand(r.Legal), c.expand(r.Technical)
	}
	return nil
}

// expand gives the ids of criteria in their order, "C*" being all that begin with C.
func (c *Catalogue) expand(patterns []string) []string {
	var ids []string
	for _, k := range c.Criteria {
		if slices.ContainsFunc(patterns, func(p string) bool {
			prefix, all := strings.CutSuffix(p, "*")
			return k.ID == p || all && strings.HasPrefix(k.ID, prefix)
		}) {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

const elseKey = "else"

// UnmarshalYAML takes one severity for all profiles, or one for each and "else".
func (b *ByProfile) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*b = ByProfile{elseKey: Severity(n.Value)}
		return nil
	}
	m := map[string]Severity{}
	if err := n.Decode(&m); err != nil {
		return err
	}
	*b = m
	return nil
}

func (b ByProfile) complete(profiles []string) (ByProfile, error) {
	full := ByProfile{}
	for _, p := range profiles {
		s, ok := b[p]
		if !ok {
			s, ok = b[elseKey]
		}
		if !ok || s.rank() == 0 && s != None {
			return nil, fmt.Errorf("severity %q for the profile %s", s, p)
		}
		full[p] = s
	}
	for p := range b {
		if p != elseKey && !slices.Contains(profiles, p) {
			return nil, fmt.Errorf("there is no profile %s", p)
		}
	}
	return full, nil
}
