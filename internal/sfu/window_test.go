package sfu

import "testing"

func TestWindow(t *testing.T) {
	type step struct {
		seq  uint16
		rtx  bool
		ext  int64 // above the first packet's number; not looked at where there is none
		want place
	}
	for name, steps := range map[string][]step{
		"order and wrap":           {{65534, false, 0, placeNext}, {65535, false, 1, placeNext}, {0, false, 2, placeNext}, {1, false, 3, placeNext}},
		"duplicates":               {{5, false, 0, placeNext}, {5, false, 0, placeDuplicate}, {6, false, 1, placeNext}, {5, true, 0, placeDuplicate}},
		"late over the wrap":       {{65535, false, 0, placeNext}, {2, false, 3, placeNext}, {0, false, 1, placeLate}, {0, true, 1, placeDuplicate}, {1, true, 2, placeLate}},
		"in front of the first":    {{5, false, 0, placeNext}, {4, false, -1, placeLate}, {4, false, -1, placeDuplicate}},
		"not begun by an RTX":      {{5, true, 0, placeTooOld}, {5, false, 0, placeNext}},
		"just inside the dropout":  {{5, false, 0, placeNext}, {5 + maxDropout, false, maxDropout, placeNext}, {5, false, 0, placeFar}},
		"an RTX restarts nothing":  {{5, false, 0, placeNext}, {30000, true, 0, placeTooOld}, {30001, true, 0, placeTooOld}, {6, false, 1, placeNext}},
		"restart":                  {{5, false, 0, placeNext}, {30000, false, 0, placeFar}, {30001, false, 2, placeRestart}, {30002, false, 3, placeNext}, {30001, false, 2, placeDuplicate}},
		"restart at the wrap":      {{5, false, 0, placeNext}, {65535, false, -6, placeLate}, {40000, false, 0, placeFar}, {40001, false, 2, placeRestart}},
		"two from elsewhere":       {{5, false, 0, placeNext}, {30000, false, 0, placeFar}, {20000, false, 0, placeFar}, {20001, false, 2, placeRestart}},
		"one from elsewhere":       {{5, false, 0, placeNext}, {30000, false, 0, placeFar}, {6, false, 1, placeNext}, {30001, false, 0, placeFar}},
		"the window's old end":     {{5, false, 0, placeNext}, {5 + windowSize, false, windowSize, placeNext}, {6, false, 1, placeLate}, {5, false, 0, placeFar}},
		"cleared when passed over": {{5, false, 0, placeNext}, {6 + windowSize, false, windowSize + 1, placeNext}, {7, false, 2, placeLate}},
	} {
		t.Run(name, func(t *testing.T) {
			var w window
			first := firstSeq + int64(steps[0].seq)
			for i, s := range steps {
				ext, got := w.place(s.seq, s.rtx)
				if got != s.want {
					t.Fatalf("step %d, %d: place %d, want %d", i, s.seq, got, s.want)
				}
				if got == placeFar || got == placeTooOld {
					continue
				}
				if ext != first+s.ext {
					t.Fatalf("step %d, %d: number %d, want %d", i, s.seq, ext-first, s.ext)
				}
				if got := w.wire(ext); got != s.seq {
					t.Fatalf("step %d: %d on the wire, want %d", i, got, s.seq)
				}
			}
		})
	}
}

func TestDropReasonsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for d := range DropReason(DropReasons) {
		if name := d.String(); name == "" || seen[name] {
			t.Errorf("reason %d is called %q", d, name)
		} else {
			seen[name] = true
		}
	}
	if got := DropReason(255).String(); got != "invalid" {
		t.Errorf("no reason is called %q", got)
	}
}
