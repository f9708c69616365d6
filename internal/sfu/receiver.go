package sfu

// Receiver owns all that one publisher's transport receives.
type Receiver struct {
	out   Egress
	local uint32
	ev    ReceiverEvents
}

// ReceiverEvents are called from within OnRTP; each may be nil.
type ReceiverEvents struct {
	OnLayer func(track *UpTrack, layer int8, ssrc uint32) // first packet of a layer seen
}

// NewReceiver makes a Receiver whose RTCP goes to out with localSSRC as its sender.
func NewReceiver(out Egress, localSSRC uint32, ev ReceiverEvents) *Receiver {
	return &Receiver{out: out, local: localSSRC, ev: ev}
}

// AddTrack begins to receive a track.
func (r *Receiver) AddTrack(p UpParams, feeds ...Feed) *UpTrack { return &UpTrack{} }

// RemoveTrack ends a track.
func (r *Receiver) RemoveTrack(t *UpTrack) {}

// OnRTP takes a decrypted packet.
func (r *Receiver) OnRTP(now Time, data []byte) DropReason { return DropUnknownSSRC }

// OnRTCP takes a decrypted compound packet.
func (r *Receiver) OnRTCP(now Time, compound []byte) {}

// Poll does what is due and tells when it must be called next.
func (r *Receiver) Poll(now Time) (next Time) { return Never }

// Deadline is when Poll has something to do; it changes with every other call.
func (r *Receiver) Deadline() Time { return Never }
