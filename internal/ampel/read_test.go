package ampel

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// faulty has files with all that can be wrong in them, and what is said of them: line:column code. The web client is held
// to the same by the vectors.
var faulty = []struct{ name, text, want string }{
	{"nothing", "", "1:1 empty"},
	{"comments only", "# nothing\n", "1:1 empty"},
	{"no mapping", "- a\n- b\n", "1:1 not_a_mapping"},
	{"a text", "hello\n", "1:1 not_a_mapping"},
	{"not YAML", "service: [a\n", "not_yaml"},
	{"tabs", "service: x\nfindings:\n\tC01: {state: green}\n", "not_yaml"},
	{"two documents", "service: x\nfindings: {}\n---\nservice: y\n", "4:1 several_documents"},
	{"all at once", `service: ""
profile: hospital
date: 2026-11-27
color: red
findings:
  C99:
    state: green
  C01:
    state: purple
    evidence: rumour
  C02:
    evidence: none
  C01:
    state: missing
    date: 2026-13-01
  T01: green
  T02:
    state: [red]
    note: {a: b}
    expires: tomorrow
`, "1:10 no_value, 2:10 wrong_profile, 3:7 date_in_future, 4:1 unknown_key, 6:3 unknown_criterion, 9:12 wrong_state, " +
		"10:15 wrong_evidence, 11:3 missing_key, 13:3 two_findings, 15:11 wrong_date, 16:8 not_a_mapping, 18:12 not_a_text, " +
		"19:11 not_a_text, 20:14 wrong_date"},
	{"missing", "operator: somebody\n", "1:1 missing_key, 1:1 missing_key"},
	{"twice", "service: a\nservice: b\nfindings: {}\n", "2:1 twice"},
	{"twice in a finding", "service: a\nfindings:\n  C01: {state: green, state: red}\n", "3:23 twice"},
	{"no values", "service:\noperator: ~\nassessor: null\nfindings:\n  C01:\n    state:\n", "1:1 no_value, 2:1 no_value, 3:1 no_value, 6:5 no_value"},
	{"anchor and alias", "service: &a x\noperator: *a\nfindings:\n  C01: &f {state: green}\n  C02: *f\n", "1:10 alias, 2:11 alias, 4:8 alias, 5:8 alias"},
	{"alias of nothing", "# see *a\nservice: *a\noperator: \"*a *b\"\nfindings:\n  C01: {state: *b}\n  C02: {state: gold}\n", "2:10 alias, 5:16 alias, 6:16 wrong_state"},
	{"merge key", "service: x\nfindings:\n  C01: {state: green}\n  C02:\n    <<: {state: green}\n", "4:3 missing_key, 5:5 unknown_key"},
	{"tags", "service: !!str x\nfindings: !map\n  C01: {state: green}\n", "1:10 tag, 2:11 tag"},
	{"dates", "service: x\ndate: 26.11.2026\nfindings:\n  C01: {state: green, date: 2026-02-30, expires: 2025-01-01}\n  C02: {state: green, date: 2026-11-01, expires: 2026-10-01}\n", "2:7 wrong_date, 4:29 wrong_date, 5:50 expires_before_date"},
	{"colours as text", "service: x\nfindings:\n  C01: {state: yes}\n  C02: {state: true}\n  C03: {state: 1}\n  C04: {state: Green}\n", "3:16 wrong_state, 4:16 wrong_state, 5:16 wrong_state, 6:16 wrong_state"},
	{"format", "ampel: 2\nservice: x\nfindings: {}\n", "1:8 wrong_format"},
	{"keys that are no texts", "service: x\n? [a, b]\n: c\nfindings:\n  ? {a: b}\n  : {state: green}\n", "2:3 unknown_key, 5:5 unknown_criterion"},
	{"signs", "service: \"a\\eb\"\noperator: \"\\u202egnihtyna\"\nfindings: {}\n", "1:10 signs, 2:11 signs"},
	{"too long", "service: " + strings.Repeat("x", 501) + "\nfindings:\n  C01:\n    state: green\n    note: " + strings.Repeat("y", 4001) + "\n", "1:10 too_long, 5:11 too_long"},
	{"lines of Windows", "service: x\r\ncolor: red\r\nfindings:\r\n  C01: {state: gold}\r\n", "2:1 unknown_key, 4:16 wrong_state"},
	{"lines of old computers", "service: x\rcolor: red\rfindings:\r  C01: {state: gold}\r", "2:1 unknown_key, 4:16 wrong_state"},
	{"a mark of its encoding", "\ufeffservice: \"\"\nfindings: {C01: {state: gold}}\n", "1:10 no_value, 2:25 wrong_state"},
	{"JSON", "{\"service\": \"x\", \"findings\": {\"C01\": {\"state\": \"gold\"}}}\n", "1:48 wrong_state"},
	{"no text", "s\x00e\x00r\x00", "1:1 not_utf8"},
	{"a page", "<html><body>x</body></html>\n", "1:1 not_a_mapping"},
	{"lines in values", "service: x\nprofile: \"a\\nb\"\nampel: \"1\\n2\"\nfindings: {}\n", "2:10 wrong_profile, 3:8 wrong_format"},
	{"block texts", "service: x\nfindings:\n  C01:\n    state: |\n      green\n    note: >-\n      a\n      b\n  C02:\n    state: >-\n      gold\n", "4:12 wrong_state, 10:12 wrong_state"},
	{"texts over lines", "service: x\nfindings:\n  C01: {state: green, note: \"a\n    b\"}\n  C02:\n    state: go\n      ld\n", "6:12 wrong_state"},
	{"columns count characters", "service: x\nfindings: {C01: {note: \"😀ä\", state: gold}}\n", "2:37 wrong_state"},
}

