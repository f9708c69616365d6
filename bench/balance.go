package main

import (
	"context"

	"konklave/bench/load"
)

// balance is what publishers sent and receivers got up to a silence: for each receiver and each stream that it must
// get, how much of that was sent, in the layer that is due, and how much came. Nothing here comes from numbers that a
// server gives, so it cannot make up for what it lost.
type balance struct {
	sent, got map[pairing]uint64
	misplaced int
}

// pairing is a stream on its way to one receiver.
type pairing struct {
	receiver int
	stream
}

// balance holds the publishers until nothing is under way, counts, and lets them go on.
func (m *measurement) balance(ctx context.Context) (balance, error) {
	b := balance{sent: map[pairing]uint64{}, got: map[pairing]uint64{}}
	m.pace.Hold()
	defer m.pace.Go()
	if err := sleep(ctx, drain); err != nil {
		return b, err
	}
	sent := map[load.Origin]uint64{}
	for _, c := range m.clients {
		for o, n := range c.SentOf() {
			sent[o] = n
		}
	}
	for i, c := range m.clients {
		received := c.Received()
		got := streams(received)
		for _, o := range m.scenario.due(m.people[i], m.people) {
			if o.Layer < 0 {
				o.Layer = len(m.settings.recording.Layers) - 1
			}
			at := pairing{i, stream{o.Number, o.Video}}
			b.sent[at], b.got[at] = sent[o], got[at.stream]
			if received[o] == 0 {
				b.misplaced++
			}
		}
	}
	return b, nil
}

// delivered is the share of what was sent since before that came.
func (b balance) delivered(before balance) float64 {
	var sent, got uint64
	for at := range b.sent {
		sent += b.sent[at] - before.sent[at]
		got += b.got[at] - before.got[at]
	}
	if sent == 0 {
		return 0
	}
	return float64(got) / float64(sent)
}
