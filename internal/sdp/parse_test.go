package sdp

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// recorded gives the offers that browsers made in the layout of livekit-client: three audio and three video
// sections for receiving and data channels, then with microphone and a camera in three simulcast streams.
func recorded(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.sdp")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded offers: %v", err)
	}
	offers := make(map[string]string)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		offers[strings.TrimSuffix(filepath.Base(file), ".sdp")] = string(text)
	}
	return offers
}

func mustParse(t testing.TB, text string) Description {
	t.Helper()
	d, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const sessionLines = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

// lines makes a description of the session lines and the given ones.
func lines(more ...string) string { return sessionLines + strings.Join(more, "\r\n") + "\r\n" }

func TestParseRecordedOffers(t *testing.T) {
	for name, text := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			d := mustParse(t, text)
			if len(d.Sections) < 7 || len(d.Bundle) != len(d.Sections) {
				t.Fatalf("%d sections, %d bundled", len(d.Sections), len(d.Bundle))
			}
			for i, s := range d.Sections {
				if s.Rejected {
					t.Errorf("section %d counts as rejected", i)
				}
				if s.MID != d.Bundle[i] {
					t.Errorf("section %d has mid %q, bundled is %q", i, s.MID, d.Bundle[i])
				}
				if s.Ufrag == "" || s.Pwd == "" || !strings.HasPrefix(s.Fingerprint, "sha-256 ") || s.Setup != ActPass {
					t.Errorf("section %d lacks transport: setup %q", i, s.Setup)
				}
				if s.Kind != Application && !(s.RTCPMux && (d.AllowMixed || s.AllowMixed)) {
					t.Errorf("section %d: rtcp-mux %v, mixed %v", i, s.RTCPMux, s.AllowMixed)
				}
			}
			if data := d.Sections[6]; data.Kind != Application || data.SCTPPort != 5000 || data.MaxMessageSize == 0 {
				t.Errorf("data section: %+v", data)
			}
		})
	}
}

func TestParsePublishedTracks(t *testing.T) {
	offers := recorded(t)
	for _, browser := range []string{"chromium", "firefox"} {
		d := mustParse(t, offers[browser+"-publish"])
		mic, cam := d.Sections[7], d.Sections[8]
		if mic.Direction != SendOnly || len(mic.Sources) != 1 || mic.MSID.Track == "" || mic.CNAME == "" {
			t.Errorf("%s: microphone: %v %v %v", browser, mic.Direction, mic.Sources, mic.MSID)
		}
		if want := []RID{{ID: "q"}, {ID: "h"}, {ID: "f"}}; !reflect.DeepEqual(cam.SendRIDs, want) {
			t.Errorf("%s: camera streams %v", browser, cam.SendRIDs)
		}
		for _, c := range cam.Codecs {
			if c.Name == "VP8" && (c.RTX == 0 || !c.HasFeedback("nack pli") || !c.HasFeedback("transport-cc")) {
				t.Errorf("%s: VP8: %+v", browser, c)
			}
			if strings.EqualFold(c.Name, "rtx") {
				t.Errorf("%s: rtx is listed as a codec", browser)
			}
		}
	}
}

