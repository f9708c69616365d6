package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// janus is the signalling of Janus' videoroom plugin over its WebSocket API: one session, one handle, one
// PeerConnection, which publishes or subscribes.
type janus struct {
	socket          *websocket.Conn
	session, handle uint64
	requests        int
}

// janusMessage is what goes either way; what is empty is left out.
type janusMessage struct {
	Janus       string                                `json:"janus"`
	Transaction string                                `json:"transaction,omitempty"`
	Session     uint64                                `json:"session_id,omitempty"`
	Handle      uint64                                `json:"handle_id,omitempty"`
	Plugin      string                                `json:"plugin,omitempty"`
	Body        map[string]any                        `json:"body,omitempty"`
	JSEP        *janusJSEP                            `json:"jsep,omitempty"`
	Data        struct{ ID uint64 }                   `json:"data,omitzero"`
	Error       struct{ Reason string }               `json:"error,omitzero"`
	PluginData  struct{ Data struct{ Error string } } `json:"plugindata,omitzero"`
}

type janusJSEP struct {
	Type string `json:"type"`
	SDP  string `json:"sdp"`
}

// JoinJanus begins to publish in a room of Janus, or, without anything to publish, to subscribe to those who do, by
// their numbers. Both are ready when it returns, but for the transport.
func JoinJanus(ctx context.Context, opts Options, room int, publishers []int) (*Client, error) {
	c, err := newClient(opts)
	if err != nil {
		return nil, err
	}
	c.plain = true
	ctx, c.cancel = context.WithCancel(ctx)
	j := new(janus)
	c.ping, c.leave = j.keepAlive, j.destroy
	if err := c.joinJanus(ctx, j, room, publishers); err != nil {
		c.cancel()
		if j.socket != nil {
			_ = j.socket.CloseNow()
		}
		c.deafen()
		return nil, fmt.Errorf("joining: %w", err)
	}
	c.running.Go(func() { j.listen(ctx, c) })
	return c, nil
}

func (c *Client) joinJanus(ctx context.Context, j *janus, room int, publishers []int) error {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var err error
	if j.socket, _, err = websocket.Dial(limited, c.opts.URL, &websocket.DialOptions{Subprotocols: []string{"janus-protocol"}}); err != nil {
		return err
	}
	c.socket = j.socket
	j.socket.SetReadLimit(4 << 20)
	made, err := j.ask(limited, janusMessage{Janus: "create"})
	if err != nil {
		return err
	}
	j.session = made.Data.ID
	if made, err = j.ask(limited, janusMessage{Janus: "attach", Plugin: "janus.plugin.videoroom"}); err != nil {
		return err
	}
	j.handle = made.Data.ID
	if len(c.tracks) > 0 {
		return c.publishToJanus(ctx, limited, j, room)
	}
	return c.subscribeToJanus(ctx, limited, j, room, publishers)
}

