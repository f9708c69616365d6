package ampel

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

const day = Date("2026-11-26")

// allGreen is an assessment in which nothing is wrong.
func allGreen(c *Catalogue) Assessment {
	a := c.New("A service", day)
	for _, k := range c.Criteria {
		a.Findings[k.ID] = Finding{State: IsGreen, Evidence: k.Proof, Date: day}
	}
	return a
}

// with is the assessment with one finding changed.
func with(a Assessment, id string, f Finding) Assessment {
	a.Findings = maps.Clone(a.Findings)
	a.Findings[id] = f
	return a
}

// nobody says that no provider is involved.
var nobody = Finding{State: NotApplicable, Evidence: Attested}

func find(r Rating, id string) Rated {
	return r.Criteria[slices.IndexFunc(r.Criteria, func(k Rated) bool { return k.ID == id })]
}

// TestLights goes through the rules that make lights of findings.
func TestLights(t *testing.T) {
	c := load(t)
	green := allGreen(c)
	unknown := Finding{State: Unknown}
	for _, test := range []struct {
		name                      string
		a                         Assessment
		profile                   string
		legal, technical, overall Colour
	}{
		{"all green", green, "normal", Green, Green, Green},
		{"nothing found", Assessment{Service: "x"}, "normal", Yellow, Yellow, Yellow},
		{"red contract", with(green, "C05", Finding{State: "own_purposes"}), "normal", Red, NotRated, Red},
		{"red of the organisation is legal", with(green, "O03", Finding{State: "absent"}), "normal", Red, NotRated, Red},
		{"O11 is legal", with(green, "O11", Finding{State: "not_assessed"}), "normal", Yellow, Green, Yellow},
		{"O12 is legal", with(green, "O12", Finding{State: "not_involved"}), "normal", Yellow, Green, Yellow},
		{"O09 is technical", with(green, "O09", Finding{State: "absent"}), "public_body", Green, Red, Red},
		{"O10 is technical", with(green, "O10", Finding{State: "absent"}), "public_body", Green, Red, Red},
		{"yellow contract lets the technical light count", with(green, "C06", Finding{State: "missing"}), "normal", Yellow, Green, Yellow},
		{"red technology", with(green, "T16", Finding{State: "possible"}), "normal", Green, Red, Red},
		{"yellow both", with(with(green, "C06", Finding{State: "missing"}), "T36", Finding{State: "absent"}), "normal", Yellow, Yellow, Yellow},
		{"legal yellow, technical red", with(with(green, "C06", Finding{State: "missing"}), "T01", Finding{State: "plain"}), "normal", Yellow, Red, Red},
		{"legal red hides technical red", with(with(green, "C05", Finding{State: "own_purposes"}), "T01", Finding{State: "plain"}), "normal", Red, NotRated, Red},
		{"advice never colours", with(green, "T34", Finding{State: "client_forced"}), "normal", Green, Green, Green},
		{"advice of a contract never colours", with(green, "C15", Finding{State: "dpf_only"}), "normal", Green, Green, Green},
		{"unknown is at best yellow: legal", with(green, "C09", unknown), "normal", Yellow, Green, Yellow},
		{"unknown is at best yellow: technical", with(green, "T34", unknown), "normal", Green, Yellow, Yellow},
		{"not asked for, so not unknown", with(green, "T37", unknown), "normal", Green, Green, Green},
		{"asked for", with(green, "T37", unknown), "medical", Green, Yellow, Yellow},
	} {
		r := c.Rate(test.a, Request{Profile: test.profile, On: day})
		if r.Legal != test.legal || r.Technical != test.technical || r.Overall != test.overall {
			t.Errorf("%s: legal %s, technical %s, overall %s", test.name, r.Legal, r.Technical, r.Overall)
		}
	}
}

