package sfu

import "sort"

// Timing of NACKs.
const (
	maxMissing   = 256 // packets waited for at once; more is an outage, not loss
	maxNACKTries = 10
	eagerTries   = 3 // for packets of sound, in the time of one for others: see nackList.eager
	hastyTries   = 8 // after which the round trip may be longer than is believed

	reorderWait = Time(12_000_000) // before the first NACK: the packet may only be late
	firstRTT    = Time(100_000_000)
	minNACKWait = Time(20_000_000) // between two for the same packet
	maxNACKWait = Time(500_000_000)
	patientWait = Time(300_000_000)   // between two after hastyTries, at least
	giveUpAfter = Time(1_000_000_000) // later nobody can use the packet
)

// missing is a packet that was not received while later ones were.
type missing struct {
	seq   int64 // extended
	since Time
	next  Time // when it is asked for (again)
	asked Time // the first time
	tries uint8
}

// nackList decides which packets of one stream are asked for again, and when.
type nackList struct {
	list []missing // by seq
	rtt  Time      // estimated from answers, 0 before the first
	// eager lists ask again before an answer to the first try can have come: that may have been lost. Sound is small and
	// cannot wait; who answers does so once in a round trip.
	eager bool
}

// newNACKList makes a list that never grows.
func newNACKList(eager bool) nackList {
	return nackList{list: make([]missing, 0, maxMissing), eager: eager}
}

// add notes that from up to, not including, to are missing. It is false when that is more than can be waited for:
// then the list is empty.
func (n *nackList) add(from, to int64, now Time) bool {
	if to-from > int64(maxMissing-len(n.list)) {
		n.list = n.list[:0]
		return false
	}
	for seq := from; seq < to; seq++ {
		n.list = append(n.list, missing{seq: seq, since: now, next: now + reorderWait})
	}
	return true
}

// found takes seq, which came after all, off the list: as an answer, as far as one can tell, or because it was late.
func (n *nackList) found(seq int64, now Time, answer bool) {
	i := sort.Search(len(n.list), func(i int) bool { return n.list[i].seq >= seq })
	if i == len(n.list) || n.list[i].seq != seq {
		return
	}
	if m := n.list[i]; m.tries > 0 && answer {
		// Since the first try, although nobody knows which was answered: counting only those that were answered at
		// once, the estimate could never grow. Lost tries make it a little too long.
		n.measure(now - m.asked)
	}
	n.list = append(n.list[:i], n.list[i+1:]...)
}

// measure takes the time from the first NACK to an answer into the estimate. Where tries get lost some of these times are of
// several tries, so what is less counts more: else the estimate, and with it the time between tries, would grow with loss.
func (n *nackList) measure(rtt Time) {
	switch {
	case n.rtt == 0:
		n.rtt = rtt
	case rtt < n.rtt:
		n.rtt -= (n.rtt - rtt) / 4
	default:
		n.rtt += (min(rtt, 2*n.rtt) - n.rtt) / 16
	}
}

// wait is the time between two NACKs for a packet: an answer must have had its chance, unless the list is eager.
func (n *nackList) wait() Time {
	rtt := n.rtt
	if rtt == 0 {
		rtt = firstRTT
	}
	wait := rtt + rtt/4
	if n.eager {
		wait /= eagerTries
	}
	return min(max(wait, minNACKWait), maxNACKWait)
}

// due fills ask with packets to ask for now, lowest first, and gives up on those that were asked for too often or
// too long: lost is the highest of them, 0 for none.
func (n *nackList) due(now Time, ask []int64) (asked []int64, lost int64) {
	keep := n.list[:0]
	for _, m := range n.list {
		switch {
		case now-m.since >= giveUpAfter || m.tries >= maxNACKTries && now >= m.next:
			lost = m.seq
			continue
		case now >= m.next && len(asked) < cap(ask):
			if m.tries == 0 {
				m.asked = now
			}
			m.tries++
			m.next = now + n.wait()
			if m.tries >= hastyTries {
				m.next = max(m.next, now+patientWait)
			}
			ask = append(ask[:len(asked)], m.seq)
			asked = ask
		}
		keep = append(keep, m)
	}
	n.list = keep
	return asked, lost
}

// deadline is when due has something to do.
func (n *nackList) deadline() Time {
	next := Never
	for i := range n.list {
		next = min(next, n.list[i].next, n.list[i].since+giveUpAfter)
	}
	return next
}

// clear forgets all.
func (n *nackList) clear() { n.list = n.list[:0] }
