package load

import (
	"encoding/binary"
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
	streams   map[uint32]*stream
	latencies []time.Duration
	sampling  bool
	only      []uint32 // SSRCs that are counted; nil counts all
}

// stream is one SSRC.
type stream struct {
	count   uint64
	highest uint64 // extended sequence number
}

// Counts are the receptions up to a moment.
type Counts struct {
	Packets, Bytes, Repaired uint64
	Expected                 uint64 // packets, by the sequence numbers
	Streams                  int
}

// opened is the default of Options.Opened.
const opened = 16

// mostPadding is the size of the largest packet that is taken for one of padding alone, bytes: sealed as it is, its size
// is all that tells. Sound needs 80 bytes for its payload.
const mostPadding = 72

// receive reads the socket until the end.
func (c *Client) receive() {
	buffer := make([]byte, 2048)
	var header rtp.Header
	for n := uint64(0); ; n++ {
		size, _, err := c.udp.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		switch b := buffer[:size]; {
		case size < 12:
		case b[0] < 4: // RFC 7983
			if p := c.secure.path.Load(); p != nil {
				p.onCheckAnswer()
			}
		case b[0] < 64:
			_, _ = c.secure.in.Write(b)
		case b[1] >= 192 && b[1] <= 223: // RFC 5761 section 4
			c.onRTCP(b)
		default:
			c.onRTP(b, &header)
		}
	}
}

func (c *Client) onRTP(b []byte, header *rtp.Header) {
	r := &c.count
	r.mu.Lock()
	defer r.mu.Unlock()
	if b[1]&0x7f == payloadRTX {
		r.repaired++
		return
	}
	if r.streams == nil {
		r.streams = make(map[uint32]*stream)
	}
	if r.only != nil && !slices.Contains(r.only, binary.BigEndian.Uint32(b[8:])) {
		return
	}
	if len(b) > mostPadding && c.media.Load() == 0 {
		c.media.Store(int64(time.Since(c.began)))
	}
	r.packets++
	r.bytes += uint64(len(b))
	sequence, ssrc := binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[8:])
	s := r.streams[ssrc]
	if s == nil {
		s = &stream{highest: 1<<16 + uint64(sequence) - 1}
		r.streams[ssrc] = s
	}
	s.count++
	if ahead := int16(sequence - uint16(s.highest)); ahead > 0 {
		s.highest += uint64(ahead)
	}
	if s.count%c.opts.Opened == 0 {
		c.sample(b, header)
	}
}

// sample opens a packet and reads when it was sent: the last eight bytes before any padding.
func (c *Client) sample(b []byte, header *rtp.Header) {
	r, k := &c.count, c.secure.keys.Load()
	if k == nil {
		return
	}
	now := time.Since(c.opts.Begin)
	// It is opened also when nobody wants the time: SRTP's rollover counter must not be left behind.
	plain, err := k.open.DecryptRTP(b, b, header)
	if err != nil || !r.sampling {
		return
	}
	if header.Padding {
		plain = plain[:len(plain)-int(plain[len(plain)-1])]
	}
	if len(plain) < 24 {
		return
	}
	if took := now - time.Duration(binary.BigEndian.Uint64(plain[len(plain)-8:])); took > 0 && took < time.Minute {
		r.latencies = append(r.latencies, took)
	}
}

func (c *Client) onRTCP(b []byte) {
	k := c.secure.keys.Load()
	if k == nil {
		return
	}
	plain, err := k.open.DecryptRTCP(nil, b, nil)
	if err != nil {
		return
	}
	packets, err := rtcp.Unmarshal(plain)
	if err != nil {
		return
	}
	for _, p := range packets {
		switch p.(type) {
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			c.asked.Add(1)
			for _, t := range c.tracks {
				if slices.Contains(p.DestinationSSRC(), t.ssrc) {
					t.keyframe.Store(true)
				}
			}
		}
	}
}

// Only has nothing counted but these streams from now on.
func (c *Client) Only(ssrcs []uint32) {
	c.count.mu.Lock()
	defer c.count.mu.Unlock()
	c.count.only = ssrcs
}

// Counts tells what has come so far.
func (c *Client) Counts() Counts {
	r := &c.count
	r.mu.Lock()
	defer r.mu.Unlock()
	n := Counts{Packets: r.packets, Bytes: r.bytes, Repaired: r.repaired, Streams: len(r.streams)}
	for _, s := range r.streams {
		n.Expected += s.highest
	}
	return n
}

// Sample begins or ends to note how long packets are under way; the end gives what was noted.
func (c *Client) Sample(on bool) []time.Duration {
	r := &c.count
	r.mu.Lock()
	defer r.mu.Unlock()
	noted := r.latencies
	r.sampling, r.latencies = on, nil
	return noted
}