func TestParseErrors(t *testing.T) {
	const secret = "203.0.113.77"
	audio := "m=audio 9 UDP/TLS/RTP/SAVPF 111"
	tests := map[string]struct {
		text string
		want string
	}{
		"empty":               {"", "no o= line"},
		"no version":          {"o=- 1 1 IN IP4 " + secret, "v= must be the first"},
		"second version":      {lines("v=0"), "v= must be the first"},
		"unknown version":     {"v=1\r\n", "version"},
		"not a line":          {lines(secret), "line 5: not of the form"},
		"origin":              {"v=0\r\no=- x 1 IN IP4 " + secret, "o=: session id"},
		"port":                {lines("m=audio x" + secret + " UDP/TLS/RTP/SAVPF 111"), "port"},
		"payload type":        {lines("m=audio 9 UDP/TLS/RTP/SAVPF 128"), "payload type"},
		"payload type twice":  {lines("m=audio 9 UDP/TLS/RTP/SAVPF 1 1"), "twice"},
		"media line":          {lines("m=audio 9"), "m= is malformed"},
		"rtpmap":              {lines(audio, "a=rtpmap:111 opus"), "rtpmap"},
		"clock rate":          {lines(audio, "a=rtpmap:111 opus/x"), "rtpmap"},
		"extmap id":           {lines(audio, "a=extmap:0 urn:x"), "extmap"},
		"mid with a space":    {lines(audio, "a=mid:a b"), "mid"},
		"short ufrag":         {lines("a=ice-ufrag:abc"), "ice-ufrag"},
		"ufrag with a colon":  {lines("a=ice-ufrag:abcd:e"), "ice-ufrag"},
		"short pwd":           {lines("a=ice-pwd:" + secret), "ice-pwd"},
		"fingerprint":         {lines("a=fingerprint:sha-256 AB:CD"), "fingerprint"},
		"fingerprint digits":  {lines("a=fingerprint:sha-256 " + strings.Repeat("AX:", 31) + "AB"), "fingerprint"},
		"ssrc":                {lines(audio, "a=ssrc:4294967296 cname:x"), "ssrc"},
		"rid":                 {lines(audio, "a=rid:a,b send"), "rid"},
		"rid direction":       {lines(audio, "a=rid:a both"), "rid"},
		"simulcast":           {lines(audio, "a=simulcast:send"), "simulcast"},
		"simulcast direction": {lines(audio, "a=simulcast:both a"), "simulcast"},
		"sctp-port":           {lines("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=sctp-port:x"), "sctp-port"},
	}
	for name, test := range tests {
		_, err := Parse(test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: error quotes the text: %v", name, err)
		}
	}
}

