package interop

import (
	"encoding/binary"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
)

// member is a client of the SDK in a room, and what it got.
type member struct {
	t    *testing.T
	room *lksdk.Room

	mu       sync.Mutex
	packets  map[string]int // by "identity kind"
	data     []string
	happened []string
}

// modes are the ways in which the SDK connects; the first is its own choice.
var modes = map[string][]lksdk.ConnectOption{"dual": nil, "single": {lksdk.WithSinglePeerConnection()}}

func ticket(t *testing.T, room, identity string) string {
	t.Helper()
	token, err := auth.NewAccessToken(key, secret).SetIdentity(identity).SetValidFor(time.Hour).
		SetVideoGrant(&auth.VideoGrant{RoomJoin: true, Room: room}).ToJWT()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func enter(t *testing.T, s *server, room, identity string, options ...lksdk.ConnectOption) *member {
	t.Helper()
	m := &member{t: t, packets: map[string]int{}}
	note := func(what string) func() { return func() { m.note(what) } }
	callback := &lksdk.RoomCallback{
		OnReconnecting: note("reconnecting"), OnReconnected: note("reconnected"), OnDisconnected: note("disconnected"),
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackSubscribed: func(track *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, from *lksdk.RemoteParticipant) {
				go m.receive(track, from.Identity()+" "+track.Kind().String())
			},
			OnDataPacket: func(d lksdk.DataPacket, from lksdk.DataReceiveParams) {
				if u, ok := d.(*lksdk.UserDataPacket); ok {
					m.mu.Lock()
					defer m.mu.Unlock()
					m.data = append(m.data, from.SenderIdentity+" "+string(u.Payload))
				}
			},
		},
	}
	// With one PeerConnection the SDK reads on before it has set its own offer: an answer that comes at once may be too
	// early for it. Then it is given another chance.
	var err error
	for range 1 + len(options) {
		m.room, err = lksdk.ConnectToRoomWithToken(s.url, ticket(t, room, identity), callback, options...)
		if err == nil {
			t.Cleanup(m.room.Disconnect)
			return m
		}
	}
	t.Fatal(err)
	return m
}

func (m *member) note(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.happened = append(m.happened, what)
}

func (m *member) receive(track *webrtc.TrackRemote, what string) {
	for {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		m.mu.Lock()
		if len(packet.Payload) > 0 {
			m.packets[what]++
		}
		m.mu.Unlock()
	}
}

// gets waits until more of a track comes than what came so far.
func (m *member) gets(what string) {
	m.t.Helper()
	count := func() int {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.packets[what]
	}
	before := count()
	until(m.t, "packets of "+what, func() bool { return count() >= before+10 })
}

func (m *member) told(what string) {
	m.t.Helper()
	until(m.t, what, func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return slices.Contains(m.happened, what)
	})
}

// publish sends sound or pictures until the test ends.
func (m *member) publish(mime string, every time.Duration) *lksdk.LocalTrackPublication {
	m.t.Helper()
	track, err := lksdk.NewLocalSampleTrack(webrtc.RTPCodecCapability{MimeType: mime})
	if err != nil {
		m.t.Fatal(err)
	}
	o := &lksdk.TrackPublicationOptions{Source: livekit.TrackSource_MICROPHONE}
	frame := func(int) []byte { return []byte{0xf8, 0xff, 0xfe} }
	if mime == webrtc.MimeTypeVP8 {
		o = &lksdk.TrackPublicationOptions{Source: livekit.TrackSource_CAMERA, VideoWidth: 640, VideoHeight: 360}
		frame = picture
	}
	p, err := m.room.LocalParticipant.PublishTrack(track, o)
	if err != nil {
		m.t.Fatal(err)
	}
	var sending sync.WaitGroup
	stop := make(chan struct{})
	m.t.Cleanup(func() { close(stop); sending.Wait() })
	sending.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for n := 0; ; n++ {
			select {
			case <-ticker.C:
				_ = track.WriteSample(media.Sample{Data: frame(n), Duration: every}, nil)
			case <-stop:
				return
			}
		}
	})
	return p
}

