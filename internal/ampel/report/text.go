package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"konklave/internal/ampel"
)

// Rating writes a rating for a terminal.
func (r Report) Rating(w io.Writer, rating ampel.Rating) error {
	p := printer{w: w}
	p.line("%s", r.say("word.title_rating", "service", rating.Service))
	p.lines(r.about(rating))
	p.lines(rating.Notice)
	p.line("")
	p.table(func(row func(...string)) {
		for _, l := range r.lights(rating) {
			row(l[0], r.light(ampel.Colour(l[1])), l[2])
		}
	})
	p.line("")
	p.table(func(row func(...string)) {
		row(r.say("word.criterion"), r.say("word.state"), r.say("word.evidence"), r.say("word.why"))
		for _, k := range rating.Criteria {
			title, _ := r.Catalogue.Criterion(k.ID)
			why := title.Title.In(r.Language) + ": " + k.Why
			if k.Light == "none" {
				why += " (" + r.say("light.none") + ")"
			}
			row(k.ID, r.state(k), r.say("evidence."+string(k.Evidence)), why)
			if k.ToGreen != "" {
				row("", "", "", "  "+r.say("word.to_green", "green", k.ToGreen))
			}
			for _, own := range r.own(k) {
				row("", "", "", "  "+own)
			}
		}
	})
	return p.err
}

// Comparison writes several ratings side by side.
func (r Report) Comparison(w io.Writer, ratings []ampel.Rating) error {
	p := printer{w: w}
	p.line("%s", r.say("word.title_compare"))
	p.lines(ratings[0].Notice)
	p.line("")
	p.table(func(row func(...string)) {
		row(r.say("word.service"), r.say("light.overall"), r.say("light.legal"), r.say("light.technical"))
		for _, x := range ratings {
			row(x.Service, r.light(x.Overall), r.light(x.Legal), r.light(x.Technical))
		}
	})
	p.line("")
	p.table(func(row func(...string)) {
		head := []string{r.say("word.criterion")}
		for _, x := range ratings {
			head = append(head, x.Service)
		}
		row(head...)
		for i, k := range r.Catalogue.Criteria {
			cells := []string{k.ID}
			for _, x := range ratings {
				cells = append(cells, r.state(x.Criteria[i]))
			}
			row(append(cells, k.Title.In(r.Language))...)
		}
	})
	return p.err
}

// CriteriaText writes the catalogue for a terminal.
func (r Report) CriteriaText(w io.Writer, profile string) error {
	p := printer{w: w}
	p.lines(r.CatalogueNotice())
	kind := ""
	for _, k := range r.Criteria(profile) {
		if k.Kind != kind {
			kind = k.Kind
			p.line("\n%s", strings.ToUpper(r.kind(kind)))
		}
		p.line("\n%s  %s", k.ID, k.Title)
		p.wrapped("     ", k.Explain)
		p.wrapped("     ", "✓ "+k.Green)
		for _, d := range k.Defects {
			p.wrapped("     ", d.ID+": "+d.Text+" ("+r.weight(d)+")")
		}
		p.wrapped("     ", r.say("word.proof")+": "+r.say("evidence."+string(k.Proof))+". "+k.How)
		if k.Unsure != "" {
			p.wrapped("     ", r.say("word.unsure")+": "+k.Unsure)
		}
		for _, s := range k.Sources {
			p.wrapped("     ", r.say("word.source")+": "+s.Title)
			for _, link := range s.Links {
				p.line("       %s", link)
			}
			if s.Unsure != "" {
				p.wrapped("       ", r.say("word.unsure")+": "+s.Unsure)
			}
		}
	}
	return p.err
}

func (r Report) kind(id string) string {
	for _, k := range r.Catalogue.Kinds {
		if k.ID == id {
			return k.Name.In(r.Language)
		}
	}
	return id
}

// HistoryText writes the history for a terminal.
func (r Report) HistoryText(w io.Writer, list []ampel.Past) error {
	p := printer{w: w}
	p.lines(r.HistoryNotice())
	p.line("")
	p.table(func(row func(...string)) {
		row(r.say("word.date"), r.say("word.version"), r.say("word.legal"), r.say("word.service"))
		for _, e := range list {
			row(string(e.Date), e.Version, r.light(e.Legal), e.Service)
			below := func(key, text string) {
				if text != "" {
					row("", "", "", "  "+r.say(key)+": "+text)
				}
			}
			below("word.operator", e.Operator)
			below("word.reasons", strings.Join(e.Reasons, "; "))
			below("word.sources", strings.Join(e.Sources, " ")+" ("+r.say("certainty."+e.Certainty)+")")
		}
	})
	return p.err
}

// printer keeps the first error of many lines.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

func (p *printer) lines(list []string) {
	for _, l := range list {
		p.line("%s", l)
	}
}

// widest is how many characters a line of text may have beside what is indented.
const widest = 96

// wrapped writes a text in lines of a width that can be read, each after an indent.
func (p *printer) wrapped(indent, text string) {
	for _, line := range wrap(text) {
		p.line("%s%s", indent, line)
	}
}

// wrap breaks a text at spaces. What follows the first line is indented like it, and a bit more.
func wrap(text string) []string {
	words := strings.Fields(text)
	if utf8.RuneCountInString(text) <= widest || len(words) == 0 {
		return []string{text}
	}
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	lines := []string{indent + words[0]}
	for _, word := range words[1:] {
		last := &lines[len(lines)-1]
		if utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) > widest {
			lines = append(lines, indent+"  "+word)
			continue
		}
		*last += " " + word
	}
	return lines
}

// table aligns the columns of rows. The last one may take several lines.
func (p *printer) table(fill func(row func(...string))) {
	if p.err != nil {
		return
	}
	t := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', 0)
	fill(func(cells ...string) {
		for i := range cells {
			cells[i] = oneLine(cells[i])
		}
		last := len(cells) - 1
		for _, line := range wrap(cells[last]) {
			_, _ = fmt.Fprintln(t, strings.Join(append(cells[:last:last], line), "\t")) // kept by Flush
			clear(cells)
		}
	})
	p.err = t.Flush()
}

func oneLine(text string) string { return strings.NewReplacer("\n", " ", "\t", " ").Replace(text) }
