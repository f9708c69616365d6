// Package negotiate owns what is agreed with a client about one PeerConnection: which media section carries which
// track, with which codecs, and the answers that say so.
//
// It is pure: Apply takes what happened and returns what to do. It must not know rooms, permissions or sockets,
// and it keeps no media: session carries its actions out.
//
// It has both modes of the LiveKit protocol. In the single mode there is one PeerConnection, a Single, for which the
// client makes all offers: tracks of the client are announced before the offer that has them; tracks for the client
// go into sections that it offers for receiving, and when those are too few it is asked to add some. In the dual mode
// a Single that is asked to send nothing takes the client's tracks, and a Subscriber, for which the server makes all
// offers, has the tracks for the client. In all of them a section keeps its track until that ends and is inactive for
// one round before it carries another.
package negotiate

import (
	"slices"
	"strings"

	"konklave/internal/sdp"
)

// Config is what a negotiation needs from outside.
type Config struct {
	Fingerprint    string          // of the server's certificate, "sha-256 AB:CD:.."
	Candidates     []sdp.Candidate // the server's addresses
	NewCredentials func() (ufrag, pwd string)
	NewSSRC        func() uint32 // random

	// Codecs, by encoding name, that are not taken from the client and not sent to it although it offers them.
	NotFrom, NotTo []string

	// Of a Subscriber only:
	FirstOffer uint32 // id of its first offer, random and far from overflow
	// KeepSections gives every track a section that carried none before: for clients that lose track of a section
	// that is used again, which are Safari and those of protocol 3 and older.
	KeepSections bool
}

// Single is a PeerConnection for which the client always makes the offers. The zero value is not usable.
type Single struct {
	connection

	newest  uint32 // id of the newest offer
	firefox bool   // the client is one

	sections  []*section // accepted audio and video, in the order of the newest offer
	announced []Announce // not matched with a section yet
	arrived   []*section // matched, but not reported yet
	waiting   []Send     // not placed in a section yet
	stale     bool       // the client has not been told that a track is over
	asked     bool       // a request for an offer is open
}

// NewSingle makes the state of a PeerConnection before its first offer.
func NewSingle(cfg Config) *Single {
	return &Single{connection: newConnection(cfg)}
}

// Apply takes events in order and returns what is to be done, in order. Events given together lead to one request
// for sections at most, so several Sends are best given together.
//
// Each Receive ends with StopReceiving and each StartSending with StopSending, also when Withdraw or Unsend asked
// for the end. After Refuse nothing happens any more.
func (n *Single) Apply(events ...Event) []Action {
	for _, event := range events {
		if n.refused {
			break
		}
		switch e := event.(type) {
		case Offer:
			n.onOffer(e)
		case Announce:
			n.onAnnounce(e)
		case Withdraw:
			n.onWithdraw(e.Track)
		case Send:
			n.onSend(e)
		case Unsend:
			n.onUnsend(e.Track)
		}
	}
	if !n.refused {
		n.ask()
	}
	return n.done()
}

// inOrder lists sections by mid, so that equal events give equal actions.
func (n *Single) inOrder(sections map[string]*section) []*section {
	list := make([]*section, 0, len(sections))
	for _, s := range sections {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *section) int { return strings.Compare(a.offered.MID, b.offered.MID) })
	return list
}
