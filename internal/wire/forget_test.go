package wire

import (
	"runtime"
	"testing"
	"time"
	"weak"

	"konklave/internal/sfu"
)

// What has ended is not held on to: not by the lists of a turn, by rings, timers or whoever it exchanged media with.
func TestEndedTransportsAreForgotten(t *testing.T) {
	w := testWire(t, Config{TCPPort: freeTCPPort(t), Shards: 2})
	stays := newPeer(t, w, peerOptions{}).ready()
	shown := forwarded(stays.transport.Publish(upAudio(1), UpHandler{}))

	var ended []weak.Pointer[Transport]
	var secured []weak.Pointer[secure]
	for i := range 6 {
		p := newPeer(t, w, peerOptions{network: []string{"udp", "tcp"}[i%2]}).ready()
		p.dial(labelReliable)
		await(t, p.opened, "opening")
		own := forwarded(p.transport.Publish(upAudio(11), UpHandler{}))
		p.transport.Subscribe(shown, downAudio(1001), sfu.DownSettings{})
		watched := stays.transport.Subscribe(own, downAudio(uint32(2000+i)), sfu.DownSettings{})
		settleCommands(t, w)
		for n := range 5 {
			p.send(audioPacket(11, n))
			stays.send(audioPacket(1, 5*i+n))
			await(t, p.media, "media")
			await(t, stays.media, "media")
		}
		watched.Close()
		own.Close()
		p.transport.Close()
		await(t, p.transport.gone, "the end")
		ended = append(ended, weak.Make(p.transport))
		secured = append(secured, weak.Make(p.transport.secure))
		p.close()
		p.transport = nil
	}
	left := func() (n, secure int) {
		for i := range ended {
			if ended[i].Value() != nil {
				n++
			}
			if secured[i].Value() != nil {
				secure++
			}
		}
		return n, secure
	}
	deadline := time.Now().Add(patience)
	for n, s := left(); n+s > 0; n, s = left() {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d ended transports and %d of their associations are still held", n, len(ended), s)
		}
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
}
