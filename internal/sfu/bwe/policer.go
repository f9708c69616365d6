package bwe

const (
	testBytes   = 33_000 // enough packets to tell shares of loss apart
	someLoss    = 0.04   // beyond what is known to be chance: worth a test
	muchLoss    = 0.45   // nothing is left to be tested: less is sent at once
	ceilingHold = 15 * second
	ceilingMost = 120 * second
)

// policer is what is known of losses that come without a queue. A policer throws away what exceeds a rate, and the more
// of it the more is sent; a bad radio loses its share of whatever is sent, and to send less would not help.
type policer struct {
	random  float64 // share of loss that does not depend on how much is sent
	test    bool    // a probe is to tell which it is
	ceiling Rate    // that a policer was seen to keep, 0 without one
	until   Time
	hold    Time // how long the last one was believed in
	trial   trial
}

// trial sends less to see whether less is lost.
type trial struct {
	spans   int64 // of losses that were over when it began, 0 without a trial
	share   float64
	before  Rate
	arrived Rate
}

// allows tells whether a rate is below the ceiling, if there is one.
func (p *policer) allows(rate Rate) bool { return p.ceiling == 0 || rate < p.ceiling.times(0.9) }

// losing tells that more is lost than what is known to be chance.
func (e *Estimator) losing() bool {
	return e.policer.trial.spans != 0 || e.losses.share > e.policer.random+someLoss
}

// lower believes no more than a rate that came through, if any is known.
func (e *Estimator) lower(arrives Rate) {
	if arrives > 0 {
		e.set(min(e.known(), arrives.times(margin)))
	}
}

// keepBelow notes a ceiling: what came through lately if losses went on, as a policer lets through just that; else what
// a probe measured.
func (e *Estimator) keepBelow(now Time, probed Rate) {
	p := &e.policer
	p.hold = min(max(2*p.hold, ceilingHold), ceilingMost)
	p.ceiling, p.until = probed, now+p.hold
	if e.losses.share > p.random+someLoss {
		p.ceiling, _ = e.marks.rates(e.marks.since(second))
	}
	e.lower(p.ceiling)
}

// onLosses looks at the losses of the span that is over.
func (e *Estimator) onLosses(now Time) {
	p, share := &e.policer, e.losses.share
	if now > p.until {
		p.ceiling = 0
	}
	if share < p.random/2 {
		p.random *= 0.8
	}
	arrives, _ := e.marks.rates(e.marks.since(second / 2))
	switch {
	case p.trial.spans != 0:
		e.endTrial(now, share)
	case share < p.random+someLoss:
	case e.queue > 2*e.congestion.none(): // a full queue, whoever filled it
		e.lower(arrives)
	case e.queue > e.congestion.none():
	case share < max(muchLoss, p.random+4*someLoss):
		p.test = true
	default:
		p.trial = trial{e.losses.spans, share, e.known(), arrives}
		e.lower(arrives)
	}
}

// endTrial tells what a trial showed, once a whole span lies behind its beginning.
func (e *Estimator) endTrial(now Time, share float64) {
	p := &e.policer
	if e.losses.spans < p.trial.spans+2 {
		return
	}
	if share > p.trial.share*0.6 {
		p.random = share
		e.set(p.trial.before)
	} else {
		e.keepBelow(now, p.trial.arrived)
	}
	p.trial = trial{}
}
