package load

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// receptions is what came out of a client's socket.
type receptions struct {
	mu        sync.Mutex
	packets   uint64 // of media, first transmissions
	bytes     uint64 // of them, sealed
	repaired  uint64 // retransmissions
	lost      uint64 // that were thrown away on purpose
	checked   uint64 // payloads
	streams   map[uint32]*stream
	last      *stream // trains are of one stream
	latencies Latencies
	sampling  bool
	only      []uint32 // SSRCs that are counted; nil counts all
	header    rtp.Header
	chance    *rand.Rand
	arrivals  *arrivals // for feedback of the whole transport, nil without
	early     []early
}

// early is a packet that came when the reader was faster than the handshake: right behind its last message. A browser
// handles both in one thread, in their order, and so loses none.
type early struct {
	stream *stream
	packet []byte
	at     time.Duration
}

const mostEarly = 1000

// stream is one SSRC.
type stream struct {
	ssrc    uint32
	video   bool
	count   uint64
	content uint64 // packets that are not of padding alone
	highest uint64 // extended sequence number
	origin  Origin
	known   bool // origin is
	picture *picture
	holes   holes
}

// Origin says who sent a packet, and what of it. It is in the payload, so it holds with any server.
type Origin struct {
	Number int // Options.Number
	Video  bool
	Layer  int // 0 is the least
}

// Counts are the receptions up to a moment.
type Counts struct {
	Packets, Bytes, Repaired uint64
	Expected                 uint64 // packets, by the sequence numbers
	Lost                     uint64 // thrown away on purpose
	Unrepaired               uint64 // of those, and of what did not come: what no retransmission brought yet
	Checked                  uint64 // payloads that were compared with what was sent
	Streams                  int
}

// Latencies are how long packets were under way, from the publisher's write to the subscriber's read.
type Latencies struct{ Audio, Video []time.Duration }

// All are those of both kinds.
func (l Latencies) All() []time.Duration { return slices.Concat(l.Audio, l.Video) }

// opened is the default of Options.Opened.
const opened = 64

// mostPadding is the size of the largest packet that is taken for one of padding alone, bytes: sealed as it is, its size
// is all that tells. Sound needs 80 bytes for its payload.
const mostPadding = 72

var errChanged = errors.New("a payload is not what was sent")

// take handles one datagram. The Reader calls it, with the receptions locked.
func (c *Client) take(b []byte, now time.Duration) {
	switch {
	case len(b) < 12:
	case b[0] < 4: // RFC 7983
		if p := c.secure.path.Load(); p != nil {
			p.onSTUN(c, b)
		}
	case b[0] < 64:
		_, _ = c.secure.in.Write(b)
	case b[1] >= 192 && b[1] <= 223: // RFC 5761 section 4
		c.onRTCP(b)
	default:
		c.onRTP(b, now)
	}
}

func (c *Client) onRTP(b []byte, now time.Duration) {
	r := &c.count
	payloadType, sequence, ssrc := b[1]&0x7f, binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[8:])
	lost := c.opts.Loss > 0 && r.chance.Float64() < c.opts.Loss
	if r.arrivals != nil && !lost {
		r.arrivals.note(b, now)
	}
	if payloadType == c.payloads.rtx {
		r.repaired++
		if c.opts.Loss > 0 && !lost {
			c.onRepair(b)
		}
		return
	}
	s := r.last
	if s == nil || s.ssrc != ssrc {
		if s = c.stream(ssrc, sequence, payloadType); s == nil {
			return
		}
		r.last = s
	}
	content := len(b) > mostPadding
	if content && c.media.Load() == 0 {
		c.media.Store(int64(time.Since(c.began)))
	}
	r.packets++
	r.bytes += uint64(len(b))
	s.count++
	if content {
		s.content++
	}
	if lost {
		r.lost++
		return
	}
	if ahead := int16(sequence - uint16(s.highest)); ahead > 0 {
		if ahead > 1 && c.opts.Loss > 0 {
			s.holes.open(s.highest+1, s.highest+uint64(ahead), now)
		}
		s.highest += uint64(ahead)
	} else if c.opts.Loss > 0 {
		s.holes.fill(sequence)
	}
	if content && (!s.known || c.opts.Check || s.picture != nil || s.count%c.opts.Opened == 0) {
		c.open(s, b, now)
	}
}

