// Package bwe estimates how much the way to one peer carries, from what the peer tells of the packets that were sent
// to it, and decides when to send more than media to find out whether it carries more.
//
// In use: Estimator.Sent for every packet that gets a number for the transport, as it departs; Estimator.OnFeedback for
// each message of feedback; then Estimator.Estimate, which Division.Divide divides. Estimator.NextProbe when the
// transport is polled, and again at Probe.Next: the bytes it wants leave as padding, or as packets sent again, and are
// Sent like all others. Estimator.OnREMB and OnLoss are for peers without such feedback.
//
// It only computes: time, packets and feedback are passed in by the shard that owns the transport. It sends nothing,
// keeps no packet, takes no lock and allocates nothing per packet. It must not know tracks, rooms or sockets.
package bwe
