package testkit

import (
	"strings"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"konklave/internal/signal/lkpb"
)

// Received counts what came of one track.
type Received struct {
	Kind      string // audio or video
	MID       string
	Packets   int
	Padding   int // packets without content
	Frames    int // whole and with right content
	Broken    int // whole and with wrong content
	Keyframes int
	Skipped   int // numbers left out between one frame and the next
	Layers    map[uint8]int
	Codec     string // of the last whole picture, vp8 or vp9, or sound, opus or red
	Last      Content
	At        time.Time // when the last packet came
}

// onTrack reads a track until it ends. pion calls it when the first packet is there.
func (p *Participant) onTrack(pc *webrtc.PeerConnection, track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	mid := ""
	for _, t := range pc.GetTransceivers() {
		if t.Receiver() == receiver {
			mid = t.Mid()
		}
	}
	p.running.Go(func() {
		for {
			if _, _, err := receiver.ReadRTCP(); err != nil { // what is not read is not handled by interceptors
				return
			}
		}
	})
	p.running.Go(func() {
		var frames assembler
		for {
			packet, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			p.record(mid, track.Kind().String(), packet, &frames)
		}
	})
}

func (p *Participant) record(mid, kind string, packet *rtp.Packet, frames *assembler) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.wakeLocked()
	sid := p.mids[mid]
	r := p.view.Received[sid]
	if r == nil {
		r = &Received{Kind: kind, MID: mid, Layers: map[uint8]int{}}
		p.view.Received[sid] = r
	}
	r.Packets++
	r.At = time.Now()
	if len(packet.Payload) == 0 {
		r.Padding++
		return
	}
	if kind == "audio" {
		r.hear(packet)
		return
	}
	frame := frames.add(packet)
	switch {
	case frame == nil:
	case packet.PayloadType == payloadVP9:
		r.Codec = "vp9"
		r.count(parseContent(frame))
	default:
		r.Codec = "vp8"
		r.count(parseVP8(frame))
	}
}

// hear takes a packet of sound.
func (r *Received) hear(p *rtp.Packet) {
	if p.PayloadType != payloadRED && p.PayloadType != offeredRED {
		r.Codec = "opus"
		r.count(parseOpus(p.Payload))
		return
	}
	r.Codec = "red"
	before, own := parseRED(p.Payload)
	earlier, repeated := parseOpus(before)
	c, ok := parseOpus(own)
	r.count(c, ok && repeated && earlier.Number == c.Number-1)
}

func (r *Received) count(c Content, ok bool) {
	if !ok {
		r.Broken++
		return
	}
	if r.Frames > 0 && c.Number > r.Last.Number {
		r.Skipped += int(c.Number - r.Last.Number - 1)
	}
	r.Frames++
	if c.Key {
		r.Keyframes++
	}
	r.Layers[c.Layer]++
	r.Last = c
}

// Subscribe asks for a track, or asks for it no longer.
func (p *Participant) Subscribe(track string, subscribe bool) error {
	return p.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Subscription{
		Subscription: &lkpb.UpdateSubscription{TrackSids: []string{track}, Subscribe: subscribe},
	}})
}

// Watch says in which form a video track is wanted: not at all when quality is OFF.
func (p *Participant) Watch(track string, quality lkpb.VideoQuality) error {
	return p.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_TrackSetting{TrackSetting: &lkpb.UpdateTrackSettings{
		TrackSids: []string{track}, Disabled: quality == lkpb.VideoQuality_OFF, Quality: quality,
	}}})
}

// Path is the way that received media take, protocol and address of the server: "udp 127.0.0.1". It is empty before they do.
func (p *Participant) Path() string {
	pc := p.pc
	if p.receiver != nil {
		pc = p.receiver
	}
	pair, err := pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair == nil {
		return ""
	}
	return strings.Join([]string{pair.Local.Protocol.String(), pair.Remote.Address}, " ")
}
