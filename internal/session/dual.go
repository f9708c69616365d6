package session

import (
	"time"

	"konklave/internal/negotiate"
	"konklave/internal/wire"
)

const (
	// Tracks for a client are gathered until there was no further one for gatherPause, at most for gatherLimit: who
	// joins a large room then has one offer to answer.
	gatherPause = 10 * time.Millisecond
	gatherLimit = 150 * time.Millisecond
	// answerLimit is how long a client may take to answer an offer.
	answerLimit = 15 * time.Second

	primarySubscriber = 2 // client protocol above which the subscriber is primary
	sectionReuse      = 3 // client protocol above which sections may carry one track after another
	fastStart         = 7 // client protocol above which there may be tracks in the first offer
)

// dualConnection is two PeerConnections: the client offers the publisher, which takes its tracks; the server offers
// the subscriber, which has the tracks for it.
type dualConnection struct {
	session    *Session
	publisher  *peer
	subscriber *peer
	offers     *negotiate.Subscriber // what the subscriber negotiates

	offering bool // the subscriber has made offers
	gathered []negotiate.Event
	since    time.Time   // when the first of the gathered came
	pause    *time.Timer // nil when nothing is gathered
	patience *time.Timer // runs for the newest offer
}

func newDualConnection(s *Session, v visit) *dualConnection {
	cfg := s.negotiationOf()
	cfg.FirstOffer = cfg.NewSSRC() >> 2
	cfg.KeepSections = s.quirks.freshSections
	primary := s.client.Protocol > primarySubscriber && v.claims.Video.MaySubscribe()
	c := &dualConnection{
		session:   s,
		publisher: &peer{session: s, negotiation: negotiate.NewSingle(s.negotiationOf()), primary: !primary, talks: true},
		offers:    negotiate.NewSubscriber(cfg),
	}
	c.subscriber = &peer{session: s, negotiation: c.offers, primary: primary, opens: primary, onOffer: c.onOffer}
	return c
}

func (c *dualConnection) subscriberPrimary() bool { return c.subscriber.primary }

// welcomed makes the first offer, together with the tracks that there are; after a resume one that restarts ICE. A
// client that may not subscribe gets none before there is something in it.
func (c *dualConnection) welcomed() {
	switch {
	case c.offering:
		c.offer(negotiate.Restart{})
	case !c.subscriber.primary:
	case c.session.client.Protocol <= fastStart:
		c.offer()
	default:
		c.deliver()
	}
}

func (c *dualConnection) transports() []*wire.Transport {
	if c.subscriber.primary {
		return transportsOf(c.subscriber, c.publisher)
	}
	return transportsOf(c.publisher, c.subscriber)
}

func (c *dualConnection) offered(o negotiate.Offer)     { c.publisher.apply(o) }
func (c *dualConnection) answered(a negotiate.Answer)   { c.subscriber.apply(a) }
func (c *dualConnection) publish(event negotiate.Event) { c.publisher.apply(event) }

// deliver gathers what the next offer is about.
func (c *dualConnection) deliver(events ...negotiate.Event) {
	c.gathered = append(c.gathered, events...)
	now := time.Now()
	if c.pause == nil {
		c.since = now
		c.pause = time.AfterFunc(gatherPause, func() { c.session.post(func() { c.offer() }) })
		return
	}
	c.pause.Reset(min(gatherPause, c.since.Add(gatherLimit).Sub(now)))
}

// offer has what was gathered negotiated, and further events after it.
func (c *dualConnection) offer(events ...negotiate.Event) {
	if c.pause != nil {
		c.pause.Stop()
		c.pause = nil
	}
	events = append(c.gathered, events...)
	c.gathered, c.offering = nil, true
	c.subscriber.apply(events...)
}

// onOffer sends an offer and waits for its answer.
func (c *dualConnection) onOffer(o negotiate.Offer) {
	c.session.sendOffer(o)
	if c.patience != nil {
		c.patience.Stop()
	}
	c.patience = time.AfterFunc(answerLimit, func() { c.session.post(func() { c.impatient(o.ID) }) })
}

// impatient gives the client up if it has not answered an offer. Who is away cannot; it gets another when it is back.
func (c *dualConnection) impatient(offer uint32) {
	if newest, awaited := c.offers.Awaited(); awaited && newest == offer && !c.session.isAway() {
		c.session.refused("an offer was not answered")
	}
}

func (c *dualConnection) close() {
	for _, t := range []*time.Timer{c.pause, c.patience} {
		if t != nil {
			t.Stop()
		}
	}
	c.publisher.close()
	c.subscriber.close()
}
