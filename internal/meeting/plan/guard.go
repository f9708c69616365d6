package plan

import (
	"crypto/subtle"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/pii"
	"konklave/internal/sources"
)

// Wrong access codes and unknown links are counted: first for each connection, whose delay grows; then for each source, which
// may be a school behind one address; last for each meeting, against many sources. Who has a ticket or a personal link
// is never asked for a code, so that one pupil cannot lock out a class.
const (
	freeTries  = 3                // wrong codes of a connection until it has to wait
	firstDelay = time.Second      // which doubles with each
	mostDelay  = time.Minute      // and ends here
	codesRate  = rate.Limit(0.05) // wrong codes of a source a second, afterwards
	codesBurst = 40

	meetingRate  = rate.Limit(0.1) // wrong codes of a meeting a second, afterwards: 1 in 11,000 for a whole day of guesses
	meetingBurst = 200
	mostGuarded  = 4096 // meetings of which wrong codes are counted at a time

	linksRate  = rate.Limit(0.5) // unknown links of a source a second, afterwards
	linksBurst = 60
)

// guard counts what was wrong. Any goroutine may use it.
type guard struct {
	codes *sources.Sources
	links *sources.Sources

	mu       sync.Mutex
	meetings map[id.MeetingID]*rate.Limiter
	others   *rate.Limiter // of all that are not in meetings
	swept    time.Time
}

func newGuard() *guard {
	return &guard{
		codes: sources.New(codesRate, codesBurst), links: sources.New(linksRate, linksBurst),
		meetings: map[id.MeetingID]*rate.Limiter{}, others: rate.NewLimiter(meetingRate, meetingBurst),
	}
}

// wrongLink counts a link that leads nowhere, and refuses it. Who has tried too many is told so. Links that lead somewhere are
// looked at all the same: nobody guesses 128 bits, and one who tries must not lock out all who come from the same address.
func (g *guard) wrongLink(source string, now time.Time) error {
	if !g.links.Allow(source, now) {
		return refuse(meeting.CodeRateLimited)
	}
	return refuse(meeting.CodeMeetingUnknown)
}

// checkCode compares an access code, unless too many wrong ones came.
func (g *guard) checkCode(now time.Time, of id.MeetingID, right pii.Token, k meeting.Knock) error {
	tries := k.Tries
	if tries == nil {
		tries = &meeting.Tries{}
	}
	if wait := g.wait(now, of, k.Source, tries); wait > 0 {
		return meeting.Failure{Code: meeting.CodeTooManyCodes, Wait: wait}
	}
	if k.Code == "" {
		return refuse(meeting.CodeAccessCodeNeeded)
	}
	if subtle.ConstantTimeCompare([]byte(digits(k.Code)), []byte(right.Reveal())) == 1 {
		return nil
	}
	tries.Wrong++
	if late := tries.Wrong - freeTries; late >= 0 {
		tries.After = now.Add(min(mostDelay, firstDelay<<min(late, 10)))
	}
	g.codes.Allow(k.Source, now)
	g.ofMeeting(of, now).AllowN(now, 1)
	return refuse(meeting.CodeAccessCodeWrong)
}

// wait is how long no code of this one is looked at.
func (g *guard) wait(now time.Time, of id.MeetingID, source string, tries *meeting.Tries) time.Duration {
	switch {
	case now.Before(tries.After):
		return tries.After.Sub(now)
	case !g.codes.Left(source, now):
		return time.Duration(float64(time.Second) / float64(codesRate))
	case g.ofMeeting(of, now).TokensAt(now) < 1: // looking makes a count that the next sweep forgets
		return time.Duration(float64(time.Second) / float64(meetingRate))
	}
	return 0
}

// ofMeeting gives the count of a meeting. When too many are counted, those beyond them share one count.
func (g *guard) ofMeeting(of id.MeetingID, now time.Time) *rate.Limiter {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l, ok := g.meetings[of]; ok {
		return l
	}
	g.forgetLocked(now)
	if len(g.meetings) >= mostGuarded {
		return g.others
	}
	l := rate.NewLimiter(meetingRate, meetingBurst)
	g.meetings[of] = l
	return l
}

// forgetLocked drops the counts that make no difference any more. It looks once a second at most.
func (g *guard) forgetLocked(now time.Time) {
	if now.Sub(g.swept) < time.Second {
		return
	}
	g.swept = now
	for of, l := range g.meetings {
		if l.TokensAt(now) >= meetingBurst {
			delete(g.meetings, of)
		}
	}
}

// digits leaves out what people put between digits.
func digits(code string) string {
	if len(code) > 64 {
		return ""
	}
	out := make([]byte, 0, len(code))
	for i := range len(code) {
		if c := code[i]; c != ' ' && c != '-' && c != '.' {
			out = append(out, c)
		}
	}
	return string(out)
}