// TestEachCriterion turns each criterion to all it can be, for each profile.
func TestEachCriterion(t *testing.T) {
	c := load(t)
	green := allGreen(c)
	for _, profile := range c.ProfileIDs() {
		for _, k := range c.Criteria {
			worst := k.worst(profile, TodaysRules, day)
			others := green
			if k.Absence != "" {
				others = with(green, c.NoProvider, nobody)
			}
			rated := func(f Finding) (Rated, Colour) {
				f.Date = day
				r := c.Rate(with(others, k.ID, f), Request{Profile: profile, On: day})
				return find(r, k.ID), r.Overall
			}
			expect := func(f Finding, state State, advice bool, overall Colour) {
				t.Helper()
				got, colour := rated(f)
				if got.State != state || got.Advice != advice || colour != overall {
					t.Errorf("%s %s for %s: %s, advice %v, overall %s", k.ID, f.State, profile, got.State, got.Advice, colour)
				}
				if got.Why == "" || strings.ContainsAny(got.Why, "{}") || got.colours() != Green && got.ToGreen == "" {
					t.Errorf("%s %s explains itself as %q, green by %q", k.ID, f.State, got.Why, got.ToGreen)
				}
			}
			expect(Finding{State: IsGreen}, IsGreen, false, Green)
			expect(nobody, NotApplicable, false, Green)
			severities := []Severity{min2(Excludes, worst), min2(Fixable, worst)}
			states := []string{"red", "yellow"}
			for _, d := range k.Defects {
				severities, states = append(severities, d.SeverityFor(profile, TodaysRules, day)), append(states, d.ID)
			}
			if worst == None {
				expect(Finding{State: Unknown}, NotApplicable, false, Green)
				for _, s := range states {
					expect(Finding{State: State(s)}, NotApplicable, false, Green)
				}
				continue
			}
			expect(Finding{State: Unknown}, Unknown, false, Yellow)
			for i, s := range states {
				switch severities[i] {
				case Excludes:
					expect(Finding{State: State(s)}, IsRed, false, Red)
				case Fixable:
					expect(Finding{State: State(s)}, IsYellow, false, Yellow)
				case Advice:
					expect(Finding{State: State(s)}, IsYellow, true, Green)
				default:
					expect(Finding{State: State(s)}, IsGreen, false, Green)
				}
			}
		}
	}
}

func min2(a, b Severity) Severity {
	if a.rank() < b.rank() {
		return a
	}
	return b
}

func TestEvidence(t *testing.T) {
	c := load(t)
	green := allGreen(c)
	for _, test := range []struct {
		name, id string
		f        Finding
		state    State
		evidence Evidence
		why      string
	}{
		{"good on its last day", "C01", Finding{State: IsGreen, Evidence: Attested, Expires: day}, IsGreen, Attested, "Met."},
		{"expired", "C01", Finding{State: IsGreen, Evidence: Attested, Expires: "2026-11-25"}, Unknown, Attested, "expired on 2026-11-25"},
		{"expired absence", "C01", Finding{State: NotApplicable, Evidence: Attested, Expires: "2026-11-25"}, Unknown, Attested, "expired"},
		{"an expired defect stays", "C01", Finding{State: "missing", Evidence: Attested, Expires: "2026-11-25"}, IsRed, Attested, "no contract"},
		{"expired advice", "T34", Finding{State: "client_forced", Evidence: Attested, Expires: "2026-11-25"}, Unknown, Attested, "expired"},
		{"a contract cannot be measured", "C05", Finding{State: IsGreen, Evidence: Measured}, IsGreen, Attested, "no more than attested"},
		{"technology can", "T03", Finding{State: IsGreen, Evidence: Measured}, IsGreen, Measured, "Met."},
		{"no provider, nobody says so", "C09", Finding{State: NotApplicable}, Unknown, Unproven, "has to be attested"},
		{"no provider here, but a contract with one", "C09", nobody, Unknown, Attested, "C01 has to say so too"},
		{"no phone needs no word", "T33", Finding{State: NotApplicable}, NotApplicable, Unproven, "Not applicable."},
		{"a judgement above the rule", "T34", Finding{State: IsRed}, IsYellow, Unproven, "no heavier than advice"},
	} {
		got := find(c.Rate(with(green, test.id, test.f), Request{On: day, Language: English}), test.id)
		if got.State != test.state || got.Evidence != test.evidence || !strings.Contains(got.Why, test.why) {
			t.Errorf("%s: %s, %s, %q", test.name, got.State, got.Evidence, got.Why)
		}
	}
}

