// Package member is somebody in a room who uses LiveKit's SDK for Go: it publishes a tone and a picture, and remembers
// what comes of others. The tests of this module use it, and the command guest, which tests in other languages start.
package member

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
)

// Member is somebody in a room.
type Member struct {
	Room       *lksdk.Room
	Microphone *lksdk.LocalTrackPublication
	Camera     *lksdk.LocalTrackPublication

	mu   sync.Mutex
	seen View

	sending sync.WaitGroup
	stop    chan struct{}
}

// View is what a member got so far.
type View struct {
	Packets map[string]int    `json:"got"`    // with something in them, by "identity audio" or "identity video"
	Widths  map[string]uint16 `json:"widths"` // of the last picture, by identity
	Data    []string          `json:"data"`   // "identity text"
	Events  []string          `json:"events"` // reconnecting, reconnected, "disconnected: why"
}

// Enter joins a room, with one PeerConnection or with two.
func Enter(url, token string, single bool) (*Member, error) {
	m := &Member{stop: make(chan struct{})}
	m.seen = View{Packets: map[string]int{}, Widths: map[string]uint16{}, Data: []string{}, Events: []string{}} // no null in JSON
	var options []lksdk.ConnectOption
	if single {
		options = append(options, lksdk.WithSinglePeerConnection())
	}
	var err error
	if m.Room, err = lksdk.ConnectToRoomWithToken(url, token, m.callback(), options...); err != nil {
		return nil, fmt.Errorf("joining: %w", err)
	}
	return m, nil
}

func (m *Member) callback() *lksdk.RoomCallback {
	note := func(what string) func() { return func() { m.note(what) } }
	return &lksdk.RoomCallback{
		OnReconnecting: note("reconnecting"), OnReconnected: note("reconnected"),
		OnDisconnectedWithReason: func(why lksdk.DisconnectionReason) { m.note("disconnected: " + string(why)) },
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackSubscribed: func(track *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, from *lksdk.RemoteParticipant) {
				go m.receive(track, from.Identity())
			},
			OnDataPacket: func(d lksdk.DataPacket, from lksdk.DataReceiveParams) {
				if u, ok := d.(*lksdk.UserDataPacket); ok {
					m.change(func(v *View) { v.Data = append(v.Data, from.SenderIdentity+" "+string(u.Payload)) })
				}
			},
		},
	}
}

func (m *Member) change(do func(*View)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do(&m.seen)
}

func (m *Member) note(what string) {
	m.change(func(v *View) { v.Events = append(v.Events, what) })
}

// Look gives what came so far.
func (m *Member) Look() View {
	m.mu.Lock()
	defer m.mu.Unlock()
	return View{maps.Clone(m.seen.Packets), maps.Clone(m.seen.Widths), slices.Clone(m.seen.Data), slices.Clone(m.seen.Events)}
}

// Forget empties the list of events.
func (m *Member) Forget() {
	m.change(func(v *View) { v.Events = []string{} })
}

// receive counts the packets of a track until it ends.
func (m *Member) receive(track *webrtc.TrackRemote, from string) {
	what := from + " " + track.Kind().String()
	for {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		if len(packet.Payload) == 0 {
			continue
		}
		m.change(func(v *View) {
			v.Packets[what]++
			if width := widthOf(packet.Payload); track.Kind() == webrtc.RTPCodecTypeVideo && width > 0 {
				v.Widths[from] = width
			}
		})
	}
}

// Say sends a text to everybody.
func (m *Member) Say(text string, reliable bool) error {
	return m.Room.LocalParticipant.PublishDataPacket(lksdk.UserData([]byte(text)), lksdk.WithDataPublishReliable(reliable))
}

// Wave has the server hear something by signalling and changes nothing. This SDK sends no pings, and in a meeting who is
// silent there is soon not forwarded.
func (m *Member) Wave() {
	m.Room.LocalParticipant.SetSubscriptionPermission(&livekit.SubscriptionPermission{AllParticipants: true})
}

// Choose asks for one layer of somebody's camera.
func (m *Member) Choose(identity string, quality livekit.VideoQuality) error {
	if from := m.Room.GetParticipantByIdentity(identity); from != nil {
		if camera, ok := from.GetTrackPublication(livekit.TrackSource_CAMERA).(*lksdk.RemoteTrackPublication); ok {
			return camera.SetVideoQuality(quality)
		}
	}
	return fmt.Errorf("there is no camera of %s", identity)
}

// Publish sends tone and picture from now on. It may be called again when the tracks are gone.
func (m *Member) Publish() error {
	if err := m.PublishMicrophone(); err != nil {
		return err
	}
	return m.PublishCamera()
}

// Leave goes and waits until nothing is sent any more.
func (m *Member) Leave() {
	m.Room.Disconnect()
	close(m.stop)
	m.sending.Wait()
}

// every calls back at an interval until the member leaves.
func (m *Member) every(interval time.Duration, do func()) {
	m.sending.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				do()
			case <-m.stop:
				return
			}
		}
	})
}
