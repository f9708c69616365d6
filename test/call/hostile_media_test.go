package call

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/rtp"
	"google.golang.org/protobuf/proto"

	"konklave/bench/attack"
	"konklave/bench/load"
	"konklave/internal/signal/lkpb"
)

// connected waits for a light client's transport.
func connected(t *testing.T, ctx context.Context, c *load.Client) {
	t.Helper()
	for {
		if up, _ := c.Times(); up > 0 {
			return
		}
		if err := c.Err(); err != nil {
			t.Fatal(err)
		}
		wait(t, ctx, "a transport")
	}
}

func wait(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	select {
	case <-time.After(10 * time.Millisecond):
	case <-ctx.Done():
		t.Fatalf("waiting for %s: %v", what, ctx.Err())
	}
}

// TestKeyframeStorm has a subscriber ask for a thousand key frames and more a second: the publisher hears of two.
func TestKeyframeStorm(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	_, before := g.picture.Sent()
	began := time.Now()
	g.attack(ctx, "keyframes", 0, 3*time.Second)
	_, after := g.picture.Sent()
	if most := 2*int(time.Since(began).Seconds()) + 4; after-before > most {
		t.Errorf("the publisher was asked for %d key frames in %v", after-before, time.Since(began))
	} else if after == before {
		t.Error("the publisher was not asked at all")
	}
	g.bystanders(ctx, 16<<20)
}

