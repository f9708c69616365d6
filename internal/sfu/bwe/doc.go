// Package bwe estimates how much the way to one peer carries, from what the peer tells of the packets that were sent
// to it, and decides when to send more than media to find out whether it carries more.
//
// It only computes: time, packets and feedback are passed in by the shard that owns the transport. It sends nothing,
// keeps no packet, takes no lock and allocates nothing per packet. It must not know tracks, rooms or sockets.
package bwe
