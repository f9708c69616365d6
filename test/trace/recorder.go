package trace

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/proto"

	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
)

// Recorder stands between clients and a server and writes down what they say to each other. It is an http.Handler;
// media do not pass through it.
type Recorder struct {
	server *url.URL
	other  http.Handler // what is no WebSocket

	mu        sync.Mutex
	ladder    Ladder
	names     *names
	listeners map[string]*listener
	sockets   map[string]int // how many each has opened
	failure   error
}

// NewRecorder makes one for the server at a URL.
func NewRecorder(server *url.URL) *Recorder {
	return &Recorder{
		server: server, other: httputil.NewSingleHostReverseProxy(server), names: newNames(), listeners: map[string]*listener{}, sockets: map[string]int{},
	}
}

// Ladder gives what was recorded so far. Errors: what could not be read.
func (r *Recorder) Ladder() (Ladder, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ladder, r.failure
}

// ServeHTTP passes a request on, and what is said on its WebSocket if it becomes one.
func (r *Recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if !strings.EqualFold(request.Header.Get("Upgrade"), "websocket") {
		r.other.ServeHTTP(w, request)
		return
	}
	who := identityOf(request)
	socket := r.opened(who, request.URL)
	target := *r.server
	target.Path, target.RawQuery = request.URL.Path, request.URL.RawQuery
	header := http.Header{}
	if bearer := request.Header.Get("Authorization"); bearer != "" {
		header.Set("Authorization", bearer)
	}
	server, answer, err := websocket.Dial(request.Context(), target.String(), &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		status := http.StatusBadGateway
		if answer != nil {
			status = answer.StatusCode
		}
		http.Error(w, "refused", status)
		return
	}
	defer server.CloseNow()
	client, err := websocket.Accept(w, request, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer client.CloseNow()
	client.SetReadLimit(4 << 20)
	server.SetReadLimit(4 << 20)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		defer cancel()
		for pass(ctx, server, client, func(b []byte) { r.heard(who, b) }) == nil {
		}
		_ = client.Close(websocket.StatusNormalClosure, "")
	}()
	for pass(ctx, client, server, func(b []byte) { r.said(who, b) }) == nil {
	}
	if ctx.Err() == nil {
		r.closed(who, socket)
	}
}

// pass hands one message on, after it was noted.
func pass(ctx context.Context, from, to *websocket.Conn, note func([]byte)) error {
	kind, b, err := from.Read(ctx)
	if err != nil {
		return err
	}
	note(b)
	return to.Write(ctx, kind, b)
}

// identityOf reads who somebody is from the token, which is checked by the server.
func identityOf(r *http.Request) string {
	text, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		text = r.URL.Query().Get("access_token")
	}
	var claims struct {
		Identity string `json:"sub"`
	}
	if parts := strings.Split(text, "."); len(parts) == 3 {
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(payload, &claims)
	}
	return claims.Identity
}

// closed notes that a client closed its socket, unless it has another one.
func (r *Recorder) closed(who string, socket int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sockets[who] == socket {
		r.ladder = append(r.ladder, Line{Who: who, Kind: Close})
	}
}

// opened notes that a client opened a socket and counts it.
func (r *Recorder) opened(who string, at *url.URL) (socket int) {
	query := at.Query()
	query.Del("access_token")
	var o opening
	if param := query.Get("join_request"); param != "" {
		query.Del("join_request")
		join, err := signal.DecodeJoinRequest(param)
		if err == nil {
			var text string
			text, err = lineOf(join)
			o.Join = json.RawMessage(text)
		}
		r.fail(err)
	}
	o.Query = query.Encode()
	text, err := plainJSON(o)
	r.fail(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ladder = append(r.ladder, Line{Who: who, Kind: Open, Name: at.Path, Text: r.names.hide(text)})
	r.sockets[who]++
	return r.sockets[who]
}

func (r *Recorder) said(who string, b []byte) {
	request, err := signal.DecodeRequest(b)
	r.fail(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	line, wanted, err := saysLine(who, request, r.names)
	if err != nil {
		r.failure = err
	}
	if wanted {
		r.ladder = append(r.ladder, line)
	}
}

func (r *Recorder) heard(who string, b []byte) {
	response := &lkpb.SignalResponse{}
	r.fail(proto.Unmarshal(b, response))
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.listeners[who]
	if l == nil {
		l = &listener{who: who, names: r.names, told: map[string]string{}}
		r.listeners[who] = l
	}
	if line, wanted := l.hears(response); wanted {
		r.ladder = append(r.ladder, line)
	}
}

func (r *Recorder) fail(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure = err
}
