package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/files"
	"konklave/internal/meeting/rules"
	"konklave/internal/meeting/ticket"
	"konklave/internal/pii"
)

// stage is a whole meeting service behind HTTP over in-memory connections, in a bubble of virtual time: when the
// bubble ends, a goroutine that is still there fails the test.
type stage struct {
	t       *testing.T
	door    *door
	guests  map[string]guest          // by name; who is not here is a participant, or the owner by secret
	knocked func(meeting.Knock) error // nil: all is well
	media   *fakeMedia
	service *meeting.Service
	handler *Handler
	client  *http.Client
	pipes   pipeListener
	log     *bytes.Buffer // at debug level; read it after close
	close   func()
}

// guest is what the doorman says of somebody.
type guest struct {
	definition func(*meeting.Definition)
	pass       meeting.Pass
}

// door knows meetings by their links: what a store does in the program. It is a meeting.Journal, too.
type door struct {
	mu       sync.Mutex
	meetings map[id.LinkID]meeting.Definition
	host     pii.Token // the secret of the owner of every meeting
}

// open adds a meeting that whoever comes first begins.
func (d *door) open(title string) id.LinkID {
	d.mu.Lock()
	defer d.mu.Unlock()
	settings := rules.Preset(rules.Discussion, rules.Open)
	settings.Start, settings.HostGone = rules.StartAll, rules.HostGoneOn
	link := id.NewLinkID()
	d.meetings[link] = meeting.Definition{
		ID: id.NewMeetingID(), Title: pii.Text(title), Kind: rules.Discussion, Level: rules.Open, Settings: settings,
	}
	return link
}

func (d *door) Knock(_ context.Context, k meeting.Knock) (meeting.Definition, meeting.Pass, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	found, ok := d.meetings[k.Link]
	if !ok {
		return found, meeting.Pass{}, meeting.Failure{Code: meeting.CodeMeetingUnknown}
	}
	pass := meeting.Pass{Role: rules.Participant}
	if k.Host == d.host {
		pass.Role = rules.Owner
	}
	return found, pass, nil
}

func (d *door) Note(of id.MeetingID, c meeting.Condition) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for link, m := range d.meetings {
		if m.ID == of {
			m.Condition = c
			d.meetings[link] = m
		}
	}
}

func (d *door) Used(id.MeetingID, time.Time) {}

// Knock is the doorman's: that of the door, unless the code names a guest of the scenario.
func (s *stage) Knock(ctx context.Context, k meeting.Knock) (meeting.Definition, meeting.Pass, error) {
	d, pass, err := s.door.Knock(ctx, k)
	if s.knocked != nil {
		return d, pass, s.knocked(k)
	}
	if g, ok := s.guests[k.Code]; ok && err == nil {
		pass = g.pass
		if g.definition != nil {
			g.definition(&d)
		}
	}
	return d, pass, err
}

// fakeMedia remembers what the meeting service asked of the media server.
type fakeMedia struct {
	mu    sync.Mutex
	calls []string
	fail  bool
}

func (m *fakeMedia) note(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, fmt.Sprintf(format, args...))
}

func (m *fakeMedia) OpenRoom(room id.RoomName) error {
	if m.fail {
		return errors.New("no room today")
	}
	m.note("open %s", room[:9])
	return nil
}

func (m *fakeMedia) Allow(id.RoomName, id.Identity, meeting.Rights) {}

func (m *fakeMedia) Stop(_ id.RoomName, identity id.Identity, source meeting.Source) {
	m.note("stop %s of %s", source, identity)
}

func (m *fakeMedia) Token(room id.RoomName, identity id.Identity) (string, error) {
	return fmt.Sprintf("token of %s", identity), nil
}
func (m *fakeMedia) Remove(_ id.RoomName, identity id.Identity) { m.note("remove %s", identity) }
func (m *fakeMedia) Figures(_ context.Context, _ id.RoomName, identity id.Identity) (meeting.Figures, error) {
	return meeting.Figures{Path: "udp", Published: []meeting.PublishedFigures{{Kind: "audio", Source: "microphone"}}}, nil
}
func (m *fakeMedia) CloseRoom(room id.RoomName) { m.note("close %s", room[:9]) }

func (m *fakeMedia) expect(t *testing.T, want ...string) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if !slices.Equal(m.calls, want) {
		t.Errorf("the media server was asked %q, want %q", m.calls, want)
	}
	m.calls = nil
}

// pipeListener gives a server in-memory connections. They hold no bytes in between, so a reader that stops is felt at once.
type pipeListener struct {
	accepted chan net.Conn
	closed   chan struct{}
}

func (l pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accepted:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}
func (l pipeListener) Close() error   { close(l.closed); return nil }
func (l pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (l pipeListener) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	l.accepted <- far
	return near, nil
}

