package session

import (
	"reflect"
	"slices"
	"testing"

	"konklave/internal/describe"
	"konklave/internal/signal/lkpb"
)

func TestQuirksOfClients(t *testing.T) {
	none, red := []string{"AV1", "red"}, []string{"red"}
	tests := map[string]struct {
		client *lkpb.ClientInfo
		want   quirks
	}{
		"nobody says anything": {nil, quirks{freshSections: true}},
		"Chromium":             {&lkpb.ClientInfo{Protocol: 17, Sdk: lkpb.ClientInfo_JS, Browser: "Chrome", Os: "Android"}, quirks{}},
		"an SDK":               {&lkpb.ClientInfo{Protocol: 16, Sdk: lkpb.ClientInfo_SWIFT, Os: "iOS"}, quirks{listsMissing: true}},
		"the SDK for Go":       {&lkpb.ClientInfo{Protocol: 16, Sdk: lkpb.ClientInfo_GO}, quirks{freshSections: true, listsMissing: true}},
		"an old one":           {&lkpb.ClientInfo{Protocol: 3}, quirks{freshSections: true}},
		"Firefox":              {&lkpb.ClientInfo{Protocol: 17, Browser: "Firefox", Os: "Linux"}, quirks{notFrom: none, notTo: none}},
		"Firefox for Android": {&lkpb.ClientInfo{Protocol: 17, Browser: "Firefox", Os: "Android"},
			quirks{notFrom: []string{"AV1", "red", "H264"}, notTo: []string{"AV1", "red", "H264"}}},
		"Safari":                 {&lkpb.ClientInfo{Protocol: 17, Browser: "Safari", Os: "macOS"}, quirks{notFrom: none, notTo: red, freshSections: true}},
		"Chrome, WebKit inside":  {&lkpb.ClientInfo{Protocol: 17, Browser: "Chrome", Os: "iOS"}, quirks{notFrom: none, notTo: red, freshSections: true}},
		"Firefox, WebKit inside": {&lkpb.ClientInfo{Protocol: 17, Browser: "Firefox", Os: "iOS"}, quirks{notFrom: []string{"AV1", "red", "AV1", "red"}, notTo: []string{"AV1", "red", "red"}, freshSections: true}},
	}
	for name, test := range tests {
		if got := quirksOf(test.client); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// TestWhatHasNotComeIsStillWanted has clients resume that list tracks which were published while they were cut off.
func TestWhatHasNotComeIsStillWanted(t *testing.T) {
	list := func(subscribe bool) *lkpb.UpdateSubscription {
		return &lkpb.UpdateSubscription{
			TrackSids: []string{"TR_a"}, ParticipantTracks: []*lkpb.ParticipantTracks{{TrackSids: []string{"TR_b"}}}, Subscribe: subscribe,
		}
	}
	for _, test := range []struct {
		sdk       lkpb.ClientInfo_SDK
		subscribe bool
		want      int
	}{
		{lkpb.ClientInfo_JS, false, 2}, {lkpb.ClientInfo_RUST, false, 2}, {lkpb.ClientInfo_JS, true, 2},
		{lkpb.ClientInfo_GO, false, 0}, {lkpb.ClientInfo_ANDROID, false, 0}, {lkpb.ClientInfo_GO, true, 2},
	} {
		got := quirksOf(&lkpb.ClientInfo{Protocol: 17, Sdk: test.sdk}).meant(list(test.subscribe))
		if len(got) != test.want {
			t.Errorf("%v, subscribe %v: %v is meant", test.sdk, test.subscribe, got)
		}
	}
}

func TestClientsAreToldWhatTheyMayPublish(t *testing.T) {
	all := len(describe.PublishCodecs())
	for browser, want := range map[string]int{"Chrome": all, "Firefox": all - 2} {
		codecs := quirksOf(&lkpb.ClientInfo{Protocol: 17, Browser: browser}).publishable(describe.PublishCodecs())
		has := slices.ContainsFunc(codecs, func(c *lkpb.Codec) bool { return c.GetMime() == "video/AV1" })
		if len(codecs) != want || has != (want == all) || codecs[0].GetMime() != "video/VP8" {
			t.Errorf("%s: %v", browser, codecs)
		}
	}
}

func TestBrowsersAreKnownByTheirUserAgent(t *testing.T) {
	const webkit, gecko = "AppleWebKit/605.1.15 (KHTML, like Gecko)", "Gecko/20100101"
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:153.0) " + gecko + " Firefox/153.0":                                                 "Firefox ",
		"Mozilla/5.0 (Android 15; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0":                                                  "Firefox Android",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36":                 "Chrome ",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0": "Chrome ",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + webkit + " Version/18.5 Safari/605.1.15":                           "Safari ",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) " + webkit + " Version/18.5 Mobile/15E148 Safari/604.1":         "Safari iOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) " + webkit + " CriOS/137.0 Mobile/15E148 Safari/604.1":          "Chrome iOS",
		"Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) " + webkit + " FxiOS/139.0 Mobile/15E148 Safari/605.1.15":                "Firefox iOS",
		"okhttp/4.12.0":      " ",
		"Go-http-client/1.1": " ",
		"":                   " ",
	} {
		c := browserOf(nil, agent)
		if got := c.GetBrowser() + " " + c.GetOs(); got != want {
			t.Errorf("%s: %q, want %q", agent, got, want)
		}
	}
	said := &lkpb.ClientInfo{Browser: "Safari"}
	if c := browserOf(said, "Firefox/153.0"); c.GetBrowser() != "Safari" {
		t.Errorf("what the client says of itself is replaced by %q", c.GetBrowser())
	}
}
