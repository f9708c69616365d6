package bwe

// Kind is what a packet was sent for.
type Kind uint8

// Kinds of packets.
const (
	Media   Kind = iota // what the peer wants: sound, pictures, packets sent again because it asked
	Padding             // sent because NextProbe said so
)

// Probe says what to send besides media.
type Probe struct {
	Bytes int  // of padding to send now, in packets of any size; a little more or less does no harm
	Next  Time // when to ask again
}

const (
	startRate = 600 * Kbit // before anything is known: carries sound and a first small picture
	leastRate = 30 * Kbit
	mostRate  = 100 * Mbit

	probePause = 100 * millisecond // between two questions when there is nothing to send
)

// Estimator knows one transport. The zero value is ready.
type Estimator struct {
	rate Rate // 0 before anything is known
}

// Sent notes that a packet departs, with the number for the whole transport that it carries. bytes is all that UDP
// carries of it.
func (e *Estimator) Sent(now Time, number uint16, bytes int, kind Kind) {}

// OnFeedback takes the control information of one message of transport-wide feedback: what follows the two SSRCs,
// from the first packet's number on. It keeps nothing of fci. What does not make sense is ignored.
func (e *Estimator) OnFeedback(now Time, fci []byte) {}

// OnREMB takes a peer's own estimate, of peers that give no transport-wide feedback.
func (e *Estimator) OnREMB(now Time, rate Rate) { e.rate = min(max(rate, leastRate), mostRate) }

// OnLoss takes the share of packets, 0 to 1, that a peer without transport-wide feedback lost since its last report.
func (e *Estimator) OnLoss(now Time, share float64) {}

// Estimate is what the transport carries.
func (e *Estimator) Estimate() Rate {
	if e.rate == 0 {
		return startRate
	}
	return e.rate
}

// NextProbe tells what to send besides media at this moment, to find out whether the transport carries what is wanted
// of it. It says true when there is something to send.
func (e *Estimator) NextProbe(now Time, wanted Rate) (Probe, bool) {
	return Probe{Next: now + probePause}, false
}
