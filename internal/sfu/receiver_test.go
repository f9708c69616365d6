package sfu

import (
	"bytes"
	"slices"
	"testing"

	"konklave/internal/sfu/codec"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

func TestAnnouncedSSRCs(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	video := b.AddTrack(videoParams(Encoding{SSRC: 10, RTX: 11}), b.feed)
	if got := b.send(vp8(10, 100, 1000, true)); got != Kept {
		t.Fatalf("first packet: %v", got)
	}
	lost := vp8(10, 101, 4000, false)
	b.send(vp8(10, 102, 7000, false))
	if got := b.send(rtx(lost, 11, 5)); got != Kept {
		t.Fatalf("retransmission: %v", got)
	}
	if got := b.send(rtx(lost, 11, 6)); got != DropDuplicate {
		t.Errorf("second retransmission: %v", got)
	}
	if got := b.send(lost); got != DropDuplicate {
		t.Errorf("original behind its retransmission: %v", got)
	}
	m := b.feed.media[2]
	if m.Seq != b.feed.media[0].Seq+1 || m.Timestamp != b.feed.media[0].Timestamp+3000 || !m.Recovered || m.payload != string(lost.Payload) {
		t.Errorf("unwrapped retransmission: %+v", m)
	}
	var p rtp.Packet
	if err := p.Unmarshal(m.Data); err != nil || p.SSRC != 10 || p.PayloadType != testVP8 || p.SequenceNumber != 101 {
		t.Errorf("header of the unwrapped retransmission: %+v, %v", p.Header, err)
	}
	if s := video.Stats().Layers[0]; s.Lost != 1 || s.Recovered != 1 || s.Packets != 5 || !s.Alive || s.SSRC != 10 || s.Keyframes != 1 {
		t.Errorf("stats: %+v", s)
	}
}

func TestSimulcastByRID(t *testing.T) {
	type seen struct {
		layer int8
		ssrc  uint32
	}
	var layers []seen
	b := newBench(t, ReceiverEvents{OnLayer: func(_ *UpTrack, layer int8, ssrc uint32) {
		layers = append(layers, seen{layer, ssrc})
	}})
	b.AddTrack(videoParams(Encoding{RID: "q"}, Encoding{RID: "h"}, Encoding{RID: "f"}), b.feed)
	// Another section with the same RIDs: only the MID tells them apart.
	other := videoParams(Encoding{RID: "q"}, Encoding{RID: "h"}, Encoding{RID: "f"})
	other.MID = "screen"
	b.AddTrack(other)

	if got := b.send(with(vp8(30, 1, 1, true), 2, "f")); got != DropUnknownSSRC {
		t.Errorf("RID without MID, found in two sections: %v", got)
	}
	if got := b.send(rtx(with(vp8(20, 1, 1, true), 1, "v", 3, "h"), 21, 1)); got != DropTooOld {
		t.Errorf("retransmission before its stream: %v", got)
	}
	for i, rid := range []string{"q", "h", "f"} {
		ssrc := uint32(10 * (i + 1))
		if got := b.send(with(vp8(ssrc, 1, 1, true), 1, "v", 2, rid)); got != Kept {
			t.Fatalf("layer %s: %v", rid, got)
		}
		// Known now: the extensions may go.
		if got := b.send(vp8(ssrc, 3, 1, true)); got != Kept {
			t.Fatalf("layer %s without extensions: %v", rid, got)
		}
		if m := b.feed.media[len(b.feed.media)-1]; m.Layer != int8(i) {
			t.Errorf("layer %s became %d", rid, m.Layer)
		}
	}
	if want := []seen{{0, 10}, {1, 20}, {2, 30}}; !slices.Equal(layers, want) {
		t.Errorf("layers seen: %v, want %v", layers, want)
	}
	lost := vp8(30, 2, 1, false)
	if got := b.send(rtx(with(lost, 1, "v", 3, "f"), 31, 1)); got != Kept {
		t.Errorf("retransmission by repaired RID: %v", got)
	}
	if got := b.send(rtx(lost, 31, 2)); got != DropDuplicate {
		t.Errorf("retransmission of a known stream: %v", got)
	}
	if got := b.send(with(vp8(40, 1, 1, true), 1, "v", 2, "x")); got != DropUnknownSSRC {
		t.Errorf("unknown RID: %v", got)
	}
	if got := b.Stats().Unknown; got != 2 {
		t.Errorf("%d unknown SSRCs, want 2", got)
	}
}

func TestStreamsWithoutSSRCLines(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(audioParams(Encoding{}))
	b.AddTrack(videoParams(Encoding{}), b.feed)
	if got := b.send(vp8(10, 1, 1, true)); got != Kept {
		t.Errorf("by payload type: %v", got)
	}
	if got := b.send(rtx(vp8(10, 1, 1, true), 11, 1)); got != DropDuplicate {
		t.Errorf("its retransmissions, by payload type: %v", got)
	}
	if got := b.send(vp8(12, 1, 1, true)); got != DropUnknownSSRC {
		t.Errorf("a second stream of the payload type: %v", got)
	}
	if got := b.send(with(vp8(12, 1, 1, true), 1, "v")); got != DropUnknownSSRC {
		t.Errorf("a second stream that names the section, too soon: %v", got)
	}
	b.now += streamPause
	if got := b.send(with(vp8(12, 1, 1, true), 1, "v")); got != Kept {
		t.Errorf("a second stream that names the section: %v", got)
	}
	if len(b.routes) != 2 {
		t.Errorf("%d routes, want the new stream and the retransmissions", len(b.routes))
	}
	first, second := b.feed.media[0], b.feed.media[1]
	if second.Seq <= first.Seq || second.Timestamp <= first.Timestamp {
		t.Errorf("the new stream goes back: %d %d after %d %d", second.Seq, second.Timestamp, first.Seq, first.Timestamp)
	}
	if got := b.send(with(opus(20, 1, 1), 1, "a")); got != Kept {
		t.Errorf("audio by MID: %v", got)
	}
}

func TestAmbiguousPayloadType(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	for _, mid := range []string{"1", "2"} {
		p := audioParams(Encoding{})
		p.MID = mid
		b.AddTrack(p)
	}
	if got := b.send(opus(20, 1, 1)); got != DropUnknownSSRC {
		t.Errorf("two sections wait for the payload type: %v", got)
	}
}

func TestPayloadTypes(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(videoParams(Encoding{SSRC: 10, RTX: 11}), b.feed)
	p := vp8(10, 1, 1, true)
	p.PayloadType = 99
	if got := b.send(p); got != DropUnknownPayload {
		t.Errorf("payload type that was not negotiated: %v", got)
	}
	p.PayloadType = testRTX
	if got := b.send(p); got != DropUnknownPayload {
		t.Errorf("retransmission on the stream's own SSRC: %v", got)
	}
	p.PayloadType = testVP8
	p.Payload = []byte{0x90, 0x80}
	if got := b.send(p); got != DropMalformed {
		t.Errorf("broken descriptor: %v", got)
	}
}

func TestPadding(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(videoParams(Encoding{SSRC: 10, RTX: 11}), b.feed)
	p := vp8(10, 1, 1, true)
	p.Padding, p.PaddingSize = true, 7
	if got := b.send(p); got != Kept {
		t.Fatalf("padded packet: %v", got)
	}
	if m := b.feed.media[0]; m.payload != string(p.Payload) || m.Data[0]&0x20 != 0 {
		t.Errorf("padding is still there: %x", m.Data)
	}
	probe := vp8(11, 1, 1, true)
	probe.PayloadType, probe.Payload, probe.Padding, probe.PaddingSize = testRTX, nil, true, 200
	if got := b.send(probe); got != DropPadding {
		t.Errorf("probe on the retransmission SSRC: %v", got)
	}
	probe.SSRC, probe.PayloadType, probe.SequenceNumber = 10, testVP8, 2
	if got := b.send(probe); got != Kept {
		t.Errorf("probe on the stream itself: %v", got)
	}
	if m := b.feed.media[1]; m.payload != "" || m.Frame != codec.NoFrame {
		t.Errorf("probe: %+v", m)
	}
}

func TestExtensionsOfTheSection(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	p := videoParams(Encoding{SSRC: 10})
	p.Extensions.Orientation, p.Extensions.DD = 9, 10
	b.AddTrack(p, b.feed)
	b.AddTrack(audioParams(Encoding{SSRC: 20}), b.feed)
	b.send(with(vp8(10, 1, 1, true), 9, []byte{3}, 10, []byte{1, 2, 3}, 5, []byte{0x85}))
	b.send(with(opus(20, 1, 1), 5, []byte{0x85}))
	video, audio := b.feed.media[0], b.feed.media[1]
	if video.Orientation != 3 || !bytes.Equal(video.DD, []byte{1, 2, 3}) {
		t.Errorf("video: %+v", video)
	}
	if audio.AudioLevel != 5 || !audio.Voice || audio.Orientation != 0 {
		t.Errorf("audio: %+v", audio)
	}
}

func TestNotForwardedIsNeverFed(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	track := b.AddTrack(videoParams(Encoding{SSRC: 10, RTX: 11}), b.feed)
	track.SetForwarding(false)
	seq := uint16(0)
	for range 50 {
		seq += 2 // every other packet is lost
		if got := b.send(vp8(10, seq, uint32(seq)*3000, seq%20 == 0)); got != DropMuted {
			t.Fatalf("packet %d: %v", seq, got)
		}
		b.send(rtx(vp8(10, seq-1, 0, false), 11, seq))
		b.OnRTCP(b.now, marshal(t, &rtcp.SenderReport{SSRC: 10, NTPTime: 1 << 40, RTPTime: uint32(seq)}))
		track.RequestKeyframe(b.now, 0)
		b.wait(Milliseconds(20))
	}
	if len(b.feed.media)+len(b.feed.reports) != 0 {
		t.Fatalf("fed %d packets and %d reports", len(b.feed.media), len(b.feed.reports))
	}
	if n, p := len(b.out.nacked()), len(take[*rtcp.PictureLossIndication](b.out)); n+p != 0 {
		t.Errorf("asked for %d packets and %d key frames of a muted track", n, p)
	}
	if s := track.Stats().Layers[0]; s.Packets != 100 || !s.Alive {
		t.Errorf("not counted: %+v", s)
	}

	track.SetForwarding(true)
	b.send(vp8(10, seq+1, 0, false))
	b.Poll(b.now)
	if len(b.feed.media) != 1 || len(b.feed.reports) != 1 {
		t.Errorf("fed %d packets and %d reports, want one of each", len(b.feed.media), len(b.feed.reports))
	}
	if p := take[*rtcp.PictureLossIndication](b.out); len(p) != 1 {
		t.Errorf("%d requests for a key frame, want one", len(p))
	}
}

func TestLiveness(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	track := b.AddTrack(videoParams(Encoding{SSRC: 10, RTX: 11}), b.feed)
	alive := func() bool { return track.Stats().Layers[0].Alive }
	if alive() {
		t.Error("alive before the first packet")
	}
	original := vp8(10, 1, 1, true)
	b.send(original)
	b.wait(aliveFor - 1)
	if !alive() {
		t.Error("stopped too early")
	}
	for i := range uint16(50) { // a bandwidth probe repeats old packets
		b.send(rtx(original, 11, i))
		b.wait(Milliseconds(20))
	}
	if alive() {
		t.Error("alive by retransmissions")
	}
	b.send(vp8(10, 2, 90000, false))
	if !alive() {
		t.Error("not alive again")
	}
}

func TestRemovedTrack(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	old := b.AddTrack(videoParams(Encoding{SSRC: 10}), b.feed)
	b.send(vp8(10, 1, 1, true))
	next := &testFeed{}
	b.AddTrack(videoParams(Encoding{SSRC: 10}), next) // the section's next track, announced before the old one goes
	b.RemoveTrack(old)
	if got := b.send(vp8(10, 2, 1, true)); got != Kept || len(next.media) != 1 || len(b.feed.media) != 1 {
		t.Errorf("%v: fed %d to the new track, %d to the old", got, len(next.media), len(b.feed.media))
	}
	b.RemoveTrack(b.tracks[0])
	if got := b.send(vp8(10, 3, 1, true)); got != DropUnknownSSRC {
		t.Errorf("after the last track: %v", got)
	}
	b.wait(Milliseconds(5000))
	if b.Deadline() != Never {
		t.Error("an empty receiver still wants to be polled")
	}
}

func TestFeedsComeAndGo(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	track := b.AddTrack(videoParams(Encoding{SSRC: 10}))
	b.send(vp8(10, 1, 1, true))
	b.OnRTCP(b.now, marshal(t, &rtcp.SenderReport{SSRC: 10, NTPTime: 1 << 40, RTPTime: 1}))
	track.AddFeed(b.feed)
	b.send(vp8(10, 2, 2, true))
	track.RemoveFeed(b.feed)
	b.send(vp8(10, 3, 3, true))
	if len(b.feed.media) != 1 || len(b.feed.reports) != 1 {
		t.Errorf("fed %d packets and %d reports, want one of each", len(b.feed.media), len(b.feed.reports))
	}
}

func TestH264FramesStartWithTheirTimestamp(t *testing.T) {
	b := newBench(t, ReceiverEvents{})
	b.AddTrack(videoParams(Encoding{SSRC: 10}), b.feed)
	for i, c := range []struct {
		ts      uint32
		payload []byte
	}{
		{1, []byte{0x67, 1}}, {1, []byte{0x68, 1}}, {1, []byte{0x65, 0x88}}, // key frame in three packets
		{2, []byte{0x06, 1}}, {2, []byte{0x41, 0x9a}}, // SEI, then the only slice
		{3, []byte{0x09, 0x10}}, {3, []byte{0x67, 1}}, {3, []byte{0x65, 0x88}}, // delimiter, then a key frame
	} {
		p := vp8(10, uint16(i), c.ts, false)
		p.PayloadType, p.Payload = testH264, c.payload
		b.send(p)
	}
	var starts, keys []bool
	for _, m := range b.feed.media {
		starts = append(starts, m.Frame.Start)
		keys = append(keys, m.Frame.Start && m.Frame.Keyframe)
	}
	if want := []bool{true, false, false, true, false, true, true, false}; !slices.Equal(starts, want) {
		t.Errorf("frames start at %v, want %v", starts, want)
	}
	if want := []bool{true, false, false, false, false, false, true, false}; !slices.Equal(keys, want) {
		t.Errorf("key frames start at %v, want %v", keys, want)
	}
}

// marshal writes RTCP with other code than ours.
func marshal(t testing.TB, packets ...rtcp.Packet) []byte {
	t.Helper()
	b, err := rtcp.Marshal(packets)
	if err != nil {
		t.Fatalf("writing RTCP: %v", err)
	}
	return b
}
