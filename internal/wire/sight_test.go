package wire

import (
	"context"
	"testing"
	"time"

	"konklave/internal/sfu"

	"github.com/pion/rtcp"
)

// What a peer's line does not carry, what comes of a publisher and when something was forwarded first is published for others.
func TestWhatIsToldOfALine(t *testing.T) {
	m := newSlowMachine(t, 1)
	m.run(2*time.Second, 10*time.Microsecond)
	to, camera := m.picture[0].t, m.picture[0].source
	told := func(kbit float32) TransportStats {
		for range 8 {
			b, err := (&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: kbit * 1000}).Marshal()
			if err != nil {
				t.Fatal(err)
			}
			to.sender.OnRTCP(m.s.now, b, to.number)
			to.senderDue = m.s.now
			m.run(time.Second, 10*time.Microsecond)
		}
		return to.Stats()
	}
	st := to.Stats()
	if st.Short != (sfu.Shortage{}) || st.Line != 0 || st.First.IsZero() {
		t.Errorf("before anything is known of the line: %+v", st)
	}
	// The layers take some 60, 180 and 530 kbit/s, sound 40.
	for _, test := range []struct {
		kbit float32
		want sfu.Shortage
	}{
		{5000, sfu.Shortage{}}, {200, sfu.Shortage{Lowered: 1}}, {60, sfu.Shortage{Paused: 1}}, {5000, sfu.Shortage{}},
	} {
		if st := told(test.kbit); st.Short != test.want || st.Line == 0 {
			t.Errorf("at %.0f kbit/s it is short of %+v, want %+v; the estimate is %d", test.kbit, st.Short, test.want, st.Line)
		}
	}
	if st := camera.Stats(); st.Layers != 7 || st.Coming != 7 {
		t.Errorf("layers %b, of which %b come", st.Layers, st.Coming)
	}
	if early := to.Stats().First; !early.Equal(st.First) {
		t.Errorf("something was forwarded first at %v, then at %v", st.First, early)
	}

	sights := make(chan Sight, 1)
	go func() {
		sight, err := to.See(context.Background())
		if err != nil {
			t.Error(err)
		}
		sights <- sight
	}()
	for {
		select {
		case v := <-sights:
			if v.Out == 0 || v.Subscribed[m.picture[0]].Layer != 2 || v.Subscribed[m.picture[0]].Wanted != 2 || v.Subscribed[m.sound[0]].Bytes == 0 {
				t.Errorf("%+v", v)
			}
			return
		default:
			m.run(10*time.Millisecond, 0)
		}
	}
}
