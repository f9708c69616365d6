package sfu

import (
	"math"
	"slices"

	"konklave/internal/sfu/bwe"
)

// downLine is what is known of the way to a subscriber, and how what it carries is divided among the pictures that are shown.
// It is made when packets to the peer are numbered for its feedback, or when the peer tells its own estimate.
type downLine struct {
	begun    Time // the first packet departed
	estimate bwe.Estimator
	division bwe.Division
	lossy    bool       // the peer reported that much was lost
	told     bool       // it told its own estimate
	sound    soundMeter // what is sent beside pictures
	due      Time       // when the division is looked at again in any case
	given    bwe.Rate   // what sound and pictures may take, as divided
	wanted   bwe.Rate   // what they could, for probes
	short    Shortage   // as divided
	once     bool       // sound goes without what RED repeats
	loud     Time       // since when all sound is about more than the line carries, 0 while it is not
	voices   bool       // the sound of shared screens waits for that,
	since    Time       // from then on, when all sound took
	whole    bwe.Rate   // so much; and that of screens
	waits    bwe.Rate   // this, as far as is known
	tight    Time       // since when not even the first choices fit, 0 while they do

	pacer pacer

	offers []offer // scratch, one of each picture that is shown
	wishes []bwe.Wish
}

const (
	lineInterval = Time(100_000_000)   // between two looks at the division when nothing happens,
	lineRest     = Time(400_000_000)   // and while the line carries everything
	lineSilence  = Time(3_000_000_000) // of feedback, after which a peer counts as giving none
	lineLoss     = 0.1                 // of the packets, which shows that a line is full even so
	lineSlow     = Time(300_000_000)   // that pictures wait: as long does the sound that goes with them
	linePatience = Time(1_000_000_000) // in which a picture that goes on does not fit, and is not paused
	lineRoom     = 1.05                // times what the line carries may what is given cost while nothing waits
	lineCatchUp  = Time(2_000_000_000) // in which what waits then is to go beside what comes
	lineRepeats  = 0.02                // of the packets must be lost for sound to go twice while pictures are short
)

const (
	besideLimit    = 0.9                 // of what the line carries is all sound when that of screens yields,
	besidePatience = Time(2_000_000_000) // for so long
	besideRoom     = 1.25                // times all sound has the line to carry for it to go again
)

// Rates vary from one second to the next. So probes find out about somewhat more than is wanted at this moment, and only
// who has a little more than that gets everything without a division.
const (
	wantedRoom = 1.3
	plentyRoom = 1.15
)

// Use is what a packet is for that departs.
type Use uint8

// Uses of packets.
const (
	Sound Use = iota
	Picture
	Filling // nothing but padding
)

// Departed notes that a packet leaves, with its number for the whole transport. bytes is all that UDP carries of it.
func (s *Sender) Departed(now Time, number uint16, bytes int, use Use) {
	l := s.line
	if l == nil {
		l = s.beginLine()
	}
	if l.begun == 0 {
		l.begun = now
	}
	kind := bwe.Media
	switch use {
	case Sound:
		l.sound.bytes += int64(bytes)
		l.pacer.take(bytes, l.pace())
	case Picture:
		if l.estimate.Guesses() && l.estimate.Open(bwe.Time(now)) && s.OnDue != nil {
			s.OnDue(now)
		}
	case Filling:
		kind = bwe.Padding
	}
	l.estimate.Sent(bwe.Time(now), number, bytes, kind)
}

// WarmDeparture reads what Departed is going to need, see Track.warm. What it returns means nothing.
func (s *Sender) WarmDeparture() int64 {
	if s.line == nil {
		return 0
	}
	return int64(s.line.begun) + s.line.estimate.WarmSent()
}

// Warm reads what OnRTCP is going to need of feedback, as WarmDeparture does.
func (s *Sender) Warm() int64 {
	sum := int64(s.rtt) + s.arrivals.warm()
	if s.line != nil {
		sum += int64(s.line.due) + s.line.estimate.WarmFeedback()
	}
	return sum
}

func (s *Sender) beginLine() *downLine {
	if s.line == nil {
		s.line = &downLine{sound: soundMeter{rate: leastSound}, pacer: pacer{due: Never}}
	}
	return s.line
}

// Late tells by how much we were late ourselves lately: what departed waited for that, not for the line.
func (s *Sender) Late(late Time) {
	if s.line != nil {
		s.line.estimate.Late(bwe.Time(late))
	}
}

// Line tells what is known of the way to the subscriber; false when nothing is.
func (s *Sender) Line() (bwe.Seen, bool) {
	if s.line == nil || !s.line.told && !s.line.estimate.Informed() {
		return bwe.Seen{}, false
	}
	return s.line.estimate.Seen(), true
}

