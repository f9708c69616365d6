package call

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
	"konklave/internal/token"
)

// attend lets a person into a meeting, with control connection and media.
func (s *server) attend(ctx context.Context, link, name string, change ...func(*testkit.Options)) (*testkit.Visitor, *testkit.Participant) {
	s.t.Helper()
	v, err := testkit.Visit(ctx, s.url, link, name)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(v.Close)
	return v, s.join(ctx, name, append(change, func(o *testkit.Options) { o.Token = v.MediaToken })...)
}

func newMeeting(t *testing.T, ctx context.Context, s *server) string {
	t.Helper()
	link, err := testkit.NewMeeting(ctx, s.url, "Planted Title")
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func TestMeeting(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	link := newMeeting(t, ctx, s)
	ann, annMedia := s.attend(ctx, link, "Ann Planted")
	bob, bobMedia := s.attend(ctx, link, "Bob Planted")
	joined, err := ann.Wait(ctx, "joined")
	if err != nil || joined.Person.ID != bob.ID || joined.Person.Name != "Bob Planted" {
		t.Errorf("ann heard %+v, %v", joined, err)
	}
	annMedia.Look(func(v *testkit.View) {
		if v.Join.GetPingInterval() != 2 || v.Join.GetPingTimeout() != 4 {
			t.Errorf("ping every %d s, timeout %d s", v.Join.GetPingInterval(), v.Join.GetPingTimeout())
		}
		if p := v.Join.GetParticipant(); p.GetIdentity() != ann.ID || p.GetName() != "" {
			t.Errorf("the media server knows ann as %v", p)
		}
	})
	publish(t, ctx, annMedia, testkit.TrackOptions{Source: camera, Mark: 1})
	publish(t, ctx, bobMedia, testkit.TrackOptions{Source: camera, Mark: 2})
	sees(t, ctx, bobMedia, ann.ID, camera, 1)
	sees(t, ctx, annMedia, bob.ID, camera, 2)

	if err := ann.Say("1", "hello"); err != nil {
		t.Fatal(err)
	}
	if m, err := bob.Wait(ctx, "chat"); err != nil || m.From != ann.ID || string(m.Body) != "hello" {
		t.Errorf("bob read %+v, %v", m, err)
	}

	if err := bob.Leave(); err != nil {
		t.Fatal(err)
	}
	if m, err := ann.Wait(ctx, "left"); err != nil || m.ID != bob.ID {
		t.Errorf("ann heard %+v, %v", m, err)
	}
	until(t, ctx, bobMedia, "the end of bob's media", func(v *testkit.View) bool {
		return v.Leave.GetReason() == lkpb.DisconnectReason_PARTICIPANT_REMOVED
	})
	until(t, ctx, annMedia, "bob's media to be gone", func(v *testkit.View) bool { return v.Others[bob.ID] == nil })
	if _, err := testkit.Join(ctx, testkit.Options{URL: s.url, Token: bob.MediaToken}); err == nil {
		t.Error("bob came back with the token of a visit that is over")
	}
}

// Nobody who has a key for LiveKit clients may mint a way into a meeting.
func TestMeetingRoomsAreReserved(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	text, err := token.Sign(token.Claims{
		Identity: "mallory", ExpiresAt: time.Now().Add(time.Hour),
		Video: token.Grants{Room: id.RoomName("konklave:AAAAAAAAAAAAAAAAAAAAAA"), RoomJoin: true},
	}, config.DevKey, config.DevSecret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := testkit.Join(ctx, testkit.Options{URL: s.url, Token: text}); err == nil {
		t.Error("joined a meeting's room with an API key")
	}
}

// Whose signalling is lost is not forwarded after 8 s, and is heard again when it is back.
func TestSilentSignallingStopsForwarding(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 12 s")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s := start(t)
	relay, err := testkit.NewRelay(strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	link := newMeeting(t, ctx, s)
	ann, annMedia := s.attend(ctx, link, "Ann", func(o *testkit.Options) { o.URL = "http://" + relay.Addr() })
	_, bobMedia := s.attend(ctx, link, "Bob")
	publish(t, ctx, annMedia, testkit.TrackOptions{Source: microphone, Mark: 1})
	sees(t, ctx, bobMedia, ann.ID, microphone, 1)

	relay.BlackHole(true)
	began := time.Now()
	silent := func() time.Duration { // since when nothing came from ann
		var last time.Time
		bobMedia.Look(func(v *testkit.View) { last = v.ReceivedFrom(ann.ID, microphone).At })
		return time.Since(last)
	}
	for silent() < time.Second {
		if time.Since(began) > 12*time.Second {
			t.Fatal("ann is still forwarded 12 s after her signalling fell silent")
		}
		time.Sleep(50 * time.Millisecond)
	}
	if d := time.Since(began) - silent(); d < 5*time.Second || d > 9*time.Second {
		t.Errorf("forwarding ended after %v", d)
	}
	relay.BlackHole(false)
	sees(t, ctx, bobMedia, ann.ID, microphone, 1)
}

// TestPrivacyOfLogAndMetrics lets people meet at debug level and looks for them in everything that was written.
func TestPrivacyOfLogAndMetrics(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	link := newMeeting(t, ctx, s)
	ann, annMedia := s.attend(ctx, link, "Ann Planted")
	bob, bobMedia := s.attend(ctx, link, "Bob Planted")
	publish(t, ctx, annMedia, testkit.TrackOptions{Source: microphone, Mark: 1})
	sees(t, ctx, bobMedia, ann.ID, microphone, 1)
	if err := bob.Say("planted-id", "planted chat"); err != nil {
		t.Fatal(err)
	}
	if _, err := ann.Wait(ctx, "chat"); err != nil {
		t.Fatal(err)
	}
	guest := s.join(ctx, "planted-identity")
	until(t, ctx, guest, "data channels", func(v *testkit.View) bool { return v.Channels == 2 })
	if err := guest.SendData(lkpb.DataPacket_RELIABLE, []byte("planted data")); err != nil {
		t.Fatal(err)
	}
	get(t, s.url+"/m/"+link+"?planted-query=1")
	metrics := get(t, regexp.MustCompile(`http://\S+/metrics`).FindString(s.output.String()))
	if err := ann.Leave(); err != nil {
		t.Fatal(err)
	}
	bob.Close()
	s.stop()

	_, log, _ := strings.Cut(s.output.String(), "  data     ") // before it stands what the terminal shows
	_, log, _ = strings.Cut(log, "\n")
	if leaks := leaks(log+metrics, link, ann, bob); len(leaks) > 0 {
		t.Errorf("leaked: %q", leaks)
	}
	if !strings.Contains(log, "meeting started") || !strings.Contains(metrics, "konklave_participants") {
		t.Error("nothing was written at all")
	}
	for _, planted := range []string{"name=Planted", "peer=127.0.0.1:50000", "link=" + link, "to=" + bob.MediaToken, "[::1]:443"} {
		if len(leaks(log+planted, link, ann, bob)) == 0 {
			t.Errorf("the leak %q was not found", planted)
		}
	}
}

var (
	personal = regexp.MustCompile(`(?i)planted\S*`)
	address  = regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}\b|\[[0-9a-f:]*::[0-9a-f:]*\]`)
	jwt      = regexp.MustCompile(`\beyJ\w+\.\w+`)
)

// leaks lists what must be in no log and no metric.
func leaks(text, link string, people ...*testkit.Visitor) []string {
	found := personal.FindAllString(text, -1)
	found = append(found, address.FindAllString(text, -1)...)
	found = append(found, jwt.FindAllString(text, -1)...)
	secrets := []string{link, "konklave:"}
	for _, p := range people {
		secrets = append(secrets, p.ID, p.Session, p.MediaToken)
	}
	for _, s := range secrets {
		if strings.Contains(text, s) {
			found = append(found, s)
		}
	}
	return found
}

func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
