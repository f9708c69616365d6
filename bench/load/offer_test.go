package load

import (
	"strings"
	"testing"
)

func TestParseAnswer(t *testing.T) {
	text := strings.Join([]string{
		"v=0", "a=ice-lite", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=ice-ufrag:uf", "a=ice-pwd:secret",
		"a=candidate:1 1 tcp 1671430143 127.0.0.1 7881 typ host tcptype passive",
		"a=candidate:2 1 udp 2130706431 127.0.0.1 7882 typ host", "a=candidate:3 1 udp 1 127.0.0.1 7883 typ host", "",
	}, "\r\n")
	a, err := parseAnswer(text)
	if err != nil {
		t.Fatal(err)
	}
	if a.ice != (credentials{"uf", "secret"}) || a.addr.String() != "127.0.0.1:7882" {
		t.Errorf("got %+v", a)
	}
	for _, broken := range []string{"", strings.ReplaceAll(text, " 7882 ", " port ")} {
		if _, err := parseAnswer(broken); err == nil {
			t.Errorf("takes %q", broken)
		}
	}
}

func TestCandidatesMayComeLater(t *testing.T) {
	a, err := parseAnswer("a=ice-ufrag:uf\r\na=ice-pwd:secret\r\n")
	if err != nil || a.addr.IsValid() {
		t.Fatalf("got %+v, %v", a, err)
	}
	for _, candidate := range []string{"1 1 tcp 1 127.0.0.1 7881 typ host", "1 1 udp 1 fe80::1 7000 typ host", "1 1 udp 1 192.0.2.1 7001 typ host", "1 1 udp 1 127.0.0.1 7002 typ host"} {
		if err := a.learn(candidate); err != nil {
			t.Fatal(err)
		}
	}
	if a.addr.String() != "127.0.0.1:7002" {
		t.Errorf("got %v", a.addr)
	}
}

func TestOffer(t *testing.T) {
	c := &Client{secure: &secure{fingerprint: "sha-256 AB"}, ice: credentials{"uf", "secret"}}
	c.tracks = newTracks(Options{Video: true})
	if first := c.offer(); first.Id != 1 || strings.Count(first.Sdp, "a=recvonly") != 2*firstSections || strings.Contains(first.Sdp, "a=sendonly") {
		t.Errorf("first offer:\n%s", first.Sdp)
	}
	if len(c.offers.tracks()) != 0 {
		t.Error("a track counts as offered before it is")
	}
	c.offers.add(section{kind: video, track: c.tracks[0]})
	second := c.offer()
	if second.Id != 2 || !strings.Contains(second.Sdp, "a=msid:stream "+c.tracks[0].cid+"\r\n") || !strings.Contains(second.Sdp, "BUNDLE data 0 1 2 3 4 5 6\r\n") {
		t.Errorf("second offer:\n%s", second.Sdp)
	}
	if len(c.offers.tracks()) != 1 {
		t.Error("an offered track does not count as offered")
	}
}
