package sfu

import (
	"testing"

	"konklave/internal/sfu/codec"
)

func TestJoinerBeginsInTheHistory(t *testing.T) {
	tests := []struct {
		name  string
		after Time // since the last key frame
		burst bool // the picture is there at once
	}{
		{"at once", Milliseconds(5), true},
		{"in the same half second", Milliseconds(400), true},
		{"later", Milliseconds(900), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newCall(7)
			c.begin()
			c.run(Milliseconds(4000))
			c.publisher.layers[2].keyframe = true
			c.run(Milliseconds(33+20) + test.after)
			asked := c.publisher.wishes[2]

			late := newSimViewer(c.world)
			d, s := late.watch(c.publisher.camera, 0x33333330)
			d.Set(c.now, DownSettings{MaxLayer: 2})
			if got := len(s.sent) > 0; got != test.burst {
				t.Errorf("%d packets sent at once", len(s.sent))
			}
			if got := c.publisher.wishes[2] > asked; got == test.burst {
				t.Errorf("key frame asked for: %t", got)
			}
			c.run(Milliseconds(150))
			if len(s.got) == 0 {
				t.Error("no picture 150 ms after the join")
			}
			c.run(Milliseconds(3000))
			j := checkStream(t, codec.Video, inOrder(s.got))
			if j.broken != 0 || j.missing != 0 || j.frames < 90 || len(j.layers) != 1 {
				t.Errorf("%d frames, %d broken, %d packets missing, layers %v", j.frames, j.broken, j.missing, j.layers)
			}
			if j := checkStream(t, codec.Video, inOrder(c.picture.got)); j.broken != 0 || j.missing != 0 {
				t.Error("the others were disturbed")
			}
		})
	}
}

func TestManyJoinersAskOnce(t *testing.T) {
	c := newCall(8)
	c.publisher.keyframeDelay = Milliseconds(200)
	c.begin()
	c.run(Milliseconds(4000))
	asked := c.publisher.wishes[2]
	var streams []*viewStream
	for range 50 {
		d, s := newSimViewer(c.world).watch(c.publisher.camera, 0x33333330)
		d.Set(c.now, DownSettings{MaxLayer: 2})
		streams = append(streams, s)
		c.run(Milliseconds(4))
	}
	c.run(Milliseconds(1000))
	if n := c.publisher.wishes[2] - asked; n > 2 {
		t.Errorf("%d key frames asked for", n)
	}
	for _, s := range streams {
		if j := checkStream(t, codec.Video, inOrder(s.got)); j.broken != 0 || j.missing != 0 || j.frames < 20 {
			t.Fatalf("%d frames, %d broken, %d packets missing", j.frames, j.broken, j.missing)
		}
	}
}

// A section and its SSRC may carry another track later. Numbers and time go on, so that nothing is encrypted twice
// under one number.
func TestSectionIsUsedAgain(t *testing.T) {
	c := newCall(9)
	c.begin()
	c.run(Milliseconds(2000))
	first := inOrder(c.picture.sent)
	c.viewer.sender.RemoveDownTrack(c.camera)
	c.run(Milliseconds(500))
	other := newSimPublisher(c.world)
	other.begin()
	d, s := c.viewer.watch(other.camera, c.picture.ssrc)
	s.highest = first[len(first)-1].seq
	d.Set(c.now, DownSettings{MaxLayer: 2})
	c.run(Milliseconds(2000))
	second := inOrder(s.sent)
	a, b := first[len(first)-1], second[0]
	if b.seq != a.seq+1 {
		t.Errorf("sequence number %d after %d", b.seq, a.seq)
	}
	if ahead := int32(b.ts - a.ts); ahead < 90*500 || ahead > 90*800 {
		t.Errorf("timestamp is %d ahead", ahead)
	}
}

func TestRefusedVideoBeginsWithAKeyframe(t *testing.T) {
	c := newCall(10)
	c.begin()
	for range 5 {
		c.run(Milliseconds(1500))
		c.viewer.refuse = true
		c.run(Milliseconds(20 + c.chance.Int64N(1000)))
		c.viewer.refuse = false
	}
	c.run(Milliseconds(1500))
	j := checkStream(t, codec.Video, inOrder(c.picture.got))
	if j.missing != 0 || j.frames < 150 || j.broken > 5 {
		t.Errorf("%d frames, %d broken, %d packets missing", j.frames, j.broken, j.missing)
	}
	if j := checkStream(t, codec.Audio, inOrder(c.voice.got)); j.missing != 0 {
		t.Errorf("%d audio packets missing", j.missing)
	}
}

// A subscriber that cannot decode the codec gets nothing and troubles nobody.
func TestCodecThatTheSubscriberLacks(t *testing.T) {
	c := newCall(11)
	c.publisher.begin()
	c.run(Milliseconds(2000))
	asked := c.publisher.wishes
	out := &recorder{}
	d := NewSender(out).AddDownTrack(c.publisher.camera, DownParams{
		Kind: codec.Video, SSRC: 1, Payloads: []Payload{{PT: 98, Codec: codec.H264, ClockRate: 90000}},
	}, c.now)
	d.Set(c.now, DownSettings{MaxLayer: 2})
	c.run(Milliseconds(3000))
	if len(out.rtp) > 0 || c.publisher.wishes != asked {
		t.Errorf("%d packets sent, key frames asked for: %v", len(out.rtp), c.publisher.wishes)
	}
}
