// Package report shows what the Ampel says to people: ratings, comparisons, the criteria and the history, as text for a
// terminal and as pages of HTML that need nothing else and can be printed.
//
// It is pure and decides nothing: no colour is made here. Each result carries the catalogue's notice, and no light is shown
// by colour alone.
package report

import (
	"strings"

	"konklave/internal/ampel"
)

// A Report writes in one language.
type Report struct {
	Catalogue *ampel.Catalogue
	Language  ampel.Language
	On        ampel.Date // the day for severities that change with the years
}

func (r Report) say(key string, values ...string) string {
	return r.Catalogue.Phrase(r.Language, key, values...)
}

// light is a colour in words, with a sign that needs no colour.
func (r Report) light(c ampel.Colour) string {
	return sign(string(c), false) + " " + r.say("colour."+string(c))
}

// state is a rated criterion in words.
func (r Report) state(k ampel.Rated) string {
	if k.Advice {
		return sign(string(k.State), true) + " " + r.say("state.advice")
	}
	return sign(string(k.State), false) + " " + r.say("state."+string(k.State))
}

// sign tells states apart without colour.
func sign(state string, advice bool) string {
	switch {
	case advice:
		return "i"
	case state == "green":
		return "✓"
	case state == "yellow":
		return "!"
	case state == "red":
		return "✕"
	case state == "unknown":
		return "?"
	}
	return "–"
}

// lights are the three lights of a rating with what is to be said of each.
func (r Report) lights(rating ampel.Rating) [][3]string {
	list := [][3]string{{r.say("light.overall"), string(rating.Overall), r.say("meaning." + string(rating.Overall))}}
	for _, l := range rating.Lights {
		list = append(list, [3]string{r.say("light." + l.ID), string(l.Colour), l.Why})
	}
	return list
}

// about says whose assessment a rating is of, and from when.
func (r Report) about(rating ampel.Rating) []string {
	return r.said([]said{
		{"word.operator", rating.Operator}, {"word.assessor", rating.Assessor}, {"word.assessed", string(rating.Assessed)},
	})
}

// own is what the assessor wrote down beside a finding.
func (r Report) own(k ampel.Rated) []string {
	return r.said([]said{{"word.note", k.Note}, {"word.source", k.Source}, {"word.date", string(k.Found)}, {"word.expires", string(k.Expires)}})
}

// said is a text with the word for it.
type said struct{ key, text string }

// said gives those that have a text.
func (r Report) said(all []said) []string {
	var list []string
	for _, s := range all {
		if s.text != "" {
			list = append(list, r.say(s.key)+": "+s.text)
		}
	}
	return list
}

// The Criterion and its parts are what `konklave ampel criteria --json` gives: the catalogue in one language.
type Criterion struct {
	ID      string         `json:"id"`
	Kind    string         `json:"kind"`
	Title   string         `json:"title"`
	Explain string         `json:"explain"`
	Green   string         `json:"green"`
	Proof   ampel.Evidence `json:"proof"`
	How     string         `json:"how"`
	Unsure  string         `json:"unsure"`
	Defects []Defect       `json:"defects"`
	Sources []Source       `json:"sources"`
}

// A Defect says how grave it is for each profile asked for.
type Defect struct {
	ID       string                    `json:"id"`
	Text     string                    `json:"text"`
	By       string                    `json:"by"` // whose severity it is: blnbdi-1 and blnbdi-2 the Berlin authority's of 2020 and 2021, blnbdi both; empty: ours
	Severity ampel.ByProfile           `json:"severity"`
	Later    []ampel.Later             `json:"later,omitempty"` // what it is from days to come on
	Rules    map[string]ampel.Severity `json:"rules,omitempty"` // what other sets of rules say
}

// A Source is where a criterion comes from, and what is unsure about that.
type Source struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Links  []string `json:"links"`
	Unsure string   `json:"unsure"`
}

// Criteria gives the catalogue in the report's language, with the severities of one profile, or of all when it is empty.
func (r Report) Criteria(profile string) []Criterion {
	profiles := r.Catalogue.ProfileIDs()
	if profile != "" {
		profiles = []string{profile}
	}
	var list []Criterion
	for _, k := range r.Catalogue.Criteria {
		c := Criterion{
			ID: k.ID, Kind: k.Kind, Title: k.Title.In(r.Language), Explain: k.Explain.In(r.Language), Green: k.Green.In(r.Language),
			Proof: k.Proof, How: k.How.In(r.Language), Unsure: r.doubt(k.Unsure),
		}
		for _, d := range k.Defects {
			c.Defects = append(c.Defects, r.defect(d, profiles))
		}
		for _, id := range k.Sources {
			if s, ok := r.Catalogue.Source(id); ok {
				c.Sources = append(c.Sources, Source{s.ID, s.Title.In(r.Language), append([]string{}, s.Links...), r.doubt(s.Unsure)})
			}
		}
		list = append(list, c)
	}
	return list
}

func (r Report) defect(d ampel.Defect, profiles []string) Defect {
	on := func(day ampel.Date) ampel.ByProfile {
		severity := ampel.ByProfile{}
		for _, p := range profiles {
			severity[p] = d.SeverityFor(p, ampel.TodaysRules, day)
		}
		return severity
	}
	shown := Defect{ID: d.ID, Text: d.Text.In(r.Language), By: d.By, Severity: on(r.On), Rules: d.Rules}
	for _, later := range d.Later {
		if later.From > r.On {
			shown.Later = append(shown.Later, ampel.Later{From: later.From, Severity: on(later.From)})
		}
	}
	return shown
}

func (r Report) doubt(t *ampel.Text) string {
	if t == nil {
		return ""
	}
	return t.In(r.Language)
}

// weight says how grave a defect is, who says so, and when or by which rules it is something else.
func (r Report) weight(d Defect) string {
	last := r.severities(d.Severity)
	parts := []string{last}
	if d.By != "" {
		parts = append(parts, r.say("by."+d.By))
	}
	for _, later := range d.Later {
		if then := r.severities(later.Severity); then != last {
			parts, last = append(parts, r.say("severity.from", "date", string(later.From), "severity", then)), then
		}
	}
	for _, rules := range r.Catalogue.Rules {
		if s, ok := d.Rules[rules.ID]; ok {
			parts = append(parts, r.say("severity.rules", "rules", rules.Name.In(r.Language), "severity", r.say("severity."+string(s))))
		}
	}
	return strings.Join(parts, "; ")
}

// severities names those of profiles: in one word where all agree.
func (r Report) severities(of ampel.ByProfile) string {
	words := map[string]bool{}
	var each []string
	var word string
	for _, p := range r.Catalogue.Profiles {
		if s, asked := of[p.ID]; asked {
			word = r.say("severity." + string(s))
			words[word] = true
			each = append(each, p.Name.In(r.Language)+": "+word)
		}
	}
	if len(words) == 1 {
		return word
	}
	return strings.Join(each, ", ")
}

// CatalogueNotice is what every list of the criteria says.
func (r Report) CatalogueNotice() []string {
	return []string{r.say("notice"), r.say("notice.catalogue", "catalogue", r.Catalogue.Version, "date", string(r.Catalogue.Date))}
}

// HistoryNotice is what every list of the history says.
func (r Report) HistoryNotice() []string {
	return []string{r.say("notice.history"), r.say("notice.compiled", "catalogue", r.Catalogue.Version, "date", string(r.Catalogue.Date))}
}
