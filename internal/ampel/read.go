package ampel

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Read reads the file of an assessment on a given day. Its error is a Faults, with all that is wrong; there is no
// assessment then. It works on nodes, because only they know their places and keep what stands there twice.
func (c *Catalogue) Read(data []byte, today Date) (Assessment, error) {
	r := reader{c: c, today: today}
	a := r.read(data)
	if len(r.faults) > 0 {
		sortFaults(r.faults)
		return Assessment{}, Faults{r.faults, c}
	}
	return a, nil
}

type reader struct {
	c      *Catalogue
	today  Date
	faults []Fault
}

// fault notes what is wrong with a node. Of an alias that was made a text nothing more is told.
func (r *reader) fault(n *yaml.Node, code string, values ...string) {
	made := slices.ContainsFunc(r.faults, func(f Fault) bool { return f.Code == aliasCode && f.Line == n.Line && f.Column == n.Column })
	if !made {
		r.faults = append(r.faults, Fault{n.Line, n.Column, code, values})
	}
}

func (r *reader) read(data []byte) Assessment {
	whole := &yaml.Node{Line: 1, Column: 1}
	if len(data) > MostBytes {
		r.fault(whole, "too_large", "limit", strconv.Itoa(MostBytes>>10))
		return Assessment{}
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		r.fault(whole, "not_utf8")
		return Assessment{}
	}
	documents, err := r.parse(bytes.TrimPrefix(data, []byte("\ufeff")))
	switch {
	case err != nil:
		r.faults = append(r.faults, notYAML(err))
		return Assessment{}
	case len(documents) == 0:
		r.fault(whole, "empty")
		return Assessment{}
	case len(documents) > 1:
		r.fault(documents[1], "several_documents")
	}
	return r.file(documents[0])
}

// parse gives the tops of the first two documents. At an alias whose anchor is not there the parser stops and does not say
// where: the alias is told here, and made a text, so that all else is told too.
func (r *reader) parse(data []byte) ([]*yaml.Node, error) {
	for {
		documents, err := twoDocuments(data)
		if err == nil {
			return documents, nil
		}
		at := aliasIn(data, err)
		if at < 0 {
			return nil, err
		}
		line := data[bytes.LastIndexByte(data[:at], '\n')+1 : at]
		r.faults = append(r.faults, Fault{1 + bytes.Count(data[:at], []byte("\n")), 1 + utf8.RuneCount(line), aliasCode, nil})
		data = bytes.Clone(data)
		data[at] = 'x'
	}
}

func twoDocuments(data []byte) ([]*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var documents []*yaml.Node
	for range 2 {
		var doc yaml.Node
		if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		documents = append(documents, doc.Content[0])
	}
	return documents, nil
}

const aliasCode = "alias"

var unknownAnchor = regexp.MustCompile(`^yaml: unknown anchor '(.+)' referenced$`)

// aliasIn finds the alias that an error of the parser is about; -1 for none. What stands in comments and quotes is none.
func aliasIn(data []byte, err error) int {
	name := unknownAnchor.FindStringSubmatch(err.Error())
	if name == nil {
		return -1
	}
	alias := regexp.MustCompile(`(?m)(?:^|[\s,:\[{-])(\*` + regexp.QuoteMeta(name[1]) + `)(?:[\s,\]}]|$)`)
	for _, found := range alias.FindAllSubmatchIndex(data, -1) {
		at := found[2]
		before := data[bytes.LastIndexByte(data[:at], '\n')+1 : at]
		if !bytes.Contains(before, []byte("#")) && bytes.Count(before, []byte(`"`))%2 == 0 && bytes.Count(before, []byte("'"))%2 == 0 {
			return at
		}
	}
	return -1
}

// notYAML says where the parser stopped.
func notYAML(err error) Fault {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if n, err := fmt.Sscanf(text, "line %d:", &line); n == 1 && err == nil {
		_, text, _ = strings.Cut(text, ": ")
	}
	return Fault{line, 1, "not_yaml", []string{"detail", text}}
}