func TestFaults(t *testing.T) {
	c := load(t)
	for _, test := range faulty {
		_, err := c.Read([]byte(test.text), day)
		if got := said(err); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
		for _, l := range []Language{German, English} {
			var faults Faults
			if errors.As(err, &faults) && strings.Contains(faults.In(l), "{") && test.name != "keys that are no texts" {
				t.Errorf("%s has holes: %s", test.name, faults.In(l))
			}
		}
	}
}

// said writes faults as the table does. Of a file that is no YAML the parsers say different places.
func said(err error) string {
	var faults Faults
	if !errors.As(err, &faults) {
		return fmt.Sprint(err)
	}
	var list []string
	for _, f := range faults.List {
		if f.Code == "not_yaml" {
			list = append(list, f.Code)
			continue
		}
		list = append(list, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Code))
	}
	return strings.Join(list, ", ")
}

func TestLargeFilesAreNotRead(t *testing.T) {
	c := load(t)
	for name, data := range map[string][]byte{
		"50 MB": make([]byte, 50<<20), "one byte more": []byte("#" + strings.Repeat(" ", MostBytes)),
	} {
		if _, err := c.Read(data, day); said(err) != "1:1 too_large" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Read([]byte("service: \xff\nfindings: {}\n"), day); said(err) != "1:1 not_utf8" {
		t.Errorf("not UTF-8: %v", err)
	}
}

func TestNothingIsRatedWithFaults(t *testing.T) {
	c := load(t)
	a, err := c.Read([]byte("service: x\nfindings:\n  C01: {state: missing}\n  C02: {state: gold}\n"), day)
	if err == nil || !reflect.DeepEqual(a, Assessment{}) {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	c := load(t)
	rng := rand.New(rand.NewPCG(1, 2))
	notes := []string{"", "plain", `"quotes" and \ backslash`, "two\nlines\tand a tab", "# no comment: {a: [b]}", "äöü € 😀", "- 2026-11-26", "null", "true", "*a &b !c"}
	for range 12 {
		a := anyAssessment(rng, c)
		a.Operator, a.Assessor = notes[rng.IntN(len(notes))], notes[rng.IntN(len(notes))]
		for id, f := range a.Findings {
			f.Note, f.Source = notes[rng.IntN(len(notes))], notes[rng.IntN(len(notes))]
			a.Findings[id] = f
		}
		b, err := c.Read([]byte(c.Write(a, German)), day)
		if err != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("%v\n%+v\n%+v", err, a, b)
		}
	}
}

// FuzzRead holds that whatever is read is either refused with faults that have a place, or can be rated, written and read
// again as the same.
func FuzzRead(f *testing.F) {
	c := load(f)
	for _, test := range faulty {
		f.Add([]byte(test.text))
	}
	small := c.New("Dienst", day)
	small.Findings = map[string]Finding{"C01": {State: "missing", Evidence: Attested, Date: day, Expires: day}}
	f.Add([]byte(c.Write(small, German)))
	f.Add([]byte("service: >-\n  folded\n  text\nfindings:\n  C01:\n    state: green\n    note: |\n      two\n      lines\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := c.Read(data, day)
		var faults Faults
		if errors.As(err, &faults) {
			for _, fault := range faults.List {
				if fault.Line < 1 || fault.Column < 1 || strings.Contains(c.FaultText(English, fault), "\n") && fault.Code != "not_yaml" {
					t.Fatalf("%+v", fault)
				}
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		c.Rate(a, Request{On: day})
		again, err := c.Read([]byte(c.Write(a, English)), day)
		if err != nil || !reflect.DeepEqual(a, again) {
			t.Fatalf("%v\n%+v\n%+v", err, a, again)
		}
	})
}
