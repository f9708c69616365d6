package main

import (
	"slices"
	"time"
)

// Result is what one run gave. Sizes are in bytes, times in the units of the names.
type Result struct {
	Scenario string
	Server   string  // konklave, or one of those beside it
	Version  string  // of the server
	Seconds  float64 // of the window

	PacketsIn, PacketsOut float64 // a second, at the clients' sockets
	MegabitsOut           float64 // a second, with SRTP, without UDP and IP
	ServerCounted         float64 // packets a second that the server says it sent, RTCP and all
	TrainShare            float64 // sends that carried several packets, for each packet sent
	Delivered             float64 // packets that reached receivers, for each one that was sent to be received by them
	Misplaced             int     // streams that came in another layer than was asked for
	LossPercent           float64 // by the gaps in the numbers that the server gives
	Repaired              float64 // retransmissions a second
	Unrepaired            float64 // packets still missing at the end, percent
	Checked               uint64  // payloads that were compared with what was sent

	CPU           float64 // cores of the server
	MicrosPerSent float64 // CPU of the server for each packet forwarded
	Starved       float64 // share of the time in which the server could have run and something else did
	LoadCPU       float64 // cores of the clients: near 1 they are what limits
	LoadMicros    float64 // CPU of the clients for each packet received
	LoadStarved   float64
	Mallocs       float64 // of the whole server process for each packet forwarded
	Saturation    float64 `json:",omitempty"` // most packets a second that arrive

	Shards float64 `json:",omitempty"` // what two do, times what one does; nothing else then

	People                      int
	RSSEmpty, RSS, RSSPerClient float64
	HeapPerClient               float64
	GoroutinesPerClient         float64
	JoinCPUMillis               float64 // of the server for each join

	Connected, Media, Picture Spread // ms from the beginning of a join
	Latency, AudioLatency     Spread // ms

	Drops map[string]float64 `json:",omitempty"` // during the window, by reason
	Log   string             `json:",omitempty"` // warnings of the server
}

// Spread are the median, the 95th and the 99th percentile.
type Spread struct{ P50, P95, P99 float64 }

func spreadOf(values []time.Duration) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	slices.Sort(values)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return Spread{ms(values[len(values)/2]), ms(values[len(values)*95/100]), ms(values[len(values)*99/100])}
}
