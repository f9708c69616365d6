package sfu

import "konklave/internal/sfu/codec"

// Extensions are the ids of RTP header extensions (RFC 8285) as negotiated for one section; 0 means absent.
type Extensions struct {
	MID         uint8 // urn:ietf:params:rtp-hdrext:sdes:mid
	RID         uint8 // urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
	RepairedRID uint8 // urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
	TWCC        uint8 // http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
	AudioLevel  uint8 // urn:ietf:params:rtp-hdrext:ssrc-audio-level
	AbsSendTime uint8 // http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
	Orientation uint8 // urn:3gpp:video-orientation
	DD          uint8 // AV1 dependency descriptor
}

// Payload is one negotiated codec of a section.
type Payload struct {
	PT        uint8
	RTX       uint8 // payload type of its retransmissions (RFC 4588), 0 when there are none
	Codec     codec.Type
	ClockRate uint32 // Hz
	NACK      bool   // generic NACK was negotiated
	PLI       bool   // picture loss indication was negotiated
	TWCC      bool   // transport-wide feedback was negotiated
}

// Encoding is one stream that a publisher sends for a track, lowest quality first in UpParams.
type Encoding struct {
	RID  string // "" without simulcast
	SSRC uint32 // 0 when it is learned from the RID or MID extension
	RTX  uint32 // SSRC of its retransmissions, 0 when learned
}

// UpParams describe one track that a publisher sends, in one codec: one media section.
type UpParams struct {
	MID        string
	Kind       codec.Kind
	Payloads   []Payload
	Encodings  []Encoding // at least one
	Extensions Extensions
	FirstLayer int8 // index of the first encoding among the layers of the track, which may come in another codec too
}

// DownParams describe one section towards a subscriber.
type DownParams struct {
	MID        string
	Kind       codec.Kind
	Payloads   []Payload // what the subscriber accepts, its payload types
	SSRC       uint32
	RTX        uint32 // SSRC of retransmissions, 0 when not negotiated
	CNAME      string // same for all tracks of one publishing participant, so that they play in step
	Extensions Extensions
}

// rate is that of the RTP clock in Hz.
func (p *DownParams) rate() uint32 {
	switch {
	case len(p.Payloads) > 0 && p.Payloads[0].ClockRate != 0:
		return p.Payloads[0].ClockRate
	case p.Kind == codec.Audio:
		return 48000
	}
	return 90000
}

// DownSettings are what a subscriber wants of a track at this moment.
type DownSettings struct {
	Disabled bool  // nothing is forwarded; the section stays
	First    int8  // lowest layer index of the codec wanted, a multiple of MaxLayers
	MaxLayer int8  // highest layer index wanted, not below First
	FPS      uint8 // most pictures a second that are wanted, 0 for all; temporal layers beyond that are left out
	Rank     Rank
	Side     uint16 // pixels of a square as large as its tile, 0 when not known
}

// Rank is which pictures come first where a line does not carry all.
type Rank uint8

// Ranks.
const (
	RankOther Rank = iota
	RankSpeaker
	RankScreen
)

// Choice bounds what goes to a subscriber of a track: layers of its codec and temporal layers, the lowest being 0. A
// negative layer stands for nothing.
type Choice struct{ Layer, Temporal int8 }

// Everything is the choice that bounds nothing.
var Everything = Choice{Layer: MaxLayers - 1, Temporal: codec.MaxTemporal}
