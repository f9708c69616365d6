package proxy

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

func TestBehindAProxy(t *testing.T) {
	for kind := range proxies {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			f := newFront(t, kind)
			f.leadsToHTTPS()
			f.showsThePage()
			f.takesLongAddresses()
			f.carriesACall(idle(t))
			f.countsWhoReallyAsks()
			f.wroteNothingPersonal()
		})
	}
}

// idle is for how long a call is quiet. Proxies cut what is silent for a minute, so KONKLAVE_TEST_IDLE=3m tells more.
func idle(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("KONKLAVE_TEST_IDLE")
	if text == "" {
		return time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (f *front) leadsToHTTPS() {
	f.t.Helper()
	w, err := f.browser("127.0.0.1").Get("http://" + host + "/m/x?y=z")
	if err != nil {
		f.t.Fatal(err)
	}
	w.Body.Close()
	to, _, _ := strings.Cut(strings.TrimPrefix(w.Header.Get("Location"), "https://"+host), "/")
	if w.StatusCode != http.StatusPermanentRedirect || !strings.HasSuffix(w.Header.Get("Location"), "/m/x?y=z") || to != "" && to[0] != ':' {
		f.t.Errorf("plain HTTP: %d to %q", w.StatusCode, w.Header.Get("Location"))
	}
}

func (f *front) showsThePage() {
	f.t.Helper()
	w, err := f.browser("127.0.0.1").Get("https://" + host + "/")
	if err != nil {
		f.t.Fatal(err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil || w.StatusCode != http.StatusOK || !strings.Contains(string(text), `content="https://`+host+`"`) {
		f.t.Errorf("the page: %d, %v, without its address:\n%s", w.StatusCode, err, text)
	}
	if hsts := w.Header.Values("Strict-Transport-Security"); len(hsts) != 1 || !strings.HasPrefix(hsts[0], "max-age=31536000") {
		f.t.Errorf("HSTS %q, want it once", hsts)
	}
	if set := w.Header.Values("Set-Cookie"); len(set) > 0 {
		f.t.Errorf("cookies %q", set)
	}
}

// takesLongAddresses asks with a token of a length that LiveKit's have with many grants. It is wrong, and that is what the
// answer has to be about.
func (f *front) takesLongAddresses() {
	f.t.Helper()
	w, err := f.browser("127.0.0.1").Get("https://" + host + "/rtc/v1/validate?access_token=" + strings.Repeat("x", 20<<10))
	if err != nil {
		f.t.Fatal(err)
	}
	w.Body.Close()
	if w.StatusCode != http.StatusUnauthorized {
		f.t.Errorf("a long address: %d", w.StatusCode)
	}
}

// carriesACall has two people meet, be quiet for a while, and then speak.
func (f *front) carriesACall(idle time.Duration) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), idle+30*time.Second)
	defer cancel()
	site := testkit.Site{URL: "https://" + host, Client: f.browser("127.0.0.1")}
	link, err := site.NewMeeting(ctx, "Behind a proxy")
	if err != nil {
		f.t.Fatal(err)
	}
	ann, annMedia := f.enters(ctx, site, link, "Ann")
	bob, bobMedia := f.enters(ctx, site, link, "Bob")
	if _, err := annMedia.Publish(ctx, testkit.TrackOptions{Source: lkpb.TrackSource_MICROPHONE, Mark: 7}); err != nil {
		f.t.Fatal(err)
	}
	hears := func() {
		f.t.Helper()
		before := 0
		heard := func(v *testkit.View) *testkit.Received { return v.ReceivedFrom(ann.ID, lkpb.TrackSource_MICROPHONE) }
		bobMedia.Look(func(v *testkit.View) { before = heard(v).Frames })
		if err := bobMedia.Until(ctx, "Ann's voice", func(v *testkit.View) bool { return heard(v).Frames > before+10 }); err != nil {
			f.t.Fatal(err)
		}
	}
	hears()
	<-time.After(idle)
	hears()
	for _, p := range []*testkit.Participant{annMedia, bobMedia} {
		p.Look(func(v *testkit.View) {
			if v.Ended || v.Leave != nil {
				f.t.Errorf("signalling was cut: %v", v.Leave)
			}
		})
		if err := p.Ping(ctx); err != nil {
			f.t.Error(err)
		}
	}
	if err := ann.Say("1", "still there?"); err != nil {
		f.t.Fatal(err)
	}
	if said, err := bob.Wait(ctx, "chat"); err != nil || string(said.Body) != "still there?" {
		f.t.Errorf("the chat: %q, %v", said.Body, err)
	}
}

// enters has somebody join a meeting, with media.
func (f *front) enters(ctx context.Context, site testkit.Site, link, name string) (*testkit.Visitor, *testkit.Participant) {
	f.t.Helper()
	visitor, err := site.Visit(ctx, link, name)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(visitor.Close)
	media, err := testkit.Join(ctx, testkit.Options{URL: site.URL, Client: site.Client, Token: visitor.MediaToken})
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(media.Close)
	if err := media.Connected(ctx); err != nil {
		f.t.Fatal(err)
	}
	media.KeepAlive()
	return visitor, media
}

// countsWhoReallyAsks makes meetings from one address until it is enough. Another address is not held up by that, and a
// claim to be another does not help.
func (f *front) countsWhoReallyAsks() {
	f.t.Helper()
	makes := func(from, claim string) int {
		r, err := http.NewRequest(http.MethodPost, "https://"+host+"/api/meetings", strings.NewReader(`{"title":"One of many"}`))
		if err != nil {
			f.t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		if claim != "" {
			r.Header.Set("X-Forwarded-For", claim)
		}
		w, err := f.browser(from).Do(r)
		if err != nil {
			f.t.Fatal(err)
		}
		w.Body.Close()
		return w.StatusCode
	}
	made := 0
	for made <= 60 && makes("127.0.0.2", "") == http.StatusCreated {
		made++
	}
	if made < 20 || made > 45 {
		f.t.Errorf("one address makes %d meetings at once", made)
	}
	if status := makes("127.0.0.2", "127.0.0.77"); status != http.StatusTooManyRequests {
		f.t.Errorf("a claim to be another counts: %d", status)
	}
	if status := makes("127.0.0.3", ""); status != http.StatusCreated {
		f.t.Errorf("another address is held up: %d", status)
	}
}

// wroteNothingPersonal looks for addresses and links in all that the two programs wrote.
func (f *front) wroteNothingPersonal() {
	f.t.Helper()
	written := map[string]string{"konklave": f.program.String(), "the proxy": f.proxy.String()}
	for _, name := range []string{"access.log", "error.log", "konklave.log"} {
		if text, err := os.ReadFile(filepath.Join(f.dir, name)); err == nil {
			written[name] = string(text)
		}
	}
	if !strings.Contains(written["konklave"], "HTTP answer") {
		f.t.Error("konklave logs nothing, so there is nothing to find")
	}
	for who, text := range written {
		for _, secret := range []string{"127.0.0.2", "127.0.0.3", "/m/", "access_token", "Behind a proxy"} {
			if strings.Contains(text, secret) {
				f.t.Errorf("%s wrote %q:\n%s", who, secret, text)
			}
		}
	}
}
