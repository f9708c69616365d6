package load

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

const patience = 10 * time.Second // with what the server must do at once

// dial opens the signalling WebSocket with the first offer in its address, as livekit-client does.
func (c *Client) dial(ctx context.Context) error {
	inner, err := proto.Marshal(&lkpb.JoinRequest{
		ClientInfo:         &lkpb.ClientInfo{Sdk: lkpb.ClientInfo_JS, Version: "2.15.0", Protocol: 16, Os: "bench"},
		ConnectionSettings: &lkpb.ConnectionSettings{AutoSubscribe: c.opts.Subscribe},
		PublisherOffer:     c.offer(),
	})
	if err != nil {
		return fmt.Errorf("encoding the join request: %w", err)
	}
	outer, err := proto.Marshal(&lkpb.WrappedJoinRequest{JoinRequest: inner})
	if err != nil {
		return fmt.Errorf("encoding the join request: %w", err)
	}
	query := url.Values{"access_token": {c.opts.Token}, "join_request": {base64.URLEncoding.EncodeToString(outer)}}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c.socket, _, err = websocket.Dial(ctx, c.opts.URL+"/rtc/v1?"+query.Encode(), c.dialOptions())
	if err != nil {
		return fmt.Errorf("opening the signalling socket: %w", err)
	}
	c.socket.SetReadLimit(4 << 20)
	return nil
}

// dialOptions give a deaf client a small receive buffer: what it does not read soon waits at the server.
func (c *Client) dialOptions() *websocket.DialOptions {
	if !c.opts.Deaf {
		return nil
	}
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(4 << 10)
		}
		return conn, err
	}
	return &websocket.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{DialContext: dial}}}
}

// listen handles what the server says until the end.
func (c *Client) listen(ctx context.Context) {
	for {
		_, data, err := c.socket.Read(ctx)
		if err != nil {
			if ctx.Err() == nil {
				c.fail(fmt.Errorf("reading from the signalling socket: %w", err))
			}
			return
		}
		var r lkpb.SignalResponse
		if err := proto.Unmarshal(data, &r); err != nil {
			c.fail(fmt.Errorf("decoding a message: %w", err))
			return
		}
		if err := c.handle(ctx, &r); err != nil {
			if ctx.Err() == nil {
				c.fail(err)
			}
			return
		}
	}
}

func (c *Client) handle(ctx context.Context, r *lkpb.SignalResponse) error {
	switch m := r.Message.(type) {
	case *lkpb.SignalResponse_Join:
		if s := m.Join.GetPingInterval(); s > 0 {
			c.pings = time.Duration(s) * time.Second
		}
		for _, t := range c.tracks {
			if err := c.request(ctx, t.announcement()); err != nil {
				return err
			}
		}
		return c.want(ctx, m.Join.GetOtherParticipants())
	case *lkpb.SignalResponse_Update:
		return c.want(ctx, m.Update.GetParticipants())
	case *lkpb.SignalResponse_TrackPublished:
		for _, t := range c.tracks {
			if t.cid == m.TrackPublished.GetCid() && !t.offered {
				t.offered = true
				c.offers.add(section{kind: t.kind, track: t})
				return c.negotiate(ctx)
			}
		}
	case *lkpb.SignalResponse_MediaSectionsRequirement:
		for range m.MediaSectionsRequirement.GetNumAudios() {
			c.offers.add(section{kind: audio})
		}
		for range m.MediaSectionsRequirement.GetNumVideos() {
			c.offers.add(section{kind: video})
		}
		return c.negotiate(ctx)
	case *lkpb.SignalResponse_Answer:
		return c.onAnswer(ctx, m.Answer)
	case *lkpb.SignalResponse_Trickle:
		return c.onCandidate(ctx, m.Trickle.GetCandidateInit())
	case *lkpb.SignalResponse_Leave:
		return fmt.Errorf("the server ended the session: %s", m.Leave.GetReason())
	}
	return nil
}

