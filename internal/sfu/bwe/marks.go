package bwe

const (
	marksKept   = 32
	markSpacing = 40 * millisecond // feedback in smaller portions is taken together
	fewPackets  = 3                // from fewer it is not told what all had to wait for
)

// mark is what was known after a message of feedback.
type mark struct {
	arrival Time  // of the latest packet, by the peer's clock
	sentAt  Time  // its departure
	came    int64 // bytes that came up to then, all in all
	queue   Time  // least that its packets waited
	excess  Time  // least that they waited beyond what is explained
	packets int32 // that both were taken from
}

// marks are the last ones.
type marks struct {
	ring  [marksKept]mark
	count int64
}

// at is the mark so many before the latest.
func (h *marks) at(age int64) *mark { return &h.ring[(h.count-1-age)%marksKept] }

// kept is how many marks there are.
func (h *marks) kept() int64 { return min(h.count, marksKept) }

// add notes a mark; one that follows closely is taken into the one before.
func (h *marks) add(m mark) {
	if h.count > 1 {
		if last := h.at(0); m.arrival-h.at(1).arrival < markSpacing {
			m.queue, m.excess = min(m.queue, last.queue), min(m.excess, last.excess)
			m.packets += last.packets
			*last = m
			return
		}
	}
	h.count++
	*h.at(0) = m
}

// standing is the queue that no packet found smaller, up to the mark of an age, and what of it is not explained: of the
// packets of one mark, or of as many more as it takes to have a few. Jitter spares some of any few.
func (h *marks) standing(age int64) (queue, excess Time) {
	queue, excess, packets := Never, Never, int32(0)
	for i := age; i < h.kept() && packets < fewPackets; i++ {
		m := h.at(i)
		queue, excess, packets = min(queue, m.queue), min(excess, m.excess), packets+m.packets
	}
	if packets < fewPackets {
		return 0, 0
	}
	return queue, max(excess, 0)
}

// since is the age of the latest mark that lies at least span before the latest, else of the oldest.
func (h *marks) since(span Time) int64 {
	before := h.at(0).arrival - span
	low, high := int64(1), h.kept()-1 // by halves: a mark that nobody looked at lately is not in the processor's cache
	for low < high {
		if i := (low + high) / 2; h.at(i).arrival <= before {
			high = i
		} else {
			low = i + 1
		}
	}
	return high
}

// rates are how fast packets came since the mark of an age, and how fast those that came were sent.
func (h *marks) rates(age int64) (came, sent Rate) {
	if age <= 0 || age >= h.kept() {
		return 0, 0
	}
	from, to := h.at(age), h.at(0)
	bytes := to.came - from.came
	came, sent = rateOf(bytes, to.arrival-from.arrival), mostRate // when they left at once
	if span := to.sentAt - from.sentAt; span > 0 {
		sent = rateOf(bytes, span)
	}
	return came, sent
}

// span is the time between the mark of an age and the latest.
func (h *marks) span(age int64) Time { return h.at(0).arrival - h.at(age).arrival }

// spread is by how much the queue differed among the last count marks.
func (h *marks) spread(count int64) Time {
	least, most := h.at(0).queue, h.at(0).queue
	for i := int64(1); i < count; i++ {
		least, most = min(least, h.at(i).queue), max(most, h.at(i).queue)
	}
	return most - least
}