// publishToJanus offers the tracks. Others can subscribe to them once the transport is there, which it waits for.
func (c *Client) publishToJanus(ctx, limited context.Context, j *janus, room int) error {
	c.offers.number = 1 // no sections to receive in
	for _, t := range c.tracks {
		c.offers.add(section{kind: t.kind, track: t})
	}
	offer := c.offer()
	body := map[string]any{"request": "joinandconfigure", "ptype": "publisher", "room": room, "id": c.opts.Number + 1,
		"audio": c.opts.Audio, "video": c.opts.Video}
	answered, err := j.ask(limited, janusMessage{Janus: "message", Body: body, JSEP: &janusJSEP{"offer", offer.GetSdp()}})
	if err != nil {
		return err
	}
	if answered.JSEP == nil {
		return errors.New("janus gave no answer")
	}
	server, err := parseAnswer(answered.JSEP.SDP)
	if err == nil && !server.addr.IsValid() {
		err = errors.New("janus names no address")
	}
	if err != nil {
		return err
	}
	c.begin(ctx, server, false)
	for _, t := range c.tracks {
		t.accepted.Do(func() { close(t.begin) })
	}
	for c.Sent() == 0 {
		if err := c.Err(); err != nil {
			return err
		}
		select {
		case <-limited.Done():
			return limited.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// subscribeToJanus answers what Janus offers.
func (c *Client) subscribeToJanus(ctx, limited context.Context, j *janus, room int, publishers []int) error {
	var streams []map[string]any
	for _, number := range publishers {
		streams = append(streams, map[string]any{"feed": number + 1})
	}
	body := map[string]any{"request": "join", "ptype": "subscriber", "room": room, "streams": streams}
	offered, err := j.ask(limited, janusMessage{Janus: "message", Body: body})
	if err != nil {
		return err
	}
	if offered.JSEP == nil {
		return errors.New("janus gave no offer")
	}
	server, err := parseAnswer(offered.JSEP.SDP)
	if err == nil && !server.addr.IsValid() {
		err = errors.New("janus names no address")
	}
	if err != nil {
		return err
	}
	_, err = j.ask(limited, janusMessage{Janus: "message", Body: map[string]any{"request": "start"}, JSEP: &janusJSEP{"answer", c.answerTo(offered.JSEP.SDP)}})
	if err != nil {
		return err
	}
	c.begin(ctx, server, true)
	return nil
}

// ask sends a request and waits for what it brings: not the mere notice that it came.
func (j *janus) ask(ctx context.Context, m janusMessage) (answer janusMessage, err error) {
	j.requests++
	m.Transaction = fmt.Sprint(j.requests)
	m.Session, m.Handle = j.session, j.handle
	data, err := json.Marshal(m)
	if err == nil {
		err = j.socket.Write(ctx, websocket.MessageText, data)
	}
	for err == nil {
		if _, data, err = j.socket.Read(ctx); err != nil {
			break
		}
		answer = janusMessage{}
		if err = json.Unmarshal(data, &answer); err != nil {
			break
		}
		switch {
		case answer.Transaction != m.Transaction || answer.Janus == "ack":
		case answer.Error.Reason != "":
			return answer, fmt.Errorf("janus refuses %s: %s", m.Janus, answer.Error.Reason)
		case answer.PluginData.Data.Error != "":
			return answer, fmt.Errorf("janus refuses %v: %s", m.Body["request"], answer.PluginData.Data.Error)
		default:
			return answer, nil
		}
	}
	return answer, fmt.Errorf("asking janus: %w", err)
}

// listen reads what Janus says until the end; nothing of it matters but that it ends.
func (j *janus) listen(ctx context.Context, c *Client) {
	for {
		if _, _, err := j.socket.Read(ctx); err != nil {
			if ctx.Err() == nil {
				c.fail(fmt.Errorf("reading from the signalling socket: %w", err))
			}
			return
		}
	}
}

func (j *janus) tell(ctx context.Context, what string) error {
	data, err := json.Marshal(janusMessage{Janus: what, Session: j.session, Transaction: what})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return j.socket.Write(ctx, websocket.MessageText, data)
}

func (j *janus) keepAlive(ctx context.Context) error { return j.tell(ctx, "keepalive") }

func (j *janus) destroy() {
	_ = j.tell(context.Background(), "destroy")
	time.Sleep(time.Millisecond) // else it may not read it before the socket closes
}

// answerTo accepts all that is offered, with the first payload type of each section and its retransmissions.
func (c *Client) answerTo(offer string) string {
	head, sections, _ := strings.Cut(offer, "\r\nm=")
	group := ""
	for _, l := range strings.Split(head, "\r\n") {
		if strings.HasPrefix(l, "a=group:BUNDLE") {
			group = l
		}
	}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	line("v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n%s", group)
	for _, s := range strings.Split(sections, "\r\nm=") {
		lines := strings.Split(s, "\r\n")
		fields := strings.Fields(lines[0])
		if len(fields) < 4 {
			continue
		}
		line("m=%s 9 %s %s", fields[0], fields[2], strings.Join(fields[3:], " "))
		line("c=IN IP4 127.0.0.1\r\na=recvonly\r\na=rtcp-mux\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:%s\r\na=setup:active", c.ice.ufrag, c.ice.pwd, c.secure.fingerprint)
		line("a=%s\r\na=end-of-candidates", c.udp.candidate())
		for _, l := range lines[1:] {
			for _, kept := range []string{"a=mid:", "a=rtpmap:", "a=fmtp:", "a=rtcp-fb:", "a=extmap:"} {
				if strings.HasPrefix(l, kept) {
					line("%s", l)
				}
			}
			c.payloads.learn(l)
		}
	}
	return b.String()
}

// learn takes payload types from a=rtpmap lines.
func (t *payloadTypes) learn(line string) {
	var number uint8
	var codec string
	if n, _ := fmt.Sscanf(line, "a=rtpmap:%d %s", &number, &codec); n != 2 {
		return
	}
	switch codec, _, _ := strings.Cut(strings.ToLower(codec), "/"); codec {
	case "opus":
		t.audio = number
	case "vp8":
		t.video = number
	case "rtx":
		t.rtx = number
	}
}
