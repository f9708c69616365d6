package load

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"konklave/internal/signal/lkpb"
)

// The media that clients send: what a camera of 2.5 Mbit/s and a microphone look like.
const (
	PictureRate    = 30   // a second
	PicturePackets = 9    // of one picture
	PictureBytes   = 1150 // payload of each
	SoundRate      = 50   // packets a second
	SoundBytes     = 80
)

// track is what a client publishes.
type track struct {
	kind     kind
	cid      string
	ssrc     uint32
	mid      string // once offered
	offered  bool
	spread   time.Duration
	accepted sync.Once
	begin    chan struct{} // closed by the answer that accepts the track
	keyframe atomic.Bool   // the next picture must be one
	sent     atomic.Uint64
	octets   atomic.Uint64
	stamp    atomic.Uint32 // RTP time of the last packet
}

func newTracks(opts Options) (list []*track) {
	add := func(k kind) {
		t := &track{kind: k, cid: crand.Text(), ssrc: random32(), spread: opts.Spread, begin: make(chan struct{})}
		t.keyframe.Store(true)
		list = append(list, t)
	}
	if opts.Audio {
		add(audio)
	}
	if opts.Video {
		add(video)
	}
	return list
}

func (t *track) announcement() *lkpb.SignalRequest {
	r := &lkpb.AddTrackRequest{Cid: t.cid, Name: "track", Source: lkpb.TrackSource_MICROPHONE, Type: lkpb.TrackType_AUDIO}
	if t.kind == video {
		layers := []*lkpb.VideoLayer{{Quality: lkpb.VideoQuality_HIGH, Width: 1280, Height: 720, Bitrate: 2_500_000}}
		r.Source, r.Type, r.Width, r.Height, r.Layers = lkpb.TrackSource_CAMERA, lkpb.TrackType_VIDEO, 1280, 720, layers
		r.SimulcastCodecs = []*lkpb.SimulcastCodec{{Codec: "vp8", Cid: t.cid, Layers: layers}}
	}
	return &lkpb.SignalRequest{Message: &lkpb.SignalRequest_AddTrack{AddTrack: r}}
}

