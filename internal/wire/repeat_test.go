package wire

import (
	"bytes"
	"net"
	"net/netip"
	"testing"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"

	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
)

// What is sealed again is the same to the last bit, whatever train it is in, and nothing else is sealed again.
func TestSealedAgainIsTheSame(t *testing.T) {
	for _, c := range []struct {
		name    string
		profile srtp.ProtectionProfile
		salt    int
		gso     bool
	}{
		{"AES-GCM", srtp.ProtectionProfileAeadAes128Gcm, 12, true},
		{"AES-CM", srtp.ProtectionProfileAes128CmHmacSha1_80, 14, true},
		{"without trains", srtp.ProtectionProfileAeadAes128Gcm, 12, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := still(t, Config{NoGSO: !c.gso})
			conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			transport := settledTransport(t, s, netip.AddrPortFrom(loopback, uint16(conn.LocalAddr().(*net.UDPAddr).Port)))
			if transport.seal, err = newSealer(make([]byte, 16), make([]byte, c.salt), c.profile); err != nil {
				t.Fatal(err)
			}
			transport.outgoing(1).repeats.remember(codec.Audio)
			send := func(seq uint16, size int) bool {
				head, tail := testPacket(1, seq, size)
				return transport.outgoing(1).SendRTP(head, tail)
			}
			for seq, size := range []int{100, 107, 116, 60} { // the first two are lengthened in a train
				send(uint16(65534+seq), size)
			}
			s.turn()
			first := make([][]byte, 4)
			for i := range first {
				first[i] = receive(t, conn)
			}
			// 65535 in another train, then 0 alone
			send(10, 300)
			if !send(65535, 107) {
				t.Fatal("the same packet is refused")
			}
			send(11, 80)
			s.turn()
			receive(t, conn)
			if again := receive(t, conn); !bytes.Equal(again, first[1]) {
				t.Error("sealed again, 65535 differs")
			}
			receive(t, conn)
			for range 2 {
				if !send(0, 116) {
					t.Fatal("the same packet is refused")
				}
				s.turn()
				if again := receive(t, conn); !bytes.Equal(again, first[2]) {
					t.Error("sealed again, 0 differs")
				}
			}

			head, tail := testPacket(1, 0, 116)
			for i := range tail {
				tail[i] ^= 1
				if transport.outgoing(1).SendRTP(head, tail) {
					t.Fatalf("taken with another byte %d", i)
				}
				tail[i] ^= 1
			}
			head[1] ^= 0x80
			if transport.outgoing(1).SendRTP(head, tail) || send(0, 117) || send(0, 115) {
				t.Error("taken with another marker or length")
			}
			for seq := range uint16(repeatsAudio) {
				send(12+seq, 100)
			}
			s.turn()
			if send(11, 80) {
				t.Error("taken although it is forgotten")
			}
		})
	}
}

func TestSealingAgainDoesNotAllocate(t *testing.T) {
	s := still(t, Config{})
	transport := settledTransport(t, s, discard(t))
	transport.outgoing(1).repeats.remember(codec.Video)
	head, tail := testPacket(1, 1, 1000)
	transport.outgoing(1).SendRTP(head, tail)
	s.turn()
	if n := testing.AllocsPerRun(100, func() {
		if !transport.outgoing(1).SendRTP(head, tail) {
			t.Fatal("refused")
		}
		s.turn()
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// A subscriber that knows no RTX gets what it asks for again as it was.
func TestNACKWithoutRTX(t *testing.T) {
	w := testWire(t, Config{})
	publisher := newPeer(t, w, peerOptions{}).ready()
	subscriber := newPeer(t, w, peerOptions{}).ready()
	video := forwarded(publisher.transport.Publish(upVideo(22), UpHandler{}))
	plain := downVideo(2001)
	plain.RTX = 0
	subscriber.transport.Subscribe(video, plain, sfu.DownSettings{MaxLayer: 3})
	settleCommands(t, w)
	const n = 5
	for i := range n {
		publisher.send(vp8Packet(22, i, 0, i, n))
	}
	type sent struct {
		seq     uint16
		payload []byte
	}
	var all []sent
	next := func() sent {
		for {
			if p := await(t, subscriber.media, "media"); len(p.Payload) > 2 {
				return sent{p.SequenceNumber, p.Payload}
			}
		}
	}
	for range n {
		all = append(all, next())
	}
	for _, i := range []int{3, 0, n - 1} {
		subscriber.sendRTCP(&rtcp.TransportLayerNack{
			MediaSSRC: 2001, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{all[i].seq}),
		})
		if again := next(); again.seq != all[i].seq || !bytes.Equal(again.payload, all[i].payload) {
			t.Errorf("packet %d: got %d again", all[i].seq, again.seq)
		}
	}
}

// A subscriber that has neither NACK nor RED for sound, and loses much of it, gets each packet again as it was.
func TestSoundThatGoesTwice(t *testing.T) {
	w := testWire(t, Config{})
	publisher := newPeer(t, w, peerOptions{}).ready()
	subscriber := newPeer(t, w, peerOptions{}).ready()
	sound := forwarded(publisher.transport.Publish(upAudio(22), UpHandler{}))
	silent := downAudio(2001)
	silent.Payloads = []sfu.Payload{{PT: 111, Codec: codec.Opus, ClockRate: 48000}}
	subscriber.transport.Subscribe(sound, silent, sfu.DownSettings{})
	settleCommands(t, w)
	publisher.send(audioPacket(22, 0))
	came := map[uint16][]byte{}
	for n := 1; n < 500; n++ {
		p := await(t, subscriber.media, "sound")
		if before, ok := came[p.SequenceNumber]; ok {
			if !bytes.Equal(p.Payload, before) {
				t.Errorf("%x came again as %x", before, p.Payload)
			}
			return
		}
		if came[p.SequenceNumber] = p.Payload; n == 1 {
			subscriber.sendRTCP(&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: 2001, FractionLost: 80}}})
		}
		publisher.send(audioPacket(22, n))
	}
	t.Error("nothing came twice")
}
