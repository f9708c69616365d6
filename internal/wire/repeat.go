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
// its content must have the hash, and gets the padding, that it had in its train the first time.
type seals struct {
	recent []seal // by sequence number modulo their number, a power of two; nil: nothing is sealed again
}

// seal is a hash of what was sealed, its number included, with the padding in the lowest bits. 0 is none.
type seal uint64

const (
	paddingBits  = 5 // hold 0 to maxPadding
	repeatsAudio = 64
	repeatsVideo = 1024
)

// remember makes room for the packets of about a second, as long as the history of a track lasts.
func (r *seals) remember(kind codec.Kind) {
	n := repeatsAudio
	if kind == codec.Video {
		n = repeatsVideo
	}
	if len(r.recent) != n {
		r.recent = make([]seal, n)
	}
}

// note takes in a packet that is about to be sealed: the whole of it, not yet lengthened by so many bytes.
func (r *seals) note(s *shard, plain []byte, padding int) {
	if r.recent == nil {
		return
	}
	at := int(binary.BigEndian.Uint16(plain[2:])) & (len(r.recent) - 1)
	r.recent[at] = seal(maphash.Bytes(s.seed, plain)<<paddingBits | uint64(padding))
}

// find tells whether a packet is the one that was sealed under its number, and how much padding it had then.
func (r *seals) find(s *shard, seq uint16, head, tail []byte) (padding uint8, same bool) {
	if r.recent == nil {
		return 0, false
	}
	var hash maphash.Hash
	hash.SetSeed(s.seed)
	_, _ = hash.Write(head)
	_, _ = hash.Write(tail)
	sealed := r.recent[int(seq)&(len(r.recent)-1)]
	return uint8(sealed & (1<<paddingBits - 1)), sealed>>paddingBits == seal(hash.Sum64()<<paddingBits>>paddingBits)
}

// sealsAgain tells whether a down track answers NACKs by the packets themselves: where a codec has NACK but no RTX.
func sealsAgain(p *sfu.DownParams) bool {
	for _, payload := range p.Payloads {
		if payload.NACK && (p.RTX == 0 || payload.RTX == 0) {
			return true
		}
	}
	return false
}
