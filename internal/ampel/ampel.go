// Package ampel owns the traffic light for video conferencing services: the catalogue of criteria, what an assessment of a
// service is and how its file is read and written, the rating of it by a set of rules, and the colours that the Berlin
// data-protection authority gave in 2020 and 2021.
//
// It is pure: bytes and a date in, values out. It must not read files or the clock, and it must not claim more than the
// data do: what is unsure stays marked, a criterion without a finding is never green, and history is never today's state.
//
// The web client has the same rules in web/src/ampel. Both are held together by the vectors that the tests here write.
package ampel

import "time"

// A Language is one that texts are written in.
type Language string

// The languages.
const (
	German  Language = "de"
	English Language = "en"
)

// A Text is one in all languages.
type Text struct {
	DE string `yaml:"de" json:"de"`
	EN string `yaml:"en" json:"en"`
}

// In gives the text in a language; English for any that is not known.
func (t Text) In(l Language) string {
	if l == German {
		return t.DE
	}
	return t.EN
}

// A Colour is that of a light.
type Colour string

// The colours. NotRated is the technical light's where something legal is red.
const (
	Green    Colour = "green"
	Yellow   Colour = "yellow"
	Red      Colour = "red"
	NotRated Colour = "not_rated"
)

// A State is what a criterion is rated: a colour, or one of the two below. In an assessment it may also be the name of a
// defect.
type State string

// The states of a rated criterion.
const (
	IsGreen       State = "green"
	IsYellow      State = "yellow"
	IsRed         State = "red"
	Unknown       State = "unknown"
	NotApplicable State = "not_applicable"
)

// A Severity says how grave a defect is. Advice is shown and never colours; None is no defect.
type Severity string

// The severities, least grave first.
const (
	None     Severity = "none"
	Advice   Severity = "advice"
	Fixable  Severity = "yellow" // excludes lawful use as it stands, and can be mended without rebuilding
	Excludes Severity = "red"
)

// rank orders severities.
func (s Severity) rank() int {
	switch s {
	case Excludes:
		return 3
	case Fixable:
		return 2
	case Advice:
		return 1
	default:
		return 0
	}
}

// An Evidence says how well something is shown.
type Evidence string

// The grades of evidence.
const (
	Unproven   Evidence = "none"
	Attested   Evidence = "attested"
	Configured Evidence = "configured"
	Measured   Evidence = "measured"
)

// evidences lists the grades, weakest first.
func evidences() []Evidence { return []Evidence{Unproven, Attested, Configured, Measured} }

// A Date is a day such as "2026-11-26", or empty. Days compare as texts.
type Date string

// ParseDate tells whether a text is a day of the calendar.
func ParseDate(text string) (Date, bool) {
	day, err := time.Parse(time.DateOnly, text)
	return Date(text), err == nil && day.Year() > 0 && len(text) == len(time.DateOnly)
}

// DateOf is the day of a moment, where the machine stands.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }
