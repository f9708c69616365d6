package main

import (
	"context"
	"errors"
	"time"
)

// The search for the greatest rate of which all arrives.
const (
	saturationLook   = 1500 * time.Millisecond // at each rate on the way up
	saturationProof  = 4 * time.Second         // at the rate that is taken: queues hide a second's excess
	saturationUp     = 1.25
	saturationDown   = 0.94
	saturationEnough = 0.999 // delivered
	saturationLeast  = 0.02  // times the usual rate
	saturationMost   = 16    // times the usual rate: what publishers can be brought to
)

// saturate makes cameras faster until packets get lost, then slower until, for longer, none do; and leaves them so.
func (m *measurement) saturate(ctx context.Context, r *Result) error {
	factor := 0.5
	for ; factor < saturationMost; factor *= saturationUp {
		_, share, err := m.try(ctx, factor, saturationLook)
		if err != nil {
			return err
		}
		if share < saturationEnough {
			break
		}
	}
	for ; factor > saturationLeast; factor *= saturationDown {
		rate, share, err := m.try(ctx, factor, saturationProof)
		if err != nil {
			return err
		}
		if share >= saturationEnough {
			r.Saturation = rate
			return nil
		}
	}
	return errors.New("packets get lost at any rate")
}

// try has cameras be so many times as fast as usual for a while, and tells how many packets a second came and which
// share of what was due.
func (m *measurement) try(ctx context.Context, factor float64, lasts time.Duration) (rate, share float64, err error) {
	m.pace.Faster(factor)
	before, err := m.balance(ctx)
	if err != nil {
		return 0, 0, err
	}
	start, err := m.moment()
	if err == nil {
		err = sleep(ctx, lasts)
	}
	if err != nil {
		return 0, 0, err
	}
	end, err := m.moment()
	if err != nil {
		return 0, 0, err
	}
	after, err := m.balance(ctx)
	seconds := end.at.Sub(start.at).Seconds()
	return float64(end.got.Packets-start.got.Packets) / seconds, after.delivered(before), err
}
