package sfu

// Probes are packets of nothing but padding on a stream of retransmissions: nobody waits for those, so none is missed, and
// receivers know them from each other.

const (
	probeSize = 255      // bytes of padding in one; the last of them says how many
	probeMost = 64 << 10 // bytes at a time
)

// nothing is the content of a probe.
var nothing = [probeSize]byte{probeSize - 1: probeSize}

// pad sends so many bytes of padding, headers included, as nearly as that goes.
func (s *Sender) pad(bytes int) {
	d, pt := s.padded()
	if d == nil {
		return
	}
	out, silence := s.out.Stream(d.params.RTX), Media{AudioLevel: 127}
	h := newHeader(d.params.Kind, d.params.MID, d.params.RTX, d.params.Extensions)
	const size = probeSize + packetOverhead
	for left := min(bytes, probeMost); left > size/2; left -= size {
		b := h.append(s.head[:0], &silence, &d.params.MID, pt, d.params.RTX, d.rtxSeq, uint32(d.numbers().ts), 0)
		b[0] |= 0x20
		d.rtxSeq++
		if !out.SendRTP(b, nothing[:]) {
			return
		}
	}
}

// padded is a picture that is shown and whose retransmissions go on a stream of their own, with their payload type.
func (s *Sender) padded() (*DownTrack, uint8) {
	for _, d := range s.shown {
		if d.params.RTX == 0 || d.track == nil {
			continue
		}
		for _, p := range d.params.Payloads {
			if p.RTX != 0 {
				return d, p.RTX
			}
		}
	}
	return nil, 0
}
