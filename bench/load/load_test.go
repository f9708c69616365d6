package load

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

func TestPayloadsTellWhoseTheyAre(t *testing.T) {
	payload := make([]byte, 200)
	origin := Origin{Number: 513, Video: true, Layer: 2}
	writeTail(payload, origin, 250, 7*time.Second)
	got, sent, ok := readTail(payload)
	if !ok || got != origin || sent != 7*time.Second {
		t.Errorf("got %+v, %v, %v", got, sent, ok)
	}
	if !intact(payload) {
		t.Error("a payload is not what was written")
	}
	payload[100]++
	if intact(payload) {
		t.Error("a changed payload passes")
	}
	if _, _, ok := readTail(payload[:leastSize-1]); ok {
		t.Error("reads what is too short")
	}
}

func TestPictureIsCompleteWithItsLastPacket(t *testing.T) {
	key, delta, more := []byte{0x90, 0x80, 0x80, 1, 0x10}, []byte{0x90, 0x80, 0x80, 2, 0x11}, []byte{0x80, 0x80, 0x80, 1}
	var p picture
	for i, step := range []struct {
		sequence uint16
		stamp    uint32
		marker   bool
		payload  []byte
		whole    bool
	}{
		{65533, 1, true, delta, false},
		{65534, 2, false, key, false},
		{0, 2, true, more, false},
		{65535, 2, false, more, true}, // the gap closes
		{1, 3, true, delta, false},
	} {
		h := &rtp.Header{SequenceNumber: step.sequence, Timestamp: step.stamp, Marker: step.marker}
		if got := p.add(h, step.payload); got != step.whole {
			t.Errorf("packet %d: complete is %v", i, got)
		}
	}
}

func TestHolesAreAskedForUntilFilled(t *testing.T) {
	var h holes
	h.open(65534, 65537, 0)
	if got := h.due(nackPatience / 2); got != nil {
		t.Errorf("asks at once for %v", got)
	}
	if got := h.due(nackPatience); !slices.Equal(got, []uint16{65534, 65535, 0}) {
		t.Errorf("asks for %v", got)
	}
	if !h.fill(65535) || h.fill(65535) || h.count() != 2 {
		t.Error("a hole is not filled once")
	}
	if got := h.due(nackPatience + nackAgain); !slices.Equal(got, []uint16{65534, 0}) {
		t.Errorf("asks again for %v", got)
	}
	for i := range time.Duration(20) {
		h.due((3 + i) * time.Second)
	}
	if got := h.due(time.Hour); got != nil {
		t.Errorf("asks for ever for %v", got)
	}
}

func TestRetransmissionsSayWhatTheyRepeat(t *testing.T) {
	e := &encoding{ssrc: 1, rtx: 2, rid: "h", history: new(history)}
	o := &outgoing{client: &Client{opts: Options{Feedback: true}}, track: &track{kind: video, mid: "5"}, encoding: e, sequence: 6, packet: make([]byte, 0, 2048)}
	o.begin(96, true)
	payload := o.body(100)
	writeTail(payload, Origin{}, 0, 0)
	e.history.keep(o.sequence, o.packet)
	again := e.history.again(e, 97, 7)
	var h rtp.Header
	n, err := h.Unmarshal(again)
	if err != nil {
		t.Fatal(err)
	}
	if h.SSRC != 2 || h.PayloadType != 97 || !h.Marker || binary.BigEndian.Uint16(again[n:]) != 7 || !slices.Equal(again[n+2:], payload) {
		t.Errorf("got %+v", h)
	}
	if string(h.GetExtension(extensionRepaired)) != "h" || h.GetExtension(extensionRID) != nil || string(h.GetExtension(extensionMID)) != "5" {
		t.Error("does not say which layer it repeats")
	}
	if x := extension(again, extensionTransport); len(x) != 2 {
		t.Errorf("its number of the whole transport is %v", x)
	}
	if e.history.again(e, 97, 8) != nil {
		t.Error("repeats what was not sent")
	}
}

func TestRecordingOfChromium(t *testing.T) {
	r, err := Chromium()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Layers) != 3 || r.Layers[2].Height != 720 || len(r.packets) < 1000 || r.length < 4*time.Second {
		t.Errorf("%d layers, %d packets, %v", len(r.Layers), len(r.packets), r.length)
	}
	for name, text := range map[string]string{
		"nothing": "", "nonsense": "layer 1 1\nnonsense", "a layer that is not": "layer 1 1\npacket 0 1 0 M 100", "too large": "layer 1 1\npacket 0 0 0 M 10000",
		"no value": "layer 1 1\npacket 0 0 0 M 100 3",
	} {
		if _, err := ReadRecording(strings.NewReader(text)); err == nil {
			t.Errorf("takes %s", name)
		}
	}
}

func TestAnswerToAnOffer(t *testing.T) {
	s, err := openSocket(Options{}.from(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	c := &Client{secure: &secure{fingerprint: "sha-256 AB"}, ice: credentials{"uf", "secret"}, udp: s}
	answer := c.answerTo("v=0\r\na=group:BUNDLE a v\r\nm=audio 9 UDP/TLS/RTP/SAVPF 100\r\na=mid:a\r\na=rtpmap:100 opus/48000/2\r\na=sendonly\r\n" +
		"m=video 9 UDP/TLS/RTP/SAVPF 101 102\r\na=mid:v\r\na=rtpmap:101 VP8/90000\r\na=rtpmap:102 rtx/90000\r\na=sendonly\r\n")
	if c.payloads != (payloadTypes{100, 101, 102}) {
		t.Errorf("learned %v", c.payloads)
	}
	for _, want := range []string{"a=group:BUNDLE a v\r\n", "m=video 9 UDP/TLS/RTP/SAVPF 101 102\r\n", "a=mid:v\r\n", "a=setup:active\r\n", "a=recvonly\r\n"} {
		if !strings.Contains(answer, want) {
			t.Errorf("lacks %q in\n%s", want, answer)
		}
	}
}
