package app

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var ampelDay = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// runAmpel is a command with its request; lang is English unless the request says something else.
func runAmpel(t *testing.T, command string, set func(*AmpelRequest)) (string, error) {
	t.Helper()
	t.Setenv("LC_ALL", "C")
	r := AmpelRequest{}
	r.Rate.Rules, r.Compare.Rules = "konklave", "konklave"
	set(&r)
	var out bytes.Buffer
	err := Ampel("ampel "+command, r, ampelDay, &out)
	return out.String(), err
}

func ampelFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "service.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

const noContract = "service: Free server\nfindings:\n  C01: {state: missing, evidence: attested, note: none is offered}\n"

func TestAmpelRatesAsJSON(t *testing.T) {
	file := ampelFile(t, noContract)
	out, err := runAmpel(t, "rate <file>", func(r *AmpelRequest) { r.Rate.File, r.Rate.JSON, r.Rate.Profile = file, true, "medical" })
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Overall, Legal, Technical, Profile, Catalogue string
		Criteria                                      []struct{ ID, State, Evidence, Why string }
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Overall != "red" || got.Legal != "red" || got.Technical != "not_rated" || got.Profile != "medical" || got.Catalogue == "" || len(got.Criteria) != 70 {
		t.Errorf("%+v", got)
	}
	if c := got.Criteria[0]; c.ID != "C01" || c.State != "red" || c.Evidence != "attested" || !strings.Contains(c.Why, "no contract") {
		t.Errorf("%+v", c)
	}
}

func TestAmpelRatesByBerlinsRules(t *testing.T) {
	file := ampelFile(t, noContract)
	for rules, want := range map[string]string{"blnbdi-1": "Legal      ! Yellow", "blnbdi-2": "Legal      ✕ Red"} {
		out, err := runAmpel(t, "rate <file>", func(r *AmpelRequest) { r.Rate.File, r.Rate.Rules = file, rules })
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v\n%s", rules, err, out[:min(len(out), 600)])
		}
	}
}

func TestAmpelHistoryAsJSON(t *testing.T) {
	out, err := runAmpel(t, "history", func(r *AmpelRequest) { r.History.JSON, r.History.Lang = true, "de" })
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		for _, key := range []string{"service", "operator", "date", "version", "legal", "reasons", "sources"} {
			if _, ok := e[key]; !ok {
				t.Errorf("%v has no %s", e["service"], key)
			}
		}
	}
	if len(list) != 31 {
		t.Errorf("%d entries", len(list))
	}
}

// TestAmpelTellsAllFaults wants every fault of every file and nothing rated.
func TestAmpelTellsAllFaults(t *testing.T) {
	bad := ampelFile(t, "service: x\ncolor: red\nfindings:\n  C99: {state: green}\n  C01: {state: gold}\n")
	good := ampelFile(t, noContract)
	out, err := runAmpel(t, "compare <file>", func(r *AmpelRequest) { r.Compare.Files = []string{good, bad} })
	if err == nil || out != "" {
		t.Fatalf("%v %q", err, out)
	}
	for _, want := range []string{"3 faults", bad + ":2:1: ", bad + ":4:3: ", bad + ":5:16: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("there is no %q in %v", want, err)
		}
	}
	out, err = runAmpel(t, "validate <file>", func(r *AmpelRequest) { r.Validate.File, r.Validate.JSON = bad, true })
	if err == nil || strings.Count(out, `"code"`) != 3 {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = runAmpel(t, "validate <file>", func(r *AmpelRequest) { r.Validate.File = good })
	if err != nil || !strings.HasSuffix(out, ": OK\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestAmpelReadsNoLargeFile gives it 50 MB, of which hardly more is read than an assessment may have.
func TestAmpelReadsNoLargeFile(t *testing.T) {
	name := ampelFile(t, "service: x\n")
	if err := os.Truncate(name, 50<<20); err != nil {
		t.Fatal(err)
	}
	_, err := runAmpel(t, "rate <file>", func(r *AmpelRequest) { r.Rate.File = name })
	if err == nil || !strings.Contains(err.Error(), "larger than 512 KiB") {
		t.Error(err)
	}
}

func TestAmpelNewCanBeRated(t *testing.T) {
	for _, lang := range []string{"de", "en"} {
		text, err := runAmpel(t, "new <name>", func(r *AmpelRequest) { r.New.Name, r.New.Lang = `Dienst "Ä"`, lang })
		if err != nil {
			t.Fatal(err)
		}
		file := ampelFile(t, text)
		out, err := runAmpel(t, "rate <file>", func(r *AmpelRequest) { r.Rate.File = file })
		if err != nil || !strings.Contains(out, "! Yellow") {
			t.Errorf("%v\n%s", err, out[:min(len(out), 300)])
		}
	}
	if _, err := runAmpel(t, "new <name>", func(r *AmpelRequest) { r.New.Name = "" }); err == nil {
		t.Error("a service without a name is taken")
	}
}

func TestAmpelRefusesWhatItDoesNotKnow(t *testing.T) {
	file := ampelFile(t, noContract)
	public := ampelFile(t, "service: y\nprofile: public_body\nfindings: {}\n")
	for name, set := range map[string]func(*AmpelRequest){
		"--profile": func(r *AmpelRequest) { r.Rate.File, r.Rate.Profile = file, "hospital" },
		"--rules":   func(r *AmpelRequest) { r.Rate.File, r.Rate.Rules = file, "blnbdi-3" },
		"--lang":    func(r *AmpelRequest) { r.Rate.File, r.Rate.Lang = file, "fr" },
	} {
		if _, err := runAmpel(t, "rate <file>", set); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := runAmpel(t, "compare <file>", func(r *AmpelRequest) { r.Compare.Files = []string{file, public} }); err == nil {
		t.Error("two profiles are compared")
	}
	if out, err := runAmpel(t, "compare <file>", func(r *AmpelRequest) {
		r.Compare.Files, r.Compare.Profile, r.Compare.HTML = []string{file, public}, "normal", true
	}); err != nil || !strings.HasPrefix(out, "<!doctype html>") {
		t.Errorf("%v\n%s", err, out[:min(len(out), 300)])
	}
	if out, err := runAmpel(t, "criteria", func(r *AmpelRequest) { r.Criteria.Profile, r.Criteria.JSON = "high_risk", true }); err != nil || strings.Contains(out, `"medical"`) {
		t.Errorf("%v", err)
	}
}
