// Package testkit owns what tests need on the other side of the wire: a participant that speaks the LiveKit client
// protocol and WebRTC as a client library does (with pion/webrtc, which the server does not use), and a relay that
// can fall silent.
//
// It must not be part of the program, and it must not know the server's insides: what it finds out, it finds out as a
// client would. Its media are synthetic: frames carry who made them, a number and a checksum, so that a receiver can
// tell whose picture it got, in which layer, and whether it is whole (content.go).
package testkit

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"

	"konklave/internal/signal/lkpb"
)

// Options say how a participant joins. URL and Token are required.
type Options struct {
	URL   string // of the server: http://host:port
	Token string

	// Client makes the connection of signalling; nil is the default one.
	Client *http.Client

	// Networks are the ways for media; the default is UDP over IPv4. The server must announce 127.0.0.1 or ::1; for
	// TCP over IPv6 another address of the machine.
	Networks []webrtc.NetworkType

	// Dual takes two PeerConnections, as Android, Flutter, Swift and Go clients do: one that we offer and publish on, and
	// one that the server offers and we receive on.
	Dual bool

	// VP9 takes that codec too, which nobody else does.
	VP9 bool

	// RED takes sound that repeats what was sent before, and sends it.
	RED bool

	// Relayed has media come by the server's relay only: over "udp", "tcp" or "tls".
	Relayed string

	// Dial opens connections to the relay over TCP and TLS; nil is the usual way. TLS takes any certificate.
	Dial func(address string) (net.Conn, error)

	// NoSubscribe turns automatic subscription off.
	NoSubscribe bool

	// AudioSections and VideoSections are the receiving sections of the first offer where there is one PeerConnection;
	// the default is 3 of each, as livekit-client has them. Further ones are added when the server asks.
	AudioSections, VideoSections int
}

// Ways for media.
var (
	UDP4 = []webrtc.NetworkType{webrtc.NetworkTypeUDP4}
	UDP6 = []webrtc.NetworkType{webrtc.NetworkTypeUDP6}
	TCP4 = []webrtc.NetworkType{webrtc.NetworkTypeTCP4}
	TCP6 = []webrtc.NetworkType{webrtc.NetworkTypeTCP6}
)

// Participant is one client in a room. Its methods may be called from any goroutine.
type Participant struct {
	opts     Options
	pc       *webrtc.PeerConnection // for all, or what is published
	receiver *webrtc.PeerConnection // for what is received, nil when pc is for all
	muxes    []ice.UDPMux           // of UDP over IPv6
	channels map[lkpb.DataPacket_Kind]*webrtc.DataChannel
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	running  sync.WaitGroup

	negotiating sync.Mutex // held while an offer is made or an answer applied

	mu      sync.Mutex
	changed chan struct{} // closed and made anew whenever something below changes
	view    View
	socket  *websocket.Conn // nil while signalling is broken
	mids    map[string]string
	sent    map[string]*Publication        // by cid
	asked   uint32                         // id of the last offer
	waiting bool                           // for the answer to it
	dirty   bool                           // another offer is needed after that
	counted uint32                         // reliable data packets sent
	opened  map[*webrtc.PeerConnection]int // data channels
}

// View is what a participant knows. It may be looked at inside Look and Until only.
type View struct {
	Join      *lkpb.JoinResponse
	Reconnect *lkpb.ReconnectResponse            // of the last resume
	Others    map[string]*lkpb.ParticipantInfo   // by identity; those who left are not in it
	Self      *lkpb.ParticipantInfo              // as the server last told it
	Received  map[string]*Received               // by track sid
	Data      []Data                             // in the order of their coming
	Heard     map[string]uint32                  // by participant sid: the newest reliable data that came of it
	Speakers  map[string]*lkpb.SpeakerInfo       // by participant sid, the last of each
	Quality   map[string]lkpb.ConnectionQuality  // by participant sid
	Refusals  []*lkpb.RequestResponse            // requests that were refused
	Layers    map[string][]*lkpb.SubscribedCodec // by own track sid: what somebody watches
	Paused    map[string]bool                    // by track sid: the server sends nothing of it at the moment
	Leave     *lkpb.LeaveRequest                 // the server ended or interrupted the session
	Token     string                             // the last refreshed token
	Ended     bool                               // the signalling socket is gone
	State     webrtc.PeerConnectionState
	Failure   error // something went wrong that no method could return
	Channels  int   // data channels that have opened, in both directions
	Pongs     int
	Answered  uint32 // id of the last offer whose answer was applied
	Accepted  uint32 // id of the server's last offer that was answered
}

