package sfu

import (
	"slices"

	"konklave/internal/sfu/codec"
)

// Most subscribers ask for sound that got lost, or take it together with what was before it (RED). Those that do neither, which is
// Firefox, get each packet a second time behind the next one, while they report that much gets lost.
const (
	twiceFrom = 8                    // lost of 256 between two reports
	twiceFor  = Time(20_000_000_000) // since the last such report: what came the second time is not reported as lost
)

// Twice tells whether the track may go twice: sound to a subscriber that has no way of its own to get what was lost.
func (p *DownParams) Twice() bool {
	return p.Kind == codec.Audio && !slices.ContainsFunc(p.Payloads, func(one Payload) bool { return one.NACK || one.Codec == codec.RED })
}

// onLoss decides, by the share that the subscriber reports lost, whether it does.
func (d *DownTrack) onLoss(now Time, share uint8) {
	if !d.params.Twice() {
		return
	}
	x := d.rare()
	if share >= twiceFrom {
		x.lossy = now
	}
	d.twice = x.lossy != 0 && now-x.lossy < twiceFor
}

// repeat sends our packet seq a second time, if there is one.
func (d *DownTrack) repeat(now Time, seq int64) {
	if d.stream.findSent(seq) == nil {
		return
	}
	if size := d.sendAgain(now, seq); d.paced {
		d.sender.line.pacer.take(size, d.sender.line.pace())
	}
}
