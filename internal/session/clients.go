package session

import (
	"slices"
	"strings"

	"konklave/internal/id"
	"konklave/internal/signal/lkpb"
)

// quirks are what a client cannot do although its descriptions say that it can. What a client leaves out of its
// descriptions needs no entry here: it is never used.
type quirks struct {
	notFrom []string // codecs that are not taken from it, by encoding name
	notTo   []string // codecs that are not sent to it
	// freshSections: it loses track of a section that is used again, so each track gets one that carried none before.
	freshSections bool
	// listsMissing: when it resumes it lists as unwanted what has not come yet, too.
	listsMissing bool
}

// clients are the clients with quirks. Those of all that match are put together.
var clients = []struct {
	name    string
	matches func(*lkpb.ClientInfo) bool
	quirks
}{
	{"Firefox", isFirefox, quirks{
		notFrom: []string{"AV1", "red"}, // AV1 comes without layers, and slower than a camera
		notTo:   []string{"AV1", "red"}, // its decoder does not keep up with pictures of a meeting
	}},
	{"Firefox for Android", func(c *lkpb.ClientInfo) bool { return isFirefox(c) && strings.EqualFold(c.GetOs(), "android") }, quirks{
		notFrom: []string{"H264"}, notTo: []string{"H264"}, // only where the device has it, which it does not tell
	}},
	{"Safari", isSafari, quirks{
		notFrom:       []string{"AV1", "red"}, // offered, and not encoded
		notTo:         []string{"red"},
		freshSections: true,
	}},
	{"LiveKit's SDK for Go", func(c *lkpb.ClientInfo) bool { return c.GetSdk() == lkpb.ClientInfo_GO }, quirks{
		freshSections: true, // Pion 4.2 receives nothing any more in a section that was inactive in two descriptions
	}},
	{"SDKs that know what came and not what is wanted", listsMissing, quirks{listsMissing: true}},
	{"protocol 3 and older", func(c *lkpb.ClientInfo) bool { return c.GetProtocol() <= sectionReuse }, quirks{freshSections: true}},
}

func isFirefox(c *lkpb.ClientInfo) bool { return strings.EqualFold(c.GetBrowser(), "firefox") }

// isSafari also holds for the other browsers of iOS, which are WebKit inside.
func isSafari(c *lkpb.ClientInfo) bool {
	return strings.EqualFold(c.GetBrowser(), "safari") || c.GetBrowser() != "" && strings.EqualFold(c.GetOs(), "ios")
}

// listsMissing holds for SDKs whose source says so. Those made in JavaScript and Rust (so Python, Node.js, C++ and Unity) remember what
// is wanted.
func listsMissing(c *lkpb.ClientInfo) bool {
	switch c.GetSdk() {
	case lkpb.ClientInfo_GO, lkpb.ClientInfo_SWIFT, lkpb.ClientInfo_ANDROID, lkpb.ClientInfo_FLUTTER:
		return true
	}
	return false
}

// quirksOf gives what is special about a client.
func quirksOf(c *lkpb.ClientInfo) (q quirks) {
	for _, client := range clients {
		if client.matches(c) {
			q.notFrom = append(q.notFrom, client.notFrom...)
			q.notTo = append(q.notTo, client.notTo...)
			q.freshSections = q.freshSections || client.freshSections
			q.listsMissing = q.listsMissing || client.listsMissing
		}
	}
	return q
}

// meant lists the tracks of what a client that resumes says it wants, or does not want. Where that may only be what has not come
// yet, nothing is changed: what the client said before is known.
func (q quirks) meant(u *lkpb.UpdateSubscription) []id.TrackSID {
	if q.listsMissing && !u.GetSubscribe() {
		return nil
	}
	return tracksOf(u)
}

// publishable leaves of codecs, as media types, those that are taken from a client.
func (q quirks) publishable(codecs []*lkpb.Codec) []*lkpb.Codec {
	return slices.DeleteFunc(codecs, func(c *lkpb.Codec) bool {
		_, name, _ := strings.Cut(c.GetMime(), "/")
		return slices.Contains(q.notFrom, name)
	})
}

// browserOf completes what a client says of itself by the header User-Agent: livekit-client leaves it to the server to
// find out which browser it runs in.
func browserOf(c *lkpb.ClientInfo, agent string) *lkpb.ClientInfo {
	if c.GetBrowser() != "" {
		return c
	}
	agent = strings.ToLower(agent)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(agent, w) })
	}
	browser := ""
	switch { // all of them call themselves Safari, and most of them Chrome
	case has("firefox/", "fxios/"):
		browser = "Firefox"
	case has("chrome/", "chromium/", "crios/"):
		browser = "Chrome"
	case has("safari/", "applewebkit/"):
		browser = "Safari"
	default:
		return c
	}
	if c == nil {
		c = &lkpb.ClientInfo{}
	}
	c.Browser = browser
	switch {
	case has("iphone", "ipad", "fxios/", "crios/"):
		c.Os = "iOS"
	case has("android"):
		c.Os = "Android"
	}
	return c
}
