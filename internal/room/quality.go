package room

import "time"

// linkMeter sums what was measured of a link up since it was graded last.
type linkMeter struct {
	samples, silent int
	lowered, paused int     // samples in which a picture was, that was wanted; who is paused is lowered too
	loss            float32 // sum of the worse direction's
	rtt             time.Duration
}

// add takes a sample, and what is missing of the participant's own pictures.
func (m *linkMeter) add(l Link, own shortfall) {
	m.samples++
	if l.Silent {
		m.silent++
	}
	if l.Paused || own == paused {
		m.paused++
	}
	if l.Paused || l.Lowered || own >= lowered {
		m.lowered++
	}
	m.loss += max(l.UpLoss, l.DownLoss)
	m.rtt += l.RTT
}

// What is less than these says nothing of a line: it is found out within three seconds, and newcomers wait half a second for
// pictures.
const (
	shortSamples = 10 // of three seconds
	pauseSamples = 5  // of one and a half
)

// mostly tells whether something was so for most of the time, and for long enough.
func (m *linkMeter) mostly(samples int) bool { return samples >= shortSamples && 2*samples > m.samples }

// What a link is worth at most that carries less than is wanted.
const (
	loweredScore = 3.5 // good
	pausedScore  = 2   // poor
)

// grade judges a link by its loss and delay: 5 is perfect, each percent of loss takes 0.25 and each 100 ms of round
// trip above 200 ms take 0.5; and by what it carries: at most good when a picture is smaller than wanted, or pauses now and
// then, poor when one does not come at all. A link that was silent throughout is lost.
func (m *linkMeter) grade() (ConnectionQuality, float32) {
	if m.silent == m.samples {
		return QualityLost, 0
	}
	n := float32(m.samples)
	score := 5 - 25*m.loss/n
	if over := m.rtt/time.Duration(m.samples) - 200*time.Millisecond; over > 0 {
		score -= 0.5 * float32(over) / float32(100*time.Millisecond)
	}
	switch {
	case m.mostly(m.paused):
		score = min(score, pausedScore)
	case m.mostly(m.lowered), m.paused >= pauseSamples:
		score = min(score, loweredScore)
	}
	score = min(max(score, 1), 5)
	switch {
	case score >= 4:
		return QualityExcellent, score
	case score >= 2.5:
		return QualityGood, score
	default:
		return QualityPoor, score
	}
}

// tellGrades collects measurements and, every few seconds, tells which links changed their grade.
// Newcomers are told by the sweep.
func (s *State) tellGrades(links []Link) {
	for _, l := range links {
		if p, ok := s.participants[l.Participant]; ok {
			p.link.add(l, p.lacks)
			p.mediaSilent = l.Silent
		}
	}
	if s.now.Sub(s.gradedAt) < qualityInterval {
		return
	}
	s.gradedAt = s.now
	var changed []*participant
	for _, p := range s.order {
		if p.link.samples == 0 {
			continue
		}
		quality, score := p.link.grade()
		p.link = linkMeter{}
		if p.grade.Participant == "" || p.grade.Quality != quality {
			changed = append(changed, p)
		}
		p.grade = LinkQuality{Participant: p.sid, Quality: quality, Score: score}
	}
	s.fanOut(changed, Video, func(about []*participant) Message {
		grades := make([]LinkQuality, len(about))
		for i, p := range about {
			grades[i] = p.grade
		}
		return QualityChanged{Updates: grades}
	})
}

// greet tells a newcomer the grades of those it subscribes to, once.
func (s *State) greet(p *participant) {
	if p.greeted || p.state != Active {
		return
	}
	p.greeted = true
	var grades []LinkQuality
	var last *participant
	for _, t := range s.published {
		if t.owner != last && t.owner.grade.Participant != "" && p.has(t) {
			last = t.owner
			grades = append(grades, last.grade)
		}
	}
	if len(grades) > 0 {
		s.tell(p, QualityChanged{Updates: grades})
	}
}
