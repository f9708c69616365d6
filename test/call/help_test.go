package call

import (
	"bytes"
	"context"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"
	"time"

	"konklave/internal/account"
	"konklave/internal/app"
	"konklave/internal/testkit"
)

var hashCode = regexp.MustCompile(`#(\S+)`)

// Who reads a code out is seen by the support, as it is at that moment and without a name, and knows it.
func TestHelpWithAConnection(t *testing.T) {
	bothWays(t, func(t *testing.T, ctx context.Context, s *server) {
		support := administrator(t, ctx, s)
		ann, link := hosting(t, ctx, s)
		bob := knock(t, ctx, s, map[string]string{"link": link, "name": "Planted Bob"}, "welcome")
		media := func(v *testkit.Visitor) *testkit.Participant {
			return s.join(ctx, "", func(o *testkit.Options) { o.Token = v.MediaToken })
		}
		anns := media(ann)
		publish(t, ctx, anns, testkit.TrackOptions{Source: microphone, Mark: 1})
		publish(t, ctx, anns, testkit.TrackOptions{Source: camera, Mark: 2, Simulcast: true})
		bobs := media(bob)
		publish(t, ctx, bobs, testkit.TrackOptions{Source: microphone, Mark: 3})
		sees(t, ctx, bobs, ann.ID, camera, 2)
		sees(t, ctx, anns, bob.ID, microphone, 3)

		look := func(code string) (status int, figures help, text string) {
			t.Helper()
			query, _ := json.Marshal(map[string]string{"code": code})
			status, body := ask(t, ctx, support, http.MethodPost, s.url+"/api/connection-help", query)
			if err := json.Unmarshal(body, &figures); err != nil {
				t.Fatalf("%d %s", status, body)
			}
			return status, figures, string(body)
		}
		if status, _, text := look("12345678"); status != http.StatusNotFound {
			t.Errorf("a code of nobody: %d %s", status, text)
		}
		send(t, bob, map[string]any{"type": "help.start"})
		given, err := bob.Wait(ctx, "help.code")
		if err != nil {
			t.Fatal(err)
		}
		status, f, text := look(given.Code)
		if status != http.StatusOK {
			t.Fatalf("%d %s", status, text)
		}
		if told, err := bob.Wait(ctx, "help.watched"); err != nil || !told.Watching {
			t.Errorf("bob is told %+v, %v", told, err)
		}
		for wrong := f.wrong(); wrong != ""; wrong = f.wrong() { // there is no feedback yet, or this machine has too much to do
			if ctx.Err() != nil {
				t.Fatal(wrong)
			}
			time.Sleep(200 * time.Millisecond)
			if status, f, text = look(given.Code); status != http.StatusOK {
				t.Fatalf("%d %s", status, text)
			}
		}
		for _, planted := range []string{"Planted", ann.ID, bob.ID, "127.0.0.1", "TR_", "PA_", "RM_"} {
			if strings.Contains(text, planted) {
				t.Errorf("%s is in %s", planted, text)
			}
		}

		send(t, bob, map[string]any{"type": "help.stop"})
		if told, err := bob.Wait(ctx, "help.watched"); err != nil || told.Watching {
			t.Errorf("bob is told %+v, %v", told, err)
		}
		if status, _, text := look(given.Code); status != http.StatusNotFound {
			t.Errorf("after its end: %d %s", status, text)
		}
		if _, trail := ask(t, ctx, support, http.MethodGet, s.url+"/api/trail", nil); strings.Count(string(trail), "connection_seen") != 1 || strings.Contains(string(trail), bob.ID) {
			t.Errorf("the trail: %s", trail)
		}
		metrics := s.metrics()
		for name, want := range map[string]float64{
			"konklave_join_connected_seconds_count": 2, "konklave_join_media_seconds_count": 1, "konklave_rooms": 1,
			`konklave_tracks{kind="audio",source="microphone"}`: 2, `konklave_tracks{kind="video",source="camera"}`: 1,
		} {
			if got, ok := metrics[name]; !ok || got != want {
				t.Errorf("%s is %v (%t), want %v", name, got, ok, want)
			}
		}
	})
}

// help is what the support sees.
type help struct {
	Path       string
	RTT        int     `json:"rtt_ms"`
	UpLoss     float64 `json:"loss_up"`
	DownLoss   float64 `json:"loss_down"`
	Estimate   int
	Sent       int
	Received   int
	Quality    string
	Subscribed []struct {
		Kind, Source string
		Layer        *int
		Wanted, Bits int
		Paused       bool
		FPS          float64
	}
	Published []struct {
		Kind, Source string
		Muted        bool
		Layers       []struct{ Layer, Bits int }
	}
}

// wrong compares with what flows, and says what differs: over loopback all of it comes.
func (f help) wrong() string {
	if f.Path != "udp" || f.RTT > 200 || f.UpLoss > 0.02 || f.DownLoss > 0.02 || f.Quality != "" && f.Quality != "excellent" || f.Estimate < 100_000 {
		return fmt.Sprintf("the line: %+v", f)
	}
	// Sound is 50 packets of 80 bytes a second.
	near := func(bits int) bool { return bits > 25_000 && bits < 50_000 }
	sum := 0
	for _, s := range f.Subscribed {
		sum += s.Bits
		switch {
		case s.Source == "microphone" && s.Kind == "audio" && s.Layer == nil && near(s.Bits):
		case s.Source == "camera" && s.Kind == "video" && s.Layer != nil && *s.Layer >= 0 && s.Wanted == 2 && s.Bits > 50_000 && s.FPS > 10 && s.FPS < 30:
		default:
			return fmt.Sprintf("a track comes as %+v", s)
		}
	}
	if len(f.Subscribed) != 2 || f.Sent < sum || f.Sent > 3*sum { // with headers, and probes of the line
		return fmt.Sprintf("%d tracks come with %d bits a second, %d are sent", len(f.Subscribed), sum, f.Sent)
	}
	if len(f.Published) != 1 || f.Published[0].Source != "microphone" || len(f.Published[0].Layers) != 1 || !near(f.Published[0].Layers[0].Bits) ||
		f.Received < f.Published[0].Layers[0].Bits || f.Received > 2*f.Published[0].Layers[0].Bits { // with tags, and reports

		return fmt.Sprintf("%d come: %+v", f.Received, f.Published)
	}
	return ""
}

// administrator sets the installation up, and gives the browser of who is signed in.
func administrator(t *testing.T, ctx context.Context, s *server) *http.Client {
	t.Helper()
	var out bytes.Buffer
	if err := app.Admin(ctx, s.cfg, "admin setup-link", app.AdminRequest{}, nil, &out); err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	post := func(path string, body map[string]string) map[string]any {
		t.Helper()
		text, _ := json.Marshal(body)
		status, answer := ask(t, ctx, client, http.MethodPost, s.url+path, text)
		var fields map[string]any
		if err := json.Unmarshal(answer, &fields); err != nil || status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, status, answer)
		}
		return fields
	}
	const password = "a planted password of mine"
	post("/api/links/setup", map[string]string{
		"code": hashCode.FindStringSubmatch(out.String())[1], "email": "root@example.org", "name": "Planted Root", "password": password,
	})
	secret := post("/api/me/factor", map[string]string{"password": password})["secret"].(string)
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	post("/api/me/factor/confirm", map[string]string{"code": account.AppCode(key, time.Now())})
	return client
}
