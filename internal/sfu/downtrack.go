package sfu

// DownTrack is one track on its way to one subscriber. It sends nothing before its first Set.
type DownTrack struct{}

// DownStats are the counters of a down track since its beginning.
type DownStats struct {
	Layer   int8   // layer that is forwarded at the moment, -1 when none
	Packets uint64 // sent, retransmissions not counted
	Bytes   uint64 // of their payloads
	RTX     uint64 // packets sent again
	Drops   [DropReasons]uint64
	Lost    int32 // packets the subscriber never saw, by its own report
	Loss    uint8 // share of packets lost between the last two reports, in 1/256
	RTT     Time  // round trip time to the subscriber, 0 when not known yet
}

// Set tells what the subscriber wants of the track from now on.
func (d *DownTrack) Set(now Time, s DownSettings) {}

// Stats tells what became of the packets so far.
func (d *DownTrack) Stats() DownStats { return DownStats{} }
