package bwe

import "testing"

func TestAPeersOwnEstimateCounts(t *testing.T) {
	var e Estimator
	if got := e.Estimate(); got != startRate {
		t.Errorf("%d at the start, want %d", got, startRate)
	}
	e.OnREMB(0, 2*Mbit)
	if got := e.Estimate(); got != 2*Mbit {
		t.Errorf("%d after the peer said 2 Mbit/s", got)
	}
	e.OnREMB(0, 1)
	if got := e.Estimate(); got != leastRate {
		t.Errorf("%d after the peer said 1 bit/s, want %d", got, leastRate)
	}
}
