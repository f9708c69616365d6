package ampel

import (
	"slices"
	"strings"
)

// A Catalogue is all criteria of one version with what is needed to rate by them. Load makes it; it is not changed afterwards.
type Catalogue struct {
	Version    string          `yaml:"version" json:"version"`
	Date       Date            `yaml:"date" json:"date"`
	Kinds      []Named         `yaml:"kinds" json:"kinds"`
	Profiles   []Named         `yaml:"profiles" json:"profiles"`
	Rules      []RuleSet       `yaml:"rules" json:"rules"`
	Criteria   []Criterion     `yaml:"-" json:"criteria"`
	Sources    []Source        `yaml:"-" json:"sources"`
	NoProvider string          `yaml:"no_provider" json:"noProvider"` // the criterion that says whether a provider is involved at all
	Phrases    map[string]Text `yaml:"phrases" json:"phrases"`
}

// A Named is something with an id, a name and perhaps an explanation.
type Named struct {
	ID      string `yaml:"id" json:"id"`
	Name    Text   `yaml:",inline" json:"name"`
	Explain *Text  `yaml:"explain" json:"explain,omitempty"`
}

// A RuleSet says which criteria make which light. Defects may weigh differently by it.
type RuleSet struct {
	Named     `yaml:",inline"`
	Legal     []string `yaml:"legal" json:"legal"`
	Technical []string `yaml:"technical" json:"technical"`
}

// A Criterion is one thing to look at.
type Criterion struct {
	ID      string   `yaml:"id" json:"id"`
	Kind    string   `yaml:"-" json:"kind"` // contract, organisational, technical
	Title   Text     `yaml:"title" json:"title"`
	Explain Text     `yaml:"explain" json:"explain"`
	Green   Text     `yaml:"green" json:"green"`               // what must be the case for it to be green
	Proof   Evidence `yaml:"proof" json:"proof"`               // the best evidence that there can be
	How     Text     `yaml:"how" json:"how"`                   // how it is shown
	Sources []string `yaml:"sources" json:"sources"`           // ids
	Unsure  *Text    `yaml:"unsure" json:"unsure,omitempty"`   // what is not certain about the criterion; nil for nothing
	Absence Evidence `yaml:"absence" json:"absence,omitempty"` // what "not applicable" needs beside nobody being involved; empty: nothing
	Defects []Defect `yaml:"defects" json:"defects"`           // in the order in which they are shown
}

// A Defect is one way in which a criterion is not met.
type Defect struct {
	ID       string              `yaml:"id" json:"id"`
	Text     Text                `yaml:",inline" json:"text"`
	By       string              `yaml:"by" json:"by,omitempty"` // whose severity it is, see the phrases "by.*"; empty: ours
	Severity ByProfile           `yaml:"severity" json:"severity"`
	Later    []Later             `yaml:"later" json:"later,omitempty"` // in the order of their days
	Rules    map[string]Severity `yaml:"rules" json:"rules,omitempty"` // what sets of rules say instead
}

// A ByProfile is a severity for each profile.
type ByProfile map[string]Severity

// Later is a severity from a day on.
type Later struct {
	From     Date      `yaml:"from" json:"from"`
	Severity ByProfile `yaml:"severity" json:"severity"`
}

// A Source is where a criterion comes from.
type Source struct {
	ID     string   `yaml:"id" json:"id"`
	Title  Text     `yaml:"title" json:"title"`
	Links  []string `yaml:"links" json:"links,omitempty"`
	Unsure *Text    `yaml:"unsure" json:"unsure,omitempty"` // what could not be read or is not certain; nil for nothing
}

// Criterion finds a criterion by its id.
func (c *Catalogue) Criterion(id string) (Criterion, bool) {
	for _, k := range c.Criteria {
		if k.ID == id {
			return k, true
		}
	}
	return Criterion{}, false
}

// Source finds a source by its id.
func (c *Catalogue) Source(id string) (Source, bool) {
	for _, s := range c.Sources {
		if s.ID == id {
			return s, true
		}
	}
	return Source{}, false
}

// RuleSet finds a set of rules by its id.
func (c *Catalogue) RuleSet(id string) (RuleSet, bool) {
	for _, r := range c.Rules {
		if r.ID == id {
			return r, true
		}
	}
	return RuleSet{}, false
}

// Profile finds a profile by its id.
func (c *Catalogue) Profile(id string) (Named, bool) {
	i := slices.IndexFunc(c.Profiles, func(p Named) bool { return p.ID == id })
	if i < 0 {
		return Named{}, false
	}
	return c.Profiles[i], true
}

// ProfileIDs lists the profiles.
func (c *Catalogue) ProfileIDs() []string {
	var ids []string
	for _, p := range c.Profiles {
		ids = append(ids, p.ID)
	}
	return ids
}

// RuleIDs lists the sets of rules.
func (c *Catalogue) RuleIDs() []string {
	var ids []string
	for _, r := range c.Rules {
		ids = append(ids, r.ID)
	}
	return ids
}

// Phrase gives a phrase in a language with its holes filled: name, value, name, value.
func (c *Catalogue) Phrase(l Language, key string, values ...string) string {
	holes := slices.Clone(values)
	for i := 0; i < len(holes); i += 2 {
		holes[i] = "{" + holes[i] + "}"
	}
	return strings.NewReplacer(holes...).Replace(c.Phrases[key].In(l))
}

// defect finds a defect of the criterion.
func (k Criterion) defect(id string) (Defect, bool) {
	for _, d := range k.Defects {
		if d.ID == id {
			return d, true
		}
	}
	return Defect{}, false
}

// States lists what an assessment may say of the criterion.
func (k Criterion) States() []string {
	states := []string{string(IsGreen)}
	for _, d := range k.Defects {
		states = append(states, d.ID)
	}
	return append(states, string(IsYellow), string(IsRed), string(Unknown), string(NotApplicable))
}

// SeverityFor is how grave the defect is for a profile by a set of rules on a day.
func (d Defect) SeverityFor(profile, rules string, on Date) Severity {
	if s, ok := d.Rules[rules]; ok {
		return s
	}
	s := d.Severity[profile]
	for _, later := range d.Later {
		if on >= later.From {
			s = later.Severity[profile]
		}
	}
	return s
}

// worst is the gravest that the criterion can be.
func (k Criterion) worst(profile, rules string, on Date) Severity {
	worst := None
	for _, d := range k.Defects {
		if s := d.SeverityFor(profile, rules, on); s.rank() > worst.rank() {
			worst = s
		}
	}
	return worst
}
