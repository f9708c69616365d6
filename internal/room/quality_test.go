package room

import (
	"maps"
	"testing"
	"time"
)

func TestGradeOfALink(t *testing.T) {
	const interval = 16 // samples
	all := func(l Link) func(int) Link { return func(int) Link { return l } }
	first := func(n int, l Link) func(int) Link {
		return func(i int) Link {
			if i < n {
				return l
			}
			return Link{}
		}
	}
	for name, tt := range map[string]struct {
		samples int
		link    func(i int) Link
		own     shortfall
		want    ConnectionQuality
	}{
		"perfect":                        {interval, all(Link{}), complete, QualityExcellent},
		"3 % of loss":                    {interval, all(Link{DownLoss: 0.03}), complete, QualityExcellent},
		"8 % of loss":                    {interval, all(Link{UpLoss: 0.08}), complete, QualityGood},
		"15 % of loss":                   {interval, all(Link{DownLoss: 0.15}), complete, QualityPoor},
		"500 ms":                         {interval, all(Link{RTT: 500 * time.Millisecond}), complete, QualityGood},
		"silent":                         {interval, all(Link{Silent: true}), complete, QualityLost},
		"silent at first":                {interval, first(10, Link{Silent: true}), complete, QualityExcellent},
		"lowered":                        {interval, all(Link{Lowered: true}), complete, QualityGood},
		"paused":                         {interval, all(Link{Paused: true}), complete, QualityPoor},
		"one paused, one lowered":        {interval, all(Link{Paused: true, Lowered: true}), complete, QualityPoor},
		"lowered and much loss":          {interval, all(Link{Lowered: true, DownLoss: 0.15}), complete, QualityPoor},
		"paused for a second":            {interval, first(4, Link{Paused: true}), complete, QualityExcellent},
		"paused for two seconds":         {interval, first(6, Link{Paused: true}), complete, QualityGood},
		"lowered for two seconds":        {interval, first(6, Link{Lowered: true}), complete, QualityExcellent},
		"paused for three":               {interval, first(10, Link{Paused: true}), complete, QualityPoor},
		"paused, then lowered":           {interval, func(i int) Link { return Link{Paused: i < 6, Lowered: i >= 6} }, complete, QualityGood},
		"came just now, the line is new": {4, all(Link{Paused: true}), complete, QualityExcellent},
		"own picture is small":           {interval, all(Link{}), lowered, QualityGood},
		"own picture does not come":      {interval, all(Link{}), paused, QualityPoor},
	} {
		var m linkMeter
		for i := range tt.samples {
			m.add(tt.link(i), tt.own)
		}
		if got, score := m.grade(); got != tt.want {
			t.Errorf("%s: graded %d (%.1f), want %d", name, got, score, tt.want)
		}
	}
}

// Who sends less of a picture than somebody watches is graded down, and only then.
func TestOwnPicturesThatDoNotCome(t *testing.T) {
	low := Streams{Count: 3, Coming: 1}
	none := Streams{Count: 3}
	whole := Streams{Count: 3, Coming: 7}
	for name, tt := range map[string]struct {
		streams Streams
		want    ConnectionQuality
		change  func(*AddTrack)
		then    func(alice, bob *person, sc *scene)
	}{
		"all come":                {streams: whole, want: QualityExcellent},
		"the lowest comes":        {streams: low, want: QualityGood},
		"none comes":              {streams: none, want: QualityPoor},
		"only the highest":        {streams: Streams{Count: 3, Coming: 4}, want: QualityExcellent},
		"one stream, with layers": {streams: Streams{Count: 1, Coming: 1}, want: QualityExcellent},
		"nothing is negotiated":   {streams: Streams{}, want: QualityExcellent},
		"the lowest is watched":   {streams: low, want: QualityExcellent, then: watching(TrackSettings{Quality: Low})},
		"the middle is watched":   {streams: low, want: QualityGood, then: watching(TrackSettings{Quality: Medium})},
		"a small tile":            {streams: low, want: QualityExcellent, then: watching(TrackSettings{Width: 300, Height: 170})},
		"nobody watches":          {streams: none, want: QualityExcellent, then: watching(TrackSettings{Disabled: true})},
		"nobody is there":         {streams: none, want: QualityExcellent, then: func(_, bob *person, sc *scene) { sc.do(Leave{bob.sid, ReasonClientInitiated}) }},
		"muted":                   {streams: none, want: QualityExcellent, then: func(alice, _ *person, sc *scene) { sc.do(Mute{alice.sid, "TR_VC1", true}) }},
		"a screen that is still":  {streams: none, want: QualityExcellent, change: func(c *AddTrack) { c.Source = ScreenShare }},
	} {
		t.Run(name, func(t *testing.T) {
			sc := newScene(t, Options{})
			alice, bob := sc.active("alice"), sc.active("bob")
			if tt.change == nil {
				tt.change = func(*AddTrack) {}
			}
			camera := alice.publish("camera", tt.change)
			sc.do(Bound{bob.sid, camera})
			if tt.then != nil {
				tt.then(alice, bob, sc)
			}
			run := func(d time.Duration, streams Streams) ConnectionQuality {
				for end := sc.now.Add(d); sc.now.Before(end); {
					sc.now = sc.now.Add(tickInterval)
					sc.do(SignalSeen{alice.sid, sc.now})
					sc.do(SignalSeen{bob.sid, sc.now})
					sc.do(Tick{Measures{
						Levels: []TrackLevel{{Publisher: alice.sid, Track: camera, Streams: [maxCodings]Streams{streams}}},
						Links:  []Link{{Participant: alice.sid}, {Participant: bob.sid}},
					}})
				}
				return sc.state.participants[alice.sid].grade.Quality
			}
			if got := run(lackPatience, tt.streams); got != QualityExcellent {
				t.Errorf("graded %d when encoders may still begin", got)
			}
			if got := run(2*qualityInterval, tt.streams); got != tt.want {
				t.Errorf("graded %d, want %d", got, tt.want)
			}
			if got := run(2*qualityInterval, whole); got != QualityExcellent {
				t.Errorf("graded %d when all comes again", got)
			}
			if p := sc.state.participants[bob.sid]; p != nil && p.grade.Quality != QualityExcellent {
				t.Errorf("who watches is graded %d", p.grade.Quality)
			}
		})
	}
}

func watching(s TrackSettings) func(_, bob *person, _ *scene) {
	return func(_, bob *person, _ *scene) { bob.watches("TR_VC1", s) }
}

func TestFigures(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	alice.publish("camera")
	alice.publish("mic", muted)
	bob.publish("screen", func(c *AddTrack) { c.Source = ScreenShare })
	bob.announce("mic") // it is not there yet
	sc.now = sc.now.Add(qualityInterval)
	sc.do(Tick{Measures{Links: []Link{{Participant: alice.sid, DownLoss: 0.5}}}}) // nothing is known of bob's
	var f Figures
	f.Add(sc.state.figures())
	f.Add(Figures{Grades: map[ConnectionQuality]int{QualityPoor: 1}})
	wantTracks := map[TrackKind]int{{Video, Camera}: 1, {Audio, Microphone}: 1, {Video, ScreenShare}: 1}
	if !maps.Equal(f.Tracks, wantTracks) || !maps.Equal(f.Grades, map[ConnectionQuality]int{QualityPoor: 2}) {
		t.Errorf("%+v", f)
	}
}
