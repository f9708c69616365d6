package testkit

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

// RefusedError means that the server answered the WebSocket's handshake with an HTTP status.
type RefusedError struct {
	Status int
	Text   string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("refused with status %d: %s", e.Status, e.Text)
}

// dial opens the signalling WebSocket and starts to read from it.
func (p *Participant) dial(ctx context.Context, token string, request *lkpb.JoinRequest) error {
	path, query := "/rtc", joinQuery(request)
	if !p.opts.Dual {
		param, err := encodeJoinRequest(request)
		if err != nil {
			return err
		}
		path, query = "/rtc/v1", url.Values{"join_request": {param}}
	}
	query.Set("access_token", token)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	options := &websocket.DialOptions{HTTPClient: p.opts.Client, CompressionMode: websocket.CompressionNoContextTakeover} // as browsers
	socket, answer, err := websocket.Dial(ctx, p.opts.URL+path+"?"+query.Encode(), options)
	if err != nil {
		if answer != nil && answer.StatusCode != http.StatusSwitchingProtocols {
			text, _ := io.ReadAll(answer.Body)
			return &RefusedError{Status: answer.StatusCode, Text: string(bytes.TrimSpace(text))}
		}
		return fmt.Errorf("opening the signalling socket: %w", err)
	}
	socket.SetReadLimit(4 << 20)
	p.mu.Lock()
	p.socket, p.view.Ended = socket, false
	p.mu.Unlock()
	p.running.Go(func() { p.read(socket) })
	return nil
}

// encodeJoinRequest compresses, as livekit-client does where it can.
func encodeJoinRequest(request *lkpb.JoinRequest) (string, error) {
	inner, err := proto.Marshal(request)
	if err != nil {
		return "", fmt.Errorf("encoding the join request: %w", err)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write(inner) // a Buffer takes everything
	_ = z.Close()
	outer, err := proto.Marshal(&lkpb.WrappedJoinRequest{Compression: lkpb.WrappedJoinRequest_GZIP, JoinRequest: zipped.Bytes()})
	if err != nil {
		return "", fmt.Errorf("encoding the join request: %w", err)
	}
	return base64.URLEncoding.EncodeToString(outer), nil
}

// read handles what the server says until the socket ends.
func (p *Participant) read(socket *websocket.Conn) {
	defer func() {
		_ = socket.CloseNow()
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.socket == socket {
			p.socket, p.view.Ended = nil, true
			p.wakeLocked()
		}
	}()
	for {
		_, data, err := socket.Read(p.ctx)
		if err != nil {
			return
		}
		var response lkpb.SignalResponse
		if proto.Unmarshal(data, &response) != nil {
			return
		}
		p.handle(&response)
	}
}

var errNoSignalling = errors.New("signalling is broken")

// request sends one message to the server.
func (p *Participant) request(r *lkpb.SignalRequest) error {
	data, err := proto.Marshal(r)
	if err != nil {
		return fmt.Errorf("encoding a request: %w", err)
	}
	p.mu.Lock()
	socket := p.socket
	p.mu.Unlock()
	if socket == nil {
		return errNoSignalling
	}
	ctx, cancel := context.WithTimeout(p.ctx, timeout)
	defer cancel()
	return socket.Write(ctx, websocket.MessageBinary, data)
}

// Ping asks for a pong and waits for it.
func (p *Participant) Ping(ctx context.Context) error {
	var before int
	p.Look(func(v *View) { before = v.Pongs })
	now := time.Now().UnixMilli()
	if err := p.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_PingReq{PingReq: &lkpb.Ping{Timestamp: now}}}); err != nil {
		return err
	}
	return p.Until(ctx, "a pong", func(v *View) bool { return v.Pongs > before })
}

// KeepAlive pings as often as the server asked for, until the participant is closed.
func (p *Participant) KeepAlive() {
	interval := 5 * time.Second
	p.Look(func(v *View) { interval = time.Duration(max(v.Join.GetPingInterval(), 1)) * time.Second })
	p.running.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				_ = p.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Ping{Ping: time.Now().UnixMilli()}})
			case <-p.ctx.Done():
				return
			}
		}
	})
}

// Break cuts the signalling socket without a word.
func (p *Participant) Break() {
	p.mu.Lock()
	socket := p.socket
	p.socket = nil
	p.view.Ended = true
	p.wakeLocked()
	p.mu.Unlock()
	if socket != nil {
		_ = socket.CloseNow()
	}
}

// Resume takes the session up again on a new signalling socket and restarts ICE, as client libraries do. It returns
// when the answer to that has been applied, or with an error when the server wants a fresh join.
func (p *Participant) Resume(ctx context.Context) error {
	p.Break()
	var token, sid string
	var accepted uint32
	var sync lkpb.SyncState
	p.Look(func(v *View) {
		token, sid, accepted = v.Token, v.Join.GetParticipant().GetSid(), v.Accepted
		v.Reconnect, v.Leave = nil, nil
		for sid, last := range v.Heard {
			sync.DatachannelReceiveStates = append(sync.DatachannelReceiveStates, &lkpb.DataChannelReceiveState{PublisherSid: sid, LastSeq: last})
		}
	})
	if token == "" {
		token = p.opts.Token
	}
	p.mu.Lock()
	for _, t := range p.sent {
		sync.PublishTracks = append(sync.PublishTracks, &lkpb.TrackPublishedResponse{Cid: t.cid, Track: t.info})
	}
	sync.Subscription = &lkpb.UpdateSubscription{Subscribe: !p.opts.NoSubscribe}
	p.mu.Unlock()
	p.forgetOffer()
	request := p.joinRequest()
	request.Reconnect, request.ReconnectReason, request.ParticipantSid = true, lkpb.ReconnectReason_RR_SIGNAL_DISCONNECTED, sid
	if err := p.dial(ctx, token, request); err != nil {
		return fmt.Errorf("resuming: %w", err)
	}
	if err := p.Until(ctx, "the reconnect message", func(v *View) bool { return v.Reconnect != nil || v.Leave != nil || v.Ended }); err != nil {
		return fmt.Errorf("resuming: %w", err)
	}
	refused := false
	p.Look(func(v *View) { refused = v.Reconnect == nil })
	if refused {
		return errors.New("resuming: the server does not know the session")
	}
	if err := p.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_SyncState{SyncState: &sync}}); err != nil {
		return fmt.Errorf("resuming: %w", err)
	}
	if err := p.restartICE(ctx); err != nil {
		return err
	}
	return p.Until(ctx, "an offer that restarts ICE", func(v *View) bool { return !v.Join.GetSubscriberPrimary() || v.Accepted > accepted })
}
