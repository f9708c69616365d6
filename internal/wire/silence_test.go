package wire

import (
	"net"
	"testing"
	"time"
)

// A transport tells how long its peer was silent, and only what the peer alone can send ends the silence.
func TestPacketsEndSilence(t *testing.T) {
	const while = 20 * time.Second
	r := newRig(t, Config{}, 0, upAudio(22), downAudio)
	r.publisher.heard -= 20 * second
	r.publisher.stats.heard.Store(int64(r.publisher.heard))
	if got := r.publisher.Stats().Silence; got < while {
		t.Errorf("after %v of silence: %v", while, got)
	}
	forged := make([]byte, 100)
	forged[0], forged[1], forged[11] = 0x80, 111, 22
	r.s.deliverFrom(forged, r.from, localIP{}, nil)
	r.turns()
	if got := r.publisher.Stats().Silence; got < while {
		t.Errorf("after a forged packet: %v", got)
	}
	r.frame(t, 111, 22, 1, 60)
	r.turns()
	if got := r.publisher.Stats().Silence; got > while/2 {
		t.Errorf("after a packet: %v", got)
	}
}

func TestChecksEndSilence(t *testing.T) {
	const while = 20 * time.Second
	w := testWire(t, Config{Shards: 1})
	r := roamer{t: t, w: w, local: NewCredentials()}
	transport := w.NewTransport(TransportParams{Local: r.local})
	if got := transport.Stats().Silence; got != 0 {
		t.Errorf("before the first check: %v", got)
	}
	conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(w.Candidates()[0].Addr))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 2 {
		r.check(conn, 100)
		settleCommands(t, w)
		if got := transport.Stats().Silence; got <= 0 || got > while/2 {
			t.Errorf("after a check: %v", got)
		}
		transport.post(func(*shard) {
			transport.heard -= 20 * second
			transport.stats.heard.Store(int64(transport.heard))
		})
		settleCommands(t, w)
		if got := transport.Stats().Silence; got < while {
			t.Errorf("after %v of silence: %v", while, got)
		}
	}
}
