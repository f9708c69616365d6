package sfu

import (
	"konklave/internal/sfu/bwe"
	"konklave/internal/sfu/codec"
)

// offer is what a subscriber could get of a picture at this moment, and what each of that costs.
type offer struct {
	down    *DownTrack
	count   int
	comes   bool // else the choice is what is expected
	choices [mostChoices]Choice
	rates   [mostChoices]bwe.Rate
	most    bwe.Rate // that all which is asked for may cost, also what does not come yet
}

// mostChoices are the layers of a codec and, of the lowest, fewer pictures a second.
const mostChoices = MaxLayers + codec.MaxTemporal

// expected is what layers cost of which nothing was measured, as browsers send them of a camera; expectedText is that of the
// lowest of a screen, as our client sends it for thin lines.
var expected = [MaxLayers]bwe.Rate{150 * bwe.Kbit, 500 * bwe.Kbit, 1700 * bwe.Kbit, 2500 * bwe.Kbit}

const expectedText = 110 * bwe.Kbit

const (
	packetOverhead = 44   // bytes of a packet that are no payload: header, extensions, tag
	packetPayload  = 1100 // bytes, of pictures of several packets
	fewerPictures  = 0.8  // of the cost must fewer pictures have to be worth a choice
)

// weigh lists what can be had of a picture: the layers that come, up to the highest that is asked for; of the lowest also
// fewer pictures. Where none of these comes it is the next that does, and else what is expected.
func (o *offer) weigh(now Time, d *DownTrack) {
	o.down, o.count = d, 0
	t, first := d.track, d.settings.First
	asked := min(d.settings.MaxLayer-first, MaxLayers-1)
	last := min(MaxLayers, int8(len(t.layers))-first)
	for l := int8(0); l < last && (l <= asked || o.count == 0); l++ {
		if t.pulses[first+l].sent(now) {
			o.addLayer(now, l)
		}
	}
	o.comes = o.count > 0
	if !o.comes {
		o.add(Choice{Temporal: codec.MaxTemporal}, o.expected(0))
	}
	o.most = o.rates[o.count-1]
	if top := min(asked, last-1); top > o.choices[o.count-1].Layer {
		o.most = max(o.most, o.expected(top))
	}
}

// addLayer adds a layer, and fewer pictures of it when it is the lowest.
func (o *offer) addLayer(now Time, layer int8) {
	all := Choice{Layer: layer, Temporal: codec.MaxTemporal}
	rate := o.cost(now, all)
	for c := (Choice{Layer: layer}); o.count < int(c.Temporal)+1 && layer == 0 && c.Temporal < codec.MaxTemporal; c.Temporal++ {
		fewer := o.cost(now, c)
		if fewer == 0 || fewer > times(rate, fewerPictures) {
			break
		}
		o.add(c, fewer)
	}
	o.add(all, rate)
}

func (o *offer) add(c Choice, rate bwe.Rate) {
	if o.count > 0 {
		rate = max(rate, o.rates[o.count-1])
	}
	o.choices[o.count], o.rates[o.count] = c, rate
	o.count++
}

// cost is what a choice takes of a line, with headers. What began lately was not measured long enough to say less than is
// expected; of fewer pictures nothing is expected.
func (o *offer) cost(now Time, c Choice) bwe.Rate {
	d, layer := o.down, o.down.settings.First+c.Layer
	bits := bwe.Rate(d.Rate(c))
	pictures := bwe.Rate(d.track.flow.fps(layer, min(c.Temporal, codec.MaxTemporal)))
	rate := bits + bits*packetOverhead/packetPayload + pictures*packetOverhead*8/2
	if now-d.track.pulses[layer].begun < 3*flowInterval {
		if c.Temporal < codec.MaxTemporal {
			return 0
		}
		rate = max(rate, o.expected(c.Layer))
	}
	return rate
}

// expected is what a layer costs before it is measured.
func (o *offer) expected(layer int8) bwe.Rate {
	if layer == 0 && o.down.rank == RankScreen {
		return expectedText
	}
	return expected[layer]
}

// goesOn tells whether the picture is on its way already.
func (o *offer) goesOn() bool { return o.down.current != noLayer && !o.down.Paused() }

// wish is the offer as it is divided. It refers to the offer.
func (o *offer) wish() bwe.Wish {
	w := bwe.Wish{Rank: o.down.rank.divided(), Size: int(o.down.side), Rates: o.rates[:o.count], Choice: -1}
	for i, c := range o.choices[:o.count] {
		if a := o.down.allowed; c.Layer < a.Layer || c.Layer == a.Layer && c.Temporal <= a.Temporal {
			w.Choice = i
		}
	}
	return w
}

// choice is the one of a number, of which -1 is nothing.
func (o *offer) choice(number int) Choice {
	if number < 0 {
		return Choice{Layer: noLayer}
	}
	return o.choices[number]
}

// divided is the rank as the division has it.
func (r Rank) divided() bwe.Rank {
	switch r {
	case RankScreen:
		return bwe.Screen
	case RankSpeaker:
		return bwe.Speaker
	}
	return bwe.Other
}
