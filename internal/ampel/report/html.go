package report

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"konklave/internal/ampel"
)

//go:embed page.html
var pageText string

// view is what a page is made of.
type view struct {
	Report
	Title    string
	Notice   []string
	Rating   *ampel.Rating
	Ratings  []ampel.Rating
	Criteria []Criterion
	History  []ampel.Past
}

// RatingPage writes one rating as a page.
func (r Report) RatingPage(w io.Writer, rating ampel.Rating) error {
	return r.page(w, view{Title: r.say("word.title_rating", "service", rating.Service), Notice: rating.Notice, Rating: &rating})
}

// ComparisonPage writes several ratings side by side as a page.
func (r Report) ComparisonPage(w io.Writer, ratings []ampel.Rating) error {
	return r.page(w, view{Title: r.say("word.title_compare"), Notice: ratings[0].Notice, Ratings: ratings})
}

// CriteriaPage writes the catalogue as a page, with the severities of one profile, or of all when it is empty.
func (r Report) CriteriaPage(w io.Writer, profile string) error {
	return r.page(w, view{Title: r.say("word.title_criteria"), Notice: r.CatalogueNotice(), Criteria: r.Criteria(profile)})
}

// HistoryPage writes the history as a page.
func (r Report) HistoryPage(w io.Writer, list []ampel.Past) error {
	return r.page(w, view{Title: r.say("word.title_history"), Notice: r.HistoryNotice(), History: list})
}

func (r Report) page(w io.Writer, v view) error {
	v.Report = r
	t, err := template.New("page").Funcs(template.FuncMap{
		"say": r.say, "isLink": ampel.IsLink, "lights": func(x *ampel.Rating) [][3]string { return r.lights(*x) }, "weight": r.weight, "kind": r.kind,
		"sign": sign, "title": r.title, "row": r.row, "about": func(x *ampel.Rating) []string { return r.about(*x) }, "list": func(s []string) string { return strings.Join(s, ", ") },
		"join": func(a, b string) string { return a + b },
	}).Parse(pageText)
	if err != nil {
		return err
	}
	return t.Execute(w, v)
}

func (r Report) title(id string) string {
	k, _ := r.Catalogue.Criterion(id)
	return k.Title.In(r.Language)
}

// row gives what each of several ratings says of the criterion with the same place.
func (r Report) row(ratings []ampel.Rating, i int) []ampel.Rated {
	var list []ampel.Rated
	for _, x := range ratings {
		list = append(list, x.Criteria[i])
	}
	return list
}
