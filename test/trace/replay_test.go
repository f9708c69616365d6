package trace

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"konklave/internal/app"
	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

// ladders are the recordings by client and mode.
func ladders(t *testing.T) map[string]Ladder {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	all := map[string]Ladder{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		l, err := Read(f)
		_ = f.Close()
		if err != nil || len(l) == 0 {
			t.Fatalf("%s: %d lines, %v", name, len(l), err)
		}
		all[strings.TrimSuffix(filepath.Base(name), ".txt")] = l
	}
	return all
}

func TestRecordingsKeepTheOrder(t *testing.T) {
	for name, l := range ladders(t) {
		for _, breach := range Breaches(l) {
			t.Errorf("%s: %s", name, breach)
		}
	}
}

// TestReplay says to a server what the recorded clients said, each word when they had heard what they heard before it, and
// wants the server to say what it said then. Between two words of a client the order is free, as far as the rules allow.
func TestReplay(t *testing.T) {
	for name, l := range ladders(t) {
		t.Run(name, func(t *testing.T) {
			r := &replay{t: t, server: serve(t), recorder: newNames(), people: map[string]*person{}, removed: map[string]bool{}}
			for i, line := range l {
				// Media are never connected here, and who loses its socket before that is put out. So a client that
				// resumes does it while it has its old socket, as those do that change from one network to another.
				if line.Kind == Close && resumes(l[i+1:], line.Who) {
					continue
				}
				r.removeWhenDue(l[i:min(i+3, len(l))])
				r.step(i, line)
			}
			for _, breach := range Breaches(r.heard) {
				t.Error(breach)
			}
			for _, who := range slices.Sorted(maps.Keys(r.people)) {
				for _, more := range r.people[who].waiting {
					t.Errorf("also: %s", more)
				}
			}
		})
	}
}

// resumes tells whether somebody's next socket is for a resume.
func resumes(l Ladder, who string) bool {
	i := slices.IndexFunc(l, func(x Line) bool { return x.Who == who && x.Kind == Open })
	return i >= 0 && strings.Contains(l[i].Text, "reconnect")
}

// replay is one ladder on its way through a server.
type replay struct {
	t       *testing.T
	server  string
	people  map[string]*person
	removed map[string]bool

	mu       sync.Mutex
	recorder *names
	heard    Ladder // what was really said, both ways
}

// person is one client.
type person struct {
	listener *listener
	socket   *websocket.Conn
	offer    uint32        // id of the server's newest offer
	waiting  []Line        // heard and not expected yet
	changed  chan struct{} // closed and made anew when something is heard
}

func (r *replay) step(i int, l Line) {
	r.t.Helper()
	p := r.people[l.Who]
	if p == nil {
		p = &person{changed: make(chan struct{})}
		p.listener = &listener{who: l.Who, names: r.recorder, told: map[string]string{}}
		r.people[l.Who] = p
	}
	var err error
	switch l.Kind {
	case Open:
		err = r.open(p, l)
	case Close:
		_ = p.socket.CloseNow()
	case Says:
		err = r.say(p, l)
	case Hears:
		err = r.expect(p, l)
	}
	if err != nil {
		r.t.Fatalf("line %d, %.200s: %v\nheard and not expected: %v", i+1, l, err, p.waiting)
	}
}

func (r *replay) open(p *person, l Line) error {
	var o opening
	r.mu.Lock()
	text := r.recorder.show(l.Text)
	r.mu.Unlock()
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	query, err := url.ParseQuery(o.Query)
	if err != nil {
		return err
	}
	for name, values := range query {
		query.Set(name, r.recorder.show(values[0]))
	}
	if len(o.Join) > 0 {
		join := &lkpb.JoinRequest{}
		if err := protojson.Unmarshal(o.Join, join); err != nil {
			return err
		}
		b, err := proto.Marshal(join)
		if err != nil {
			return err
		}
		if b, err = proto.Marshal(&lkpb.WrappedJoinRequest{JoinRequest: b}); err != nil {
			return err
		}
		query.Set("join_request", base64.URLEncoding.EncodeToString(b))
	}
	query.Set("access_token", admission(r.t, token.Grants{RoomJoin: true, Room: "hall"}, l.Who))
	r.note(l)
	if p.socket, _, err = websocket.Dial(r.t.Context(), r.server+l.Name+"?"+query.Encode(), nil); err != nil {
		return err
	}
	p.socket.SetReadLimit(4 << 20)
	go r.listen(p, p.socket)
	return nil
}

