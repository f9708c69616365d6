package negotiate

import (
	"testing"

	"konklave/internal/sdp"
)

func variant(pt uint8, fmtp string) sdp.Codec {
	return sdp.Codec{PT: pt, Name: "H264", ClockRate: 90000, Fmtp: fmtp}
}

// Which of the variants that a client offers is taken, by what it does in the section; 0 when none is.
func TestVariantsOfH264(t *testing.T) {
	browser := []sdp.Codec{ // as Chromium has them
		variant(103, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f"),
		variant(107, "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f"),
		variant(109, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
		variant(115, "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f"),
		variant(117, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f"),
		variant(119, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f"),
	}
	apple := []sdp.Codec{
		variant(96, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f"),
		variant(98, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
	}
	single := []sdp.Codec{variant(97, "profile-level-id=42e01f"), variant(98, "packetization-mode=0;profile-level-id=4de01f")}
	for _, test := range []struct {
		name                 string
		offered              []sdp.Codec
		sends, receives, can uint8 // payload type taken where it sends, receives, does both
	}{
		{"Chromium", browser, 109, 109, 109},
		{"Safari", apple, 98, 98, 98},
		{"baseline", browser[:2], 103, 103, 103},
		{"single NAL units", single, 97, 0, 0},
		{"single NAL units of baseline", browser[1:2], 107, 0, 0},
		{"combined ones before a smaller profile", []sdp.Codec{browser[3], browser[0]}, 103, 103, 103},
		{"main", browser[4:5], 0, 117, 0},
		{"high", browser[5:], 0, 119, 0},
		{"main before high", []sdp.Codec{browser[5], browser[4]}, 0, 117, 0},
		{"only high is combined", []sdp.Codec{browser[3], browser[5]}, 115, 119, 0},
		{"constrained baseline by the number of main", []sdp.Codec{variant(100, "packetization-mode=1;profile-level-id=4d801f")}, 100, 100, 100},
		{"nothing is said", []sdp.Codec{variant(100, "")}, 100, 0, 0},
		{"extended", []sdp.Codec{variant(100, "packetization-mode=1;profile-level-id=58001f")}, 0, 0, 0},
		{"interleaved", []sdp.Codec{variant(100, "packetization-mode=2;profile-level-id=42e01f")}, 0, 0, 0},
		{"no profile", []sdp.Codec{variant(100, "packetization-mode=1;profile-level-id=42e0")}, 0, 0, 0},
	} {
		for direction, want := range map[sdp.Direction]uint8{
			sdp.SendOnly: test.sends, sdp.RecvOnly: test.receives, sdp.SendRecv: test.can, sdp.Inactive: test.can,
		} {
			var c connection
			got := uint8(0)
			for _, codec := range c.acceptCodecs(&sdp.Section{Kind: sdp.Video, Direction: direction, Codecs: test.offered}) {
				if got != 0 {
					t.Errorf("%s: two are taken", test.name)
				}
				got = codec.PT
			}
			if got != want {
				t.Errorf("%s, %v: payload type %d is taken, want %d", test.name, direction, got, want)
			}
		}
	}
}
