package ampel

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// loaded is read once for all tests: nobody changes it.
var loaded = sync.OnceValues(Load)

func load(t testing.TB) *Catalogue {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// severities says the severity rule of each defect for the profiles normal, high risk, medical, public body as of the
// catalogue's day: r, y, a (advice), - (no defect). It is a second writing of the rules, against slips in the data.
var severities = map[string]string{
	"C01.missing": "rrrr", "C02.not_provable": "yyyy", "C03.missing": "rrrr", "C03.vague": "yyyy",
	"C04.limited": "rrrr", "C04.wording": "yyyy", "C05.own_purposes": "rrrr", "C06.missing": "yyyy",
	"C07.absent": "rrrr", "C07.generic": "yyyy", "C08.no_list": "rrrr", "C08.no_objection": "yyyy", "C09.missing": "yyyy",
	"C10.may_keep": "rrrr", "C10.unclear": "yyyy", "C11.papers_only": "rrrr", "C11.costs": "yyyy",
	"C12.many": "rrrr", "C12.single": "yyyy", "C13.third_country_orders": "rrrr",
	"C14.outside_without_basis": "rrrr", "C14.outside_with_basis": "----",
	"C15.no_basis": "rrrr", "C15.unclear": "yyyy", "C15.dpf_only": "aaaa", "C16.observed": "rrrr", "C17.observed": "rrrr",
	"C18.missing":    "rrrr",
	"O01.none_named": "rrrr", "O02.absent": "rrrr", "O02.incomplete": "yyyy", "O03.absent": "rrrr", "O03.incomplete": "yyyy",
	"O04.absent": "yyyy", "O05.no_assessment": "yrry", "O05.no_threshold_check": "yyyy", "O06.absent": "rrrr", "O06.gap": "yyyy",
	"O07.absent": "yyyy", "O08.impossible": "rrrr", "O09.absent": "yyyr", "O10.absent": "aaar", "O11.not_assessed": "yyyy",
	"O12.not_involved": "yyyy",
	"T01.plain":        "rrrr", "T02.old": "rrrr", "T02.weak": "yyyy", "T02.tls12": "----", "T03.plain": "rrrr", "T03.weak": "yyyy",
	"T04.absent": "arra", "T05.reused": "rrrr", "T05.not_verifiable": "yryy", "T06.silent": "rrrr", "T07.absent": "aaaa",
	"T08.clear": "yryy", "T09.anyone": "rrrr", "T09.open_with_lobby": "yyyy", "T10.absent": "araa", "T11.social": "yryr",
	"T12.account_needed": "aara", "T13.guessable": "rrrr", "T13.short": "yyyy", "T14.absent": "yrry", "T15.guest_moderates": "rrrr",
	"T16.possible": "rrrr", "T17.on_when_joining": "yyyy", "T18.hidden": "rrrr", "T19.automatic": "rrrr", "T19.anybody": "yyyy",
	"T20.without": "rrrr", "T21.no_indicator": "rrrr", "T21.no_expiry": "yyyy",
	"T22.default_external_or_training": "rrrr", "T22.no_expiry": "yyyy", "T23.switched_on": "rrrr", "T23.switched_off": "yyyy",
	"T24.leaves": "rrrr", "T25.join_path": "rrrr", "T25.marketing_pages": "yyyy", "T25.ads": "--r-", "T26.third_party": "rrrr",
	"T27.tracking": "rrrr", "T27.long_lived": "yyyy", "T28.real_name": "yyyy", "T28.name_not_visible": "--y-",
	"T29.sent_out": "rrrr", "T29.absent": "aaaa", "T30.everybody": "-y--",
	"T31.no_expiry": "rrrr", "T31.over_three_months": "--r-", "T31.full_address": "yyyy", "T32.kept": "yrry",
	"T33.in_protected_room": "rrrr", "T33.unmarked": "yyyy", "T34.client_forced": "aaaa", "T35.critical": "rrrr", "T35.old": "yyyy",
	"T36.absent": "yyyy", "T37.fixed": "--y-", "T38.fails_aa": "yyyr", "T39.claimed": "rrrr", "T39.absent": "---y",
	"T40.unseen": "rrrr", "T40.no_trail": "yyyy",
}

var letters = map[byte]Severity{'r': Excludes, 'y': Fixable, 'a': Advice, '-': None}

func TestSeverities(t *testing.T) {
	c := load(t)
	seen := 0
	for _, k := range c.Criteria {
		for _, d := range k.Defects {
			name := k.ID + "." + d.ID
			want := severities[name]
			if len(want) != len(c.Profiles) {
				t.Errorf("%s is not in the table", name)
				continue
			}
			seen++
			for i, p := range c.ProfileIDs() {
				if got := d.SeverityFor(p, TodaysRules, c.Date); got != letters[want[i]] {
					t.Errorf("%s for %s is %s", name, p, got)
				}
			}
		}
	}
	if seen != len(severities) {
		t.Errorf("%d defects of %d in the table", seen, len(severities))
	}
}

// TestSeveritiesByDayAndRules holds the exceptions: what the years change, and what Berlin saw differently in 2020.
func TestSeveritiesByDayAndRules(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		defect, profile, rules string
		on                     Date
		want                   Severity
	}{
		{"T02.tls12", "normal", TodaysRules, "2031-12-31", None},
		{"T02.tls12", "normal", TodaysRules, "2032-01-01", Excludes},
		{"T07.absent", "normal", TodaysRules, "2031-12-31", Advice},
		{"T07.absent", "normal", TodaysRules, "2032-01-01", Excludes},
		{"T07.absent", "high_risk", TodaysRules, "2030-12-31", Advice},
		{"T07.absent", "high_risk", TodaysRules, "2031-01-01", Excludes},
		{"C01.missing", "normal", "blnbdi-1", "2020-07-03", Fixable},
		{"C01.missing", "normal", "blnbdi-2", "2021-02-18", Excludes},
	} {
		id, name, _ := strings.Cut(test.defect, ".")
		k, _ := c.Criterion(id)
		d, ok := k.defect(name)
		if got := d.SeverityFor(test.profile, test.rules, test.on); !ok || got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

func TestCatalogueIsWhole(t *testing.T) {
	c := load(t)
	count := map[string]int{}
	ids := map[string]bool{}
	for _, k := range c.Criteria {
		count[k.Kind]++
		if ids[k.ID] {
			t.Errorf("%s stands there twice", k.ID)
		}
		ids[k.ID] = true
		for _, text := range []Text{k.Title, k.Explain, k.Green, k.How} {
			wantText(t, k.ID, text)
		}
		if rankOf(k.Proof) == 0 || len(k.Sources) == 0 || len(k.Defects) == 0 {
			t.Errorf("%s has no proof, source or defect", k.ID)
		}
		for _, s := range k.Sources {
			if _, ok := c.Source(s); !ok {
				t.Errorf("%s names the source %s, which is not there", k.ID, s)
			}
		}
		states := k.States()
		slices.Sort(states)
		if len(slices.Compact(states)) != len(k.Defects)+5 {
			t.Errorf("the states of %s are not distinct: %v", k.ID, k.States())
		}
		for _, d := range k.Defects {
			wantText(t, k.ID+" "+d.ID, d.Text)
		}
	}
	if fmt.Sprint(count) != "map[contract:18 organisational:12 technical:40]" {
		t.Errorf("the criteria are %v", count)
	}
	for _, s := range c.Sources {
		wantText(t, s.ID, s.Title)
		for _, l := range s.Links {
			if u, err := url.Parse(l); err != nil || u.Host == "" {
				t.Errorf("%s has the link %s", s.ID, l)
			}
		}
		if len(s.Links) == 0 && s.Unsure == nil {
			t.Errorf("%s has neither link nor a word on that", s.ID)
		}
	}
}

func TestLightsAreMadeOf(t *testing.T) {
	c := load(t)
	today, _ := c.RuleSet(TodaysRules)
	if len(today.Legal) != 18+8+2 || len(today.Technical) != 40+2 {
		t.Errorf("today's lights have %d and %d criteria", len(today.Legal), len(today.Technical))
	}
	for _, id := range []string{"C18", "O01", "O08", "O11", "O12"} {
		if !slices.Contains(today.Legal, id) {
			t.Errorf("%s does not count as legal", id)
		}
	}
	for _, id := range []string{"T01", "T40", "O09", "O10"} {
		if !slices.Contains(today.Technical, id) || slices.Contains(today.Legal, id) {
			t.Errorf("%s does not count as technical", id)
		}
	}
}

// TestDoubtsAreKept samples the marks of what could not be confirmed: they must reach the reader.
func TestDoubtsAreKept(t *testing.T) {
	c := load(t)
	for _, id := range []string{"B1", "B2", "B2-L1", "D11", "D18", "D24", "D25", "D33", "D50", "K10", "TR", "MST", "LW", "EN301549", "BFSG", "TDDDG"} {
		if s, ok := c.Source(id); !ok || s.Unsure == nil || s.Unsure.DE == "" || s.Unsure.EN == "" {
			t.Errorf("the source %s does not say what is unsure", id)
		}
	}
	for _, id := range []string{"D01", "D09", "D17", "D28", "D32", "PZ", "BP", "G30"} {
		if s, _ := c.Source(id); s.Unsure != nil {
			t.Errorf("the source %s was read, and says that it is unsure", id)
		}
	}
}

// TestNothingIsClaimed keeps words out that would make more of a rating than it is.
func TestNothingIsClaimed(t *testing.T) {
	c := load(t)
	never := regexp.MustCompile(`(?i)zertifiziert|certified|KBV-|rechtssicher|abhörsicher|DSGVO-konform|GDPR[- ]compliant`)
	check := func(name string, texts ...Text) {
		for _, text := range texts {
			if never.MatchString(text.DE + " " + text.EN) {
				t.Errorf("%s: %v", name, text)
			}
		}
	}
	for _, k := range c.Criteria {
		check(k.ID, k.Title, k.Explain, k.Green, k.How)
	}
	for key, text := range c.Phrases {
		wantText(t, key, text)
		check(key, text)
	}
}

func wantText(t *testing.T, name string, text Text) {
	t.Helper()
	hole := regexp.MustCompile(`\{\w+\}`)
	holes := func(s string) []string {
		found := hole.FindAllString(s, -1)
		slices.Sort(found)
		return found
	}
	if strings.TrimSpace(text.DE) == "" || strings.TrimSpace(text.EN) == "" || !slices.Equal(holes(text.DE), holes(text.EN)) {
		t.Errorf("%s: %q, %q", name, text.DE, text.EN)
	}
}
