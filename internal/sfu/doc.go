// Package sfu is the media core: it receives what publishers send and forwards it to subscribers, packet by packet,
// without decoding anything. It owns streams, losses, layers, numbers, and the RTCP about them. It does no IO, knows
// no sockets, encryption, SDP or rooms, starts no goroutine, takes no lock and never asks for the time: one shard of
// wire owns every object and passes time and packets in.
//
// The way of a packet:
//
//	receiver.go   Receiver.OnRTP: parsed (packet.go), counted for feedback (twcc.go), led to its layer (demux.go)
//	layer.go      layer.receive: order and duplicates (window.go), loss (nack.go), then to the track's feeds
//	track.go      Track.OnMedia: kept in the history (history.go), to every DownTrack
//	downtrack.go  the layer that is wanted, else a DropReason (drop.go)
//	rewrite.go    new numbers, then to the peer by its Stream (media.go)
//
// What a subscriber's line carries is divided among its pictures (line.go, offer.go), and they wait for it (pacer.go).
//
// RTCP is read in place and written by rtcp.go. What happens by time, happens in Receiver.Poll and Sender.Poll.
package sfu
