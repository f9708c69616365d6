package load

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// send publishes the track until the end.
func (c *Client) send(ctx context.Context, p *path, t *track) {
	select {
	case <-t.begin:
	case <-ctx.Done():
		return
	}
	if t.muted {
		return
	}
	var running sync.WaitGroup
	defer running.Wait()
	if r := c.opts.Recording; t.kind == video && r != nil {
		running.Go(func() { c.replay(ctx, p, t, r) })
		return
	}
	for _, e := range t.encodings {
		o := newOutgoing(c, p, t, e)
		interval, next := time.Second/soundRate, o.audio
		if t.kind == video {
			interval, next = time.Second/time.Duration(e.layer.Rate), o.video
		}
		running.Go(func() { c.beat(ctx, interval, next) })
	}
}

// beat does something again and again, unless publishers are held. Who is late catches up as far as a tenth of a second.
func (c *Client) beat(ctx context.Context, interval time.Duration, do func()) {
	due := time.Now().Add(rand.N(interval)) // cameras do not beat in time
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		step := interval
		if c.opts.Pace != nil {
			step = c.opts.Pace.interval(interval)
		}
		if c.opts.Pace == nil || !c.opts.Pace.held.Load() {
			do()
		}
		if due = due.Add(step); time.Since(due) > time.Second/10 {
			due = time.Now()
		}
		timer.Reset(time.Until(due))
	}
}

// outgoing is the state of a stream that is being sent. One goroutine has it.
type outgoing struct {
	client   *Client
	path     *path
	track    *track
	encoding *encoding
	sequence uint16
	stamp    uint32
	picture  uint16
	packet   []byte // in the clear
	sealed   []byte
	header   rtp.Header
}

func newOutgoing(c *Client, p *path, t *track, e *encoding) *outgoing {
	return &outgoing{client: c, path: p, track: t, encoding: e, sequence: uint16(rand.Uint32()), stamp: rand.Uint32(),
		packet: make([]byte, 0, 2048), sealed: make([]byte, 0, 2048)}
}

func (o *outgoing) audio() {
	o.stamp += 48000 / soundRate
	o.begin(o.client.payloads.audio, false)
	o.extend(extensionLevel, []byte{0x80 | o.client.opts.level()}) // voice
	payload := o.body(soundBytes)
	payload[0] = 0x78 // TOC of Opus, 20 ms (RFC 6716 section 3.1)
	o.end(payload)
}

// video sends one picture.
func (o *outgoing) video() {
	l := &o.encoding.layer
	o.stamp += 90000 / uint32(l.Rate)
	packets := l.Packets
	if l.KeyEvery > 0 && int(o.picture)%l.KeyEvery == 0 {
		o.encoding.keyframe.Store(true)
	}
	if l.KeyPackets > 0 && o.encoding.keyframe.Load() {
		packets = l.KeyPackets
	}
	for i := range packets {
		o.begin(o.client.payloads.video, i == packets-1)
		payload := o.body(l.Bytes)
		o.describe(payload, i == 0)
		o.end(payload)
		if o.track.spread > 0 {
			time.Sleep(o.track.spread)
		}
	}
}

// describe writes the descriptor of libwebrtc: picture id of 15 bits, TL0PICIDX, temporal layer 0 (RFC 7741 section
// 4.2), and at the beginning of a picture the frame header, that of a key frame where one is due.
func (o *outgoing) describe(b []byte, first bool) {
	if first {
		o.picture = (o.picture + 1) & 0x7fff
	}
	copy(b, []byte{0x80, 0xe0, 0x80 | byte(o.picture>>8), byte(o.picture), byte(o.picture), 0})
	if !first {
		return
	}
	b[0] |= 0x10 // S
	copy(b[6:], []byte{0x11, 0, 0})
	if o.encoding.keyframe.Swap(false) {
		w, h := uint16(o.encoding.layer.Width), uint16(o.encoding.layer.Height)
		copy(b[6:], []byte{0x10, 0, 0, 0x9d, 0x01, 0x2a, byte(w), byte(w >> 8), byte(h), byte(h >> 8)})
	}
}

// known is after how many packets a server has reported of a stream.
const known = 100

