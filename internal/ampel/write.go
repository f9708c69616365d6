package ampel

import (
	"strings"
)

// New is an assessment of a service of which nothing is known yet.
func (c *Catalogue) New(service string, today Date) Assessment {
	a := Assessment{Service: service, Profile: NormalProfile, Date: today, Catalogue: c.Version, Findings: map[string]Finding{}}
	for _, k := range c.Criteria {
		a.Findings[k.ID] = Finding{State: Unknown, Evidence: Unproven}
	}
	return a
}

// Write gives the file of an assessment, with comments in a language that say what may stand where. web/src/ampel/write.ts
// writes the same.
func (c *Catalogue) Write(a Assessment, l Language) string {
	var b strings.Builder
	line := func(indent int, key, value string) {
		b.WriteString(strings.Repeat(" ", indent) + key + ":")
		if value != "" {
			b.WriteString(" " + value)
		}
		b.WriteString("\n")
	}
	b.WriteString("# " + c.Phrase(l, "file.head") + "\n")
	for _, key := range []string{"file.states", "file.evidence", "file.dates"} {
		b.WriteString("# " + c.Phrase(l, key) + "\n")
	}
	b.WriteString("# " + c.Phrase(l, "file.profiles", "known", strings.Join(c.ProfileIDs(), ", ")) + "\n")
	line(0, keyFormat, formatVersion)
	line(0, keyService, quote(a.Service))
	line(0, keyOperator, quote(a.Operator))
	line(0, keyProfile, a.Profile)
	line(0, keyDate, quote(string(a.Date)))
	line(0, keyAssessor, quote(a.Assessor))
	line(0, keyCatalogue, quote(a.Catalogue))
	line(0, keyFindings, "")
	for _, k := range c.Criteria {
		f, found := a.Findings[k.ID]
		if !found {
			continue
		}
		b.WriteString("\n  # " + k.ID + " " + k.Title.In(l) + "\n  # " + k.Green.In(l) + "\n")
		for _, d := range k.Defects {
			b.WriteString("  #   " + d.ID + ": " + d.Text.In(l) + "\n")
		}
		line(2, k.ID, "")
		line(4, keyState, string(f.State))
		line(4, keyEvidence, string(evidences()[rankOf(f.Evidence)]))
		line(4, keyNote, quote(f.Note))
		line(4, keySource, quote(f.Source))
		if f.Date != "" {
			line(4, keyDate, quote(string(f.Date)))
		}
		if f.Expires != "" {
			line(4, keyExpires, quote(string(f.Expires)))
		}
	}
	return b.String()
}

// quote writes a text in double quotes, https://yaml.org/spec/1.2.2/#731-double-quoted-style.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(text) + `"`
}
