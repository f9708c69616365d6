package ampel

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write anew what is made from the catalogue: docs and the vectors of the web client")

// compareFile holds a file that is made from the catalogue to what it would be made now.
func compareFile(t *testing.T, name string, want []byte) {
	t.Helper()
	name = filepath.FromSlash(name)
	if *update {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the catalogue says: go test ./internal/ampel -update", filepath.Base(name))
	}
}

func asJSON(t *testing.T, v any, indent string) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSchemaIsPublished(t *testing.T) {
	compareFile(t, "../../docs/ampel-assessment.schema.json", asJSON(t, load(t).Schema(), "  "))
}

// TestDocumentIsRight reads the assessment that docs/ampel.md shows.
func TestDocumentIsRight(t *testing.T) {
	text, err := os.ReadFile("../../docs/ampel.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(text), "```yaml\n")
	shown, _, _ = strings.Cut(shown, "```")
	if a, err := load(t).Read([]byte(shown), day); err != nil || len(a.Findings) != 2 {
		t.Errorf("%v: %+v", err, a)
	}
}

// webData is where the web client's tests have their data. They hold its rules to the ones here.
const webData = "../../web/src/ampel/testdata/"

func TestCatalogueForTheWebClient(t *testing.T) {
	compareFile(t, webData+"catalogue.json", asJSON(t, load(t), " "))
	history, err := History(English)
	if err != nil {
		t.Fatal(err)
	}
	compareFile(t, webData+"history.json", asJSON(t, history, " "))
}

type faultVector struct {
	Name   string      `json:"name"`
	Text   string      `json:"text"`
	Faults []faultSaid `json:"faults"`
}

type faultSaid struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Code   string `json:"code"`
	DE     string `json:"de"`
	EN     string `json:"en"`
}

type ratingVector struct {
	Name     string      `json:"name"`
	Profile  string      `json:"profile"`
	Rules    string      `json:"rules"`
	On       Date        `json:"on"`
	Language Language    `json:"language"`
	Findings [][6]string `json:"findings"` // id, state, evidence, note, date, expires
	Lights   []Light     `json:"lights"`
	Overall  Colour      `json:"overall"`
	Notice   []string    `json:"notice"`
	Criteria [][6]string `json:"criteria"` // state, evidence, "advice" or "", light, why, "open" where it says what would turn it green
}

type fileVector struct {
	Language Language    `json:"language"`
	Findings [][6]string `json:"findings"`
	Operator string      `json:"operator"`
	Text     string      `json:"text"`
}

type vectors struct {
	Today   Date           `json:"today"`
	Faults  []faultVector  `json:"faults"`
	Ratings []ratingVector `json:"ratings"`
	Files   []fileVector   `json:"files"`
}

// TestVectors writes down what the rules say of many assessments and files. vitest wants the same of the web client.
func TestVectors(t *testing.T) {
	c := load(t)
	all := vectors{Today: day, Ratings: ratingVectors(t, c)}
	for _, f := range faulty {
		all.Faults = append(all.Faults, faultVectorOf(c, f.name, f.text))
	}
	for _, l := range []Language{German, English} {
		a := c.New("A service", day)
		a.Operator = "Say \"hello\" \\ \n# to: [äöü 😀]\t*a"
		a.Findings["C01"] = Finding{State: "missing", Evidence: Attested, Note: a.Operator, Source: "https://example.org", Date: day, Expires: "2027-01-01"}
		delete(a.Findings, "T40")
		all.Files = append(all.Files, fileVector{l, findingsOf(c, a), a.Operator, c.Write(a, l)})
	}
	compareFile(t, webData+"vectors.json", asJSON(t, all, ""))
	t.Run("are worth it", func(t *testing.T) { wantEveryPhrase(t, c, all) })
}

