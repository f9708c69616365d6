package wire

import (
	"encoding/binary"
	"hash/maphash"

	"konklave/internal/sfu"
	"konklave/internal/sfu/codec"
)

// seals remembers the packets of an SSRC that were sealed last, for peers whose lost packets go again on the same SSRC
// because RTX was not negotiated: audio in browsers, everything in some libraries. The same packet sealed again under
// the same number gives the same bytes and so tells nobody anything new. That it is the same is not taken on trust:
// its content must have the hash, and gets the padding and the transport-wide sequence number, that it had the first time.
type seals struct {
	recent []seal // by sequence number modulo their number, a power of two; nil before the first that has content
	most   int    // that are remembered; 0: nothing is sealed again
}

// seal is a hash of what was sealed, its numbers included; below it the transport-wide number, or 0, and in the lowest
// bits the padding. 0 is none.
type seal uint64

const (
	paddingBits  = 5 // hold 0 to maxPadding
	besideBits   = 16 + paddingBits
	repeatsAudio = 64
	repeatsVideo = 1024
)

// remember says that the packets of about a second may be sealed again, as long as the history of a track lasts.
func (r *seals) remember(kind codec.Kind) {
	n := repeatsAudio
	if kind == codec.Video {
		n = repeatsVideo
	}
	if r.most != n {
		r.recent, r.most = nil, n
	}
}

// note takes in a packet that is about to be sealed: the whole of it, not yet lengthened by so many bytes. number is its
// transport-wide one, in it, nil without. Of padding without content nothing is sent again.
func (r *seals) note(s *shard, plain, number []byte, padding int) {
	if r.most == 0 || plain[0]&rtpPadding != 0 {
		return
	}
	if r.recent == nil {
		r.recent = make([]seal, r.most)
	}
	*r.of(plain) = newSeal(maphash.Bytes(s.seed, plain), number, padding)
}

// find tells whether a packet is the one that was sealed under its number, and how much padding it had then. number is
// where it gets the transport-wide one that it had.
func (r *seals) find(s *shard, head, tail, number []byte) (padding uint8, same bool) {
	if r.recent == nil {
		return 0, false
	}
	sealed := *r.of(head)
	padding = uint8(sealed & (1<<paddingBits - 1))
	if number != nil {
		binary.BigEndian.PutUint16(number, uint16(sealed>>paddingBits))
	}
	var hash maphash.Hash
	hash.SetSeed(s.seed)
	_, _ = hash.Write(head)
	_, _ = hash.Write(tail)
	return padding, sealed == newSeal(hash.Sum64(), number, int(padding))
}

// of is the seal of a packet by its sequence number.
func (r *seals) of(packet []byte) *seal {
	return &r.recent[int(binary.BigEndian.Uint16(packet[2:]))&(len(r.recent)-1)]
}

func newSeal(hash uint64, number []byte, padding int) seal {
	sealed := seal(hash<<besideBits) | seal(padding)
	if number != nil {
		sealed |= seal(binary.BigEndian.Uint16(number)) << paddingBits
	}
	return sealed
}

// sealsAgain tells whether a down track sends packets themselves again: to answer NACKs, where a codec has NACK but no RTX, and
// sound that goes twice.
func sealsAgain(p *sfu.DownParams) bool {
	if p.Twice() {
		return true
	}
	for _, payload := range p.Payloads {
		if payload.NACK && (p.RTX == 0 || payload.RTX == 0) {
			return true
		}
	}
	return false
}