// TestFiftyTracks has one participant announce and offer more tracks than anybody needs.
func TestFiftyTracks(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	c, err := g.raw(ctx, "mallory")
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	c.SetReadLimit(8 << 20)
	for i := range 50 {
		r := &lkpb.AddTrackRequest{Cid: fmt.Sprint(i), Type: lkpb.TrackType_VIDEO, Source: lkpb.TrackSource_CAMERA}
		data, err := proto.Marshal(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_AddTrack{AddTrack: r}})
		if err == nil {
			err = c.Write(ctx, websocket.MessageBinary, data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	accepted, refused := 0, 0
	for accepted+refused < 50 {
		_, b, err := c.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var r lkpb.SignalResponse
		if err := proto.Unmarshal(b, &r); err != nil {
			t.Fatal(err)
		}
		if r.GetTrackPublished() != nil {
			accepted++
		}
		if no := r.GetRequestResponse(); no.GetReason() == lkpb.RequestResponse_LIMIT_EXCEEDED {
			refused++
		}
	}
	if accepted > 20 { // announced and not offered yet; with those that are, 32
		t.Errorf("%d tracks were accepted", accepted)
	}
	_ = c.CloseNow()
	g.attack(ctx, "tracks", 0, 2*time.Second)
	g.bystanders(ctx, 16<<20)
}

// TestReplayedPacketsGoNowhere sends sealed packets twice and with wrong bits: each is forwarded once or not at all.
func TestReplayedPacketsGoNowhere(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	sender := g.hostile(ctx, "aside", "sender", func(o *load.Options) { o.Audio = true })
	defer sender.Close()
	watcher := g.hostile(ctx, "aside", "watcher", func(o *load.Options) { o.Subscribe = true })
	defer watcher.Close()
	connected(t, ctx, sender)
	connected(t, ctx, watcher)
	for watcher.Counts().Packets < 20 {
		wait(t, ctx, "sound")
	}
	sent, got := sender.Sent(), watcher.Counts().Packets
	began := time.Now()
	for i := range 200 {
		packet := rtp.Packet{Payload: make([]byte, 80), Header: rtp.Header{
			Version: 2, PayloadType: 111, SequenceNumber: uint16(i), SSRC: 4711, Timestamp: uint32(i),
		}}
		plain, err := packet.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := sender.Sealed(plain, false)
		if err != nil {
			t.Fatal(err)
		}
		bad := append([]byte(nil), sealed...)
		bad[20+i%60] ^= 1
		for _, b := range [][]byte{bad, sealed, sealed, sealed} {
			if err := sender.Throw(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	for g.counted(ctx, dropped("srtp")) < 600 { // two of three copies, and the wrong ones
		wait(t, ctx, "the counter of what does not open")
	}
	if n := g.counted(ctx, dropped("media_unknown_ssrc")); n > 200 {
		t.Errorf("%v packets were opened, 200 were sent", n)
	}
	time.Sleep(max(0, 300*time.Millisecond-time.Since(began)))
	sent, got = sender.Sent()-sent, watcher.Counts().Packets-got
	if got > sent+5 {
		t.Errorf("%d packets were forwarded, %d were honest", got, sent)
	}
	sender.Close()
	watcher.Close()
	g.bystanders(ctx, 16<<20)
}

// TestSpoofedAddresses has garbage come from the address of somebody whose media flow, as spoofed datagrams do: false
// checks, alerts of DTLS in the clear, handshakes, media that do not open.
func TestSpoofedAddresses(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	victim := g.hostile(ctx, "room", "victim", func(o *load.Options) { o.Subscribe = true })
	defer victim.Close()
	connected(t, ctx, victim)
	for victim.Counts().Streams < 2 {
		wait(t, ctx, "media")
	}
	for range 100 {
		for _, b := range attack.Garbage() {
			if err := victim.Throw(b); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	for _, reason := range []string{"stranger", "srtp", "forged"} {
		g.counted(ctx, dropped(reason))
	}
	before := victim.Counts().Packets
	for victim.Counts().Packets < before+50 {
		wait(t, ctx, "media after the garbage")
	}
	if err := victim.Err(); err != nil {
		t.Error(err)
	}
	victim.Close()
	g.bystanders(ctx, 16<<20)
}

// TestOverheardChecksMoveNothing has somebody who saw a client's check repeat it from elsewhere: the media stay.
func TestOverheardChecksMoveNothing(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	victim := g.hostile(ctx, "room", "victim", func(o *load.Options) { o.Subscribe = true })
	defer victim.Close()
	connected(t, ctx, victim)
	for victim.Counts().Streams < 2 {
		wait(t, ctx, "media")
	}
	_, check, err := victim.Overheard()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(g.media()))
	if err != nil {
		t.Fatal(err)
	}
	defer elsewhere.Close()
	for range 50 {
		if _, err := elsewhere.Write(check); err != nil {
			t.Fatal(err)
		}
	}
	g.counted(ctx, dropped("check_replayed"))
	before := victim.Counts().Packets
	for victim.Counts().Packets < before+50 {
		wait(t, ctx, "media after the checks")
	}
	_ = elsewhere.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if n, err := elsewhere.Read(make([]byte, 2000)); err == nil {
		t.Errorf("%d bytes came to where the checks were repeated", n)
	}
	victim.Close()
	g.bystanders(ctx, 16<<20)
}

// TestForgedSourceAddresses has a flood of datagrams come in the name of somebody whose media flow, more than that one may send
// itself: it keeps sending and receiving. Where nobody may forge addresses, TestSpoofedAddresses has to do.
func TestForgedSourceAddresses(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	victim := g.hostile(ctx, "room", "victim", func(o *load.Options) { o.Subscribe, o.Audio = true, true })
	defer victim.Close()
	connected(t, ctx, victim)
	for victim.Counts().Streams < 2 {
		wait(t, ctx, "media")
	}
	var err error
	if g.victim, g.check, err = victim.Overheard(); err != nil {
		t.Fatal(err)
	}
	g.slower = 2
	sent, got := victim.Sent(), victim.Counts().Packets
	g.attack(ctx, "spoof", 0, 2*time.Second)
	if g.metrics()[dropped("srtp")] == g.before[dropped("srtp")] {
		t.Skip("nobody may forge addresses here")
	}
	if victim.Sent() < sent+50 || victim.Counts().Packets < got+100 {
		t.Errorf("the victim sent %d packets and got %d", victim.Sent()-sent, victim.Counts().Packets-got)
	}
	g.counted(ctx, dropped("check_replayed"))
	if n := g.metrics()[dropped("over_rate")] - g.before[dropped("over_rate")]; n > 0 {
		t.Errorf("%v packets of the victim were taken for a flood", n)
	}
	victim.Close()
	g.bystanders(ctx, 16<<20)
}

// TestManySSRCsAreForgotten has a client send well-sealed packets of more SSRCs than SRTP's memory is allowed for.
func TestManySSRCsAreForgotten(t *testing.T) {
	ctx := long(t)
	g := besiege(t, ctx)
	c := g.hostile(ctx, "aside", "mallory", func(o *load.Options) { o.Audio = true })
	defer c.Close()
	connected(t, ctx, c)
	const allowed = 4096
	packet := make([]byte, 100)
	packet[0], packet[1] = 0x80, 111
	for i := range allowed + 500 {
		binary.BigEndian.PutUint32(packet[8:], uint32(1_000_000+i))
		sealed, err := c.Sealed(packet, false)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Throw(sealed); err != nil {
			t.Fatal(err)
		}
		if i%20 == 0 {
			time.Sleep(10 * time.Millisecond) // below the rate of packets
		}
	}
	for opened, refused := 0.0, 0.0; refused == 0; {
		opened, refused = g.metrics()[dropped("media_unknown_ssrc")], g.metrics()[dropped("srtp")]
		if opened > allowed {
			t.Fatalf("packets of %v SSRCs were opened", opened)
		}
		wait(t, ctx, fmt.Sprintf("packets to be refused; %v were opened", opened))
	}
	c.Close()
	g.bystanders(ctx, 32<<20)
}
