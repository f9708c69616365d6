package sfu

// Sender is all that goes to one subscriber's transport: its down tracks and the RTCP about them, in and out.
type Sender struct {
	out Egress
}

// NewSender makes a sender without down tracks that sends to out.
func NewSender(out Egress) *Sender { return &Sender{out: out} }

// AddDownTrack begins to carry t to the subscriber in the section that p describes. Nothing is sent before the down
// track's first Set. The caller calls Poll after it.
func (s *Sender) AddDownTrack(t *Track, p DownParams, now Time) *DownTrack { return &DownTrack{} }

// RemoveDownTrack ends what AddDownTrack began.
func (s *Sender) RemoveDownTrack(d *DownTrack) {}

// OnRTCP takes a compound packet of the subscriber; it may be about other things too. It keeps nothing of it.
func (s *Sender) OnRTCP(now Time, compound []byte) {}

// Poll sends what is due, such as sender reports, and tells when it wants to be called again.
func (s *Sender) Poll(now Time) (next Time) { return Never }

// RTT is the round trip time to the subscriber by its own reports, 0 when not known yet.
func (s *Sender) RTT() Time { return 0 }
