package sdp

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

// TestMarshal writes every part of the model and reads it back.
func TestMarshal(t *testing.T) {
	d := Description{
		SessionID: 1, Version: 2, ICELite: true, AllowMixed: true, Bundle: []string{"0", "d"},
		Sections: []Section{
			{
				Kind: Video, Protocol: "UDP/TLS/RTP/SAVPF", MID: "0", Direction: SendRecv, AllowMixed: true,
				Codecs: []Codec{
					{PT: 96, Name: "VP8", ClockRate: 90000, Feedback: []string{"nack", "nack pli"}, RTX: 97},
					{PT: 98, Name: "VP9", ClockRate: 90000, Fmtp: "profile-id=0"},
				},
				Extensions: []Extension{{ID: 4, URI: ExtMID, Direction: SendRecv}, {ID: 8, URI: ExtDependency, Direction: RecvOnly}},
				MSID:       MSID{"PA_1|TR_2", "TR_2"}, CNAME: "PA_1", Sources: []Source{{SSRC: 7, RTX: 8}},
				RecvRIDs: []RID{{ID: "q"}, {ID: "h", Paused: true}},
				RTCPMux:  true, RTCPRsize: true,
				Transport: Transport{
					Ufrag: "ufrag", Pwd: "0123456789012345678901", Fingerprint: "sha-256 " + strings.Repeat("AB:", 31) + "AB", Setup: Passive,
					Candidates: []Candidate{
						{Foundation: "1", Protocol: "udp", Priority: 2130706431, Addr: netip.MustParseAddrPort("192.0.2.1:7882")},
						{Foundation: "2", Protocol: "tcp", Priority: 1671430143, Addr: netip.MustParseAddrPort("[2001:db8::1]:7881"), TCPType: "passive"},
					},
					EndOfCandidates: true,
				},
			},
			{Kind: Audio, Protocol: "UDP/TLS/RTP/SAVPF", MID: "1", Rejected: true, Formats: []string{"0"}},
			{
				Kind: Application, Protocol: "UDP/DTLS/SCTP", MID: "d", Direction: SendRecv,
				Formats: []string{"webrtc-datachannel"}, SCTPPort: 5000, MaxMessageSize: 65535,
			},
		},
	}
	want := `v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 d
a=extmap-allow-mixed
a=msid-semantic: WMS *
a=ice-lite
m=video 9 UDP/TLS/RTP/SAVPF 96 97 98
c=IN IP4 0.0.0.0
a=mid:0
a=ice-ufrag:ufrag
a=ice-pwd:0123456789012345678901
a=fingerprint:sha-256 ` + strings.Repeat("AB:", 31) + `AB
a=setup:passive
a=candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host
a=candidate:2 1 tcp 1671430143 2001:db8::1 7881 typ host tcptype passive
a=end-of-candidates
a=sendrecv
a=rtcp-mux
a=rtcp-rsize
a=extmap-allow-mixed
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:8/recvonly https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:98 VP9/90000
a=fmtp:98 profile-id=0
a=msid:PA_1|TR_2 TR_2
a=ssrc-group:FID 7 8
a=ssrc:7 cname:PA_1
a=ssrc:8 cname:PA_1
a=rid:q recv
a=rid:h recv
a=simulcast:recv q;~h
m=audio 0 UDP/TLS/RTP/SAVPF 0
c=IN IP4 0.0.0.0
a=mid:1
a=inactive
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=mid:d
a=sendrecv
a=sctp-port:5000
a=max-message-size:65535
`
	text := d.Marshal()
	if got := strings.ReplaceAll(text, "\r\n", "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	back := mustParse(t, text)
	d.Username = "-"
	d.Sections[0].Candidates = nil // never read
	if !reflect.DeepEqual(back, d) {
		t.Errorf("read back\n%+v\nwant\n%+v", back, d)
	}
}

func TestRoundTripOfRecordedOffers(t *testing.T) {
	for name, text := range recorded(t) {
		d := mustParse(t, text)
		if back := mustParse(t, d.Marshal()); !reflect.DeepEqual(back, d) {
			t.Errorf("%s changed on the way", name)
		}
	}
}

// FuzzParse checks that nothing breaks the parser and that what it understood is written so that it understands
// the same again.
func FuzzParse(f *testing.F) {
	for _, text := range recorded(f) {
		f.Add(text)
	}
	f.Add(lines("a=group:BUNDLE", "m=video 0 a 0 1", "a=bundle-only", "a=rtpmap:1 rtx/1", "a=fmtp:1 apt=0", "a=rtpmap:0 x/1"))
	f.Add(lines("m=x 9 y z", "a=ssrc:1 x", "a=ssrc-group:FID 1 0", "a=msid: s t", "a=simulcast:recv ~a;b", "a=rid:a recv"))
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		written := d.Marshal()
		back, err := Parse(written)
		if err != nil {
			if len(written) > MaxBytes {
				return
			}
			t.Fatalf("%v\n%q", err, written)
		}
		if !reflect.DeepEqual(back, d) {
			t.Fatalf("got\n%#v\nwant\n%#v", back, d)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := recorded(b)["chromium-publish"]
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