// Shortage is what a subscriber's line does not carry of the pictures that it wants and that come.
type Shortage struct {
	Paused  int // pictures of which nothing goes
	Lowered int // that are smaller than wanted, or fewer a second
}

func (s *Shortage) count(o *offer, choice int) {
	switch {
	case !o.comes:
	case choice < 0:
		s.Paused++
	case choice < o.count-1:
		s.Lowered++
	}
}

// Short tells what the subscriber's line does not carry. What the subscriber does not want, what is muted and layers that
// do not come are not missing.
func (s *Sender) Short() Shortage {
	if s.line == nil || len(s.shown) == 0 {
		return Shortage{}
	}
	return s.line.short
}

// bounds tells whether the estimate is believed. Who was to give feedback and gave none gets everything, as long as it
// does not report that much is lost.
func (l *downLine) bounds(now Time) bool {
	return l.begun == 0 || now-l.begun < lineSilence || l.told || l.lossy || l.estimate.Informed()
}

// pollLine looks whether the line carries more than what is sent, where more is wanted, and divides anew when it is time or
// when it carries less. It tells when it wants to be called again.
func (s *Sender) pollLine(now Time) (next Time) {
	l := s.line
	if !s.divides() {
		return Never
	}
	if now >= l.due || l.estimate.Line() < l.given {
		s.divide(now)
	}
	if now >= l.pacer.due {
		s.release(now, 0)
	}
	if !l.bounds(now) {
		return min(l.due, l.pacer.due)
	}
	p, ok := l.estimate.NextProbe(bwe.Time(now), l.wanted)
	switch {
	case ok && l.pacer.empty():
		s.pad(p.Bytes)
	case ok:
		s.release(now, p.Bytes)
	}
	return min(l.due, Time(p.Next), l.pacer.due)
}

// divides tells whether there is anything that a line may not carry.
func (s *Sender) divides() bool { return len(s.shown)+len(s.beside) > 0 }

// restless tells whether what the next message of feedback says may change what is sent.
func (l *downLine) restless() bool {
	return l.estimate.Guesses() || !l.pacer.empty() || l.estimate.Line() < max(l.given, l.wanted)
}

// divide gives each picture that is shown its part of what the line carries.
func (s *Sender) divide(now Time) {
	l := s.line
	l.due = now + lineInterval
	if !l.bounds(now) {
		s.release(now, math.MaxInt32)
		s.allowAll(now)
		return
	}
	sound := l.sound.review(now)
	most := sound + s.weigh(now)
	l.wanted = times(bwe.Wanted(sound, l.wishes), wantedRoom)
	if l.voices {
		l.wanted += times(l.waits, wantedRoom)
	}
	carries := l.carries(now, sound)
	l.reviewOnce(carries, most, sound)
	s.reviewBeside(now, carries)
	if !l.estimate.Guesses() && carries >= times(most, plentyRoom) {
		l.given = most
		s.allowAll(now)
		return
	}
	l.division.Divide(bwe.Time(now), carries, sound, l.wishes)
	s.giveAll(now, sound)
}

// reviewOnce decides whether sound goes twice: RED takes a third of a line of 300 kbit/s, and repairs nothing where nothing is
// lost. It does again when all fits beside it. Where it would take half of the line it makes the losses that it repairs, and
// what else the peer says and hears, over TCP, gets nothing.
func (l *downLine) reviewOnce(carries, most, sound bwe.Rate) {
	twice := sound
	if l.once {
		twice += sound
	}
	repairs := l.estimate.Seen().Loss > lineRepeats && twice < carries/2
	switch {
	case l.estimate.Guesses() || repairs || carries >= times(most+sound, plentyRoom):
		l.once = false
	case carries < most:
		l.once = true
	}
}

// reviewBeside decides whether the sound of shared screens goes. Where all sound fills the line, voices get lost and what goes over
// TCP gets nothing; so that of screens waits until there is room for it.
func (s *Sender) reviewBeside(now Time, carries bwe.Rate) {
	l := s.line
	switch {
	case l.voices:
		if l.sound.since-soundInterval >= l.since { // what was measured last is without it
			l.waits = max(min(l.waits, l.whole-l.sound.last), leastSound)
		}
		if carries >= times(l.sound.rate+l.waits, besideRoom) {
			s.hush(now, false)
		}
	case len(s.beside) == 0 || l.estimate.Guesses() || !l.once || l.sound.last < times(carries, besideLimit):
		l.loud = 0
	case l.loud == 0:
		l.loud = now
	case now-l.loud >= besidePatience:
		s.hush(now, true)
	}
}

// hush has the sound of shared screens wait, or go on.
func (s *Sender) hush(now Time, hush bool) {
	l := s.line
	l.voices, l.loud, l.since, l.whole, l.waits = hush, 0, now, l.sound.last, l.sound.last
	for _, d := range s.beside {
		s.allow(now, d, l.beside())
	}
}

