package bwe_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/bwe/line"
)

// scenario is one file of testdata: a line, what becomes of it, who uses it, and what is expected. Each line of the file
// is a word and what belongs to it, some of it as key=value:
//
//	title A line that drops
//	length 30s
//	line rate=3Mbit delay=20ms queue=200KB       (line.Path)
//	at 10s rate=500kbit                          (what changes then)
//	viewer wants=camera from=0s                  (viewer_test.go)
//	download from=5s to=20s cubic=1
//	expect estimate from=5s to=10s least=0.85 most=1     (expect_test.go)
type scenario struct {
	name, title string
	length      bwe.Time
	path        line.Path
	changes     []change
	viewers     []participant
	downloads   []participant
	expect      []expectation
}

type change struct {
	at     bwe.Time
	values values
}

type participant struct {
	from, to bwe.Time
	values   values
}

type expectation struct {
	what   string
	values values
	text   string
}

// values are keys and what they are set to.
type values map[string]string

func readScenario(t *testing.T, file string) *scenario {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &scenario{name: strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".txt"), path: line.Path{Queue: 150_000}}
	for i, l := range strings.Split(string(text), "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(l), " ")
		if word == "" || word[0] == '#' {
			continue
		}
		if err := s.read(word, strings.TrimSpace(rest)); err != nil {
			t.Fatalf("%s:%d: %v", file, i+1, err)
		}
	}
	return s
}

func (s *scenario) read(word, rest string) (err error) {
	first, _, _ := strings.Cut(rest, " ")
	v := values{}
	for _, field := range strings.Fields(rest) {
		if key, value, ok := strings.Cut(field, "="); ok {
			v[key] = value
		}
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	switch word {
	case "title":
		s.title = rest
	case "length":
		s.length = span(rest)
	case "line":
		v.change(&s.path)
	case "at":
		v.change(new(line.Path))
		s.changes = append(s.changes, change{span(first), v})
	case "viewer":
		s.viewers = append(s.viewers, participant{v.span("from", 0), v.span("to", s.length), v})
	case "download":
		s.downloads = append(s.downloads, participant{v.span("from", 0), v.span("to", s.length), v})
	case "expect":
		s.expect = append(s.expect, expectation{first, v, rest})
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	return nil
}

// change sets what is named of a path.
func (v values) change(p *line.Path) {
	for key, value := range v {
		switch key {
		case "rate":
			p.Rate = rate(value)
		case "queue":
			p.Queue = size(value)
		case "delay":
			p.Delay = span(value)
		case "jitter":
			p.Jitter = span(value)
		case "sway":
			p.Sway = span(value)
		case "gather":
			p.Gather = span(value)
		case "late":
			p.Late = number(value)
		case "loss":
			p.Loss = number(value)
		case "burst":
			p.Burst = number(value)
		case "police":
			p.Police = rate(value)
		case "bucket":
			p.Bucket = size(value)
		case "backloss":
			p.BackLoss = number(value)
		case "backdelay":
			p.BackDelay = span(value)
		default:
			panic("unknown key " + key)
		}
	}
}

func (v values) span(key string, otherwise bwe.Time) bwe.Time {
	if v[key] == "" {
		return otherwise
	}
	return span(v[key])
}

func (v values) number(key string, otherwise float64) float64 {
	if v[key] == "" {
		return otherwise
	}
	return number(v[key])
}

func span(s string) bwe.Time {
	d, err := time.ParseDuration(s)
	if err != nil {
		panic(err)
	}
	return bwe.Time(d)
}

func number(s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic(err)
	}
	return x
}

func rate(s string) bwe.Rate {
	switch {
	case strings.HasSuffix(s, "Mbit"):
		return bwe.Rate(number(strings.TrimSuffix(s, "Mbit")) * float64(bwe.Mbit))
	case strings.HasSuffix(s, "kbit"):
		return bwe.Rate(number(strings.TrimSuffix(s, "kbit")) * float64(bwe.Kbit))
	}
	return bwe.Rate(number(s))
}

func size(s string) int { return int(number(strings.TrimSuffix(s, "KB")) * 1000) }
