package wire

import (
	"testing"
	"time"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// As with browsers: lost audio is asked for, and there is no RTX for it.
var opus = []sfu.Payload{{PT: 111, Codec: codec.Opus, ClockRate: 48000, NACK: true}}

var vp8 = []sfu.Payload{{PT: 96, RTX: 97, Codec: codec.VP8, ClockRate: 90000, NACK: true, PLI: true}}

func upAudio(ssrc uint32) sfu.UpParams {
	return sfu.UpParams{MID: "0", Kind: codec.Audio, Payloads: opus, Encodings: []sfu.Encoding{{SSRC: ssrc}}}
}

func downAudio(ssrc uint32) sfu.DownParams {
	return sfu.DownParams{MID: "1", Kind: codec.Audio, Payloads: opus, SSRC: ssrc, CNAME: "c", Extensions: sfu.Extensions{MID: 4, AudioLevel: 1}}
}

func upVideo(ssrc uint32) sfu.UpParams {
	return sfu.UpParams{MID: "2", Kind: codec.Video, Payloads: vp8, Encodings: []sfu.Encoding{{SSRC: ssrc}}}
}

func downVideo(ssrc uint32) sfu.DownParams {
	return sfu.DownParams{MID: "3", Kind: codec.Video, Payloads: vp8, SSRC: ssrc, RTX: ssrc + 1, CNAME: "c", Extensions: sfu.Extensions{MID: 4}}
}

// vp8Packet is packet n of frame f; frame 0 is a key frame. Its payload ends with both numbers.
func vp8Packet(ssrc uint32, seq, f, n, of int) *rtp.Packet {
	payload := make([]byte, 1100)
	payload[0] = 0x00
	if n == 0 {
		payload[0] = 0x10 // start of the frame's only partition
		payload[1] = 0x01 // not a key frame
		if f == 0 {
			copy(payload[1:], []byte{0x00, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 64, 0})
		}
	}
	payload[len(payload)-2], payload[len(payload)-1] = byte(f), byte(n)
	return &rtp.Packet{
		Header: rtp.Header{
			Version: 2, PayloadType: 96, SequenceNumber: uint16(seq), Timestamp: uint32(f) * 3000, SSRC: ssrc, Marker: n == of-1,
		},
		Payload: payload,
	}
}

// Two subscribers and a publisher, in as many shards as there are: everything that is published arrives.
func TestForwarding(t *testing.T) {
	for _, c := range []struct {
		name string
		cfg  Config
	}{
		{"one shard", Config{Shards: 1}},
		{"two shards", Config{Shards: 2}},
		{"two shards, plain", Config{Shards: 2, NoBatch: true, NoGSO: true, NoGRO: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.cfg.TCPPort = freeTCPPort(t)
			w := testWire(t, c.cfg)
			layers := make(chan uint32, 4)
			publisher := newPeer(t, w, peerOptions{})
			// Before anything is connected: the commands wait.
			audio := forwarded(publisher.transport.Publish(upAudio(11), UpHandler{}))
			video := publisher.transport.Publish(upVideo(22), UpHandler{
				OnLayer: func(_ int8, ssrc uint32) { layers <- ssrc },
			})
			video.SetForwarding(true)
			var subscribers []*peer
			for i := range 4 {
				s := newPeer(t, w, peerOptions{network: []string{"udp", "tcp"}[i/3], role: DTLSRole(i % 2)})
				s.transport.Subscribe(audio, downAudio(1001), sfu.DownSettings{MaxLayer: 3})
				s.transport.Subscribe(video, downVideo(2001), sfu.DownSettings{MaxLayer: 3})
				subscribers = append(subscribers, s)
			}
			publisher.ready()
			for _, s := range subscribers {
				s.ready()
			}
			settleCommands(t, w)
			if c.cfg.Shards == 2 {
				t.Logf("shards: %d and %d transports", w.shards[0].load.Load(), w.shards[1].load.Load())
			}

			const frames, of = 20, 5
			for f := range frames {
				publisher.send(audioPacket(11, f))
				for n := range of {
					publisher.send(vp8Packet(22, f*of+n, f, n, of))
				}
				for i, s := range subscribers {
					heard, seen := 0, 0
					for heard+seen < 1+of {
						packet := await(t, s.media, "media")
						switch {
						case packet.SSRC == 1001 && packet.PayloadType == 111 && len(packet.Payload) == 60:
							heard++
						case packet.SSRC == 2001 && packet.PayloadType == 96 && len(packet.Payload) > 2:
							if got := packet.Payload[len(packet.Payload)-2:]; int(got[0]) != f || int(got[1]) != seen {
								t.Fatalf("subscriber %d frame %d packet %d: got %v", i, f, seen, got)
							}
							seen++
						}
					}
				}
			}
			if ssrc := await(t, layers, "layer"); ssrc != 22 {
				t.Errorf("layer of SSRC %d", ssrc)
			}
			deadline := time.Now().Add(patience)
			for video.Stats().Packets != frames*of || audio.Stats().Packets != frames {
				if time.Now().After(deadline) {
					t.Fatalf("video %+v, audio %+v", video.Stats(), audio.Stats())
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
}

// settleCommands waits until what was posted, and what that posted to other shards, has run.
func settleCommands(t *testing.T, w *Wire) {
	t.Helper()
	for range 4 {
		await(t, settled(w), "commands")
	}
}

// Muted and not forwarded tracks give nothing, whatever arrives, in both cases of shards.
func TestMutedIsNotForwarded(t *testing.T) {
	for _, shards := range []int{1, 2} {
		w := testWire(t, Config{Shards: shards})
		publisher := newPeer(t, w, peerOptions{}).ready()
		subscriber := newPeer(t, w, peerOptions{}).ready()
		audio := forwarded(publisher.transport.Publish(upAudio(11), UpHandler{}))
		subscription := subscriber.transport.Subscribe(audio, downAudio(1001), sfu.DownSettings{})
		settleCommands(t, w)
		n := 0
		expect := func(forwarded bool, what string) {
			t.Helper()
			first := n
			for range 10 {
				publisher.send(audioPacket(11, n))
				n++
			}
			want := n
			deadline := time.Now().Add(patience)
			for audio.Stats().Packets != uint64(want) {
				if time.Now().After(deadline) {
					t.Fatalf("%s: %+v", what, audio.Stats())
				}
				time.Sleep(time.Millisecond)
			}
			settleCommands(t, w)
			time.Sleep(20 * time.Millisecond) // what was sent wrongly has time to be seen
			got := 0
			for len(subscriber.media) > 0 {
				if packet := <-subscriber.media; len(packet.Payload) == 60 {
					got++
				}
			}
			if forwarded != (got == n-first) || !forwarded && got > 0 {
				t.Errorf("%d shards, %s: %d of %d arrived", shards, what, got, n-first)
			}
		}
		expect(true, "plain")
		audio.SetForwarding(false)
		settleCommands(t, w)
		expect(false, "muted")
		audio.SetForwarding(true)
		audio.SetForwarding(false)
		settleCommands(t, w)
		expect(false, "muted again")
		audio.SetForwarding(true)
		settleCommands(t, w)
		expect(true, "forwarded again")
		subscription.Close()
		settleCommands(t, w)
		expect(false, "closed")
		for _, s := range w.shards {
			left := make(chan int, 1)
			s.post(func(s *shard) { left <- len(s.carriers) })
			if k := await(t, left, "carriers"); k != 0 {
				t.Errorf("%d carriers are left", k)
			}
		}
	}
}

// came waits until so many packets of a track have been received.
func came(t *testing.T, p *Published, packets uint64) {
	t.Helper()
	for limit := time.Now().Add(patience); p.Stats().Packets < packets; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%d packets came, want %d", p.Stats().Packets, packets)
		}
	}
}

// Who joins while a track is shut learns of it by padding, hears it once it opens, and nothing after it was closed.
func TestJoiningWhileShut(t *testing.T) {
	for _, shards := range []int{1, 2} {
		w := testWire(t, Config{Shards: shards})
		publisher := newPeer(t, w, peerOptions{}).ready()
		audio := publisher.transport.Publish(upAudio(11), UpHandler{})
		var subscribers []*peer
		var subscriptions []*Subscribed
		for range 4 { // in both shards, most probably
			s := newPeer(t, w, peerOptions{}).ready()
			subscribers = append(subscribers, s)
			subscriptions = append(subscriptions, s.transport.Subscribe(audio, downAudio(1001), sfu.DownSettings{}))
		}
		settleCommands(t, w)
		publisher.send(audioPacket(11, 1))
		came(t, audio, 1)
		for _, s := range subscribers {
			if packet := await(t, s.media, "announcement"); len(packet.Payload) > 0 || packet.SSRC != 1001 {
				t.Errorf("%d shards: got %d bytes on SSRC %d", shards, len(packet.Payload), packet.SSRC)
			}
		}
		audio.SetForwarding(true)
		settleCommands(t, w)
		publisher.send(audioPacket(11, 2))
		came(t, audio, 2)
		for _, s := range subscribers {
			packet := await(t, s.media, "media")
			for len(packet.Payload) == 0 {
				packet = await(t, s.media, "media")
			}
			if packet.Payload[4] != 2 {
				t.Errorf("%d shards: packet %d came first", shards, packet.Payload[4])
			}
		}
		audio.Close()
		audio.SetForwarding(true)
		settleCommands(t, w)
		publisher.send(audioPacket(11, 3))
		for _, sub := range subscriptions {
			sub.Close()
		}
		settleCommands(t, w)
		for i, s := range w.shards {
			left := make(chan int, 1)
			s.post(func(s *shard) { left <- len(s.carriers) })
			if k := await(t, left, "carriers"); k != 0 {
				t.Errorf("%d carriers are left in shard %d", k, i)
			}
		}
		for _, s := range subscribers {
			for len(s.media) > 0 {
				if packet := <-s.media; len(packet.Payload) > 0 {
					t.Errorf("%d shards: packet %d came after the end", shards, packet.Payload[4])
				}
			}
		}
	}
}

// A subscriber's PLI reaches the publisher, in whatever shard it is.
func TestKeyframeRequest(t *testing.T) {
	w := testWire(t, Config{Shards: 2})
	publisher := newPeer(t, w, peerOptions{}).ready()
	video := forwarded(publisher.transport.Publish(upVideo(22), UpHandler{}))
	for seq := range 5 {
		publisher.send(vp8Packet(22, seq, 1, seq, 5)) // no key frame
	}
	subscriber := newPeer(t, w, peerOptions{}).ready()
	subscriber.transport.Subscribe(video, downVideo(2001), sfu.DownSettings{MaxLayer: 3})
	settleCommands(t, w)
	for seq := 5; ; seq++ {
		publisher.send(vp8Packet(22, seq, 2, 0, 1))
		select {
		case list := <-publisher.feedback:
			for _, packet := range list {
				if pli, ok := packet.(*rtcp.PictureLossIndication); ok && pli.MediaSSRC == 22 {
					return
				}
			}
		case <-time.After(20 * time.Millisecond):
		}
		if seq > 500 {
			t.Fatal("no PLI")
		}
	}
}

// A transport that goes away takes its tracks and subscriptions with it and disturbs nobody.
func TestTransportLeaves(t *testing.T) {
	w := testWire(t, Config{Shards: 2})
	publisher := newPeer(t, w, peerOptions{}).ready()
	audio := forwarded(publisher.transport.Publish(upAudio(11), UpHandler{}))
	stays, leaves := newPeer(t, w, peerOptions{}).ready(), newPeer(t, w, peerOptions{}).ready()
	for _, s := range []*peer{stays, leaves} {
		s.transport.Subscribe(audio, downAudio(1001), sfu.DownSettings{})
	}
	settleCommands(t, w)
	leaves.transport.Close()
	await(t, leaves.transport.gone, "leaving")
	publisher.send(audioPacket(11, 1))
	await(t, stays.media, "media")
	publisher.transport.Close()
	await(t, publisher.transport.gone, "leaving")
	audio.SetForwarding(false)
	audio.Close()
	settleCommands(t, w)
}

// SRTP keeps a little for every SSRC for ever: a peer that makes up new ones loses them, not those it has.
func TestStreamsOfAPeerAreBounded(t *testing.T) {
	r := newRig(t, Config{}, 1, upVideo(22), downVideo)
	packets := func() uint64 { return r.publisher.published[0].sections[0].up.Stats().Layers[0].Packets }
	r.frame(t, 96, 22, 1, 100)
	for ssrc := range uint32(maxOpened + 100) {
		r.frame(t, 96, 1000+ssrc, 1, 100)
		if ssrc%100 == 0 {
			r.turns()
		}
	}
	r.turns()
	r.seq = 1
	r.frame(t, 96, 22, 1, 100)
	r.turns()
	if n := packets(); n != 2 {
		t.Errorf("%d packets of the known stream came", n)
	}
	if r.publisher.opened != maxOpened || r.s.stats.count[dropSRTP] != 101 {
		t.Errorf("%d streams are opened, %d packets dropped", r.publisher.opened, r.s.stats.count[dropSRTP])
	}
}
