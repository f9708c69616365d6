package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"konklave/internal/ampel"
	"konklave/internal/ampel/report"
)

// AmpelRequest is what `konklave ampel` may be told. The tags are for the command line.
type AmpelRequest struct {
	Rate struct {
		File string `arg:"" help:"Assessment to rate; - is standard input."`
		ampelRules
		ampelForm
	} `cmd:"" help:"Rate an assessment of a service."`
	Compare struct {
		Files []string `arg:"" name:"file" help:"Assessments to compare."`
		ampelRules
		ampelForm
	} `cmd:"" help:"Rate several assessments side by side."`
	Criteria struct {
		Profile string `name:"profile" placeholder:"PROFILE" help:"Only the severities of this profile: normal, high_risk, medical, public_body."`
		ampelForm
	} `cmd:"" help:"Print the criteria with their sources."`
	History struct {
		ampelForm
	} `cmd:"" help:"Print the colours that the Berlin authority gave in 2020 and 2021."`
	New struct {
		Name string `arg:"" help:"Name of the service."`
		ampelLanguage
	} `cmd:"" help:"Print an empty assessment to fill in, with comments."`
	Validate struct {
		File string `arg:"" help:"Assessment to look through; - is standard input."`
		JSON bool   `name:"json" help:"Print the faults as JSON."`
		ampelLanguage
	} `cmd:"" help:"Tell all that is wrong with an assessment."`
}

type ampelRules struct {
	Profile string `name:"profile" placeholder:"PROFILE" help:"Profile to rate for instead of the file's: normal, high_risk, medical, public_body."`
	Rules   string `name:"rules" default:"konklave" help:"Set of rules: konklave (today), blnbdi-1 (Berlin 2020), blnbdi-2 (Berlin 2021)."`
}

type ampelLanguage struct {
	Lang string `name:"lang" placeholder:"de|en" help:"Language, de or en. Default: that of the environment."`
}

type ampelForm struct {
	JSON bool `name:"json" xor:"form" help:"Print JSON."`
	HTML bool `name:"html" xor:"form" help:"Print a page that needs nothing else and can be printed."`
	ampelLanguage
}

// ampelRun is one run of the command.
type ampelRun struct {
	catalogue *ampel.Catalogue
	today     ampel.Date
	out       io.Writer
}

// Ampel carries out `konklave ampel COMMAND`. It needs no settings and no server.
func Ampel(command string, r AmpelRequest, now time.Time, out io.Writer) error {
	c, err := ampel.Load()
	if err != nil {
		return err
	}
	run := ampelRun{c, ampel.DateOf(now), out}
	switch name, _, _ := strings.Cut(strings.TrimPrefix(command, "ampel "), " "); name {
	case "rate":
		return run.rate(r.Rate.File, r.Rate.ampelRules, r.Rate.ampelForm)
	case "compare":
		return run.compare(r.Compare.Files, r.Compare.ampelRules, r.Compare.ampelForm)
	case "criteria":
		return run.criteria(r.Criteria.Profile, r.Criteria.ampelForm)
	case "history":
		return run.history(r.History.ampelForm)
	case "new":
		return run.begin(r.New.Name, r.New.ampelLanguage)
	case "validate":
		return run.validate(r.Validate.File, r.Validate.JSON, r.Validate.ampelLanguage)
	default:
		return fmt.Errorf("there is no command ampel %s", name)
	}
}

func (a ampelRun) report(l ampel.Language) report.Report {
	return report.Report{Catalogue: a.catalogue, Language: l, On: a.today}
}

// rate rates one file.
func (a ampelRun) rate(file string, rules ampelRules, form ampelForm) error {
	ratings, l, err := a.ratings([]string{file}, rules, form)
	if err != nil {
		return err
	}
	switch show := a.report(l); {
	case form.JSON:
		return a.json(ratings[0])
	case form.HTML:
		return show.RatingPage(a.out, ratings[0])
	default:
		return show.Rating(a.out, ratings[0])
	}
}

// compare rates files side by side.
func (a ampelRun) compare(files []string, rules ampelRules, form ampelForm) error {
	ratings, l, err := a.ratings(files, rules, form)
	if err != nil {
		return err
	}
	for _, r := range ratings {
		if r.Profile != ratings[0].Profile {
			return errors.New("the files are for different profiles: say by --profile for which one to compare")
		}
	}
	switch show := a.report(l); {
	case form.JSON:
		return a.json(ratings)
	case form.HTML:
		return show.ComparisonPage(a.out, ratings)
	default:
		return show.Comparison(a.out, ratings)
	}
}

