// Package negotiate owns what is agreed with a client about one PeerConnection: which media section carries which
// track, with which codecs, and the answers that say so.
//
// It is pure: Apply takes what happened and returns what to do. It must not know rooms, permissions or sockets,
// and it keeps no media: session carries its actions out.
package negotiate

import "konklave/internal/sdp"

// Config is what a negotiation needs from outside.
type Config struct {
	Fingerprint    string          // of the server's certificate, "sha-256 AB:CD:.."
	Candidates     []sdp.Candidate // the server's addresses
	NewCredentials func() (ufrag, pwd string)
	NewSSRC        func() uint32 // random
}

// Single is a PeerConnection for which the client always makes the offers (the LiveKit protocol's single mode).
type Single struct{ cfg Config }

// NewSingle makes the state of a PeerConnection before its first offer.
func NewSingle(cfg Config) *Single { return &Single{cfg: cfg} }

// Apply takes events in order and returns what is to be done. Events given together are answered together, so that
// several Sends cost one request to the client.
func (n *Single) Apply(events ...Event) []Action { return nil }
