package wire

import (
	"bytes"
	"math"
	"net"
	"net/netip"
	"testing"
	"time"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

const numbersID = 3

// numbered has the packets of a down track numbered for the transport.
func numbered(p sfu.DownParams) sfu.DownParams {
	p.Extensions.TWCC = numbersID
	return p
}

// transportNumber is the one of a packet.
func transportNumber(t *testing.T, p *rtp.Packet) uint16 {
	t.Helper()
	var x rtp.TransportCCExtension
	if err := x.Unmarshal(p.GetExtension(numbersID)); err != nil {
		t.Fatalf("SSRC %d, payload type %d: no number: %v", p.SSRC, p.PayloadType, err)
	}
	return x.TransportSequence
}

// All that departs to a peer is numbered in its order, sound and picture, retransmissions and padding, and what its
// feedback tells of that is counted.
func TestNumbersAndFeedback(t *testing.T) {
	w := testWire(t, Config{})
	publisher := newPeer(t, w, peerOptions{}).ready()
	subscriber := newPeer(t, w, peerOptions{}).ready()
	audio := forwarded(publisher.transport.Publish(upAudio(11), UpHandler{}))
	video := forwarded(publisher.transport.Publish(upVideo(22), UpHandler{}))
	subscriber.transport.Subscribe(audio, numbered(downAudio(1001)), sfu.DownSettings{}) // announced by padding
	subscriber.transport.Subscribe(video, numbered(downVideo(2001)), sfu.DownSettings{MaxLayer: 3})
	settleCommands(t, w)

	recorder := twcc.NewRecorder(7)
	count, lost, seen := uint16(0), 0, map[uint32]int{}
	var videoSeqs []uint16
	next := func() {
		p := await(t, subscriber.media, "media")
		if n := transportNumber(t, p); n != count {
			t.Fatalf("SSRC %d, payload type %d: number %d, want %d", p.SSRC, p.PayloadType, n, count)
		}
		if p.PayloadType == 96 {
			videoSeqs = append(videoSeqs, p.SequenceNumber)
		}
		if count%4 == 1 {
			lost++
		} else {
			recorder.Record(p.SSRC, count, time.Now().UnixMicro())
		}
		count++
		seen[p.SSRC]++
	}
	const frames, packets = 10, 5
	next() // the announcement of the video, which has not come yet
	for f := range frames {
		for n := range packets {
			publisher.send(vp8Packet(22, f*packets+n, f, n, packets))
		}
		publisher.send(audioPacket(11, f))
	}
	for seen[2001] < frames*packets || seen[1001] < frames {
		next()
	}
	subscriber.sendRTCP(&rtcp.TransportLayerNack{MediaSSRC: 2001, Nacks: rtcp.NackPairsFromSequenceNumbers(videoSeqs[len(videoSeqs)-9:])})
	for seen[2002] < 9 {
		next()
	}
	recorder.Record(1, count-1, time.Now().UnixMicro()) // so that feedback tells of the last, too
	if (count-1)%4 == 1 {
		lost--
	}
	for _, p := range recorder.BuildFeedbackPacket() {
		subscriber.sendRTCP(p)
	}
	want := float64(lost) / float64(count)
	for limit := time.Now().Add(patience); math.Abs(subscriber.transport.Stats().Loss-want) > 1e-9; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("loss is %.3f, want %.3f", subscriber.transport.Stats().Loss, want)
		}
	}
	for limit := time.Now().Add(patience); w.Stats().Arrivals.Told == 0; time.Sleep(time.Millisecond) { // published when a shard rests
		if time.Now().After(limit) {
			t.Fatal("nothing is counted")
		}
	}
	if a := w.Stats().Arrivals; a.Messages != 1 || a.Told != uint64(count) || a.Came != uint64(int(count)-lost) {
		t.Errorf("%+v of %d packets, %d lost", a, count, lost)
	}
}

// What is sealed again under the same sequence number has the same number for the transport, which others go on from.
func TestSealedAgainKeepsItsNumber(t *testing.T) {
	s := still(t, Config{})
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	transport := settledTransport(t, s, netip.AddrPortFrom(loopback, uint16(conn.LocalAddr().(*net.UDPAddr).Port)))
	transport.number = 0xfffe
	out := transport.outgoing(1)
	out.expect(&sfu.DownParams{Kind: codec.Audio, Payloads: opus, Extensions: sfu.Extensions{TWCC: numbersID}})
	out.repeats.remember(codec.Audio)
	send := func(seq uint16) []byte {
		t.Helper()
		head, tail := testPacket(1, seq, 100)
		head[0] |= 0x10
		head = append(head[:12], 0xbe, 0xde, 0, 1, numbersID<<4|1, 0, 0, 0)
		if !out.SendRTP(head, tail) {
			t.Fatalf("%d is refused", seq)
		}
		s.turn()
		return receive(t, conn)
	}
	var first [4][]byte
	for i := range first {
		first[i] = send(uint16(10 + i))
		if got, want := first[i][17:19], []byte{byte((0xfffe + i) >> 8), byte(0xfe + i)}; !bytes.Equal(got, want) {
			t.Errorf("packet %d has number %x, want %x", i, got, want)
		}
	}
	for _, i := range []int{2, 0, 2} {
		if again := send(uint16(10 + i)); !bytes.Equal(again, first[i]) {
			t.Errorf("sealed again, packet %d differs", i)
		}
	}
	if got := send(14)[17:19]; !bytes.Equal(got, []byte{0, 2}) {
		t.Errorf("the next has number %x", got)
	}
}
