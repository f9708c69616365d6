package testkit

import "konklave/internal/signal/lkpb"

// Request sends a request as it is, for tests of what the server answers.
func (p *Participant) Request(r *lkpb.SignalRequest) error { return p.request(r) }
