package sfu

import (
	"testing"
)

// talk sends audio of a level for a span and returns how long it took until the track was active, or not any more.
func talk(b *bench, track *UpTrack, seq *uint16, level byte, span Time) (changed Time) {
	_, before := track.Level()
	begin, changed := b.now, Never
	for b.now < begin+span {
		*seq++
		b.send(with(opus(20, *seq, uint32(*seq)*960), 5, []byte{level}))
		b.wait(Milliseconds(20))
		if _, active := track.Level(); active != before && changed == Never {
			changed = b.now - begin
		}
	}
	return changed
}

func TestSpeaker(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	track := b.AddTrack(audioParams(Encoding{SSRC: 20}))
	seq := uint16(0)
	if at := talk(b, track, &seq, 60, Milliseconds(3000)); at != Never {
		t.Errorf("active after %d ns of murmur", at)
	}
	if at := talk(b, track, &seq, 20, Milliseconds(3000)); at > Milliseconds(820) {
		t.Errorf("active after %d ns of speech", at)
	}
	if level, active := track.Level(); !active || level != 20 {
		t.Errorf("level %d, active %v after long speech", level, active)
	}
	if at := talk(b, track, &seq, 127, Milliseconds(3000)); at < Milliseconds(300) || at > Milliseconds(1700) {
		t.Errorf("silent after %d ns of silence", at)
	}
	talk(b, track, &seq, 10, Milliseconds(1000))
	b.wait(Milliseconds(2500)) // no packets at all
	if level, active := track.Level(); active || level != 127 {
		t.Errorf("level %d, active %v without packets", level, active)
	}
	talk(b, track, &seq, 10, Milliseconds(1000))
	track.SetForwarding(false)
	if _, active := track.Level(); active {
		t.Error("active while muted")
	}
	talk(b, track, &seq, 10, Milliseconds(1000))
	if _, active := track.Level(); active {
		t.Error("active by packets that are not forwarded")
	}
}

func TestSpeakerNeedsItsShareOfTheWindow(t *testing.T) {
	for _, c := range []struct {
		loud   int // of ten packets
		active bool
	}{{3, false}, {5, true}} {
		b := newBench(t, ReceiverEvents{})
		track := b.AddTrack(audioParams(Encoding{SSRC: 20}))
		seq := uint16(0)
		for range 20 {
			talk(b, track, &seq, 10, Milliseconds(int64(c.loud)*20))
			talk(b, track, &seq, 127, Milliseconds(int64(10-c.loud)*20))
		}
		if _, active := track.Level(); active != c.active {
			t.Errorf("%d of 10 packets loud: active %v", c.loud, active)
		}
	}
}

func TestSpeakerLevel(t *testing.T) {
	for level, want := range map[uint8]float32{0: 1, 1: 1, 6: 0.625, 20: 0.125, 35: 0.125, 36: 0, 127: 0} {
		if got := SpeakerLevel(level); got != want {
			t.Errorf("%d: %v, want %v", level, got, want)
		}
	}
}
