package sfu

import "konklave/internal/sfu/codec"

// Time is a moment in nanoseconds since the Unix epoch, read from a clock that never runs backwards.
// It is passed in; nothing in this package asks for the time.
type Time int64

// Milliseconds makes a span of n milliseconds, to be added to a Time.
func Milliseconds(n int64) Time { return Time(n * 1_000_000) }

// Never is a deadline that does not come.
const Never = Time(1<<63 - 1)

// Media is one packet of a Layer, opened, in its place in the stream, ready for every Track that carries it.
// It is a view: Data belongs to whoever calls and stays unchanged until the end of the shard's turn.
type Media struct {
	Data    []byte // the RTP packet: header and payload, without RTP padding
	Header  int    // bytes of Data that are RTP header, extensions included
	Arrival Time

	Layer     int8       // index of the encoding in its track, 0 is the lowest
	Codec     codec.Type // of this packet
	Seq       int64      // sequence number of the layer, extended over wraps; retransmissions carry the original's
	Timestamp int64      // RTP timestamp of the layer, extended over wraps
	Marker    bool
	Resumed   bool // the publisher's gate left those before out: the stream goes on here without a gap
	Recovered bool // came late or by RTX: it goes to the history and to those that miss it

	Frame codec.Frame // what the payload says of its frame (video)

	AudioLevel  uint8  // RFC 6464, -dBov: 0 loudest, 127 silence; 127 when absent
	Voice       bool   // RFC 6464 V bit
	Orientation uint8  // 3GPP video orientation byte, 0 when absent
	DD          []byte // AV1 dependency descriptor extension as received, nil when absent
}

// Payload is the codec's payload: descriptor and data.
func (m *Media) Payload() []byte { return m.Data[m.Header:] }

// SenderReport relates a layer's RTP clock to the publisher's wall clock (RFC 3550 section 6.4.1).
type SenderReport struct {
	NTP       uint64 // 32.32 fixed point seconds since 1900
	Timestamp int64  // extended as in Media
	Arrival   Time
}

// Feed leads from a publisher to the tracks that carry its packets: a Track in the same shard, or the ring to
// another shard. The publisher's shard calls it.
type Feed interface {
	OnMedia(now Time, m *Media)
	OnSenderReport(now Time, layer int8, sr SenderReport)
}

// Egress takes packets to one peer. wire implements it; the shard of the peer's transport calls it.
type Egress interface {
	// Stream is the way of one SSRC to the peer, the same at each call.
	Stream(ssrc uint32) Stream
	// SendRTCP queues one compound packet, copied at once.
	SendRTCP(b []byte) bool
}

// Stream takes the RTP packets of one SSRC.
type Stream interface {
	// SendRTP queues one RTP packet: head (RTP header and, where it was rewritten, the payload descriptor; copied
	// at once) followed by tail (kept by reference until the end of the turn, so it must not change before).
	// It tells whether the packet was taken.
	SendRTP(head, tail []byte) bool
	// Warm reads what SendRTP is going to need, see Track.warm. What it returns means nothing.
	Warm() int64
}
