package testkit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Visitor is a person in a meeting: a client of the control WebSocket (docs/control.md). Its media go by a
// Participant that joins with MediaToken.
type Visitor struct {
	ID         string
	Session    string
	MediaToken string
	Ticket     string
	Role       string
	Meeting    json.RawMessage // as it was when the person was admitted

	socket  *websocket.Conn
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	messages []ControlMessage
	arrived  chan struct{} // closed and made anew with each message
}

// ControlMessage is what the server said, with the fields of all types.
type ControlMessage struct {
	Type       string
	Seq        uint64
	Self       string
	Session    string
	MediaToken string
	Ticket     string
	Role       string
	Why        string // of lobby
	Token      string // of upload and download
	ID         string
	From       string
	Body       []byte
	Code       string
	Watching   bool // of help.watched
	Person     Somebody
	People     Somebodies
	Waiting    Somebodies
	Sources    []Heard         // of audience
	Meeting    json.RawMessage // title, settings and so on
}

// Heard is what the server says of something that the person sends.
type Heard struct {
	Source   string
	Received bool
	Count    int
}

// Somebody is a person of a meeting. In a welcome there is only the id, which is in Self too.
type Somebody struct{ ID, Name string }

// UnmarshalJSON leaves out what is no person.
func (s *Somebody) UnmarshalJSON(text []byte) error {
	type plain Somebody
	if text[0] != '{' {
		return nil
	}
	return json.Unmarshal(text, (*plain)(s))
}

// Somebodies are people of a meeting. In some messages there is only their number.
type Somebodies []Somebody

// UnmarshalJSON leaves out what is no list.
func (s *Somebodies) UnmarshalJSON(text []byte) error {
	if text[0] != '[' {
		return nil
	}
	return json.Unmarshal(text, (*[]Somebody)(s))
}

// Site is a server as browsers reach it.
type Site struct {
	URL    string
	Client *http.Client // nil: the default one
}

// NewMeeting makes a meeting on a server and gives its link.
func NewMeeting(ctx context.Context, server, title string) (string, error) {
	return Site{URL: server}.NewMeeting(ctx, title)
}

// Visit joins a meeting of a server: see Site.Visit.
func Visit(ctx context.Context, server, link, name string) (*Visitor, error) {
	return Site{URL: server}.Visit(ctx, link, name)
}

// NewMeeting makes a meeting and gives its link.
func (s Site) NewMeeting(ctx context.Context, title string) (string, error) {
	link, _, err := s.Make(ctx, map[string]string{"title": title})
	return link, err
}

// Make makes a meeting as POST /api/meetings takes it, and gives its link and the secret of its owner.
func (s Site) Make(ctx context.Context, meeting any) (link, host string, err error) {
	body, err := json.Marshal(meeting)
	if err != nil {
		return "", "", fmt.Errorf("making a meeting: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/api/meetings", bytes.NewReader(body))
	if err != nil {
		return "", "", fmt.Errorf("making a meeting: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	client := s.Client
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return "", "", fmt.Errorf("making a meeting: %w", err)
	}
	defer answer.Body.Close()
	var made struct{ Link, Host, Code string }
	if err := json.NewDecoder(answer.Body).Decode(&made); err != nil || made.Link == "" {
		return "", "", fmt.Errorf("making a meeting: status %d, code %s, %w", answer.StatusCode, made.Code, err)
	}
	return made.Link, made.Host, nil
}

// Visit joins a meeting and waits for the welcome. Pings are sent from then on.
func (s Site) Visit(ctx context.Context, link, name string) (*Visitor, error) {
	v, err := s.Knock(ctx, map[string]string{"link": link, "name": name})
	if err != nil {
		return nil, err
	}
	if err := v.Admitted(ctx); err != nil {
		v.Close()
		return nil, fmt.Errorf("visiting: %w", err)
	}
	return v, nil
}

// Knock sends a join with the given fields and does not wait for an answer. Pings are sent from then on.
func (s Site) Knock(ctx context.Context, join map[string]string) (*Visitor, error) {
	socket, _, err := websocket.Dial(ctx, s.URL+"/control", &websocket.DialOptions{HTTPClient: s.Client})
	if err != nil {
		return nil, fmt.Errorf("visiting: %w", err)
	}
	socket.SetReadLimit(-1)
	v := &Visitor{socket: socket, arrived: make(chan struct{})}
	v.ctx, v.cancel = context.WithCancel(context.WithoutCancel(ctx))
	v.running.Go(v.read)
	join["type"] = "join"
	if err := v.Send(join); err != nil {
		v.Close()
		return nil, fmt.Errorf("visiting: %w", err)
	}
	v.running.Go(v.ping)
	return v, nil
}

// Admitted waits for the welcome.
func (v *Visitor) Admitted(ctx context.Context) error {
	welcome, err := v.Wait(ctx, "welcome")
	v.ID, v.Session, v.MediaToken, v.Meeting = welcome.Self, welcome.Session, welcome.MediaToken, welcome.Meeting
	v.Ticket, v.Role = welcome.Ticket, welcome.Role
	return err
}

// Send sends one message.
func (v *Visitor) Send(message any) error {
	text, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("encoding a control message: %w", err)
	}
	return v.socket.Write(v.ctx, websocket.MessageText, text)
}

// Say says something to everybody.
func (v *Visitor) Say(id, text string) error {
	return v.Send(map[string]any{"type": "chat", "id": id, "keyId": 0, "body": []byte(text)})
}

// Wait gives the next message of a type, or of one of several, and forgets it with all that came before.
func (v *Visitor) Wait(ctx context.Context, kind string, or ...string) (ControlMessage, error) {
	for {
		v.mu.Lock()
		for i, m := range v.messages {
			if m.Type == kind || slices.Contains(or, m.Type) {
				v.messages = v.messages[i+1:]
				v.mu.Unlock()
				return m, nil
			}
		}
		arrived := v.arrived
		v.mu.Unlock()
		select {
		case <-arrived:
		case <-v.ctx.Done():
			return ControlMessage{}, fmt.Errorf("waiting for %s: the connection ended", kind)
		case <-ctx.Done():
			return ControlMessage{}, fmt.Errorf("waiting for %s: %w", kind, ctx.Err())
		}
	}
}

// Leave gives up the place.
func (v *Visitor) Leave() error {
	err := v.Send(map[string]string{"type": "leave"})
	v.running.Wait() // the server closes
	return err
}

// Close ends the connection without a word.
func (v *Visitor) Close() {
	v.cancel()
	_ = v.socket.CloseNow()
	v.running.Wait()
}

func (v *Visitor) read() {
	defer v.cancel()
	for {
		_, text, err := v.socket.Read(v.ctx)
		if err != nil {
			return
		}
		var m ControlMessage
		if json.Unmarshal(text, &m) != nil {
			return
		}
		if m.Type == "pong" {
			continue
		}
		v.mu.Lock()
		v.messages = append(v.messages, m)
		close(v.arrived)
		v.arrived = make(chan struct{})
		v.mu.Unlock()
	}
}

func (v *Visitor) ping() {
	ticker := time.NewTicker(2 * time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_ = v.Send(map[string]string{"type": "ping"})
		case <-v.ctx.Done():
			return
		}
	}
}
