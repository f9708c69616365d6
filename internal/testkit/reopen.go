package testkit

import (
	"context"
	"fmt"

	"konklave/internal/signal/lkpb"
)

// ReopenReliable closes the channel of reliable data and, when between has returned, opens another, of which the
// server knows when this returns. What comes meanwhile is lost.
func (p *Participant) ReopenReliable(ctx context.Context, between func()) error {
	old := p.channels[lkpb.DataPacket_RELIABLE]
	if err := old.Close(); err != nil {
		return fmt.Errorf("closing a data channel: %w", err)
	}
	between()
	channel, err := p.pc.CreateDataChannel(reliable, nil)
	if err != nil {
		return fmt.Errorf("opening a data channel: %w", err)
	}
	before := 0
	p.Look(func(v *View) { before = v.Channels })
	p.listen(p.pc, channel)
	p.channels[lkpb.DataPacket_RELIABLE] = channel
	return p.Until(ctx, "the new data channel", func(v *View) bool { return v.Channels > before })
}
