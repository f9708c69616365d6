package ampel

import (
	"slices"
	"strings"
)

// A verdict is what a finding alone comes to.
type verdict struct {
	state  State
	advice bool
	why    string
}

// judge says what the finding of a criterion comes to for a profile by a set of rules on a day.
func (c *Catalogue) judge(k Criterion, a Assessment, q Request) Rated {
	f, found := a.Findings[k.ID]
	worst := k.worst(q.Profile, q.Rules, q.On)
	v := verdict{Unknown, false, c.Phrase(q.Language, "why.missing")}
	if found {
		v = c.judgeFinding(k, f, worst, c.nobodyInvolved(a, q.On), q)
	}
	// A profile that asks for nothing here has nothing to be unknown. What has expired is unknown, unless it is worse.
	switch {
	case worst == None && f.State != IsGreen:
		v = verdict{NotApplicable, false, c.Phrase(q.Language, "why.not_asked")}
	case f.expired(q.On) && v.colours() == Green:
		v = verdict{Unknown, false, c.Phrase(q.Language, "why.expired", "date", string(f.Expires))}
	}
	r := Rated{
		ID: k.ID, State: v.state, Advice: v.advice, Evidence: k.cap(f.Evidence),
		Note: f.Note, Source: f.Source, Found: f.Date, Expires: f.Expires,
	}
	r.Why = strings.Join(append([]string{v.why}, c.remarks(r, f, q.Language)...), " ")
	if r.State == IsRed || r.State == IsYellow || r.State == Unknown {
		r.ToGreen = k.Green.In(q.Language)
	}
	return r
}

// judgeFinding says what a finding comes to before it is asked whether it expired and whether the profile asks for it.
func (c *Catalogue) judgeFinding(k Criterion, f Finding, worst Severity, nobodyInvolved bool, q Request) verdict {
	say := func(key string, values ...string) string { return c.Phrase(q.Language, key, values...) }
	switch f.State {
	case Unknown:
		return verdict{Unknown, false, say("why.unknown")}
	case IsGreen:
		return verdict{IsGreen, false, say("why.met")}
	case NotApplicable:
		switch {
		case k.Absence != "" && rankOf(f.Evidence) < rankOf(k.Absence):
			return verdict{Unknown, false, say("why.absence_unattested")}
		case k.Absence != "" && k.ID != c.NoProvider && !nobodyInvolved:
			return verdict{Unknown, false, say("why.absence_elsewhere", "id", c.NoProvider)}
		}
		return verdict{NotApplicable, false, say("why.not_applicable")}
	case IsYellow, IsRed:
		severity := Severity(f.State)
		colour := say("colour." + string(f.State))
		if severity.rank() > worst.rank() {
			return worst.verdict(say("why.judged_less", "colour", colour, "severity", say("severity."+string(worst))))
		}
		return severity.verdict(say("why.judged", "colour", colour))
	}
	d, _ := k.defect(string(f.State))
	severity, why := d.SeverityFor(q.Profile, q.Rules, q.On), "why.defect"
	if severity == None {
		why = "why.no_defect"
	}
	return severity.verdict(say(why, "defect", d.Text.In(q.Language)))
}

// nobodyInvolved tells whether somebody attests that the service has no provider at all.
func (c *Catalogue) nobodyInvolved(a Assessment, on Date) bool {
	f := a.Findings[c.NoProvider]
	k, _ := c.Criterion(c.NoProvider)
	return f.State == NotApplicable && rankOf(f.Evidence) >= rankOf(k.Absence) && !f.expired(on)
}

func (f Finding) expired(on Date) bool { return f.Expires != "" && on > f.Expires }

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

// verdict is what a severity makes of a criterion.
func (s Severity) verdict(why string) verdict {
	switch s {
	case Excludes:
		return verdict{IsRed, false, why}
	case Fixable:
		return verdict{IsYellow, false, why}
	case Advice:
		return verdict{IsYellow, true, why}
	}
	return verdict{IsGreen, false, why}
}

// colours is what a verdict does to its light.
func (v verdict) colours() Colour {
	switch {
	case v.state == IsRed:
		return Red
	case v.state == Unknown, v.state == IsYellow && !v.advice:
		return Yellow
	}
	return Green
}

func rankOf(e Evidence) int { return max(0, slices.Index(evidences(), e)) }

// cap is the evidence that counts: nobody can measure a contract.
func (k Criterion) cap(claimed Evidence) Evidence {
	return evidences()[min(rankOf(claimed), rankOf(k.Proof))]
}
