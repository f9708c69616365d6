package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"konklave/internal/ampel"
)

const day = ampel.Date("2026-11-26")

func setUp(t *testing.T, l ampel.Language) (Report, ampel.Rating) {
	t.Helper()
	c, err := ampel.Load()
	if err != nil {
		t.Fatal(err)
	}
	a := c.New(`<script>alert("x")</script>`, day)
	a.Operator = "A & B"
	a.Findings["C05"] = ampel.Finding{State: "own_purposes", Evidence: ampel.Attested, Note: "clause 7\nand 8", Source: "https://example.org/terms", Date: day}
	a.Findings["C06"] = ampel.Finding{State: "missing", Source: "javascript:alert(1)"}
	a.Findings["T34"] = ampel.Finding{State: "client_forced"}
	a.Findings["T33"] = ampel.Finding{State: ampel.NotApplicable}
	a.Findings["T16"] = ampel.Finding{State: ampel.IsGreen, Evidence: ampel.Measured}
	return Report{c, l, day}, c.Rate(a, ampel.Request{On: day, Language: l})
}

// everything is each way of showing each thing.
func everything(t *testing.T, r Report, rating ampel.Rating) map[string]string {
	t.Helper()
	history, err := ampel.History(r.Language)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	show := func(name string, write func(*bytes.Buffer) error) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(name, err)
		}
		shown[name] = b.String()
	}
	show("rating", func(b *bytes.Buffer) error { return r.Rating(b, rating) })
	show("comparison", func(b *bytes.Buffer) error { return r.Comparison(b, []ampel.Rating{rating, rating}) })
	show("criteria", func(b *bytes.Buffer) error { return r.CriteriaText(b, "") })
	show("history", func(b *bytes.Buffer) error { return r.HistoryText(b, history) })
	show("rating.html", func(b *bytes.Buffer) error { return r.RatingPage(b, rating) })
	show("comparison.html", func(b *bytes.Buffer) error { return r.ComparisonPage(b, []ampel.Rating{rating, rating}) })
	show("criteria.html", func(b *bytes.Buffer) error { return r.CriteriaPage(b, "medical") })
	show("history.html", func(b *bytes.Buffer) error { return r.HistoryPage(b, history) })
	return shown
}

func TestEveryResultSaysWhatItIsNot(t *testing.T) {
	for l, want := range map[ampel.Language][]string{
		ampel.German: {"2026.1", "2026-11-26"}, ampel.English: {"2026.1", "2026-11-26"},
	} {
		r, rating := setUp(t, l)
		for name, text := range everything(t, r, rating) {
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("%s in %s does not say %s", name, l, w)
				}
			}
			if !strings.HasPrefix(name, "history") && !strings.Contains(text, r.say("notice")) {
				t.Errorf("%s in %s does not say that it is no rating by an authority and no legal advice", name, l)
			}
			if strings.HasPrefix(name, "history") && !strings.Contains(text, strings.SplitN(r.say("notice.history"), ":", 2)[0]) {
				t.Errorf("%s in %s does not say that it is history", name, l)
			}
			if holes := regexp.MustCompile(`\{\w+\}|<no value>|%!`).FindString(text[strings.Index(text, "</style>")+1:]); holes != "" {
				t.Errorf("%s in %s has holes: %s", name, l, holes)
			}
		}
	}
}

func TestPagesNeedNothingElse(t *testing.T) {
	r, rating := setUp(t, ampel.German)
	for name, text := range everything(t, r, rating) {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		if _, err := html.Parse(strings.NewReader(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, not := range []string{"<script", "<link", "<img", "src=", "@import", "url(", `href="javascript:`} {
			if strings.Contains(text, not) {
				t.Errorf("%s has %s", name, not)
			}
		}
	}
}

// TestLightsAreNeverColourAlone wants the word beside each coloured mark.
func TestLightsAreNeverColourAlone(t *testing.T) {
	r, rating := setUp(t, ampel.German)
	var b bytes.Buffer
	if err := r.RatingPage(&b, rating); err != nil {
		t.Fatal(err)
	}
	marks := regexp.MustCompile(`(?s)<span class="mark" data-state="(\w+)"><b aria-hidden="true">(.*?)</b>(.*?)</span>`).FindAllStringSubmatch(b.String(), -1)
	signs := map[string]string{}
	for _, m := range marks {
		if m[2] == "" || m[3] == "" {
			t.Errorf("a mark without sign or word: %v", m)
		}
		if other, seen := signs[m[2]]; seen && other != m[1] && m[2] != "–" {
			t.Errorf("%s is the sign of %s and %s", m[2], other, m[1])
		}
		signs[m[2]] = m[1]
	}
	if len(marks) != 3+len(rating.Criteria) || len(signs) != 6 {
		t.Errorf("%d marks with %v", len(marks), signs)
	}
}

func TestRatingAsText(t *testing.T) {
	r, rating := setUp(t, ampel.English)
	var b bytes.Buffer
	if err := r.Rating(&b, rating); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Legal      ✕ Red        Legal is Red because of C05.",
		"Technical  – Not rated  Technical is not rated because something legal is red: C05.",
		"It turns green when: Contract and privacy notice rule out own purposes of the provider.",
		"Note: clause 7 and 8", "i Advice", "? Not shown",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("there is no %q in\n%s", want, b.String()[:1500])
		}
	}
}

func TestCriteriaTellTheirDoubts(t *testing.T) {
	r, _ := setUp(t, ampel.English)
	doubts := 0
	for _, k := range r.Criteria("") {
		for _, s := range k.Sources {
			if s.Unsure != "" {
				doubts++
			}
		}
	}
	var text, page bytes.Buffer
	if err := r.CriteriaText(&text, ""); err != nil {
		t.Fatal(err)
	}
	if err := r.CriteriaPage(&page, ""); err != nil {
		t.Fatal(err)
	}
	for name, shown := range map[string]string{"text": text.String(), "page": page.String()} {
		if n := strings.Count(shown, "Unsure: "); n < doubts || doubts < 50 {
			t.Errorf("the %s tells %d doubts of %d", name, n, doubts)
		}
	}
}