// ratings rates files, all before anything is printed.
func (a ampelRun) ratings(files []string, rules ampelRules, form ampelForm) ([]ampel.Rating, ampel.Language, error) {
	l, err := form.language()
	if err == nil {
		err = errors.Join(known("--profile", rules.Profile, a.catalogue.ProfileIDs()), known("--rules", rules.Rules, a.catalogue.RuleIDs()))
	}
	if err != nil {
		return nil, l, err
	}
	var ratings []ampel.Rating
	var wrong []error
	for _, file := range files {
		assessment, err := a.read(file, l)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		ratings = append(ratings, a.catalogue.Rate(assessment, ampel.Request{Profile: rules.Profile, Rules: rules.Rules, On: a.today, Language: l}))
	}
	return ratings, l, errors.Join(wrong...)
}

func (a ampelRun) criteria(profile string, form ampelForm) error {
	l, err := form.language()
	if err == nil {
		err = known("--profile", profile, a.catalogue.ProfileIDs())
	}
	if err != nil {
		return err
	}
	show := a.report(l)
	switch {
	case form.JSON:
		return a.json(map[string]any{
			"catalogue": a.catalogue.Version, "date": a.catalogue.Date, "notice": show.CatalogueNotice(), "criteria": show.Criteria(profile),
		})
	case form.HTML:
		return show.CriteriaPage(a.out, profile)
	default:
		return show.CriteriaText(a.out, profile)
	}
}

func (a ampelRun) history(form ampelForm) error {
	l, err := form.language()
	if err != nil {
		return err
	}
	list, err := ampel.History(l)
	if err != nil {
		return err
	}
	switch {
	case form.JSON:
		return a.json(list)
	case form.HTML:
		return a.report(l).HistoryPage(a.out, list)
	default:
		return a.report(l).HistoryText(a.out, list)
	}
}

func (a ampelRun) begin(name string, language ampelLanguage) error {
	l, err := language.language()
	if err != nil {
		return err
	}
	text := a.catalogue.Write(a.catalogue.New(name, a.today), l)
	if _, err := a.catalogue.Read([]byte(text), a.today); err != nil {
		return fmt.Errorf("the name cannot be used: %w", err)
	}
	_, err = io.WriteString(a.out, text)
	return err
}

// faultJSON is a fault as programs get it.
type faultJSON struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Code   string `json:"code"`
	Text   string `json:"text"`
}

func (a ampelRun) validate(file string, asJSON bool, language ampelLanguage) error {
	l, err := language.language()
	if err != nil {
		return err
	}
	_, err = a.read(file, l)
	if faults, ok := errors.AsType[ampel.Faults](err); ok && asJSON {
		list := []faultJSON{}
		for _, f := range faults.List {
			list = append(list, faultJSON{f.Line, f.Column, f.Code, a.catalogue.FaultText(l, f)})
		}
		return errors.Join(a.json(list), fmt.Errorf("%s: %s", file, count(len(list), "fault", "faults")))
	}
	if err != nil {
		return err
	}
	if asJSON {
		return a.json([]faultJSON{})
	}
	_, err = fmt.Fprintf(a.out, "%s: OK\n", file)
	return err
}

// read reads no more of a file than an assessment may have.
func (a ampelRun) read(name string, l ampel.Language) (ampel.Assessment, error) {
	in := io.Reader(os.Stdin)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return ampel.Assessment{}, err
		}
		defer func() { _ = f.Close() }() // nothing was written
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, ampel.MostBytes+1))
	if err != nil {
		return ampel.Assessment{}, fmt.Errorf("reading %s: %w", name, err)
	}
	assessment, err := a.catalogue.Read(data, a.today)
	if faults, ok := errors.AsType[ampel.Faults](err); ok {
		return assessment, fileFaults{name, l, faults}
	}
	return assessment, err
}

// fileFaults says the faults of a file, each line with the file's name, as editors and terminals make links of.
type fileFaults struct {
	file     string
	language ampel.Language
	faults   ampel.Faults
}

func (f fileFaults) Error() string {
	lines := strings.Split(f.faults.In(f.language), "\n")
	for i := range lines {
		lines[i] = f.file + ":" + lines[i]
	}
	return count(len(f.faults.List), "fault", "faults") + "\n" + strings.Join(lines, "\n")
}

func (f fileFaults) Unwrap() error { return f.faults }

func (a ampelRun) json(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// language is what was asked for, else that of the environment, else English.
func (l ampelLanguage) language() (ampel.Language, error) {
	wanted := l.Lang
	if wanted == "" {
		wanted = "en"
		for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
			if v := os.Getenv(name); v != "" {
				if strings.HasPrefix(v, "de") {
					wanted = "de"
				}
				break
			}
		}
	}
	return ampel.Language(wanted), known("--lang", wanted, []string{"de", "en"})
}

func known(flag, value string, list []string) error {
	if value == "" || slices.Contains(list, value) {
		return nil
	}
	return fmt.Errorf("%s: %q is not known; there are %s", flag, value, strings.Join(list, ", "))
}
