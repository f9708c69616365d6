package call

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/testkit"
)

// crowdOfLobby is how many wait to be let in at once: the lobby of a large event.
const crowdOfLobby = 200

// TestEverybodyIsLetInAtOnce has 200 people wait, each by a control WebSocket, and lets all of them in. On a machine of its own
// that takes a fraction of a second (docs/performance.md); here others run beside it.
func TestEverybodyIsLetInAtOnce(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s := start(t, "KONKLAVE_LOG_LEVEL=warn")
	host, link := hosting(t, ctx, s)
	changeSettings(t, ctx, host, map[string]any{"lobby": "all"})
	guests := make([]*lobbyist, crowdOfLobby)
	each := func(do func(i int) error) {
		t.Helper()
		var all sync.WaitGroup
		failed := make(chan error, crowdOfLobby)
		for i := range guests {
			all.Go(func() {
				if err := do(i); err != nil {
					failed <- fmt.Errorf("guest %d: %w", i, err)
				}
			})
		}
		all.Wait()
		if len(failed) > 0 {
			t.Fatal(<-failed)
		}
	}
	each(func(i int) (err error) {
		guests[i], err = loiter(ctx, s.url, link, fmt.Sprint("Guest ", i))
		return err
	})
	defer each(func(i int) error { return guests[i].socket.CloseNow() })
	for range guests {
		if _, err := host.Wait(ctx, "knocked"); err != nil {
			t.Fatal(err)
		}
	}

	began := time.Now()
	send(t, host, map[string]any{"type": "admit", "all": true})
	each(func(i int) error { return guests[i].read(ctx, "welcome") })
	took := time.Since(began)
	t.Logf("%d people were in after %v", crowdOfLobby, took)
	if took > 10*time.Second {
		t.Errorf("letting %d people in took %v", crowdOfLobby, took)
	}
	tokens := map[string]bool{}
	for _, g := range guests {
		if n := bytes.Count(g.last, []byte(`"joinedAt"`)); n != crowdOfLobby+1 {
			t.Fatalf("a newcomer sees %d people", n)
		}
		tokens[tokenOf(g.last)] = true
	}
	if len(tokens) != crowdOfLobby || tokens[""] {
		t.Errorf("%d media tokens", len(tokens))
	}
	token := tokenOf(guests[crowdOfLobby-1].last)
	s.join(ctx, "last", func(o *testkit.Options) { o.Token = token }) // the media server knows them, too
}

// lobbyist is somebody who waits, lighter than a testkit.Visitor: what comes is not decoded, which would be most of the work.
type lobbyist struct {
	socket *websocket.Conn
	last   []byte // message that was waited for
}

// loiter asks to come in, and waits to be told to wait.
func loiter(ctx context.Context, url, link, name string) (*lobbyist, error) {
	socket, _, err := websocket.Dial(ctx, url+"/control", nil)
	if err != nil {
		return nil, err
	}
	socket.SetReadLimit(-1)
	l := &lobbyist{socket: socket}
	join := fmt.Appendf(nil, `{"type":"join","link":%q,"name":%q}`, link, name)
	if err := socket.Write(ctx, websocket.MessageText, join); err != nil {
		return l, err
	}
	return l, l.read(ctx, "lobby")
}

// read waits for a message of a type, and says that it is still there meanwhile.
func (l *lobbyist) read(ctx context.Context, kind string) (err error) {
	ping := time.AfterFunc(5*time.Second, func() { _ = l.socket.Write(ctx, websocket.MessageText, []byte(`{"type":"ping"}`)) })
	defer ping.Stop()
	for err == nil && !bytes.Contains(l.last, []byte(`"type":"`+kind+`"`)) {
		_, l.last, err = l.socket.Read(ctx)
	}
	return err
}

var mediaToken = regexp.MustCompile(`"mediaToken":"([^"]+)"`)

func tokenOf(welcome []byte) string {
	if found := mediaToken.FindSubmatch(welcome); found != nil {
		return string(found[1])
	}
	return ""
}

// hosting makes a meeting without an account, and joins it as its owner.
func hosting(t *testing.T, ctx context.Context, s *server) (owner *testkit.Visitor, link string) {
	t.Helper()
	site := testkit.Site{URL: s.url}
	link, secret, err := site.Make(ctx, map[string]string{"title": "Planted Title"})
	if err != nil {
		t.Fatal(err)
	}
	return knock(t, ctx, s, map[string]string{"link": link, "name": "Host", "host": secret}, "welcome"), link
}

// knock asks to come in, and gets the answer: welcome, lobby or error.
func knock(t *testing.T, ctx context.Context, s *server, join map[string]string, answer string) *testkit.Visitor {
	t.Helper()
	v, err := testkit.Site{URL: s.url}.Knock(ctx, join)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	if answer == "welcome" {
		err = v.Admitted(ctx)
	} else {
		_, err = v.Wait(ctx, answer)
	}
	if err != nil {
		t.Fatalf("%s: %v", join["name"], err)
	}
	return v
}

func send(t *testing.T, v *testkit.Visitor, message map[string]any) {
	t.Helper()
	if err := v.Send(message); err != nil {
		t.Fatal(err)
	}
}

// changeSettings has some settings be others, and waits until they are.
func changeSettings(t *testing.T, ctx context.Context, host *testkit.Visitor, change map[string]any) {
	t.Helper()
	send(t, host, map[string]any{"type": "change_settings", "settings": settingsWith(t, host.Meeting, change)})
	if _, err := host.Wait(ctx, "meeting"); err != nil {
		t.Fatal(err)
	}
}