// listen notes what a client hears until its socket ends, which is with the test at the latest.
func (r *replay) listen(p *person, socket *websocket.Conn) {
	for {
		_, b, err := socket.Read(r.t.Context())
		if err != nil {
			return
		}
		response := &lkpb.SignalResponse{}
		if err := proto.Unmarshal(b, response); err != nil {
			r.t.Error(err)
		}
		r.mu.Lock()
		if o := response.GetOffer(); o != nil {
			p.offer = o.GetId()
		}
		if line, wanted := p.listener.hears(response); wanted {
			p.waiting = append(p.waiting, line)
			r.heard = append(r.heard, line)
			close(p.changed)
			p.changed = make(chan struct{})
		}
		r.mu.Unlock()
	}
}

func (r *replay) say(p *person, l Line) error {
	request := &lkpb.SignalRequest{}
	r.mu.Lock()
	text, offer := r.recorder.show(l.Text), p.offer
	r.mu.Unlock()
	if err := protojson.Unmarshal([]byte(text), request); err != nil {
		return err
	}
	if a := request.GetAnswer(); a != nil && a.GetId() != 0 {
		a.Id = offer
	}
	b, err := proto.Marshal(request)
	if err != nil {
		return err
	}
	r.note(l)
	return p.socket.Write(r.t.Context(), websocket.MessageBinary, b)
}

func (r *replay) note(l Line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heard = append(r.heard, l)
}

// expect waits until a client has heard a line.
func (r *replay) expect(p *person, l Line) error {
	patience := time.After(10 * time.Second)
	for {
		r.mu.Lock()
		i := slices.IndexFunc(p.waiting, func(x Line) bool { return x.String() == l.String() })
		if i >= 0 {
			p.waiting = slices.Delete(p.waiting, i, i+1)
		}
		changed := p.changed
		r.mu.Unlock()
		if i >= 0 {
			return nil
		}
		select {
		case <-changed:
		case <-patience:
			return fmt.Errorf("it is not said")
		}
	}
}

// removeWhenDue puts somebody out when the first of the next lines is about it: that it is gone, or why.
func (r *replay) removeWhenDue(next Ladder) {
	for _, l := range next {
		about := next[0] == l || next[0].Kind == Hears && strings.Contains(next[0].Text, l.Who+" gone")
		if l.Kind == Hears && l.Text == "DISCONNECT PARTICIPANT_REMOVED" && about && !r.removed[l.Who] {
			r.removed[l.Who] = true
			r.remove(l.Who)
		}
	}
}

// remove has an application put somebody out, as in the recordings.
func (r *replay) remove(who string) {
	body := fmt.Sprintf(`{"room":"hall","identity":%q}`, who)
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.server+"/twirp/livekit.RoomService/RemoveParticipant", strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+admission(r.t, token.Grants{RoomAdmin: true, Room: "hall"}, ""))
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != http.StatusOK {
		r.t.Fatalf("removing %s: %v %v", who, answer, err)
	}
	_ = answer.Body.Close()
}

func admission(t *testing.T, grants token.Grants, identity string) string {
	t.Helper()
	text, err := token.Sign(token.Claims{
		Identity: id.Identity(identity), IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour), Video: grants,
	}, config.DevKey, config.DevSecret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// serve runs a server until the test ends and gives its URL.
func serve(t *testing.T) string {
	t.Helper()
	port := freePort(t)
	cfg, err := config.Load(config.Sources{Env: map[string]string{
		"KONKLAVE_DEV": "true", "KONKLAVE_PORT": port, "KONKLAVE_DATA_DIR": t.TempDir(), "KONKLAVE_METRICS_BIND": "127.0.0.1:0",
		"KONKLAVE_RTC_UDP_PORT": "0", "KONKLAVE_RTC_TCP_PORT": freePort(t),
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx, cfg, io.Discard, io.Discard) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	at := "http://127.0.0.1:" + port
	for limit := time.Now().Add(10 * time.Second); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		if answer, err := http.Get(at + "/readyz"); err == nil {
			_ = answer.Body.Close()
			return at
		}
	}
	t.Fatal("the server did not start")
	return ""
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}