// stream finds or makes the state of an SSRC; nil when it is not to be counted.
func (c *Client) stream(ssrc uint32, sequence uint16, payloadType uint8) *stream {
	r := &c.count
	if r.only != nil && !slices.Contains(r.only, ssrc) {
		return nil
	}
	s := r.streams[ssrc]
	if s == nil {
		s = &stream{ssrc: ssrc, video: payloadType == c.payloads.video, highest: 1<<16 + uint64(sequence) - 1}
		if s.video && c.picture.Load() == 0 {
			s.picture = new(picture) // it is looked for until the client has seen one
		}
		if r.streams == nil {
			r.streams = make(map[uint32]*stream)
		}
		r.streams[ssrc] = s
	}
	return s
}

// open opens a packet and reads whose it is and when it was sent. It is opened also when nobody wants the time: SRTP's
// rollover counter must not be left behind.
func (c *Client) open(s *stream, b []byte, now time.Duration) {
	r, k := &c.count, c.secure.keys.Load()
	if k == nil {
		if len(r.early) < mostEarly {
			r.early = append(r.early, early{s, bytes.Clone(b), now})
		}
		return
	}
	plain, err := k.Open.DecryptRTP(b, b, &r.header)
	if err != nil {
		return
	}
	payload := plain[r.header.MarshalSize():]
	if r.header.Padding && len(payload) > 0 {
		payload = payload[:len(payload)-min(int(payload[len(payload)-1]), len(payload))]
	}
	if s.picture != nil && s.picture.add(&r.header, payload) {
		c.picture.CompareAndSwap(0, int64(time.Since(c.began)))
	}
	if c.picture.Load() != 0 {
		s.picture = nil
	}
	origin, sent, ok := readTail(payload)
	if !ok {
		return
	}
	s.origin, s.known = origin, true
	if c.opts.Check {
		r.checked++
		if !intact(payload) {
			c.fail(errChanged)
		}
	}
	if took := now - sent; r.sampling && took > 0 && took < time.Minute {
		if origin.Video {
			r.latencies.Video = append(r.latencies.Video, took)
		} else {
			r.latencies.Audio = append(r.latencies.Audio, took)
		}
	}
}

// catchUp opens what came early, once there are keys.
func (c *Client) catchUp() {
	c.count.mu.Lock()
	defer c.count.mu.Unlock()
	for _, one := range c.count.early {
		c.open(one.stream, one.packet, one.at)
	}
	c.count.early = nil
}

func (c *Client) onRTCP(b []byte) {
	k := c.secure.keys.Load()
	if k == nil {
		return
	}
	plain, err := k.Open.DecryptRTCP(nil, b, nil)
	if err != nil {
		return
	}
	packets, err := rtcp.Unmarshal(plain)
	if err != nil {
		return
	}
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			c.asked.Add(1)
			for _, t := range c.tracks {
				t.askedFor(p.DestinationSSRC())
			}
		case *rtcp.TransportLayerNack:
			for _, t := range c.tracks {
				t.repair(c, p)
			}
		}
	}
}

// Only has nothing counted but these streams from now on.
func (c *Client) Only(ssrcs []uint32) {
	c.count.mu.Lock()
	defer c.count.mu.Unlock()
	c.count.only, c.count.last = ssrcs, nil
}

// Counts tells what has come so far.
func (c *Client) Counts() Counts {
	r := &c.count
	r.mu.Lock()
	defer r.mu.Unlock()
	n := Counts{Packets: r.packets, Bytes: r.bytes, Repaired: r.repaired, Lost: r.lost, Checked: r.checked, Streams: len(r.streams)}
	for _, s := range r.streams {
		n.Expected += s.highest
		n.Unrepaired += uint64(s.holes.count())
	}
	return n
}

// Received tells how many packets with content came of each origin, first transmissions.
func (c *Client) Received() map[Origin]uint64 {
	r := &c.count
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make(map[Origin]uint64, len(r.streams))
	for _, s := range r.streams {
		if s.known {
			list[s.origin] += s.content
		}
	}
	return list
}

// Sample begins or ends to note how long packets are under way; the end gives what was noted.
func (c *Client) Sample(on bool) Latencies {
	r := &c.count
	r.mu.Lock()
	defer r.mu.Unlock()
	noted := r.latencies
	r.sampling, r.latencies = on, Latencies{}
	return noted
}
