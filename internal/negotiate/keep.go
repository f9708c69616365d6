package negotiate

import (
	"strings"
	"unique"

	"konklave/internal/sdp"
)

// What is remembered of a description must not be part of its text: the smallest part of a text keeps all of it in
// memory, and a browser's has tens of kilobytes.

// kept gives what is remembered of an offered section, apart from its terms.
func kept(offered *sdp.Section) sdp.Section {
	s := sdp.Section{
		Kind: sdp.Audio, MID: strings.Clone(offered.MID), Direction: offered.Direction,
		AllowMixed: offered.AllowMixed, RTCPRsize: offered.RTCPRsize, Sources: offered.Sources,
		MSID: sdp.MSID{Stream: strings.Clone(offered.MSID.Stream), Track: strings.Clone(offered.MSID.Track)},
	}
	if offered.Kind == sdp.Video {
		s.Kind = sdp.Video
	}
	for _, rid := range offered.SendRIDs {
		s.SendRIDs = append(s.SendRIDs, sdp.RID{ID: strings.Clone(rid.ID), Paused: rid.Paused})
	}
	return s
}

// common has a codec's texts in memory once for all clients: those of one browser say the same.
func common(c sdp.Codec) sdp.Codec {
	c.Name, c.Fmtp = shared(c.Name), shared(c.Fmtp)
	for i := range c.Feedback {
		c.Feedback[i] = shared(c.Feedback[i])
	}
	return c
}

func shared(text string) string { return unique.Make(text).Value() }