// onStage runs a scenario.
func onStage(t *testing.T, scenario func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, media: &fakeMedia{}, log: &bytes.Buffer{}}
		log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		dir := t.TempDir()
		tickets, err := ticket.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		s.door = &door{meetings: map[id.LinkID]meeting.Definition{}, host: "planted secret"}
		sent := files.New(dir, 1<<20)
		s.service = meeting.NewService(meeting.Config{Media: s.media, Journal: s.door, Tickets: tickets, Files: sent, Log: log})
		s.handler = New(Config{
			Service: s.service, Doorman: s, Tickets: tickets, Files: sent, PublicURL: "https://meet.example.org", Log: log,
		})
		mux := http.NewServeMux()
		s.handler.Register(mux)
		s.pipes = pipeListener{accepted: make(chan net.Conn), closed: make(chan struct{})}
		server := &http.Server{Handler: mux}
		go server.Serve(s.pipes)
		transport := &http.Transport{DialContext: s.pipes.dial}
		s.client = &http.Client{Transport: transport}
		s.close = once(func() {
			s.service.Close()
			s.handler.Close(context.Background())
			transport.CloseIdleConnections()
			_ = server.Close()
			_ = sent.Close()
			time.Sleep(time.Second) // net/http lets a connection linger for half a second after a refused body
		})
		defer s.close()
		scenario(s)
	})
}

// once has work done by its first caller, and others wait for it. Unlike sync.OnceFunc's lock, this waiting lets the bubble's time pass.
func once(work func()) func() {
	var begun atomic.Bool
	done := make(chan struct{})
	return func() {
		if begun.Swap(true) {
			<-done
			return
		}
		defer close(done)
		work()
	}
}

// meeting makes a meeting and gives its link.
func (s *stage) meeting() string {
	return string(s.door.open("Planted Title"))
}

// tab is a client at the other end of a control WebSocket.
type tab struct {
	t       *testing.T
	socket  *websocket.Conn
	self    string
	session string
}

func (s *stage) open() *tab {
	s.t.Helper()
	socket, _, err := websocket.Dial(context.Background(), "ws://konklave.test/control", &websocket.DialOptions{HTTPClient: s.client})
	if err != nil {
		s.t.Fatal(err)
	}
	socket.SetReadLimit(-1)
	return &tab{t: s.t, socket: socket}
}

// join opens a connection and joins a meeting.
func (s *stage) join(link, name string) *tab {
	s.t.Helper()
	c := s.open()
	c.send(`{"type":"join","link":%q,"name":%q}`, link, name)
	welcome := c.expect("welcome")
	c.self, c.session = welcome["self"].(string), welcome["session"].(string)
	return c
}

func (c *tab) send(format string, args ...any) {
	c.t.Helper()
	if err := c.socket.Write(context.Background(), websocket.MessageText, fmt.Appendf(nil, format, args...)); err != nil {
		c.t.Fatalf("sending: %v", err)
	}
}

func (c *tab) read() (map[string]any, error) {
	_, text, err := c.socket.Read(context.Background())
	if err != nil {
		return nil, err
	}
	fields := map[string]any{}
	return fields, json.Unmarshal(text, &fields)
}

// expect reads one message, which must be of the given type.
func (c *tab) expect(kind string) map[string]any {
	c.t.Helper()
	m, err := c.read()
	if err != nil {
		c.t.Fatalf("waiting for %s: %v", kind, err)
	}
	if m["type"] != kind {
		c.t.Fatalf("waiting for %s: received %v", kind, m)
	}
	return m
}

// expectError reads a refusal.
func (c *tab) expectError(code meeting.Code) {
	c.t.Helper()
	if m := c.expect("error"); m["code"] != string(code) {
		c.t.Fatalf("refused with %v, want %s", m["code"], code)
	}
}

// expectClosing reads the last message and the end of the connection.
func (c *tab) expectClosing(code meeting.Code) {
	c.t.Helper()
	if m := c.expect("closing"); m["code"] != string(code) {
		c.t.Fatalf("closing with %v, want %s", m["code"], code)
	}
	c.expectEnd()
}

func (c *tab) expectEnd() {
	c.t.Helper()
	if m, err := c.read(); err == nil {
		c.t.Fatalf("after the end: %v", m)
	}
}

// vanish ends the connection without a word, as a broken network does.
func (c *tab) vanish() { _ = c.socket.CloseNow() }

// keep pings every 2 s for a while, as clients do. Meanwhile it may be told that somebody's connection is broken.
func (c *tab) keep(d time.Duration) {
	c.t.Helper()
	for ; d > 0; d -= 2 * time.Second {
		time.Sleep(2 * time.Second)
		c.send(`{"type":"ping"}`)
		for m, err := c.read(); m["type"] != "pong"; m, err = c.read() {
			if err != nil || m["type"] != "away" {
				c.t.Fatalf("waiting for pong: received %v, %v", m, err)
			}
		}
	}
}