// Join connects, joins the room and negotiates the first offer. It returns when the server's join message is there;
// media may connect later: see Connected.
func Join(ctx context.Context, opts Options) (*Participant, error) {
	if len(opts.Networks) == 0 {
		opts.Networks = UDP4
	}
	if opts.AudioSections == 0 {
		opts.AudioSections = 3
	}
	if opts.VideoSections == 0 {
		opts.VideoSections = 3
	}
	p := &Participant{
		opts:     opts,
		channels: map[lkpb.DataPacket_Kind]*webrtc.DataChannel{},
		changed:  make(chan struct{}),
		mids:     map[string]string{},
		sent:     map[string]*Publication{},
		opened:   map[*webrtc.PeerConnection]int{},
		view: View{
			Others: map[string]*lkpb.ParticipantInfo{}, Received: map[string]*Received{}, Speakers: map[string]*lkpb.SpeakerInfo{},
			Quality: map[string]lkpb.ConnectionQuality{}, Layers: map[string][]*lkpb.SubscribedCodec{}, Paused: map[string]bool{},
			Heard: map[string]uint32{},
		},
	}
	p.ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := p.begin(ctx); err != nil {
		p.Close()
		return nil, fmt.Errorf("joining: %w", err)
	}
	return p, nil
}

func (p *Participant) begin(ctx context.Context) error {
	if p.opts.Dual {
		return p.beginDual(ctx)
	}
	if err := p.openPeerConnection(); err != nil {
		return err
	}
	if p.opts.Relayed != "" {
		return p.beginRelayed(ctx)
	}
	offer, err := p.firstOffer()
	if err != nil {
		return err
	}
	request := p.joinRequest()
	request.PublisherOffer = offer
	return p.enter(ctx, request)
}

// beginRelayed makes the first offer when it is known where the relay is.
func (p *Participant) beginRelayed(ctx context.Context) error {
	if err := p.enter(ctx, p.joinRequest()); err != nil {
		return err
	}
	_, err := p.negotiateAfter(func() error { return nil })
	return err
}

// enter joins and waits for the join message.
func (p *Participant) enter(ctx context.Context, request *lkpb.JoinRequest) error {
	if err := p.dial(ctx, p.opts.Token, request); err != nil {
		return err
	}
	return p.Until(ctx, "the join message", func(v *View) bool { return v.Join != nil || v.Leave != nil })
}

func (p *Participant) joinRequest() *lkpb.JoinRequest {
	return &lkpb.JoinRequest{
		ClientInfo:         &lkpb.ClientInfo{Sdk: lkpb.ClientInfo_GO, Version: "2.23.0", Protocol: 17, Os: "test"},
		ConnectionSettings: &lkpb.ConnectionSettings{AutoSubscribe: !p.opts.NoSubscribe},
	}
}

// SID is the participant's sid.
func (p *Participant) SID() string {
	var sid string
	p.Look(func(v *View) { sid = v.Join.GetParticipant().GetSid() })
	return sid
}

// Look shows what the participant knows now.
func (p *Participant) Look(look func(*View)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	look(&p.view)
}

// Until waits until the condition holds. The error says what was waited for.
func (p *Participant) Until(ctx context.Context, what string, holds func(*View) bool) error {
	for {
		p.mu.Lock()
		ok, changed := holds(&p.view), p.changed
		p.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, ctx.Err())
		}
	}
}

// Connected waits until media are connected.
func (p *Participant) Connected(ctx context.Context) error {
	return p.Until(ctx, "media", func(v *View) bool { return v.State == webrtc.PeerConnectionStateConnected })
}

// change changes what is known and wakes those who wait.
func (p *Participant) change(change func(*View)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.view)
	p.wakeLocked()
}

func (p *Participant) wakeLocked() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// Leave says goodbye and closes everything.
func (p *Participant) Leave() error {
	err := p.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Leave{
		Leave: &lkpb.LeaveRequest{Reason: lkpb.DisconnectReason_CLIENT_INITIATED},
	}})
	p.mu.Lock()
	socket := p.socket
	p.mu.Unlock()
	if socket != nil {
		_ = socket.Close(websocket.StatusNormalClosure, "")
	}
	p.Close()
	return err
}

// Close ends everything without a word, as a process that is killed. It waits for all that was started.
func (p *Participant) Close() {
	p.cancel()
	p.Break()
	for _, pc := range []*webrtc.PeerConnection{p.pc, p.receiver} {
		if pc != nil {
			_ = pc.Close()
		}
	}
	for _, mux := range p.muxes {
		_ = mux.Close()
	}
	p.running.Wait()
}

// timeout bounds what the other side must do at once.
const timeout = 10 * time.Second