func TestParseLimits(t *testing.T) {
	audio := "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
	many := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i+1)
		}
		return b.String()
	}
	tests := map[string]string{
		"bytes":      sessionLines + strings.Repeat("a", MaxBytes),
		"lines":      sessionLines + strings.Repeat("a=x\n", maxLines),
		"sections":   sessionLines + strings.Repeat(audio, MaxSections+1),
		"formats":    sessionLines + "m=audio 9 UDP/TLS/RTP/SAVPF" + strings.Repeat(" 1", maxFormats+1),
		"extensions": sessionLines + audio + many(maxExtensions+2, "a=extmap:%d urn:x\n"),
		"feedback":   sessionLines + audio + many(maxFeedback+1, "a=rtcp-fb:111 x%d\n"),
		"sources":    sessionLines + audio + many(maxSources+1, "a=ssrc:%d cname:x\n"),
		"groups":     sessionLines + audio + strings.Repeat("a=ssrc-group:FID 1 2\n", maxSources+1),
		"rids":       sessionLines + audio + many(maxRIDs+1, "a=rid:r%d send\n"),
		"simulcast":  sessionLines + audio + "a=simulcast:send r" + many(maxRIDs, ";r%d"),
		"bundle":     sessionLines + "a=group:BUNDLE" + strings.Repeat(" x", MaxSections+1),
	}
	for name, text := range tests {
		if _, err := Parse(text); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestParseSection(t *testing.T) {
	video := "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 0"
	vp8 := "a=rtpmap:96 VP8/90000"
	tests := map[string]struct {
		lines []string
		got   func(s Section) any
		want  any
	}{
		"rejected keeps only its place": {
			[]string{"m=video 0 UDP/TLS/RTP/SAVPF 96 97", "a=mid:1", vp8, "a=ssrc:1 cname:x"},
			func(s Section) any { return s },
			Section{Kind: Video, Protocol: "UDP/TLS/RTP/SAVPF", MID: "1", Rejected: true, Formats: []string{"96"}},
		},
		"bundle-only is not rejected": {
			[]string{"m=video 0 UDP/TLS/RTP/SAVPF 96", "a=bundle-only", vp8},
			func(s Section) any { return s.Rejected }, false,
		},
		"direction defaults to that of the session": {
			[]string{"a=recvonly", video}, func(s Section) any { return s.Direction }, RecvOnly,
		},
		"direction of the section wins": {
			[]string{"a=recvonly", video, "a=inactive"}, func(s Section) any { return s.Direction }, Inactive,
		},
		"credentials of the section win": {
			[]string{"a=ice-ufrag:session", video, "a=ice-ufrag:section"}, func(s Section) any { return s.Ufrag }, "section",
		},
		"setup that means nothing": {
			[]string{video, "a=setup:holdconn"}, func(s Section) any { return s.Setup }, Setup(""),
		},
		"sha-256 is chosen among fingerprints": {
			[]string{video, "a=fingerprint:SHA-256 " + strings.Repeat("ab:", 31) + "ab", "a=fingerprint:sha-1 00"},
			func(s Section) any { return s.Fingerprint }, "sha-256 " + strings.Repeat("AB:", 31) + "AB",
		},
		"rtx of an unknown codec is dropped": {
			[]string{video, vp8, "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=42"},
			func(s Section) any { return s.Codecs }, []Codec{{PT: 96, Name: "VP8", ClockRate: 90000}},
		},
		"rtx is joined with its codec": {
			[]string{video, "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=98;rtx-time=9", "a=rtpmap:98 VP9/90000", "a=fmtp:98 profile-id=0"},
			func(s Section) any { return s.Codecs }, []Codec{{PT: 98, Name: "VP9", ClockRate: 90000, Fmtp: "profile-id=0", RTX: 97}},
		},
		"feedback for all": {
			[]string{video, vp8, "a=rtcp-fb:* nack  pli", "a=rtcp-fb:96 nack pli"},
			func(s Section) any { return s.Codecs[0].Feedback }, []string{"nack pli"},
		},
		"without codecs the formats stay": {
			[]string{video}, func(s Section) any { return s.Formats }, []string{"96", "97", "98", "0"},
		},
		"simulcast: order, pauses, alternatives": {
			[]string{video, "a=rid:f send", "a=rid:q send pt=96", "a=rid:h send", "a=simulcast:send q;~h;f,x;unknown"},
			func(s Section) any { return s.SendRIDs }, []RID{{ID: "q"}, {ID: "h", Paused: true}, {ID: "f"}},
		},
		"rids without simulcast": {
			[]string{video, "a=rid:f send"}, func(s Section) any { return s.SendRIDs }, []RID(nil),
		},
		"sources with retransmissions": {
			[]string{video, "a=ssrc-group:FID 1 2", "a=ssrc-group:SIM 1 3", "a=ssrc:1 cname:c", "a=ssrc:2 cname:c", "a=ssrc:3 cname:c"},
			func(s Section) any { return s.Sources }, []Source{{SSRC: 1, RTX: 2}, {SSRC: 3}},
		},
		"msid of the ssrc line": {
			[]string{video, "a=ssrc:1 msid:stream track"}, func(s Section) any { return s.MSID }, MSID{"stream", "track"},
		},
		"msid without track": {
			[]string{video, "a=msid:-"}, func(s Section) any { return s.MSID }, MSID{Stream: "-"},
		},
		"extensions": {
			[]string{video, "a=extmap:3/sendonly urn:x attributes", "a=extmap:4096 urn:y", "a=extmap:15 urn:z"},
			func(s Section) any { return s.Extensions }, []Extension{{ID: 3, URI: "urn:x", Direction: SendOnly}},
		},
		"addresses are not kept": {
			[]string{video, "a=candidate:1 1 udp 1 192.0.2.1 9 typ host"}, func(s Section) any { return len(s.Candidates) }, 0,
		},
		"unknown kinds are kept": {
			[]string{"m=text 9 X y"}, func(s Section) any { return s.Kind }, Kind("text"),
		},
	}
	for name, test := range tests {
		d, err := Parse(lines(test.lines...))
		if err != nil || len(d.Sections) != 1 {
			t.Errorf("%s: %v, %d sections", name, err, len(d.Sections))
			continue
		}
		if got := test.got(d.Sections[0]); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %#v, want %#v", name, got, test.want)
		}
	}
}

func TestDirectionReverse(t *testing.T) {
	for d, want := range map[Direction]Direction{SendOnly: RecvOnly, RecvOnly: SendOnly, SendRecv: SendRecv, Inactive: Inactive} {
		if got := d.Reverse(); got != want {
			t.Errorf("%v reversed is %v, want %v", d, got, want)
		}
	}
}
