package negotiate

import (
	"slices"

	"konklave/internal/id"
	"konklave/internal/sdp"
)

// Subscriber is the PeerConnection of the dual mode over which tracks go to a client: the server makes the offers.
// The zero value is not usable.
//
// Its description begins with the data channels, then comes one section for each track. One offer at a time awaits
// its answer; what changes meanwhile is in the next one. Sections whose tracks are over are told to be inactive and
// carry later tracks of their kind after the answer.
type Subscriber struct {
	connection

	offered Credentials // ours in the newest offer; those that the transport has until it is answered
	newest  uint32      // id of the newest offer, 0 before the first
	awaited bool        // the newest offer has no answer yet
	restart bool        // the next offer has new credentials
	firefox bool        // the client is one

	slots   []*slot // in the order of the description, the first one for data channels
	waiting []Send  // not placed in a slot yet
}

// NewSubscriber makes the state of a PeerConnection before its first offer.
func NewSubscriber(cfg Config) *Subscriber {
	n := &Subscriber{connection: newConnection(cfg), restart: true}
	n.addSlot(sdp.Application)
	return n
}

// Apply takes events in order and returns what is to be done, in order. The first Apply, also of no events, gives the
// first offer. Events given together lead to one offer at most, so several Sends are best given together.
//
// Each StartSending ends with StopSending, also when Unsend asked for the end. After Refuse nothing happens any more.
func (n *Subscriber) Apply(events ...Event) []Action {
	for _, event := range events {
		if n.refused {
			break
		}
		switch e := event.(type) {
		case Answer:
			n.onAnswer(e)
		case Send:
			n.onSend(e)
		case Unsend:
			n.onUnsend(e.Track)
		case Restart:
			n.restart = true
		}
	}
	if !n.refused && (!n.awaited || n.restart) {
		n.offer()
	}
	return n.done()
}

// Awaited tells which offer has no answer yet, for the owner's timer: a client that leaves one unanswered for 15 s has
// to reconnect.
func (n *Subscriber) Awaited() (id uint32, ok bool) { return n.newest, n.awaited }

func (n *Subscriber) onSend(s Send) {
	if s.Kind != sdp.Audio && s.Kind != sdp.Video ||
		slices.ContainsFunc(n.waiting, func(w Send) bool { return w.Track == s.Track }) ||
		slices.ContainsFunc(n.slots, func(x *slot) bool { return x.delivers(s.Track) }) {
		return
	}
	if s.Codec != "" && !slices.ContainsFunc(n.offers(s.Kind), func(c sdp.Codec) bool { return c.Is(s.Codec) }) {
		n.do(CannotSend{Track: s.Track, Codec: s.Codec})
		return
	}
	n.waiting = append(n.waiting, s)
}

func (n *Subscriber) onUnsend(track id.TrackSID) {
	n.waiting = slices.DeleteFunc(n.waiting, func(w Send) bool { return w.Track == track })
	for _, s := range n.slots {
		if s.delivers(track) {
			n.clear(s)
		}
	}
}

// clear ends the delivery in a slot.
func (n *Subscriber) clear(s *slot) {
	if s.down.started {
		n.do(StopSending{Track: s.down.Track})
	}
	s.down, s.resting = nil, true
}
