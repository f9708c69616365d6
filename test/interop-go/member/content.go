package member

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"
)

// What is sent: 20 ms of a tone, and a key frame of one colour in each size, as Chromium's encoders made them.
var (
	//go:embed content/tone.opus
	tone []byte
	//go:embed content/320x180.vp8
	low []byte
	//go:embed content/640x360.vp8
	medium []byte
	//go:embed content/1280x720.vp8
	high []byte
)

const (
	soundInterval   = 20 * time.Millisecond
	pictureInterval = 66 * time.Millisecond
)

var layers = []struct {
	quality       livekit.VideoQuality
	width, height uint32
	picture       []byte
}{
	{livekit.VideoQuality_LOW, 320, 180, low},
	{livekit.VideoQuality_MEDIUM, 640, 360, medium},
	{livekit.VideoQuality_HIGH, 1280, 720, high},
}

var cameras atomic.Int64

// PublishMicrophone sends the tone.
func (m *Member) PublishMicrophone() error {
	track, err := lksdk.NewLocalSampleTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus})
	if err != nil {
		return fmt.Errorf("making a microphone: %w", err)
	}
	options := &lksdk.TrackPublicationOptions{Name: "microphone", Source: livekit.TrackSource_MICROPHONE}
	if m.Microphone, err = m.Room.LocalParticipant.PublishTrack(track, options); err != nil {
		return fmt.Errorf("publishing a microphone: %w", err)
	}
	m.send(track, tone, soundInterval)
	return nil
}

// PublishCamera sends the picture in three layers.
func (m *Member) PublishCamera() error {
	name := fmt.Sprintf("camera-%d", cameras.Add(1)) // tells its layers from those of other cameras
	var tracks []*lksdk.LocalTrack
	for _, l := range layers {
		layer := &livekit.VideoLayer{Quality: l.quality, Width: l.width, Height: l.height}
		track, err := lksdk.NewLocalSampleTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, lksdk.WithSimulcast(name, layer))
		if err != nil {
			return fmt.Errorf("making a camera: %w", err)
		}
		tracks = append(tracks, track)
	}
	options := &lksdk.TrackPublicationOptions{Name: "camera", Source: livekit.TrackSource_CAMERA, VideoWidth: 1280, VideoHeight: 720}
	var err error
	if m.Camera, err = m.Room.LocalParticipant.PublishSimulcastTrack(tracks, options); err != nil {
		return fmt.Errorf("publishing a camera: %w", err)
	}
	for i, l := range layers {
		m.send(tracks[i], l.picture, pictureInterval)
	}
	return nil
}

// send writes the same sample again and again. What the SDK does not take, because there is no connection or nobody
// watches the layer, is lost, as a picture of a camera would be.
func (m *Member) send(track *lksdk.LocalTrack, sample []byte, interval time.Duration) {
	m.every(interval, func() {
		_ = track.WriteSample(media.Sample{Data: sample, Duration: interval}, nil)
	})
}

// widthOf gives the width that a packet of VP8 says, 0 when no key frame begins there (RFC 7741 section 4.2, RFC 6386
// section 9.1).
func widthOf(payload []byte) uint16 {
	var packet codecs.VP8Packet
	frame, err := packet.Unmarshal(payload)
	if err != nil || packet.S != 1 || packet.PID != 0 || len(frame) < 10 || frame[0]&1 != 0 {
		return 0
	}
	return binary.LittleEndian.Uint16(frame[6:]) & 0x3fff
}
