package negotiate

import "konklave/internal/sdp"

// What a Subscriber offers. A codec has the same payload type and an extension the same id in all sections and
// offers, so a section can carry any track of its kind, and a track can change its codec.

// offeredCodecs are the codecs that acceptCodecs takes from publishers, in the variants it takes. The payload types
// are of the range that even old clients know as dynamic (RFC 3551 section 3).
var offeredCodecs = map[sdp.Kind][]sdp.Codec{
	sdp.Audio: {
		// NACK is answered on the same SSRC: there are no retransmissions in a format of their own for audio.
		{PT: 111, Name: "opus", ClockRate: 48000, Channels: 2, Fmtp: "minptime=10;useinbandfec=1", Feedback: []string{"transport-cc", "nack"}},
		{PT: 110, Name: "red", ClockRate: 48000, Channels: 2, Fmtp: "111/111", Feedback: []string{"transport-cc"}},
	},
	sdp.Video: {
		{PT: 96, RTX: 97, Name: "VP8", ClockRate: 90000, Feedback: videoFeedback},
		{PT: 98, RTX: 99, Name: "VP9", ClockRate: 90000, Fmtp: "profile-id=0", Feedback: videoFeedback},
		{PT: 108, RTX: 109, Name: "H264", ClockRate: 90000, Feedback: videoFeedback,
			Fmtp: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"},
		{PT: 100, RTX: 101, Name: "AV1", ClockRate: 90000, Feedback: videoFeedback},
	},
}

var videoFeedback = []string{"transport-cc", "ccm fir", "nack", "nack pli"}

// stereo tells the client that a track is stereo (RFC 7587 section 6.1): LiveKit's clients play it so only then.
const stereo = ";sprop-stereo=1"

// offeredExtensions have ids below 15, which fit the one-byte form (RFC 8285 section 4.2).
var offeredExtensions = map[sdp.Kind][]sdp.Extension{
	sdp.Audio: {
		{ID: 1, URI: sdp.ExtMID, Direction: sdp.SendRecv},
		{ID: 2, URI: sdp.ExtTWCC, Direction: sdp.SendRecv},
		{ID: 3, URI: sdp.ExtAudioLevel, Direction: sdp.SendRecv},
	},
	sdp.Video: {
		{ID: 1, URI: sdp.ExtMID, Direction: sdp.SendRecv},
		{ID: 2, URI: sdp.ExtTWCC, Direction: sdp.SendRecv},
		{ID: 4, URI: sdp.ExtOrientation, Direction: sdp.SendRecv},
		{ID: 5, URI: sdp.ExtDependency, Direction: sdp.SendRecv},
	},
}
