// Package shaper owns what a network does to packets: a line that is slow, far and loses some (Line), a wall that lets only
// some pass (Wall), an address that is not that of the machine behind it (NAT).
//
// It computes and nothing else: time is passed in, chance comes from a seed. Sockets and namespaces are the business of the
// command beside it.
package shaper
