package session

import (
	"slices"
	"strings"

	"konklave/internal/negotiate"
	"konklave/internal/sdp"
	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

// upParams translates a negotiated upstream section into what the media core needs to receive it.
func upParams(u negotiate.Upstream) sfu.UpParams {
	return sfu.UpParams{
		MID: u.MID, Kind: kind(u.Kind), Payloads: payloads(u.Codecs),
		Encodings: encodings(u), Extensions: extensions(u.Extensions),
	}
}

// downParams translates a negotiated downstream section into what the media core needs to fill it.
func downParams(d negotiate.Downstream) sfu.DownParams {
	return sfu.DownParams{
		MID: d.MID, Kind: kind(d.Kind), Payloads: payloads(d.Codecs),
		SSRC: d.SSRC, RTX: d.RTX, CNAME: d.CNAME, Extensions: extensions(d.Extensions),
	}
}

func kind(k sdp.Kind) codec.Kind {
	if k == sdp.Audio {
		return codec.Audio
	}
	return codec.Video
}

// ridRank orders the rids that LiveKit clients use: quarter, half and full size.
var ridRank = map[string]int{"q": 0, "h": 1, "f": 2}

// encodings lists what the client sends for a track, lowest quality first. Unknown rids keep their order.
func encodings(u negotiate.Upstream) []sfu.Encoding {
	if len(u.RIDs) == 0 {
		return []sfu.Encoding{{SSRC: u.SSRC, RTX: u.RTX}}
	}
	rids := slices.Clone(u.RIDs)
	slices.SortStableFunc(rids, func(a, b string) int { return ridRank[a] - ridRank[b] })
	all := make([]sfu.Encoding, len(rids))
	for i, rid := range rids {
		all[i].RID = rid
	}
	return all
}

func payloads(codecs []sdp.Codec) []sfu.Payload {
	var all []sfu.Payload
	for _, c := range codecs {
		t := codec.ParseType(c.Name)
		if t == codec.Unknown {
			continue
		}
		all = append(all, sfu.Payload{
			PT: c.PT, RTX: c.RTX, Codec: t, ClockRate: c.ClockRate,
			NACK: slices.Contains(c.Feedback, "nack"),
			PLI:  slices.Contains(c.Feedback, "nack pli"),
			TWCC: slices.Contains(c.Feedback, "transport-cc"),
		})
	}
	return all
}

// extensions finds the header extensions that the media core knows among those negotiated.
func extensions(negotiated []sdp.Extension) (x sfu.Extensions) {
	known := map[string]*uint8{
		"urn:ietf:params:rtp-hdrext:sdes:mid":                                       &x.MID,
		"urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id":                             &x.RID,
		"urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id":                    &x.RepairedRID,
		"http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01": &x.TWCC,
		"urn:ietf:params:rtp-hdrext:ssrc-audio-level":                               &x.AudioLevel,
		"http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time":                &x.AbsSendTime,
		"urn:3gpp:video-orientation":                                                &x.Orientation,
	}
	for _, e := range negotiated {
		if strings.Contains(e.URI, "dependency-descriptor") {
			x.DD = e.ID
		} else if field, ok := known[e.URI]; ok {
			*field = e.ID
		}
	}
	return x
}
