package ampel

import (
	"slices"
	"strings"
)

// judge says what a finding comes to for a profile by a set of rules on a day.
func (c *Catalogue) judge(k Criterion, f Finding, found bool, q Request) Rated {
	r := Rated{ID: k.ID, Evidence: k.cap(f.Evidence), Note: f.Note, Source: f.Source, Found: f.Date, Expires: f.Expires}
	say := func(key string, values ...string) string { return c.Phrase(q.Language, key, values...) }
	worst := k.worst(q.Profile, q.Rules, q.On)
	var severity Severity
	switch {
	case !found:
		r.State, r.Why = Unknown, say("why.missing")
	case f.State == Unknown:
		r.State, r.Why = Unknown, say("why.unknown")
	case f.State == IsGreen:
		r.State, r.Why = IsGreen, say("why.met")
	case f.State == NotApplicable && k.Absence != "" && rankOf(f.Evidence) < rankOf(k.Absence):
		r.State, r.Why = Unknown, say("why.absence_unattested")
	case f.State == NotApplicable:
		r.State, r.Why = NotApplicable, say("why.not_applicable")
	case f.State == IsYellow, f.State == IsRed:
		severity = Severity(f.State)
		colour := say("colour." + string(f.State))
		r.Why = say("why.judged", "colour", colour)
		if severity.rank() > worst.rank() {
			severity = worst
			r.Why = say("why.judged_less", "colour", colour, "severity", say("severity."+string(worst)))
		}
		r.State, r.Advice = severity.state()
	default:
		d, _ := k.defect(string(f.State))
		severity = d.SeverityFor(q.Profile, q.Rules, q.On)
		r.State, r.Advice = severity.state()
		r.Why = say("why.defect", "defect", d.Text.In(q.Language))
		if severity == None {
			r.Why = say("why.no_defect", "defect", d.Text.In(q.Language))
		}
	}
	// A profile that asks for nothing here has nothing to be unknown. What has expired is unknown, unless it is worse.
	switch {
	case worst == None && (!found || f.State != IsGreen):
		r.State, r.Advice, r.Why = NotApplicable, false, say("why.not_asked")
	case f.Expires != "" && q.On > f.Expires && r.colours() == Green:
		r.State, r.Advice, r.Why = Unknown, false, say("why.expired", "date", string(f.Expires))
	}
	r.Why = strings.Join(append([]string{r.Why}, c.remarks(r, f, q.Language)...), " ")
	if r.State == IsRed || r.State == IsYellow || r.State == Unknown {
		r.ToGreen = k.Green.In(q.Language)
	}
	return r
}

// remarks are what has to be known beside the reason.
func (c *Catalogue) remarks(r Rated, f Finding, l Language) []string {
	var list []string
	if r.Advice {
		list = append(list, c.Phrase(l, "why.advice"))
	}
	if rankOf(f.Evidence) > rankOf(r.Evidence) {
		list = append(list, c.Phrase(l, "why.capped", "claimed", c.Phrase(l, "evidence."+string(f.Evidence)),
			"evidence", c.Phrase(l, "evidence."+string(r.Evidence))))
	}
	return list
}

// state is what a severity makes of a criterion.
func (s Severity) state() (State, bool) {
	switch s {
	case Excludes:
		return IsRed, false
	case Fixable:
		return IsYellow, false
	case Advice:
		return IsYellow, true
	}
	return IsGreen, false
}

func rankOf(e Evidence) int { return max(0, slices.Index(evidences(), e)) }

// cap is the evidence that counts: nobody can measure a contract.
func (k Criterion) cap(claimed Evidence) Evidence {
	return evidences()[min(rankOf(claimed), rankOf(k.Proof))]
}
