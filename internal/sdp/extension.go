package sdp

// The RTP header extensions that the server knows.
const (
	ExtMID         = "urn:ietf:params:rtp-hdrext:sdes:mid"                                                     // RFC 9143
	ExtRID         = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"                                           // RFC 8852
	ExtRepairedRID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"                                  // RFC 8852
	ExtTWCC        = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"               // transport-wide sequence numbers
	ExtAudioLevel  = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"                                             // RFC 6464
	ExtAbsSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"                              // for receiver-side estimates
	ExtOrientation = "urn:3gpp:video-orientation"                                                              // 3GPP TS 26.114
	ExtDependency  = "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension" // AV1 RTP specification
)
