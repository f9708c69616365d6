package wire

import (
	"encoding/binary"
	"slices"

	"konklave/internal/sfu"
)

// packet is one packet that waits to be sealed and sent, in the clear.
type packet struct {
	head, tail []byte
	out        *outgoing // nil for RTCP
	index      int64     // of SRTP
	size       int32     // when sealed, with padding
	padding    uint8     // of that, when it is sealed again as it was
	again      bool      // it is
	fixed      bool      // must not be lengthened: RTCP, padded already, or sealed again
}

const (
	maxPacket   = 1500  // bytes of one packet, sealed
	maxSegments = 64    // of a train, a limit of the kernel (UDP_MAX_SEGMENTS)
	maxTrain    = 60000 // bytes
	maxPadding  = 16
	mostPending = 64 // packets that a transport keeps memory for in any case
)

var _ sfu.Egress = (*Transport)(nil)

// SendRTCP queues a compound packet; see sfu.Egress.
func (t *Transport) SendRTCP(b []byte) bool {
	s := t.owner()
	if t.seal == nil || len(b) < 8 || len(b)+t.seal.tag+4 > maxPacket {
		s.stats.drop(dropNotReady)
		return false
	}
	size := len(b) + t.seal.tag + 4 // index
	p := t.queue(s)
	p.head, p.size, p.fixed = s.heads.copy(b), int32(size), true
	return true
}

// queue gives the next packet that waits, empty, to be filled where it lies.
func (t *Transport) queue(s *shard) *packet {
	t.pending = append(t.pending, packet{})
	s.gather.other = s.gather.other || !s.hurry && !s.gather.serving
	if s.hurry && !t.hurrying {
		t.hurrying = true
		s.urgent.add(t)
	} else if !s.hurry && !t.queued {
		t.queued = true
		s.waiting.add(t)
	}
	return &t.pending[len(t.pending)-1]
}

// depart seals what is pending and gives it to the socket's batch or the TCP connection.
func (t *Transport) depart(s *shard) {
	t.queued, t.hurrying = false, false
	p := t.current()
	if p == nil || t.seal == nil {
		t.discardPending(s)
		return
	}
	for rest := t.pending; len(rest) > 0; {
		n, size := 1, 0
		if p.stream == nil && p.gso && p.port.gso {
			n, size = nextTrain(rest)
		}
		t.sendTrain(s, p, rest[:n], size)
		rest = rest[n:]
	}
	t.clearPending()
}

func (t *Transport) discardPending(s *shard) {
	s.stats.dropMany(dropNotReady, len(t.pending))
	t.clearPending()
}

func (t *Transport) clearPending() {
	t.peak = max(t.peak, int32(len(t.pending)))
	clear(t.pending)
	t.pending = t.pending[:0]
}

// trimPending gives the memory for packets back when far fewer were pending lately than it is for: a joiner's first
// picture comes with all that followed it.
func (t *Transport) trimPending() {
	used, most := max(int(t.peak), len(t.pending)), cap(t.pending)
	if most > mostPending && used < most/4 {
		t.pending = slices.Clone(t.pending)
	}
	t.peak = 0
}

// nextTrain tells how many of the packets, from the first on, may leave as one segmented send, and the size of its
// segments. All have that size, the last may be shorter. libwebrtc makes the last packets of a frame a byte larger,
// so packets may be lengthened by RTP padding, by at most 16 bytes (RFC 3550 section 5.1).
func nextTrain(packets []packet) (n, size int) {
	size = int(packets[0].size)
	least, fixed := size, 0 // smallest packet, and size of those that must not be lengthened, 0 without any
	if packets[0].fixed {
		fixed = size
	}
	for n = 1; n < len(packets) && n < maxSegments; n++ {
		next := int(packets[n].size)
		larger := max(size, next)
		// Up to here all but the one added must become exactly as large as the largest.
		if larger-least > maxPadding || (fixed > 0 && fixed != larger) || larger*(n+1) > maxTrain {
			break
		}
		size, least = larger, min(least, next)
		if packets[n].fixed {
			if fixed > 0 && next != fixed { // it can only be the last
				n++
				break
			}
			fixed = next
		}
	}
	return n, size
}

// sendTrain seals the packets one behind the other and sends them as one message.
func (t *Transport) sendTrain(s *shard, p *path, packets []packet, size int) {
	room := s.scratch[:0]
	if p.stream == nil {
		room = p.port.room(s, max(size*len(packets), int(packets[0].size)))
	}
	train := room
	for i := range packets {
		length := int(packets[i].size)
		if i < len(packets)-1 {
			length = size
		}
		sealed := t.sealInto(s, train, &packets[i], length-int(packets[i].size)+int(packets[i].padding))
		if sealed == nil {
			s.stats.drop(dropNotReady)
			continue
		}
		train = train[:len(train)+len(sealed)]
	}
	if len(train) == 0 {
		return
	}
	s.stats.count[packetsOut] += uint64(len(packets))
	s.stats.count[bytesOut] += uint64(len(train))
	t.out += uint64(len(train))
	if p.stream != nil {
		p.stream.send(p.local, train)
		return
	}
	if len(packets) > 1 {
		s.stats.count[trains]++
		s.stats.count[segments] += uint64(len(packets))
	}
	p.port.add(p, train, size)
}

// sealInto writes the packet behind train, in its capacity, with so many bytes of padding, and seals it there.
func (t *Transport) sealInto(s *shard, train []byte, p *packet, padding int) []byte {
	at := len(train)
	plain := train[at:at]
	plain = append(plain, p.head...)
	plain = append(plain, p.tail...)
	numbered := false
	if p.out != nil {
		number := p.out.numberIn(plain)
		if numbered = number != nil && !p.again; numbered {
			binary.BigEndian.PutUint16(number, t.number)
		}
		p.out.repeats.note(s, plain, number, padding)
	}
	if padding > 0 {
		plain[0] |= rtpPadding
		for range padding - 1 {
			plain = append(plain, 0)
		}
		plain = append(plain, byte(padding))
	}
	var sealed []byte
	var err error
	if p.out == nil {
		sealed, err = t.seal.sealRTCP(s, plain)
	} else {
		sealed, err = t.seal.sealRTP(s, plain, p.index)
	}
	if err != nil {
		return nil
	}
	if numbered {
		if t.sender != nil {
			t.sender.Departed(s.now, t.number, len(sealed), p.use())
		}
		t.number++
	}
	return sealed
}

// use is what the packet is for.
func (p *packet) use() sfu.Use {
	switch {
	case p.out.video == nil:
		return sfu.Sound
	case p.head[0]&rtpPadding != 0:
		return sfu.Filling
	}
	return sfu.Picture
}

const rtpPadding = 0x20 // P bit
