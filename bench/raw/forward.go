package raw

import (
	"encoding/binary"
	"slices"
	"time"

	"konklave/bench/link"
)

// patience is how long the first packets of a picture wait for its last one.
const patience = time.Millisecond

// source is one stream that comes in.
type source struct {
	from    *peer
	packets [][]byte // opened, copied; what waits is a picture, or a part of it
	memory  [64][]byte
	since   time.Time
	whole   bool
}

const (
	maxTrain    = 60000 // bytes
	maxSegments = 64
	maxPadding  = 16
	paddingBit  = 0x20
)

func (f *forwarder) onRTP(p *peer, b []byte) {
	k := p.keys.Load()
	if k == nil {
		return
	}
	plain, err := k.Open.DecryptRTP(b, b, &p.header)
	if err != nil {
		return
	}
	ssrc := p.header.SSRC
	s := f.sources[ssrc]
	if s == nil {
		s = &source{from: p}
		f.sources[ssrc] = s
	}
	n := len(s.packets)
	if n == 0 {
		s.since = time.Now()
		f.waiting = append(f.waiting, s)
	}
	s.memory[n] = append(s.memory[n][:0], plain...)
	s.packets = append(s.packets, s.memory[n])
	const audio = 111 // the payload type that load offers
	s.whole = p.header.Marker || p.header.PayloadType == audio
	if len(s.packets) == len(s.memory) {
		s.whole = true
		f.forward(false)
	}
}

// forward sends on what is whole, or has waited long enough.
func (f *forwarder) forward(idle bool) {
	if len(f.waiting) == 0 {
		return
	}
	f.waiting = slices.DeleteFunc(f.waiting, func(s *source) bool {
		if !s.whole && !idle && time.Since(s.since) < patience {
			return false
		}
		for _, to := range f.receivers {
			if to != s.from {
				f.send(to, s)
			}
		}
		s.packets, s.whole = s.packets[:0], false
		return true
	})
	f.out.flush(f.fd)
}

// send lays the packets of a source into trains for one receiver and seals them there.
func (f *forwarder) send(to *peer, s *source) {
	k := to.keys.Load()
	if k == nil {
		return
	}
	for rest := s.packets; len(rest) > 0; {
		n, size := nextTrain(rest, k.Tag)
		train := f.out.room(f.fd, n*size)
		for i, plain := range rest[:n] {
			padding := 0
			if i < n-1 {
				padding = size - len(plain) - k.Tag
			}
			train = seal(k, to, train, plain, padding)
		}
		f.out.add(to.address, train, size, n)
		rest = rest[n:]
	}
}

// nextTrain tells how many packets, from the first on, leave as one, and the size of its segments: all are brought to
// the size of the largest by a little padding, and the last may be shorter.
func nextTrain(packets [][]byte, tag int) (n, size int) {
	size, least := len(packets[0]), len(packets[0])
	for n = 1; n < len(packets) && n < maxSegments; n++ {
		larger := max(size, len(packets[n]))
		if larger-least > maxPadding || (larger+tag)*(n+1) > maxTrain {
			break
		}
		size, least = larger, min(least, len(packets[n]))
	}
	return n, size + tag
}

// seal writes a packet behind the train, with an SSRC of the receiver, and seals it there.
func seal(k *link.Keys, to *peer, train, plain []byte, padding int) []byte {
	at := len(train)
	packet := append(train[at:at], plain...)
	binary.BigEndian.PutUint32(packet[8:], binary.BigEndian.Uint32(plain[8:])+to.index)
	if padding > 0 {
		packet[0] |= paddingBit
		for range padding - 1 {
			packet = append(packet, 0)
		}
		packet = append(packet, byte(padding))
	}
	sealed, err := k.Seal.EncryptRTP(packet, packet, &to.header)
	if err != nil {
		return train
	}
	return train[:at+len(sealed)]
}
