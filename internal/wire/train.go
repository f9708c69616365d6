package wire

import (
	"encoding/binary"

	"konklave/internal/sfu"

	"github.com/pion/srtp/v3"
)

// packet is one packet that waits to be sealed and sent, in the clear.
type packet struct {
	head, tail []byte
	out        *outgoing // nil for RTCP
	size       int32     // when sealed, with padding
	padding    uint8     // of that, when it is sealed again as it was
	fixed      bool      // must not be lengthened: RTCP, padded already, or sealed again
}

const (
	maxPacket   = 1500  // bytes of one packet, sealed
	maxSegments = 64    // of a train, a limit of the kernel (UDP_MAX_SEGMENTS)
	maxTrain    = 60000 // bytes
	maxPadding  = 16
)

// outgoing is one SSRC that goes to a peer.
type outgoing struct {
	video    bool
	payloads []sfu.Payload
	starved  bool // its path was full: nothing goes until a key frame
	sent     window
	repeats  seals // without memory where lost packets go again by RTX
}

var _ sfu.Egress = (*Transport)(nil)

// SendRTP queues an RTP packet of a down track; see sfu.Egress. With AES-GCM the same sequence number with other
// content would give away the keys (RFC 7714 section 8). So what is sent again goes by RTX, on an SSRC and numbers of
// its own, or, where the peer has no RTX, exactly as the first time; anything else that was sealed before is refused.
func (t *Transport) SendRTP(head, tail []byte) bool {
	s := t.owner()
	if t.seal == nil || len(head) < 12 {
		s.stats.drop(dropNotReady)
		return false
	}
	size := len(head) + len(tail) + t.tag
	if size > maxPacket {
		s.stats.drop(dropTooBig)
		return false
	}
	out := t.outgoing(binary.BigEndian.Uint32(head[8:]))
	if out.video && t.full(out, head, tail) {
		s.stats.drop(dropStreamFull)
		return false
	}
	p := packet{out: out, size: int32(size), fixed: head[0]&rtpPadding != 0}
	if seq := binary.BigEndian.Uint16(head[2:]); !out.sent.mark(seq) {
		padding, same := out.repeats.find(s, seq, head, tail)
		if !same {
			s.stats.drop(dropRepeated)
			return false
		}
		p.size, p.padding, p.fixed = p.size+int32(padding), padding, true
	}
	p.head, p.tail = s.heads.copy(head), tail
	t.queue(s, p)
	if t.senderDue > s.now+senderPace {
		t.senderDue = s.now + senderPace // its first packets may have started a report
		s.timers.earlier(t, t.senderDue)
	}
	return true
}

// SendRTCP queues a compound packet; see sfu.Egress.
func (t *Transport) SendRTCP(b []byte) bool {
	s := t.owner()
	size := len(b) + t.tag + 4 // index
	if t.seal == nil || len(b) < 8 || size > maxPacket {
		s.stats.drop(dropNotReady)
		return false
	}
	t.queue(s, packet{head: s.heads.copy(b), size: int32(size), fixed: true})
	return true
}

func (t *Transport) outgoing(ssrc uint32) *outgoing {
	out := t.streams[ssrc]
	if out == nil {
		out = new(outgoing)
		t.streams[ssrc] = out
	}
	return out
}

func (t *Transport) queue(s *shard, p packet) {
	t.pending = append(t.pending, p)
	if s.hurry && !t.hurrying {
		t.hurrying = true
		s.urgent.add(t)
	} else if !s.hurry && !t.queued {
		t.queued = true
		s.waiting.add(t)
	}
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
	clear(t.pending)
	t.pending = t.pending[:0]
}

func (t *Transport) discardPending(s *shard) {
	s.stats.dropMany(dropNotReady, len(t.pending))
	clear(t.pending)
	t.pending = t.pending[:0]
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
	if p.stream != nil {
		p.stream.send(train)
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
	if p.out != nil {
		p.out.repeats.note(s, plain, padding)
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
		sealed, err = t.seal.EncryptRTCP(plain, plain, &s.rtcpHeader)
	} else {
		sealed, err = t.seal.EncryptRTP(plain, plain, &s.rtpHeader)
	}
	if err != nil {
		return nil
	}
	return sealed
}

const rtpPadding = 0x20 // P bit

// tagSize is what sealing adds to an RTP packet; RTCP has four bytes more.
func tagSize(profile srtp.ProtectionProfile) int {
	if profile == srtp.ProtectionProfileAes128CmHmacSha1_80 {
		return 10
	}
	return 16
}

// window remembers which of the last sequence numbers of an SSRC have been sealed.
type window struct {
	started bool
	highest uint16
	bits    [windowSize / 64]uint64
}

const windowSize = 2048

// mark notes a sequence number; false when it was there already or is too old to tell.
func (w *window) mark(seq uint16) bool {
	if !w.started {
		w.started, w.highest = true, seq
		w.bits[seq%windowSize/64] |= 1 << (seq % 64)
		return true
	}
	ahead := int16(seq - w.highest)
	switch {
	case ahead >= windowSize:
		w.bits = [windowSize / 64]uint64{}
		w.highest = seq
	case ahead > 0:
		for n := w.highest + 1; n != seq+1; n++ {
			w.bits[n%windowSize/64] &^= 1 << (n % 64)
		}
		w.highest = seq
	case ahead <= -windowSize || w.bits[seq%windowSize/64]&(1<<(seq%64)) != 0:
		return false
	}
	w.bits[seq%windowSize/64] |= 1 << (seq % 64)
	return true
}