// TestNoProvider holds that contracts are not applicable only where somebody attests that nobody is involved at all.
func TestNoProvider(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		name string
		c01  Finding
		want State
	}{
		{"attested", nobody, NotApplicable},
		{"attested until today", Finding{State: NotApplicable, Evidence: Attested, Expires: day}, NotApplicable},
		{"attested until yesterday", Finding{State: NotApplicable, Evidence: Attested, Expires: "2026-11-25"}, Unknown},
		{"said by nobody", Finding{State: NotApplicable}, Unknown},
		{"not known", Finding{State: Unknown, Evidence: Attested}, Unknown},
		{"a contract", Finding{State: IsGreen, Evidence: Attested}, Unknown},
		{"a provider without a contract", Finding{State: "missing", Evidence: Attested}, Unknown},
	} {
		a := with(allGreen(c), "C01", test.c01)
		count := 0
		for _, k := range c.Criteria {
			if k.Absence == "" {
				continue
			}
			count++
			if got := find(c.Rate(with(a, k.ID, nobody), Request{On: day}), k.ID); k.ID != "C01" && got.State != test.want {
				t.Errorf("%s: %s is %s, %s", test.name, k.ID, got.State, got.Why)
			}
		}
		if count != 17 {
			t.Errorf("%d criteria need somebody's word that no provider is involved", count)
		}
	}
}

func TestLightsExplainThemselves(t *testing.T) {
	c := load(t)
	a := with(with(allGreen(c), "C05", Finding{State: "own_purposes"}), "C06", Finding{State: "missing"})
	r := c.Rate(a, Request{On: day, Language: English})
	legal, technical := r.Lights[0], r.Lights[1]
	if fmt.Sprint(legal.Because, legal.ToGreen) != "[C05] [C05 C06]" || legal.Why != "Legal is Red because of C05." {
		t.Errorf("legal: %+v", legal)
	}
	if technical.Colour != NotRated || technical.Why != "Technical is not rated because something legal is red: C05." {
		t.Errorf("technical: %+v", technical)
	}
	notice := strings.Join(r.Notice, " ")
	for _, want := range []string{"No rating by a supervisory authority", "no legal advice", c.Version, string(day)} {
		if !strings.Contains(notice, want) {
			t.Errorf("the notice does not say %q: %s", want, notice)
		}
	}
}

func TestYellowTellsDefectsFromDoubts(t *testing.T) {
	c := load(t)
	a := with(allGreen(c), "C06", Finding{State: "missing"})
	for _, id := range []string{"C01", "C02", "C03", "C08", "C09"} {
		a = with(a, id, Finding{State: Unknown})
	}
	if why := c.Rate(a, Request{On: day}).Lights[0].Why; why != "Legal is Yellow because of C06; not shown: C01–C03, C08, C09." {
		t.Error(why)
	}
	if why := c.Rate(Assessment{}, Request{On: day}).Lights[0].Why; why != "Legal is Yellow because these are not shown: C01–C18, O01–O08, O11, O12." {
		t.Error(why)
	}
}

func TestNothingApplicableIsNotGreen(t *testing.T) {
	c := load(t)
	a := allGreen(c)
	for id := range a.Findings {
		a.Findings[id] = Finding{State: NotApplicable, Evidence: Attested}
	}
	if r := c.Rate(a, Request{On: day}); r.Overall != Yellow {
		t.Errorf("where nothing applies the light is %s", r.Overall)
	}
}

