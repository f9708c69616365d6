package wire

import "testing"

// When the kernel refuses a train its packets leave one by one, and no further train is tried on that path.
func TestRefusedTrainLeavesSingly(t *testing.T) {
	w := testWire(t, Config{Shards: 1})
	p := newPeer(t, w, peerOptions{}).ready()
	done := make(chan struct{})
	p.transport.post(func(s *shard) {
		s.ports[0].out.broken = true // the kernel gets a segment size that it refuses
		close(done)
	})
	await(t, done, "breaking")
	p.expectBurst(18)
	await(t, settled(w), "counting")
	if st := w.Stats(); st.GSORefused != 1 {
		t.Errorf("%d trains were refused", st.GSORefused)
	}
}
