package testkit

import (
	"math/rand/v2"
	"testing"

	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
)

func TestContentSurvivesTheFrame(t *testing.T) {
	for _, c := range []Content{{Mark: 1, Number: 2}, {Mark: 0xffffffff, Number: 3, Layer: 2, Key: true}} {
		for _, size := range []int{0, 100, 5000} {
			if got, ok := parseVP8(vp8Frame(c, 640, 360, size)); !ok || got != c {
				t.Errorf("VP8 of %d bytes: %+v, %v, want %+v", size, got, ok, c)
			}
		}
		sound := c
		sound.Key = false
		if got, ok := parseOpus(opusPacket(sound)); !ok || got != sound {
			t.Errorf("Opus: %+v, %v, want %+v", got, ok, sound)
		}
	}
}

func TestEveryWrongBitIsSeen(t *testing.T) {
	frame := vp8Frame(Content{Mark: 5, Number: 6, Key: true}, 320, 180, 60)
	for bit := 10 * 8; bit < len(frame)*8; bit++ {
		frame[bit/8] ^= 1 << (bit % 8)
		if _, ok := parseVP8(frame); ok {
			t.Errorf("bit %d is wrong and nothing is said", bit)
		}
		frame[bit/8] ^= 1 << (bit % 8)
	}
}

// Another implementation must understand our descriptor.
func TestDescriptorAsPionReadsIt(t *testing.T) {
	frame := vp8Frame(Content{Key: true}, 640, 360, 3000)
	var whole []byte
	for i, payload := range vp8Packets(frame, 0x1234, 7, 1000) {
		var p codecs.VP8Packet
		data, err := p.Unmarshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		if p.PictureID != 0x1234 || p.TL0PICIDX != 7 || (p.S == 1) != (i == 0) {
			t.Errorf("packet %d: %+v", i, p)
		}
		if length, start := vp8Descriptor(payload); length != len(payload)-len(data) || start != (i == 0) {
			t.Errorf("packet %d: descriptor of %d bytes, start %v", i, length, start)
		}
		whole = append(whole, data...)
	}
	if string(whole) != string(frame) {
		t.Error("the frame came out otherwise")
	}
}

func TestAssemblerTakesAnyOrder(t *testing.T) {
	var packets []*rtp.Packet
	sequence := uint16(65530) // wraps
	for number := range uint32(50) {
		payloads := vp8Packets(vp8Frame(Content{Number: number}, 0, 0, 3500), uint16(number), 0, 1000)
		for i, payload := range payloads {
			packets = append(packets, &rtp.Packet{Payload: payload, Header: rtp.Header{
				SequenceNumber: sequence, Timestamp: number * 4500, Marker: i == len(payloads)-1,
			}})
			sequence++
		}
	}
	order := rand.New(rand.NewPCG(1, 2))
	order.Shuffle(len(packets), func(i, j int) { packets[i], packets[j] = packets[j], packets[i] })
	var a assembler
	seen := map[uint32]bool{}
	for _, p := range packets {
		frame := a.add(p)
		if frame == nil {
			continue
		}
		c, ok := parseVP8(frame)
		if !ok || seen[c.Number] {
			t.Fatalf("frame %+v, %v", c, ok)
		}
		seen[c.Number] = true
	}
	if len(seen) != 50 || len(a.packets) != 0 {
		t.Errorf("%d frames, %d packets left over", len(seen), len(a.packets))
	}
}