// TestBerlinsColours enters the reasons that are confirmed and wants the authority's colours.
func TestBerlinsColours(t *testing.T) {
	c := load(t)
	for _, test := range []struct {
		file, rules string
		want        Colour
	}{
		{"teams-2020", "blnbdi-1", Red},
		{"google-meet-2020", "blnbdi-1", Red},
		{"webex-telekom-2020", "blnbdi-1", Yellow},
		{"jitsi-free-2020", "blnbdi-1", Yellow},
		{"webex-telekom-2021", "blnbdi-2", Red},
		{"jitsi-free-2021", "blnbdi-2", Red},
	} {
		data, err := os.ReadFile("testdata/berlin/" + test.file + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.Read(data, day)
		if err != nil {
			t.Errorf("%s: %v", test.file, err)
			continue
		}
		r := c.Rate(a, Request{Rules: test.rules, On: a.Date})
		if r.Legal != test.want || r.Overall != test.want {
			t.Errorf("%s by %s: legal %s, overall %s", test.file, test.rules, r.Legal, r.Overall)
		}
		// The reasons give the colour, not what is unknown.
		if test.want == Yellow {
			for id := range a.Findings {
				if !slices.Contains(r.Lights[0].Because, id) || find(r, id).State != IsYellow {
					t.Errorf("%s: %s is %s", test.file, id, find(r, id).State)
				}
			}
		}
	}
}

// anyFinding draws one of all findings of a criterion.
func anyFinding(rng *rand.Rand, k Criterion) Finding {
	states := k.States()
	f := Finding{State: State(states[rng.IntN(len(states))]), Evidence: evidences()[rng.IntN(4)], Date: "2026-11-01"}
	if rng.IntN(4) == 0 {
		f.Expires = Date(fmt.Sprintf("2026-11-%02d", 20+rng.IntN(10)))
	}
	return f
}

// anyAssessment draws one in which much, little or hardly anything is not green: where much is, all lights are alike.
func anyAssessment(rng *rand.Rand, c *Catalogue) Assessment {
	a := allGreen(c)
	rare := []int{6, 60, 200}[rng.IntN(3)]
	for _, k := range c.Criteria {
		switch rng.IntN(rare) {
		case 0:
			a.Findings[k.ID] = anyFinding(rng, k)
		case 1:
			delete(a.Findings, k.ID)
		}
	}
	return a
}

func rankOfColour(c Colour) int { return map[Colour]int{Green: 0, NotRated: 0, Yellow: 1, Red: 2}[c] }

// better orders what findings come to. Advice is better than not knowing; the best is that no provider is involved at all.
func better(c *Catalogue, a, b Rated) bool {
	x, y := rankOfColour(a.colours()), rankOfColour(b.colours())
	return x < y || x == y && a.ID == c.NoProvider && a.State == NotApplicable
}

// TestWorseNeverImproves draws assessments, worsens one finding and compares. A legal red takes the technical light out, so
// that one may only be compared where it is rated both times.
func TestWorseNeverImproves(t *testing.T) {
	c := load(t)
	rng := rand.New(rand.NewPCG(8, 2026))
	for range 600 {
		a := anyAssessment(rng, c)
		k := c.Criteria[rng.IntN(len(c.Criteria))]
		q := Request{Profile: c.ProfileIDs()[rng.IntN(4)], Rules: c.RuleIDs()[rng.IntN(3)], On: day}
		before, after := c.Rate(a, q), c.Rate(with(a, k.ID, anyFinding(rng, k)), q)
		if better(c, find(after, k.ID), find(before, k.ID)) {
			before, after = after, before
		}
		if rankOfColour(after.Overall) < rankOfColour(before.Overall) || rankOfColour(after.Legal) < rankOfColour(before.Legal) {
			t.Fatalf("%s from %v to %v improves %s/%s to %s/%s", k.ID, find(before, k.ID), find(after, k.ID), before.Legal, before.Overall, after.Legal, after.Overall)
		}
		rated := before.Technical != NotRated && after.Technical != NotRated
		if rated && rankOfColour(after.Technical) < rankOfColour(before.Technical) {
			t.Fatalf("%s improves the technical light", k.ID)
		}
	}
}

// TestOrderDoesNotMatter reads the same findings in other orders.
func TestOrderDoesNotMatter(t *testing.T) {
	c := load(t)
	rng := rand.New(rand.NewPCG(3, 7))
	for range 20 {
		a := anyAssessment(rng, c)
		head, body, _ := strings.Cut(c.Write(a, English), "findings:\n")
		parts := strings.Split(body, "\n\n")
		rng.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		b, err := c.Read([]byte(head+"findings:\n"+strings.Join(parts, "\n\n")), day)
		if err != nil {
			t.Fatal(err)
		}
		x, y := c.Rate(a, Request{On: day}), c.Rate(b, Request{On: day})
		if fmt.Sprintf("%+v", x) != fmt.Sprintf("%+v", y) {
			t.Fatalf("the order matters: %+v, %+v", x, y)
		}
	}
}
