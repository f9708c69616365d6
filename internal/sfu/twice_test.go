package sfu

import (
	"testing"

	"konklave/internal/sfu/codec"
)

// Who loses sound and has no way to get it gets each packet twice, byte by byte the same, for a while after the last report of
// loss; who asks for what is lost, or takes RED, never.
func TestSoundGoesTwiceToWhomMuchGetsLost(t *testing.T) {
	opus := Payload{PT: 111, Codec: codec.Opus, ClockRate: 48000}
	asks := opus
	asks.NACK = true
	for name, test := range map[string]struct {
		payloads []Payload
		lost     uint8
		want     int // copies of each
	}{
		"nothing is lost": {[]Payload{opus}, 0, 1},
		"little is lost":  {[]Payload{opus}, twiceFrom - 1, 1},
		"much is lost":    {[]Payload{opus}, twiceFrom, 2},
		"it asks":         {[]Payload{asks}, 80, 1},
		"it takes RED":    {[]Payload{opus, {PT: 63, Codec: codec.RED, ClockRate: 48000}}, 80, 1},
	} {
		track := NewTrack(codec.Audio, 1, func(int8) {})
		out, s, _ := hears(track, test.payloads...)
		copies := map[uint16]int{}
		first := map[uint16]string{}
		send := func(from, to int64) (now Time) {
			clear(copies)
			for seq := from; seq < to; seq++ {
				m := redMedia(seq)
				m.Codec = codec.Opus
				now = m.Arrival
				track.OnMedia(now, m)
				for _, b := range out.take() {
					n := wireSeq(b)
					copies[n]++
					if copies[n] == 1 {
						first[n] = string(b)
					} else if first[n] != string(b) {
						t.Fatalf("%s: the second %x is another than the first %x", name, b, first[n])
					}
				}
			}
			return now
		}
		most := func() (most int) {
			for _, n := range copies {
				most = max(most, n)
			}
			return most
		}
		now := send(100, 110)
		if most() != 1 {
			t.Fatalf("%s: %d copies before any report", name, most())
		}
		s.OnRTCP(now, appendReportBlock(appendRRHeader(nil, 1, 1), reportBlock{SSRC: 42, Fraction: test.lost}), 0)
		now = send(110, 120)
		if most() != test.want {
			t.Errorf("%s: %d copies, want %d", name, most(), test.want)
		}
		s.OnRTCP(now+twiceFor, appendReportBlock(appendRRHeader(nil, 1, 1), reportBlock{SSRC: 42}), 0)
		if send(120, 130); most() != 1 {
			t.Errorf("%s: %d copies when nothing is lost any more", name, most())
		}
	}
}
