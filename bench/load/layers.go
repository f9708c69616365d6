package load

import "konklave/internal/signal/lkpb"

// Layer is one encoding of a camera. Its packets have equal size, as those of one picture have with libwebrtc; one
// with a recording has what was recorded instead.
type Layer struct {
	Width, Height int
	Rate          int // pictures a second
	Packets       int // of one picture
	Bytes         int // of the payload of each packet
	KeyPackets    int // of a key frame; 0: as many as of any picture
	KeyEvery      int // pictures; 0: key frames come only when somebody asks
}

// What a camera sends that has one layer, and what one sends with simulcast: 2.5 Mbit/s, 0.45 Mbit/s, 0.13 Mbit/s.
var (
	Camera    = []Layer{{Width: 1280, Height: 720, Rate: 30, Packets: 9, Bytes: 1150}}
	Simulcast = []Layer{
		{Width: 320, Height: 180, Rate: 15, Packets: 1, Bytes: 1080},
		{Width: 640, Height: 360, Rate: 20, Packets: 3, Bytes: 940},
		{Width: 1280, Height: 720, Rate: 30, Packets: 9, Bytes: 1150},
	}
)

// Sound is 50 packets a second of 80 bytes.
const (
	soundRate  = 50
	soundBytes = 80
)

var rids = []string{"q", "h", "f"}

// rid names layer i of so many; a single one has no name.
func rid(i, of int) string {
	if of == 1 {
		return ""
	}
	return rids[i]
}

// announced are the layers as LiveKit clients announce them.
func announced(layers []Layer) (list []*lkpb.VideoLayer) {
	for i, l := range layers {
		quality := lkpb.VideoQuality(i)
		if len(layers) == 1 {
			quality = lkpb.VideoQuality_HIGH
		}
		list = append(list, &lkpb.VideoLayer{Quality: quality, Width: uint32(l.Width), Height: uint32(l.Height),
			Bitrate: uint32(l.Rate * l.Packets * l.Bytes * 8), Rid: rid(i, len(layers))})
	}
	return list
}