func (r *reader) file(root *yaml.Node) Assessment {
	a := Assessment{Profile: NormalProfile, Findings: map[string]Finding{}}
	entries := r.mapping(root, keyOfRoot, fileKeys())
	if entries == nil {
		return a
	}
	for key, e := range entries {
		switch key {
		case keyFormat:
			if text, ok := r.text(e, key, mostText); ok && text != formatVersion {
				r.fault(e.value, "wrong_format", "value", short(text))
			}
		case keyService:
			if text, ok := r.text(e, key, mostText); ok && text == "" {
				r.fault(e.value, "no_value", "key", key)
			} else {
				a.Service = text
			}
		case keyOperator:
			a.Operator, _ = r.text(e, key, mostText)
		case keyAssessor:
			a.Assessor, _ = r.text(e, key, mostText)
		case keyCatalogue:
			a.Catalogue, _ = r.text(e, key, mostText)
		case keyDate:
			a.Date = r.past(e, key)
		case keyProfile:
			if text, ok := r.text(e, key, mostText); ok {
				if a.Profile = text; !slices.Contains(r.c.ProfileIDs(), text) {
					r.fault(e.value, "wrong_profile", "value", short(text), "known", strings.Join(r.c.ProfileIDs(), ", "))
				}
			}
		case keyFindings:
			r.findings(e.value, &a)
		}
	}
	for _, key := range []string{keyService, keyFindings} {
		if _, ok := entries[key]; !ok {
			r.fault(root, "missing_key", "key", key)
		}
	}
	return a
}

func (r *reader) findings(n *yaml.Node, a *Assessment) {
	if isNull(n) {
		return // all lines below are commented out
	}
	seen := map[string]int{}
	for _, e := range r.entries(n, keyFindings) {
		id := e.key.Value
		k, known := r.c.Criterion(id)
		switch {
		case !r.plain(e.key, keyFindings):
			continue
		case !known:
			r.fault(e.key, "unknown_criterion", "key", short(id))
			continue
		case seen[id] != 0:
			r.fault(e.key, "two_findings", "key", id, "line", strconv.Itoa(seen[id]))
		default:
			seen[id] = e.key.Line
		}
		a.Findings[id] = r.finding(k, e)
	}
}

func (r *reader) finding(k Criterion, at entry) Finding {
	f := Finding{Evidence: Unproven}
	entries := r.mapping(at.value, k.ID, findingKeys())
	if entries == nil {
		return f
	}
	name := func(key string) string { return k.ID + "." + key }
	if e, ok := entries[keyState]; !ok {
		r.fault(at.key, "missing_key", "key", name(keyState))
	} else if text, ok := r.text(e, name(keyState), mostText); ok {
		if f.State = State(text); !slices.Contains(k.States(), text) {
			r.fault(e.value, "wrong_state", "key", k.ID, "value", short(text), "known", strings.Join(k.States(), ", "))
		}
	}
	if e, ok := entries[keyEvidence]; ok {
		if text, ok := r.text(e, name(keyEvidence), mostText); ok {
			if f.Evidence = Evidence(text); !slices.Contains(evidences(), f.Evidence) {
				r.fault(e.value, "wrong_evidence", "key", k.ID, "value", short(text), "known", knownEvidence())
			}
		}
	}
	if e, ok := entries[keyNote]; ok {
		f.Note, _ = r.text(e, name(keyNote), mostNote)
	}
	if e, ok := entries[keySource]; ok {
		f.Source, _ = r.text(e, name(keySource), mostText)
	}
	if e, ok := entries[keyDate]; ok {
		f.Date = r.past(e, name(keyDate))
	}
	if e, ok := entries[keyExpires]; ok {
		f.Expires = r.date(e, name(keyExpires))
		if f.Expires != "" && f.Date != "" && f.Expires < f.Date {
			r.fault(e.value, "expires_before_date", "key", name(keyExpires), "value", string(f.Expires))
		}
	}
	return f
}

func knownEvidence() string {
	var list []string
	for _, e := range evidences() {
		list = append(list, string(e))
	}
	return strings.Join(list, ", ")
}
