package negotiate

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"konklave/internal/id"
	"konklave/internal/sdp"
)

// testConfig gives credentials and SSRCs that count up, so that answers can be compared.
func testConfig() Config {
	credentials, ssrc := 0, uint32(1000)
	return Config{
		Fingerprint: "sha-256 " + strings.Repeat("AB:", 31) + "AB",
		Candidates: []sdp.Candidate{
			{Foundation: "1", Protocol: "udp", Priority: 2130706431, Addr: netip.MustParseAddrPort("192.0.2.1:7882")},
			{Foundation: "2", Protocol: "tcp", Priority: 1671430143, Addr: netip.MustParseAddrPort("192.0.2.1:7881"), TCPType: "passive"},
		},
		NewCredentials: func() (string, string) {
			credentials++
			return fmt.Sprintf("ufrag%d", credentials), fmt.Sprintf("passwordpasswordpasswd%d", credentials)
		},
		NewSSRC: func() uint32 { ssrc++; return ssrc },
	}
}

// peer is a client as far as its descriptions go: tests change its sections and offer them.
type peer struct {
	t  *testing.T
	n  *Single
	d  sdp.Description
	id uint32
}

func newPeer(t *testing.T) *peer {
	return &peer{t: t, n: NewSingle(testConfig()), d: sdp.Description{AllowMixed: true}}
}

var (
	opus = sdp.Codec{PT: 111, Name: "opus", ClockRate: 48000, Channels: 2, Fmtp: "minptime=10;useinbandfec=1", Feedback: []string{"transport-cc"}}
	vp8  = sdp.Codec{PT: 96, Name: "VP8", ClockRate: 90000, Feedback: []string{"goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"}, RTX: 97}
	vp9  = sdp.Codec{PT: 98, Name: "VP9", ClockRate: 90000, Fmtp: "profile-id=0", RTX: 99}
	h264 = sdp.Codec{PT: 108, Name: "H264", ClockRate: 90000, Fmtp: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"}
	red  = sdp.Codec{PT: 63, Name: "red", ClockRate: 48000, Channels: 2, Fmtp: "111/111"}
)

// add appends a section; track is the id of the track it sends, if it sends.
func (p *peer) add(kind sdp.Kind, direction sdp.Direction, track string) *sdp.Section {
	s := sdp.Section{
		Kind: kind, Protocol: "UDP/TLS/RTP/SAVPF", MID: fmt.Sprint(len(p.d.Sections)), Direction: direction, RTCPMux: true, RTCPRsize: true,
		Codecs:     []sdp.Codec{red, opus},
		Extensions: []sdp.Extension{{ID: 4, URI: sdp.ExtMID, Direction: sdp.SendRecv}, {ID: 2, URI: sdp.ExtAbsSendTime, Direction: sdp.SendRecv}},
		Transport:  sdp.Transport{Ufrag: "clientufrag", Pwd: "clientpasswordpassword", Fingerprint: "sha-256 " + strings.Repeat("CD:", 31) + "CD", Setup: sdp.ActPass},
	}
	if kind == sdp.Video {
		s.Codecs = []sdp.Codec{vp8, vp9, h264}
	}
	if kind == sdp.Application {
		s.Protocol, s.Codecs, s.Extensions, s.Formats, s.SCTPPort = "UDP/DTLS/SCTP", nil, nil, []string{"webrtc-datachannel"}, 5000
	}
	if track != "" {
		s.MSID = sdp.MSID{Stream: "-", Track: track}
	}
	p.d.Bundle = append(p.d.Bundle, s.MID)
	p.d.Sections = append(p.d.Sections, s)
	return &p.d.Sections[len(p.d.Sections)-1]
}

func (p *peer) addMany(n int, kind sdp.Kind, direction sdp.Direction) {
	for range n {
		p.add(kind, direction, "")
	}
}

// offer offers what the sections are and returns all actions.
func (p *peer) offer() []Action {
	p.id++
	return p.n.Apply(Offer{ID: p.id, SDP: p.d.Marshal()})
}

// answered offers, expects an answer and returns it with the other actions.
func (p *peer) answered() (sdp.Description, Answer, []Action) {
	p.t.Helper()
	actions := p.offer()
	var others []Action
	var answer Answer
	for _, a := range actions {
		if got, ok := a.(Answer); ok {
			answer = got
			continue
		}
		others = append(others, a)
	}
	d, err := sdp.Parse(answer.SDP)
	if err != nil {
		p.t.Fatalf("%v; actions %v", err, kinds(actions))
	}
	return d, answer, others
}

// kinds names actions with their tracks, for comparison: "Receive TR_1".
func kinds(actions []Action) []string {
	names := []string{}
	for _, a := range actions {
		switch a := a.(type) {
		case Receive:
			names = append(names, "Receive "+string(a.Track))
		case StopReceiving:
			names = append(names, "StopReceiving "+string(a.Track))
		case StartSending:
			names = append(names, "StartSending "+string(a.Track))
		case StopSending:
			names = append(names, "StopSending "+string(a.Track))
		case CannotSend:
			names = append(names, "CannotSend "+string(a.Track))
		case RequireSections:
			names = append(names, fmt.Sprintf("RequireSections %d %d", a.Audio, a.Video))
		default:
			names = append(names, strings.TrimPrefix(fmt.Sprintf("%T", a), "negotiate."))
		}
	}
	return names
}

func expect(t *testing.T, what string, actions []Action, want ...string) {
	t.Helper()
	if got := kinds(actions); !reflect.DeepEqual(got, append([]string{}, want...)) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func announce(track id.TrackSID, cid string, kind sdp.Kind) Announce {
	return Announce{Track: track, CID: cid, Kind: kind}
}

func send(track id.TrackSID, kind sdp.Kind) Send {
	return Send{Track: track, Participant: "PA_1", Kind: kind}
}

// directions lists those of the sections of a description.
func directions(d sdp.Description) string {
	var names []string
	for _, s := range d.Sections {
		name := s.Direction.String()
		if s.Rejected {
			name = "rejected"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}
