package sfu

import "testing"

func TestSelectorChooses(t *testing.T) {
	now := worldBegin
	var (
		off    = pulse{}
		steady = pulse{last: now - Milliseconds(30), since: now - Milliseconds(5000)}
		fresh  = pulse{last: now - Milliseconds(30), since: now - Milliseconds(100)}
		silent = pulse{last: now - Milliseconds(600), since: now - Milliseconds(5000)}
	)
	tests := []struct {
		name    string
		layers  []pulse
		current int8
		max     int8
		want    int8
	}{
		{"nothing comes", []pulse{off, off, off}, noLayer, 2, noLayer},
		{"all come", []pulse{steady, steady, steady}, noLayer, 2, 2},
		{"less is wanted", []pulse{steady, steady, steady}, 2, 1, 1},
		{"more is wanted than there is", []pulse{steady}, noLayer, 2, 0},
		{"the highest stopped", []pulse{steady, steady, silent}, 2, 2, 1},
		{"the first that comes will do", []pulse{fresh, off, off}, noLayer, 2, 0},
		{"a higher one must be steady", []pulse{steady, fresh, off}, 0, 2, 0},
		{"a higher one is steady", []pulse{steady, steady, off}, 0, 2, 1},
		{"a slow screen: the lower one came first", []pulse{fresh, silent}, 1, 1, 1},
		{"all pause", []pulse{silent, silent}, 1, 1, 1},
		{"only more than wanted comes", []pulse{off, steady, steady}, noLayer, 0, 1},
		{"only more than wanted comes, and is forwarded", []pulse{off, steady, steady}, 2, 0, 2},
		{"what is wanted comes again", []pulse{fresh, steady, steady}, 2, 0, 0},
	}
	for _, test := range tests {
		s := selector{settings: asked{MaxLayer: test.max}, current: test.current, most: MaxLayers - 1}
		s.choose(now, test.layers)
		if s.target != test.want {
			t.Errorf("%s: layer %d, want %d", test.name, s.target, test.want)
		}
	}
}

func TestPulse(t *testing.T) {
	var p pulse
	tests := []struct {
		ms            int64
		woke, settled bool
	}{{0, true, false}, {100, false, false}, {600, false, true}, {1200, true, false}, {1650, false, false}, {1700, false, true}}
	for _, test := range tests {
		now := worldBegin + Milliseconds(test.ms)
		if woke := p.beat(now); woke != test.woke {
			t.Errorf("%d ms: woke %t", test.ms, woke)
		}
		if p.steady(now) != test.settled {
			t.Errorf("%d ms: steady %t", test.ms, !test.settled)
		}
	}
}