// send publishes the track until the end.
func (c *Client) send(ctx context.Context, p *path, t *track) {
	select {
	case <-t.begin:
	case <-ctx.Done():
		return
	}
	interval := time.Second / SoundRate
	if t.kind == video {
		interval = time.Second / PictureRate
	}
	o := outgoing{client: c, path: p, track: t, sequence: uint16(rand.Uint32()), stamp: rand.Uint32()}
	time.Sleep(rand.N(interval)) // cameras do not beat in time
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if t.kind == audio {
			o.audio()
		} else {
			o.video()
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// outgoing is the state of a track that is being sent.
type outgoing struct {
	client   *Client
	path     *path
	track    *track
	sequence uint16
	stamp    uint32
	picture  uint16
	payload  [PictureBytes]byte
}

func (o *outgoing) audio() {
	const ticks = 48000 / SoundRate
	o.stamp += ticks
	o.payload[0] = 0x78 // TOC of Opus, 20 ms (RFC 6716 section 3.1)
	voice := byte(0x80 | 20)
	o.write(payloadOpus, false, o.payload[:SoundBytes], rtpExtension{extensionLevel, []byte{voice}})
}

// video sends one picture with the descriptor of libwebrtc: picture id of 15 bits, TL0PICIDX, temporal layer 0
// (RFC 7741 section 4.2), and the frame header where one is due.
func (o *outgoing) video() {
	const ticks = 90000 / PictureRate
	o.stamp += ticks
	o.picture = (o.picture + 1) & 0x7fff
	key := o.track.keyframe.Swap(false)
	b := o.payload[:]
	for i := range PicturePackets {
		copy(b, []byte{0x80, 0xe0, 0x80 | byte(o.picture>>8), byte(o.picture), byte(o.picture), 0})
		if i == 0 {
			b[0] |= 0x10 // S
			copy(b[6:], []byte{0x11, 0, 0})
			if key {
				copy(b[6:], []byte{0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02}) // 1280x720
			}
		}
		o.write(payloadVP8, i == PicturePackets-1, b)
		if o.track.spread > 0 {
			time.Sleep(o.track.spread)
		}
	}
}

type rtpExtension struct {
	id    uint8
	value []byte
}

// write seals one packet and sends it. Its last eight bytes say when.
func (o *outgoing) write(payloadType uint8, marker bool, payload []byte, extensions ...rtpExtension) {
	c, t := o.client, o.track
	o.sequence++
	binary.BigEndian.PutUint64(payload[len(payload)-8:], uint64(time.Since(c.opts.Begin)))
	packet := rtp.Packet{Payload: payload, Header: rtp.Header{
		Version: 2, Marker: marker, PayloadType: payloadType, SequenceNumber: o.sequence, Timestamp: o.stamp, SSRC: t.ssrc,
	}}
	_ = packet.SetExtension(extensionMID, []byte(t.mid))
	for _, x := range extensions {
		_ = packet.SetExtension(x.id, x.value)
	}
	plain, err := packet.Marshal()
	if err != nil {
		c.fail(err)
		return
	}
	t.sent.Add(1)
	t.octets.Add(uint64(len(payload)))
	t.stamp.Store(o.stamp)
	c.seal(o.path, plain, false)
}

// seal seals a packet and sends it.
func (c *Client) seal(p *path, plain []byte, isRTCP bool) {
	k := c.secure.keys.Load()
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	var sealed []byte
	var err error
	if isRTCP {
		sealed, err = k.seal.EncryptRTCP(nil, plain, nil)
	} else {
		sealed, err = k.seal.EncryptRTP(nil, plain, nil)
	}
	if err != nil {
		c.fail(fmt.Errorf("sealing a packet: %w", err))
		return
	}
	_, _ = c.udp.WriteToUDPAddrPort(sealed, p.server) // fails only when the client ends
}

// report sends what receivers and senders report once a second.
func (c *Client) report(p *path) {
	sender := c.reporter // one for ever: servers keep state for each SSRC they see
	var receiver rtcp.ReceiverReport
	receiver.SSRC = sender
	c.count.mu.Lock()
	for ssrc, s := range c.count.streams {
		if len(receiver.Reports) < 31 {
			receiver.Reports = append(receiver.Reports, rtcp.ReceptionReport{SSRC: ssrc, LastSequenceNumber: uint32(s.highest)})
		}
	}
	c.count.mu.Unlock()
	packets := []rtcp.Packet{&receiver, rtcp.NewCNAMESourceDescription(sender, "load")}
	if data, err := rtcp.Marshal(packets); err == nil && len(receiver.Reports) > 0 {
		c.seal(p, data, true)
	}
	for _, t := range c.tracks {
		if t.sent.Load() == 0 {
			continue
		}
		data, err := rtcp.Marshal([]rtcp.Packet{&rtcp.SenderReport{
			SSRC: t.ssrc, NTPTime: ntp(time.Now()), RTPTime: t.stamp.Load(),
			PacketCount: uint32(t.sent.Load()), OctetCount: uint32(t.octets.Load()),
		}, rtcp.NewCNAMESourceDescription(t.ssrc, "load")})
		if err == nil {
			c.seal(p, data, true)
		}
	}
}

// ntp is a moment as RTCP writes it (RFC 3550 section 4).
func ntp(t time.Time) uint64 {
	const since1900 = 2208988800
	return uint64(t.Unix()+since1900)<<32 | uint64(t.Nanosecond())<<32/1_000_000_000
}

// Sent is how many packets of media the client has sent.
func (c *Client) Sent() (packets uint64) {
	for _, t := range c.tracks {
		packets += t.sent.Load()
	}
	return packets
}
