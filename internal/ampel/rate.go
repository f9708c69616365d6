package ampel

import (
	"slices"
	"strconv"
	"strings"
)

// How a rating is made, when nothing else is asked for.
const (
	NormalProfile = "normal"
	TodaysRules   = "konklave"
)

// A Request says how to rate.
type Request struct {
	Profile  string // empty: the assessment's
	Rules    string // empty: TodaysRules
	On       Date   // the day of the rating
	Language Language
}

// A Rating is what an assessment comes to. It is no rating by an authority.
type Rating struct {
	Service   string   `json:"service"`
	Operator  string   `json:"operator"`
	Assessor  string   `json:"assessor"`
	Assessed  Date     `json:"assessed"` // the assessment's own day
	Overall   Colour   `json:"overall"`
	Legal     Colour   `json:"legal"`
	Technical Colour   `json:"technical"`
	Profile   string   `json:"profile"`
	Rules     string   `json:"rules"`
	Catalogue string   `json:"catalogue"`
	Date      Date     `json:"date"`   // the day of the rating
	Notice    []string `json:"notice"` // to be shown with every result
	Lights    []Light  `json:"lights"`
	Criteria  []Rated  `json:"criteria"`
}

// A Light explains one colour.
type Light struct {
	ID      string   `json:"id"` // legal, technical
	Colour  Colour   `json:"colour"`
	Why     string   `json:"why"`
	Because []string `json:"because"` // the criteria that give it its colour
	ToGreen []string `json:"toGreen"` // the criteria that keep it from being green
}

// Rated is what a finding comes to.
type Rated struct {
	ID       string   `json:"id"`
	State    State    `json:"state"`
	Evidence Evidence `json:"evidence"`
	Why      string   `json:"why"`
	Advice   bool     `json:"advice"` // yellow as advice, which does not colour
	Light    string   `json:"light"`  // legal, technical or none
	ToGreen  string   `json:"toGreen"`
	Note     string   `json:"note"`
	Source   string   `json:"source"`
	Found    Date     `json:"found"` // when it was found
	Expires  Date     `json:"expires"`
}

// colours is what a criterion does to its light.
func (r Rated) colours() Colour { return verdict{state: r.State, advice: r.Advice}.colours() }

// Rate rates an assessment. Profile and rules must be known; what Read gives is.
func (c *Catalogue) Rate(a Assessment, q Request) Rating {
	if q.Profile == "" {
		q.Profile = a.Profile
	}
	if q.Profile == "" {
		q.Profile = NormalProfile
	}
	if q.Rules == "" {
		q.Rules = TodaysRules
	}
	rules, _ := c.RuleSet(q.Rules)
	r := Rating{
		Service: a.Service, Operator: a.Operator, Assessor: a.Assessor, Assessed: a.Date, Profile: q.Profile, Rules: q.Rules,
		Catalogue: c.Version, Date: q.On, Notice: c.notice(q),
	}
	for _, k := range c.Criteria {
		rated := c.judge(k, a, q)
		switch {
		case slices.Contains(rules.Legal, k.ID):
			rated.Light = "legal"
		case slices.Contains(rules.Technical, k.ID):
			rated.Light = "technical"
		default:
			rated.Light = "none"
		}
		r.Criteria = append(r.Criteria, rated)
	}
	legal := c.light(r.Criteria, "legal", q.Language)
	technical := c.light(r.Criteria, "technical", q.Language)
	if legal.Colour == Red {
		technical.Colour = NotRated
		technical.Why = c.Phrase(q.Language, "light.gated",
			"light", c.Phrase(q.Language, "light.technical"), "ids", inShort(legal.Because))
		technical.Because = legal.Because
	}
	r.Lights = []Light{legal, technical}
	r.Legal, r.Technical, r.Overall = legal.Colour, technical.Colour, worse(legal.Colour, technical.Colour)
	return r
}

// worse gives the worse of two colours; what is not rated is none.
func worse(a, b Colour) Colour {
	for _, c := range []Colour{Red, Yellow} {
		if a == c || b == c {
			return c
		}
	}
	return Green
}

// light gives the worst colour of the criteria that count for it, with the reasons. Where nothing applies nothing is
// shown either, so that is not green.
func (c *Catalogue) light(all []Rated, id string, l Language) Light {
	light := Light{ID: id, Colour: Green, Because: []string{}, ToGreen: []string{}}
	applies := false
	for _, r := range all {
		if r.Light == id {
			applies = applies || r.State != NotApplicable
			light.Colour = worse(light.Colour, r.colours())
		}
	}
	for _, r := range all {
		if r.Light != id || r.colours() == Green {
			continue
		}
		light.ToGreen = append(light.ToGreen, r.ID)
		if r.colours() == light.Colour {
			light.Because = append(light.Because, r.ID)
		}
	}
	var shown, unshown []string
	for _, id := range light.Because {
		if rated(all, id).State == Unknown {
			unshown = append(unshown, id)
		} else {
			shown = append(shown, id)
		}
	}
	phrase := "light.because"
	switch {
	case !applies:
		light.Colour, phrase = Yellow, "light.empty"
	case light.Colour == Green:
		phrase = "light.clear"
	case len(unshown) > 0 && len(shown) > 0:
		phrase = "light.both"
	case len(unshown) > 0:
		phrase = "light.unshown"
	}
	light.Why = c.Phrase(l, phrase, "light", c.Phrase(l, "light."+id),
		"colour", c.Phrase(l, "colour."+string(light.Colour)), "ids", inShort(shown), "unshown", inShort(unshown))
	return light
}

func rated(all []Rated, id string) Rated {
	return all[slices.IndexFunc(all, func(r Rated) bool { return r.ID == id })]
}

// inShort lists ids, three or more in a row as "C01–C05".
func inShort(ids []string) string {
	number := func(id string) int {
		n, _ := strconv.Atoi(id[1:])
		return n
	}
	var parts []string
	for i := 0; i < len(ids); {
		j := i
		for j+1 < len(ids) && ids[j+1][0] == ids[i][0] && number(ids[j+1]) == number(ids[j])+1 {
			j++
		}
		switch j - i {
		case 0:
			parts = append(parts, ids[i])
		case 1:
			parts = append(parts, ids[i], ids[j])
		default:
			parts = append(parts, ids[i]+"–"+ids[j])
		}
		i = j + 1
	}
	return strings.Join(parts, ", ")
}

// notice is what every result says.
func (c *Catalogue) notice(q Request) []string {
	profile, _ := c.Profile(q.Profile)
	rules, _ := c.RuleSet(q.Rules)
	return []string{
		c.Phrase(q.Language, "notice"),
		c.Phrase(q.Language, "notice.stamp", "catalogue", c.Version, "rules", rules.Name.In(q.Language),
			"profile", profile.Name.In(q.Language), "date", string(q.On)),
	}
}