// negotiate sends an offer, now or after the answer that is awaited.
func (c *Client) negotiate(ctx context.Context) error {
	if c.offers.waiting {
		c.offers.again = true
		return nil
	}
	return c.request(ctx, &lkpb.SignalRequest{Message: &lkpb.SignalRequest_Offer{Offer: c.offer()}})
}

func (c *Client) onAnswer(ctx context.Context, answer *lkpb.SessionDescription) error {
	if answer.GetId() != c.offers.number {
		return nil
	}
	c.offers.waiting = false
	server, err := parseAnswer(answer.GetSdp())
	if err != nil {
		return err
	}
	if c.offers.server.ice.ufrag == "" {
		c.offers.server = server
	}
	c.meet(ctx)
	for _, t := range c.offers.tracks() {
		t.accepted.Do(func() { close(t.begin) })
	}
	if c.offers.again {
		c.offers.again = false
		return c.negotiate(ctx)
	}
	return nil
}

// onCandidate takes an address of the server that comes by itself, as {"candidate": "candidate:..."}.
func (c *Client) onCandidate(ctx context.Context, text string) error {
	var one struct{ Candidate string }
	if err := json.Unmarshal([]byte(text), &one); err != nil {
		return fmt.Errorf("decoding a candidate: %w", err)
	}
	if err := c.offers.server.learn(strings.TrimPrefix(one.Candidate, "candidate:")); err != nil {
		return err
	}
	c.meet(ctx)
	return nil
}

// meet begins the way to the server once its credentials and its address are known.
func (c *Client) meet(ctx context.Context) {
	if o := &c.offers; !o.connecting && o.server.ice.ufrag != "" && o.server.addr.IsValid() {
		o.connecting = true
		c.begin(ctx, o.server, false)
	}
}

// begin starts the way to a server of which the address is known now.
func (c *Client) begin(ctx context.Context, server answer, controlled bool) {
	p := &path{server: server.addr, local: c.ice, remote: server.ice, controlled: controlled, awaits: server.active, checked: make(chan struct{})}
	c.secure.path.Store(p)
	c.running.Go(func() { c.connect(ctx, p) })
}

func (c *Client) pingLiveKit(ctx context.Context) error {
	return c.request(ctx, &lkpb.SignalRequest{Message: &lkpb.SignalRequest_Ping{Ping: time.Now().UnixMilli()}})
}

func (c *Client) leaveLiveKit() {
	_ = c.request(context.Background(), &lkpb.SignalRequest{Message: &lkpb.SignalRequest_Leave{
		Leave: &lkpb.LeaveRequest{Reason: lkpb.DisconnectReason_CLIENT_INITIATED},
	}})
}

// request sends one message to the server.
func (c *Client) request(ctx context.Context, r *lkpb.SignalRequest) error {
	data, err := proto.Marshal(r)
	if err != nil {
		return fmt.Errorf("encoding a request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := c.socket.Write(ctx, websocket.MessageBinary, data); err != nil {
		return fmt.Errorf("sending a request: %w", err)
	}
	return nil
}

// want says which pictures of others are shown, and how large, once for each.
func (c *Client) want(ctx context.Context, others []*lkpb.ParticipantInfo) error {
	if c.opts.Want == nil {
		return nil
	}
	for _, one := range others {
		for _, t := range one.GetTracks() {
			if t.GetType() != lkpb.TrackType_VIDEO || c.wanted[t.GetSid()] {
				continue
			}
			c.wanted[t.GetSid()] = true
			settings := &lkpb.UpdateTrackSettings{TrackSids: []string{t.GetSid()}}
			if layer := c.opts.Want(one.GetIdentity()); layer >= 0 {
				settings.Quality = lkpb.VideoQuality(layer)
				settings.Width, settings.Height = uint32(Simulcast[layer].Width), uint32(Simulcast[layer].Height)
			} else {
				settings.Disabled = true
			}
			if err := c.request(ctx, &lkpb.SignalRequest{Message: &lkpb.SignalRequest_TrackSetting{TrackSetting: settings}}); err != nil {
				return err
			}
		}
	}
	return nil
}
