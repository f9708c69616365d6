package bwe

const (
	fewLost  = 0.02
	manyLost = 0.1
	silent   = 1500 * millisecond // without feedback about what was sent
	leastOut = 100 * Kbit         // what is tried however long the peer is silent
)

// reported is what peers tell that give no transport-wide feedback.
type reported struct {
	most   Rate // their own estimate, 0 without one
	halved Time // when silence made the estimate smaller
}

// OnREMB takes a peer's own estimate, of peers that give no transport-wide feedback.
func (e *Estimator) OnREMB(now Time, rate Rate) {
	if e.heard != 0 {
		return
	}
	e.reported.most = min(max(rate, leastRate), mostRate)
	e.set(rate)
}

// OnLoss takes the share of packets, 0 to 1, that a peer without transport-wide feedback lost since its last report.
// It lowers the estimate where much is lost and raises it, as long as more is wanted, where hardly anything is.
func (e *Estimator) OnLoss(now Time, share float64) {
	if e.heard != 0 {
		return
	}
	switch {
	case share > manyLost:
		e.set(e.known().times(1 - share/2))
	case share < fewLost && e.known() < e.wanted:
		e.set(e.known().times(1.08))
	}
	if e.reported.most > 0 {
		e.set(min(e.known(), e.reported.most))
	}
}

// silence believes less and less of a line from which nothing comes back.
func (e *Estimator) silence(now Time) {
	if e.heard == 0 || e.asked == 0 || e.known() <= leastOut {
		return
	}
	if now-max(e.asked, e.reported.halved) < silent+2*e.trips.least {
		return
	}
	e.reported.halved = now - silent + second
	e.set(max(e.known()/2, leastOut))
}