func ratingVectors(t *testing.T, c *Catalogue) []ratingVector {
	var all []ratingVector
	add := func(name string, a Assessment, q Request) { all = append(all, ratingVectorOf(c, name, a, q)) }
	for _, profile := range c.ProfileIDs() {
		for i := range 8 {
			a := c.New("A service", day)
			for _, k := range c.Criteria {
				states := k.States()
				a.Findings[k.ID] = Finding{State: State(states[i%len(states)]), Evidence: evidences()[i%4], Date: day}
			}
			q := Request{Profile: profile, Rules: c.RuleIDs()[i%3], On: day, Language: []Language{German, English}[i/3%2]}
			if i == 7 {
				q.On = "2032-01-01"
			}
			add("every state in turn", a, q)
		}
	}
	green := allGreen(c)
	add("all green", green, Request{On: day, Language: German})
	add("a defect beside green", with(green, "C06", Finding{State: "missing", Evidence: Unproven}), Request{On: day, Language: German})
	add("nothing known", Assessment{Service: "A service"}, Request{On: day, Language: German})
	add("no word for it", with(green, "C09", Finding{State: NotApplicable, Evidence: Unproven}), Request{On: day, Language: German})
	for _, on := range []Date{"2026-11-30", "2026-12-01"} {
		a := c.New("A service", day)
		for i, k := range c.Criteria {
			states := []State{IsGreen, NotApplicable, State(k.Defects[0].ID)}
			a.Findings[k.ID] = Finding{State: states[(i+2)%3], Evidence: Measured, Expires: "2026-11-30"}
		}
		a.Findings["C01"] = Finding{State: NotApplicable, Evidence: Attested, Expires: "2026-11-30"}
		add("good until "+string(on), a, Request{On: on, Language: English})
	}
	nothing := c.New("A service", day)
	for _, k := range c.Criteria {
		nothing.Findings[k.ID] = nobody
	}
	add("nothing applies", nothing, Request{On: day, Language: German})
	for i, name := range []string{"teams-2020", "google-meet-2020", "webex-telekom-2020", "jitsi-free-2020", "webex-telekom-2021", "jitsi-free-2021"} {
		data, err := os.ReadFile("testdata/berlin/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.Read(data, day)
		if err != nil {
			t.Fatal(err)
		}
		add(name, a, Request{Rules: c.RuleIDs()[1+i/4], On: a.Date, Language: English})
	}
	rng := rand.New(rand.NewPCG(5, 5))
	for range 8 {
		a := anyAssessment(rng, c)
		q := Request{Profile: c.ProfileIDs()[rng.IntN(4)], Rules: c.RuleIDs()[rng.IntN(3)], On: day, Language: English}
		add("drawn", a, q)
	}
	return all
}

func faultVectorOf(c *Catalogue, name, text string) faultVector {
	v := faultVector{Name: name, Text: text, Faults: []faultSaid{}}
	_, err := c.Read([]byte(text), day)
	if faults, ok := err.(Faults); ok {
		for _, f := range faults.List {
			v.Faults = append(v.Faults, faultSaid{f.Line, f.Column, f.Code, c.FaultText(German, f), c.FaultText(English, f)})
		}
	}
	return v
}

func findingsOf(c *Catalogue, a Assessment) [][6]string {
	list := [][6]string{}
	for _, k := range c.Criteria {
		if f, ok := a.Findings[k.ID]; ok {
			list = append(list, [6]string{k.ID, string(f.State), string(f.Evidence), f.Note, string(f.Date), string(f.Expires)})
		}
	}
	return list
}

func ratingVectorOf(c *Catalogue, name string, a Assessment, q Request) ratingVector {
	r := c.Rate(a, q)
	v := ratingVector{
		Name: name, Profile: r.Profile, Rules: r.Rules, On: q.On, Language: q.Language, Findings: findingsOf(c, a),
		Lights: r.Lights, Overall: r.Overall, Notice: r.Notice,
	}
	for _, k := range r.Criteria {
		advice := ""
		if k.Advice {
			advice = "advice"
		}
		open := ""
		if k.ToGreen != "" {
			open = "open"
		}
		v.Criteria = append(v.Criteria, [6]string{string(k.State), string(k.Evidence), advice, k.Light, k.Why, open})
	}
	return v
}

// wantEveryPhrase looks whether each phrase in which a rule speaks is among the vectors: then no rule is without one. One
// fault only tests of their own have.
func wantEveryPhrase(t *testing.T, c *Catalogue, all vectors) {
	codes := map[string]bool{"too_large": true}
	for _, v := range all.Faults {
		for _, fault := range v.Faults {
			codes[fault.Code] = true
		}
	}
	said := map[Language]string{}
	for _, v := range all.Ratings {
		for _, light := range v.Lights {
			said[v.Language] += light.Why + "\n"
		}
		for _, k := range v.Criteria {
			said[v.Language] += k[4] + "\n"
		}
	}
	hole := regexp.MustCompile(`\\\{\w+\\\}`)
	for key, text := range c.Phrases {
		kind, code, _ := strings.Cut(key, ".")
		switch {
		case kind == "fault" && !codes[code]:
			t.Errorf("no file in the table has the fault %s", code)
		case kind == "why" && key != "why.defect", kind == "light" && strings.Contains(text.EN, "{"):
			found := false
			for _, l := range []Language{German, English} {
				pattern := hole.ReplaceAllString(regexp.QuoteMeta(text.In(l)), ".+")
				found = found || regexp.MustCompile(`(?m)`+pattern).MatchString(said[l])
			}
			if !found {
				t.Errorf("no rating among the vectors says %s: %s", key, text.EN)
			}
		}
	}
}