// beside is what goes of the sound of shared screens.
func (l *downLine) beside() Choice {
	if l.voices {
		return Choice{Layer: noLayer}
	}
	return Everything
}

// once tells whether sound goes to the subscriber without what RED repeats.
func (s *Sender) once() bool { return s.line != nil && s.line.once }

// weigh lists what the pictures that are shown could be, and tells what all may cost that is asked for.
func (s *Sender) weigh(now Time) (most bwe.Rate) {
	l := s.line
	l.offers, l.wishes = l.offers[:0], l.wishes[:0]
	for _, d := range s.shown {
		if d.track == nil || d.track.muted {
			continue // what it was given last is what it begins with
		}
		l.offers = append(l.offers, offer{})
		o := &l.offers[len(l.offers)-1]
		o.weigh(now, d)
		if l.estimate.Guesses() {
			o.count = 1 // the rest follows as soon as something is known
		}
		most += o.most
	}
	for i := range l.offers {
		l.wishes = append(l.wishes, l.offers[i].wish())
	}
	return most
}

// giveAll allows what was chosen. Where that is nothing, a picture that goes on waits for a while: to begin again costs a
// key frame.
func (s *Sender) giveAll(now Time, sound bwe.Rate) {
	l := s.line
	l.given, l.short = sound, Shortage{}
	tight, patient := false, l.tight == 0 || now-l.tight < linePatience
	for i := range l.offers {
		o, choice := &l.offers[i], l.wishes[i].Choice
		if choice < 0 && o.goesOn() {
			tight = true
			if patient {
				choice = 0
			}
		}
		s.give(now, o, choice)
	}
	switch {
	case !tight:
		l.tight = 0
	case l.tight == 0:
		l.tight = now
	}
}

// give allows a choice of an offer, and counts it.
func (s *Sender) give(now Time, o *offer, choice int) {
	l := s.line
	l.short.count(o, choice)
	if choice >= 0 {
		l.given += o.rates[choice]
	}
	o.down.paced = true
	s.allow(now, o.down, o.choice(choice))
}

// carries is what is divided: what the line carries, also while a queue drains, because what is paced waits for that.
func (l *downLine) carries(now Time, sound bwe.Rate) bwe.Rate {
	line, least, given := l.estimate.Line(), sound, sound
	for i := range l.offers {
		if o, choice := &l.offers[i], l.wishes[i].Choice; choice >= 0 && o.goesOn() {
			least += o.rates[0]
			given += o.rates[choice]
		}
	}
	switch {
	case l.pacer.queue.age(now) > lineSlow: // that has to go too, at the cost of what is more than a first picture
		return max(line-rateOver(l.pacer.queue.bytes, lineCatchUp), min(line, least))
	case given < times(line, lineRoom): // pictures vary, and the next probe may find that they fit
		return max(line, given)
	}
	return line
}

// allowAll gives everybody everything.
func (s *Sender) allowAll(now Time) {
	s.line.short = Shortage{}
	s.line.due += lineRest - lineInterval
	for _, d := range s.shown {
		d.paced = !s.line.pacer.empty() // what waits goes first
		s.allow(now, d, Everything)
	}
}

// allow bounds a picture, and tells when that pauses it or ends its pause.
func (s *Sender) allow(now Time, d *DownTrack, c Choice) {
	if d.allowed == c {
		return
	}
	paused := c.Layer < 0
	changed := paused != (d.allowed.Layer < 0)
	d.Allow(now, c)
	if changed && s.OnPaused != nil {
		s.OnPaused(d, paused)
	}
}

// show notes that a picture is wanted, and gives it its part at once.
func (s *Sender) show(now Time, d *DownTrack) {
	if !slices.Contains(s.shown, d) {
		s.shown = append(s.shown, d)
	}
	if s.line != nil {
		s.divide(now)
	}
}

// accompany notes that the sound of a shared screen is wanted.
func (s *Sender) accompany(now Time, d *DownTrack) {
	if !slices.Contains(s.beside, d) {
		s.beside = append(s.beside, d)
	}
	if s.line != nil {
		s.allow(now, d, s.line.beside())
	}
}

// unshow notes that a picture, or the sound of a screen, is not wanted any more.
func (s *Sender) unshow(d *DownTrack) {
	if i := slices.Index(s.beside, d); i >= 0 {
		s.beside = slices.Delete(s.beside, i, i+1)
		if len(s.beside) == 0 && s.line != nil {
			s.line.voices, s.line.loud = false, 0
		}
	}
	if i := slices.Index(s.shown, d); i >= 0 {
		s.shown = slices.Delete(s.shown, i, i+1)
		if s.line != nil {
			s.line.due = 0 // there is room for others
		}
	}
}
