package testkit

import (
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// form is what one encoding of a track looks like.
type form struct {
	rid           string
	width, height uint16
	bytes         int // of a frame; key frames have twice as many
}

func (o TrackOptions) forms() []form {
	switch {
	case o.kind() == webrtc.RTPCodecTypeAudio:
		return []form{{}}
	case o.Simulcast:
		return []form{{"q", 320, 180, 400}, {"h", 640, 360, 1500}, {"f", 1280, 720, 4000}}
	}
	return []form{{"", 640, 360, 1500}}
}

// mostPayload keeps packets below the sizes that networks carry, bytes.
const mostPayload = 1100

// encoding is one RTP stream of a published track. Its sending belongs to the goroutine that ticks the publication.
type encoding struct {
	publication *Publication
	form        form
	layer       uint8
	track       *webrtc.TrackLocalStaticRTP
	sequence    uint16
	keyframe    chan struct{} // holds a token when the next frame must be a key frame
}

func newEncoding(t *Publication, f form) (*encoding, error) {
	codec, options := vp8, []func(*webrtc.TrackLocalStaticRTP){}
	if t.opts.kind() == webrtc.RTPCodecTypeAudio {
		codec = opus
		if t.participant.opts.RED {
			codec = red
		}
	} else if t.opts.VP9 {
		codec = vp9
	}
	if f.rid != "" {
		options = append(options, webrtc.WithRTPStreamID(f.rid))
	}
	track, err := webrtc.NewTrackLocalStaticRTP(codec, t.cid, "stream", options...)
	if err != nil {
		return nil, err
	}
	e := &encoding{publication: t, form: f, layer: uint8(len(t.encodings)), track: track, keyframe: make(chan struct{}, 1)}
	e.keyframe <- struct{}{}
	return e, nil
}

// send sends one frame and gives the number of packets.
func (e *encoding) send(number uint32, level uint8) int {
	content := Content{Mark: e.publication.opts.Mark, Number: number, Layer: e.layer}
	if e.publication.opts.kind() == webrtc.RTPCodecTypeAudio {
		const ticks = 960 // 20 ms of 48 kHz
		payload := opusPacket(content)
		if e.publication.participant.opts.RED {
			content.Number--
			payload = redPacket(opusPacket(content), payload)
		}
		e.write(rtp.Header{Timestamp: number * ticks, Marker: number == 1}, payload, level)
		return 1
	}
	size := e.form.bytes
	select {
	case <-e.keyframe:
		content.Key = true
		size *= 2
	default:
	}
	const ticks = 4500 // 50 ms of 90 kHz
	payloads := e.packets(content, size)
	for i, payload := range payloads {
		e.write(rtp.Header{Timestamp: number * ticks, Marker: i == len(payloads)-1}, payload, level)
	}
	return len(payloads)
}

// packets gives the payloads of a picture.
func (e *encoding) packets(c Content, size int) [][]byte {
	picture := uint16(c.Number) & 0x7fff
	if e.publication.opts.VP9 {
		return vp9Packets(c, size, picture, mostPayload)
	}
	return vp8Packets(vp8Frame(c, e.form.width, e.form.height, size), picture, uint8(c.Number), mostPayload)
}

func (e *encoding) write(header rtp.Header, payload []byte, level uint8) {
	e.sequence++
	header.Version, header.SequenceNumber = 2, e.sequence
	packet := &rtp.Packet{Header: header, Payload: payload}
	for _, x := range e.publication.sender.GetParameters().HeaderExtensions {
		switch x.URI {
		case extensionMID:
			_ = packet.SetExtension(uint8(x.ID), []byte(e.publication.transceiver.Mid()))
		case extensionRID:
			if e.form.rid != "" {
				_ = packet.SetExtension(uint8(x.ID), []byte(e.form.rid))
			}
		case extensionLevel:
			voice := byte(0x80)
			if level == 127 {
				voice = 0
			}
			_ = packet.SetExtension(uint8(x.ID), []byte{voice | level})
		}
	}
	_ = e.track.WriteRTP(packet) // fails only when the participant ends
}

// listen counts and obeys requests for key frames until the track ends.
func (e *encoding) listen() {
	for {
		packets, err := e.read()
		if err != nil {
			return
		}
		for _, p := range packets {
			switch p.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				e.publication.participant.change(func(*View) { e.publication.plis++ })
				select {
				case e.keyframe <- struct{}{}:
				default:
				}
			}
		}
	}
}

func (e *encoding) read() ([]rtcp.Packet, error) {
	if e.form.rid == "" {
		packets, _, err := e.publication.sender.ReadRTCP()
		return packets, err
	}
	packets, _, err := e.publication.sender.ReadSimulcastRTCP(e.form.rid)
	return packets, err
}