// picture is one of VP8, as far as a server looks into it; every tenth is a key frame (RFC 6386 section 9.1).
func picture(n int) []byte {
	frame := make([]byte, 800)
	if n%10 != 0 {
		frame[0] = 0x11
		return frame
	}
	frame[0] = 0x10
	copy(frame[3:], []byte{0x9d, 0x01, 0x2a})
	binary.LittleEndian.PutUint16(frame[6:], 640)
	binary.LittleEndian.PutUint16(frame[8:], 360)
	return frame
}

func (m *member) says(text string, reliable bool, to ...*member) {
	m.t.Helper()
	if err := m.room.LocalParticipant.PublishDataPacket(lksdk.UserData([]byte(text)), lksdk.WithDataPublishReliable(reliable)); err != nil {
		m.t.Fatal(err)
	}
	for _, other := range to {
		until(m.t, text, func() bool {
			other.mu.Lock()
			defer other.mu.Unlock()
			return slices.Contains(other.data, m.room.LocalParticipant.Identity()+" "+text)
		})
	}
}

// TestClientsMeet has clients of the SDK in each pair of modes see, hear and write to each other, mute, resume and leave.
func TestClientsMeet(t *testing.T) {
	for _, first := range slices.Sorted(maps.Keys(modes)) {
		for _, second := range slices.Sorted(maps.Keys(modes)) {
			t.Run(first+" and "+second, func(t *testing.T) {
				s := start(t)
				ada, bob := enter(t, s, "hall", "ada", modes[first]...), enter(t, s, "hall", "bob", modes[second]...)
				microphone := ada.publish(webrtc.MimeTypeOpus, 20*time.Millisecond)
				ada.publish(webrtc.MimeTypeVP8, 40*time.Millisecond)
				bob.publish(webrtc.MimeTypeOpus, 20*time.Millisecond)
				bob.publish(webrtc.MimeTypeVP8, 40*time.Millisecond)
				meet := func() {
					t.Helper()
					ada.gets("bob audio")
					ada.gets("bob video")
					bob.gets("ada audio")
					bob.gets("ada video")
				}
				meet()
				ada.says("reliable", true, bob)
				bob.says("lossy", false, ada)

				microphone.SetMuted(true)
				until(t, "the news that ada is muted", func() bool {
					p, ok := bob.room.GetParticipantByIdentity("ada").GetTrackPublication(livekit.TrackSource_MICROPHONE).(*lksdk.RemoteTrackPublication)
					return ok && p.IsMuted()
				})
				microphone.SetMuted(false)
				bob.gets("ada audio")

				sid := ada.room.LocalParticipant.SID()
				for i, one := range []*member{ada, bob} {
					one.room.Simulate(lksdk.SimulateSignalReconnect)
					one.told("reconnected")
					meet()
					one.says("after "+first+second+string(rune('0'+i)), true, []*member{bob, ada}[i])
				}
				if now := ada.room.LocalParticipant.SID(); now != sid {
					t.Errorf("ada was %s and is %s", sid, now)
				}

				bob.room.Disconnect()
				until(t, "bob to be gone", func() bool { return ada.room.GetParticipantByIdentity("bob") == nil })
			})
		}
	}
}

// TestLateClientSees joins a room in which somebody publishes several tracks.
func TestLateClientSees(t *testing.T) {
	s := start(t)
	ada := enter(t, s, "hall", "ada")
	for range 5 {
		ada.publish(webrtc.MimeTypeVP8, 40*time.Millisecond)
	}
	bob := enter(t, s, "hall", "bob")
	bob.gets("ada video")
	until(t, "five tracks", func() bool {
		n := 0
		for _, p := range bob.room.GetParticipantByIdentity("ada").TrackPublications() {
			if p.(*lksdk.RemoteTrackPublication).IsSubscribed() {
				n++
			}
		}
		return n == 5
	})
}