// begin starts a packet: its header, with the extensions that all have.
func (o *outgoing) begin(payloadType uint8, marker bool) {
	if marker {
		payloadType |= 0x80
	}
	o.sequence++
	b := append(o.packet[:0], 0x90, payloadType)
	b = binary.BigEndian.AppendUint16(b, o.sequence)
	b = binary.BigEndian.AppendUint32(b, o.stamp)
	b = binary.BigEndian.AppendUint32(b, o.encoding.ssrc)
	o.packet = append(b, 0xbe, 0xde, 0, 0)
	if o.client.opts.Feedback && o.track.kind == video { // first, where end finds it
		o.extend(extensionTransport, []byte{0, 0})
	}
	if o.client.opts.Recording != nil && o.encoding.sent.Load() > known {
		return // browsers leave off to say whose stream it is once the server reports of it
	}
	o.extend(extensionMID, []byte(o.track.mid))
	if o.encoding.rid != "" {
		o.extend(extensionRID, []byte(o.encoding.rid))
	}
}

func (o *outgoing) extend(id uint8, value []byte) {
	o.packet = append(append(o.packet, id<<4|uint8(len(value)-1)), value...)
}

// body ends the extensions and gives the payload to fill.
func (o *outgoing) body(size int) []byte {
	for len(o.packet)%4 != 0 {
		o.packet = append(o.packet, 0)
	}
	binary.BigEndian.PutUint16(o.packet[14:], uint16(len(o.packet)/4-4))
	at := len(o.packet)
	o.packet = o.packet[:at+max(size, leastSize)]
	return o.packet[at:]
}

// end says in the payload whose it is and when it leaves, seals the packet and sends it, unless it is to get lost.
func (o *outgoing) end(payload []byte) {
	c, e := o.client, o.encoding
	writeTail(payload, e.origin, uint8(o.sequence), time.Since(c.opts.Begin))
	e.sent.Add(1)
	e.octets.Add(uint64(len(payload)))
	e.stamp.Store(o.stamp)
	if e.history != nil {
		e.history.keep(o.sequence, o.packet)
	}
	k := c.secure.keys.Load()
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	if o.packet[16] == extensionTransport<<4|1 {
		k.transport++
		binary.BigEndian.PutUint16(o.packet[17:], k.transport)
	}
	if e.history != nil && rand.Float64() < c.opts.Loss {
		return
	}
	sealed, err := k.Seal.EncryptRTP(o.sealed[:0], o.packet, &o.header)
	if err != nil {
		c.fail(fmt.Errorf("sealing a packet: %w", err))
		return
	}
	_ = c.udp.send(sealed, o.path.server) // fails only when the client ends
}

// seal seals a packet and sends it.
func (c *Client) seal(p *path, plain []byte, isRTCP bool) {
	k := c.secure.keys.Load()
	if k == nil {
		return
	}
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	var sealed []byte
	var err error
	if isRTCP {
		sealed, err = k.Seal.EncryptRTCP(nil, plain, nil)
	} else {
		sealed, err = k.Seal.EncryptRTP(nil, plain, nil)
	}
	if err != nil {
		c.fail(fmt.Errorf("sealing a packet: %w", err))
		return
	}
	_ = c.udp.send(sealed, p.server) // fails only when the client ends
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
		for _, e := range t.encodings {
			if e.sent.Load() > 0 {
				c.reportStream(p, e)
			}
		}
	}
}

func (c *Client) reportStream(p *path, e *encoding) {
	data, err := rtcp.Marshal([]rtcp.Packet{&rtcp.SenderReport{
		SSRC: e.ssrc, NTPTime: ntp(time.Now()), RTPTime: e.stamp.Load(),
		PacketCount: uint32(e.sent.Load()), OctetCount: uint32(e.octets.Load()),
	}, rtcp.NewCNAMESourceDescription(e.ssrc, "load")})
	if err == nil {
		c.seal(p, data, true)
	}
}

// ntp is a moment as RTCP writes it (RFC 3550 section 4).
func ntp(t time.Time) uint64 {
	const since1900 = 2208988800
	return uint64(t.Unix()+since1900)<<32 | uint64(t.Nanosecond())<<32/1_000_000_000
}
