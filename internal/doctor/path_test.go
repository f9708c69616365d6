package doctor

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"

	"konklave/internal/wire"
)

// browser is a visitor on the real network of this machine, who is at one check.
type browser struct {
	t     *testing.T
	site  *httptest.Server
	begun begun
}

func visit(t *testing.T) *browser {
	t.Helper()
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := netip.MustParseAddrPort(free.Addr().String()).Port()
	_ = free.Close()
	media, err := wire.Listen(wire.Config{Bind: []netip.Addr{netip.MustParseAddr("127.0.0.1")}, TCPPort: port, Shards: 1}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	service := New(Config{
		Fingerprint: media.Fingerprint(), Candidates: media.Candidates,
		NewTransport: func(p wire.TransportParams) Link { return media.NewTransport(p) },
		Overloaded:   func() bool { return false },
	})
	mux := http.NewServeMux()
	service.Register(mux)
	b := &browser{t: t, site: httptest.NewServer(mux)}
	t.Cleanup(func() {
		service.Close()
		b.site.Close()
		_ = media.Close()
	})
	b.post("/api/check", nil, &b.begun)
	return b
}

func (b *browser) post(path string, body, into any) {
	b.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := http.NewRequest("POST", b.site.URL+path, bytes.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+b.begun.Token)
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer w.Body.Close()
	if text, err = io.ReadAll(w.Body); err != nil || w.StatusCode >= 300 {
		b.t.Fatalf("%s: %d %s %v", path, w.StatusCode, text, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		b.t.Fatal(err)
	}
}

// connect opens the channels of a path and gives them with what comes on them.
func (b *browser) connect(path string, network webrtc.NetworkType) (channels map[string]*webrtc.DataChannel, came <-chan string) {
	b.t.Helper()
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	settings.SetNetworkTypes([]webrtc.NetworkType{network})
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetHostAcceptanceMinWait(0)
	settings.SetPrflxAcceptanceMinWait(0)
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = pc.Close() })
	messages, opened := make(chan string, 1000), make(chan bool, 2)
	channels = map[string]*webrtc.DataChannel{}
	no, none := false, uint16(0)
	for label, init := range map[string]*webrtc.DataChannelInit{"_reliable": nil, "_lossy": {Ordered: &no, MaxRetransmits: &none}} {
		ch, err := pc.CreateDataChannel(label, init)
		if err != nil {
			b.t.Fatal(err)
		}
		ch.OnOpen(func() { opened <- true })
		ch.OnMessage(func(m webrtc.DataChannelMessage) { messages <- label + string(m.Data) })
		channels[label] = ch
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := pc.SetLocalDescription(offer); err != nil {
		b.t.Fatal(err)
	}
	var body struct{ Answer string }
	b.post("/api/check/paths/"+path, map[string]string{"offer": offer.SDP}, &body)
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: body.Answer}); err != nil {
		b.t.Fatal(err)
	}
	for range 2 {
		await(b.t, opened)
	}
	return channels, messages
}

func await[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came")
	}
	return v
}

// Both direct paths carry data to the media ports and back, and their speed can be measured.
func TestPathsToTheMediaPorts(t *testing.T) {
	b := visit(t)
	for path, network := range map[string]webrtc.NetworkType{PathUDP: webrtc.NetworkTypeUDP4, PathTCP: webrtc.NetworkTypeTCP4} {
		channels, came := b.connect(path, network)
		for label, ch := range channels {
			if err := ch.Send([]byte{kindEcho, 'x'}); err != nil {
				t.Fatal(err)
			}
			if got := await(t, came); got != label+"\x01x" {
				t.Errorf("%s: %q came back on %s", path, got, label)
			}
		}
		reliable := channels["_reliable"]
		if err := reliable.Send([]byte{kindDown, 4}); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			if got := await(t, came); len(got) != len("_reliable")+chunkSize {
				t.Errorf("%s: %d bytes came down", path, len(got))
			}
		}
		if err := reliable.Send(append([]byte{kindUp}, make([]byte, chunkSize-1)...)); err != nil {
			t.Fatal(err)
		}
		if got := await(t, came); got != "_reliable\x02\x00\x00\x40\x00" {
			t.Errorf("%s: what went up is answered by %q", path, got)
		}
	}
}

func TestSocketSendsBack(t *testing.T) {
	b := visit(t)
	for n, tt := range []struct {
		token string
		ok    bool
	}{{"x", false}, {b.begun.Token, true}, {b.begun.Token, false}} {
		socket, _, err := websocket.Dial(t.Context(), b.site.URL+"/api/check/socket", nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{tt.token, "hello"} {
			_ = socket.Write(t.Context(), websocket.MessageText, []byte(text))
			if _, msg, err := socket.Read(t.Context()); (err == nil) != tt.ok || tt.ok && string(msg) != text {
				t.Errorf("visit %d: %q came back, %v", n, msg, err)
			}
		}
		_ = socket.CloseNow()
	}
}
