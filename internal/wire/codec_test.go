package wire

import (
	"testing"
	"time"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

// A track that comes in two sections, in a codec each: every subscriber gets the one that it is to get, and no packet
// of the other.
func TestATrackInTwoCodecs(t *testing.T) {
	for _, shards := range []int{1, 2} {
		w := testWire(t, Config{Shards: shards})
		publisher := newPeer(t, w, peerOptions{}).ready()
		first, second := newPeer(t, w, peerOptions{}).ready(), newPeer(t, w, peerOptions{}).ready()
		layers := make(chan int8, 4)
		handler := UpHandler{OnLayer: func(layer int8, _ uint32) { layers <- layer }}
		track := forwarded(publisher.transport.Publish(upVideo(22), handler))
		first.transport.Subscribe(track, downVideo(2001), sfu.DownSettings{MaxLayer: 3})
		backup := sfu.DownSettings{First: sfu.MaxLayers, MaxLayer: sfu.MaxLayers}
		second.transport.Subscribe(track, downVideo(3001), backup)
		track.Add(sfu.UpParams{
			MID: "9", Kind: codec.Video, Payloads: vp8, Encodings: []sfu.Encoding{{SSRC: 33}}, FirstLayer: sfu.MaxLayers,
		}, handler)
		settleCommands(t, w)

		frame := 0
		expect := func(p *peer, ssrc uint32, of int) {
			t.Helper()
			for n := range of {
				got := await(t, p.media, "media")
				if tail := got.Payload[len(got.Payload)-2:]; got.SSRC != ssrc || int(tail[0]) != frame || int(tail[1]) != n {
					t.Fatalf("frame %d packet %d: SSRC %d, %v", frame, n, got.SSRC, tail)
				}
			}
		}
		for ; frame < 5; frame++ {
			for n := range 3 {
				publisher.send(vp8Packet(22, frame*3+n, frame, n, 3))
			}
			for n := range 2 {
				publisher.send(vp8Packet(33, frame*2+n, frame, n, 2))
			}
			expect(first, 2001, 3)
			expect(second, 3001, 2)
		}
		if a, b := await(t, layers, "layer"), await(t, layers, "layer"); a != 0 || b != sfu.MaxLayers {
			t.Errorf("layers %d and %d", a, b)
		}

		track.Remove(sfu.MaxLayers)
		settleCommands(t, w)
		publisher.send(vp8Packet(33, 10, 5, 0, 2))
		for n := range 3 {
			publisher.send(vp8Packet(22, 15+n, 5, n, 3))
		}
		expect(first, 2001, 3)
		select {
		case got := <-second.media:
			t.Errorf("after its end the backup gives SSRC %d", got.SSRC)
		default:
		}
		const all = 6*3 + 5*2 // what came in the section that is gone counts still
		for deadline := time.Now().Add(patience); track.Stats().Packets != all; {
			if time.Now().After(deadline) {
				t.Fatalf("%+v", track.Stats())
			}
			time.Sleep(time.Millisecond)
		}
	}
}
