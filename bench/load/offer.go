package load

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"konklave/internal/signal/lkpb"
)

// payloadTypes are those of the codecs.
type payloadTypes struct{ audio, video, rtx uint8 }

// What the clients offer: Chromium's payload types and numbers of header extensions.
var offeredTypes = payloadTypes{audio: 111, video: 96, rtx: 97}

const (
	extensionLevel      = 1
	extensionTime       = 2 // absolute send time
	extensionTransport  = 3 // transport-wide sequence number
	extensionMID        = 4
	extensionRID        = 10
	extensionRepaired   = 11
	extensionDescriptor = 12 // of dependencies
	extensionTurned     = 13 // orientation of the picture
)

type kind string

const (
	audio kind = "audio"
	video kind = "video"
)

// section is one media section; without a track it receives.
type section struct {
	kind  kind
	track *track
}

// offers is the client's side of the negotiation: it makes all offers.
type offers struct {
	sections   []section
	number     uint32 // of the last offer
	waiting    bool   // for the answer to it
	again      bool   // another offer is needed after that
	server     answer
	connecting bool
}

// firstSections is how many sections for receiving of each kind the first offer has, as in livekit-client.
const firstSections = 3

func (o *offers) add(s section) { o.sections = append(o.sections, s) }

// tracks are those that the last offer had in it.
func (o *offers) tracks() (list []*track) {
	for _, s := range o.sections {
		if s.track != nil && s.track.mid != "" {
			list = append(list, s.track)
		}
	}
	return list
}

// offer makes the next offer.
func (c *Client) offer() *lkpb.SessionDescription {
	o := &c.offers
	if o.number == 0 {
		for range firstSections {
			o.add(section{kind: audio})
			o.add(section{kind: video})
		}
	}
	o.number++
	o.waiting = true
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0\r\no=- 1 %d IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=extmap-allow-mixed", o.number)
	group := "a=group:BUNDLE"
	if !c.plain {
		group += " data"
	}
	for i := range o.sections {
		group += fmt.Sprintf(" %d", i)
	}
	line("%s", group)
	transport := func(mid string) {
		line("c=IN IP4 0.0.0.0\r\na=mid:%s\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:%s\r\na=setup:actpass",
			mid, c.ice.ufrag, c.ice.pwd, c.secure.fingerprint)
	}
	if c.plain { // to a server that checks connectivity by itself
		inner := transport
		transport = func(mid string) { inner(mid); line("a=%s", c.udp.candidate()) }
	} else {
		line("m=application 9 UDP/DTLS/SCTP webrtc-datachannel")
		transport("data")
		line("a=sendrecv\r\na=sctp-port:5000\r\na=max-message-size:262144")
	}
	for i, s := range o.sections {
		mid := fmt.Sprint(i)
		if s.kind == audio {
			line("m=audio 9 UDP/TLS/RTP/SAVPF %d", offeredTypes.audio)
		} else {
			line("m=video 9 UDP/TLS/RTP/SAVPF %d %d", offeredTypes.video, offeredTypes.rtx)
		}
		transport(mid)
		line("a=rtcp-mux\r\na=rtcp-rsize")
		c.describeCodec(line, s.kind)
		if s.track == nil {
			line("a=recvonly")
			continue
		}
		if s.track.mid != mid { // else it is being sent, and read by others
			s.track.mid = mid
		}
		s.track.describe(line)
	}
	return &lkpb.SessionDescription{Type: "offer", Sdp: b.String(), Id: o.number}
}

// describeCodec writes what a section of a kind can carry.
func (c *Client) describeCodec(line func(string, ...any), k kind) {
	line("a=extmap:%d urn:ietf:params:rtp-hdrext:sdes:mid", extensionMID)
	if k == audio {
		line("a=extmap:%d urn:ietf:params:rtp-hdrext:ssrc-audio-level", extensionLevel)
		line("a=rtpmap:%d opus/48000/2\r\na=fmtp:%[1]d minptime=10;useinbandfec=1", offeredTypes.audio)
		return
	}
	line("a=extmap:%d urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", extensionRID)
	line("a=extmap:%d urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", extensionRepaired)
	line("a=rtpmap:%d VP8/90000\r\na=rtcp-fb:%[1]d ccm fir\r\na=rtcp-fb:%[1]d nack\r\na=rtcp-fb:%[1]d nack pli", offeredTypes.video)
	if c.opts.Feedback {
		line("a=extmap:%d http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", extensionTransport)
		line("a=rtcp-fb:%d transport-cc", offeredTypes.video)
	}
	if c.opts.Recording != nil {
		line("a=extmap:%d http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", extensionTime)
		line("a=extmap:%d urn:3gpp:video-orientation", extensionTurned)
		line("a=extmap:%d https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension", extensionDescriptor)
	}
	line("a=rtpmap:%d rtx/90000\r\na=fmtp:%[1]d apt=%d", offeredTypes.rtx, offeredTypes.video)
}

// describe writes the streams of a track.
func (t *track) describe(line func(string, ...any)) {
	line("a=sendonly\r\na=msid:stream %s", t.cid)
	if len(t.encodings) > 1 {
		var names []string
		for _, e := range t.encodings {
			line("a=rid:%s send", e.rid)
			names = append(names, e.rid)
		}
		line("a=simulcast:send %s", strings.Join(names, ";"))
		return
	}
	e := t.encodings[0]
	if t.kind == video {
		line("a=ssrc-group:FID %d %d\r\na=ssrc:%[2]d cname:load", e.ssrc, e.rtx)
	}
	line("a=ssrc:%d cname:load", e.ssrc)
}

// answer is what a client needs of an answer.
type answer struct {
	ice    credentials
	active bool           // the server begins DTLS
	addr   netip.AddrPort // UDP candidate of IPv4, on loopback if there is one; it may come later
}

func parseAnswer(text string) (a answer, err error) {
	for _, line := range strings.Split(text, "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		switch name {
		case "a=ice-ufrag":
			a.ice.ufrag = value
		case "a=ice-pwd":
			a.ice.pwd = value
		case "a=setup":
			a.active = value == "active"
		case "a=candidate":
			if err := a.learn(value); err != nil {
				return a, err
			}
		}
	}
	if a.ice.ufrag == "" {
		return a, errors.New("an answer lacks credentials")
	}
	return a, nil
}

// learn takes a candidate: foundation component transport priority address port ... (RFC 8839 section 5.1).
func (a *answer) learn(candidate string) error {
	f := strings.Fields(candidate)
	if len(f) < 6 || !strings.EqualFold(f[2], "udp") || strings.Contains(f[4], ":") {
		return nil
	}
	addr, err := netip.ParseAddrPort(f[4] + ":" + f[5])
	if err != nil {
		return errors.New("a candidate is malformed")
	}
	if !a.addr.IsValid() || addr.Addr().IsLoopback() && !a.addr.Addr().IsLoopback() {
		a.addr = addr
	}
	return nil
}
