package wire

import (
	"encoding/binary"
	"fmt"

	"github.com/pion/srtp/v3"
)

// opener opens what comes from one peer: SRTP and SRTCP. The feedback of receivers is more packets than all that publishers
// send, so SRTCP by AES-GCM (RFC 7714) is spoken here as sealing is: the library allocates for each packet. The rest is the
// library's.
type opener struct {
	library *srtp.Context
	rtcp    gcm                    // of AES-GCM
	seen    map[uint32]*seenBefore // of SRTCP, by SSRC; nil with AES-CM
	scratch cipherScratch
}

func newOpener(key, salt []byte, profile srtp.ProtectionProfile) (*opener, error) {
	library, err := srtp.CreateContext(key, salt, profile,
		srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow))
	if err != nil {
		return nil, fmt.Errorf("using SRTP keys: %w", err)
	}
	o := &opener{library: library}
	if !isGCM(profile) {
		return o, nil
	}
	o.seen = make(map[uint32]*seenBefore)
	return o, o.rtcp.derive(key, salt, labelRTCPKey, labelRTCPSalt)
}

// openRTP opens a packet in place. With no room only SSRCs are opened that were before; fresh tells that this one was not.
func (o *opener) openRTP(s *shard, b []byte, room bool) (plain []byte, fresh bool, err error) {
	_, known := o.library.ROC(binary.BigEndian.Uint32(b[8:]))
	if !known && !room {
		return nil, false, errDoesNotOpen
	}
	plain, err = o.library.DecryptRTP(b, b, &s.rtpHeader)
	return plain, !known, err
}

// openRTCP opens a compound packet in place, as openRTP does. Reports in the clear are refused, which no peer sends
// (RFC 8827 section 6.5).
func (o *opener) openRTCP(s *shard, b []byte, room bool) (plain []byte, fresh bool, err error) {
	const head, tail = 8, 4
	ssrc := binary.BigEndian.Uint32(b[4:])
	if o.seen == nil {
		_, known := o.library.Index(ssrc)
		if !known && !room {
			return nil, false, errDoesNotOpen
		}
		plain, err = o.library.DecryptRTCP(b, b, &s.rtcpHeader)
		return plain, !known, err
	}
	if len(b) < head+gcmTag+tail {
		return nil, false, errDoesNotOpen
	}
	end := len(b) - tail
	index := binary.BigEndian.Uint32(b[end:])
	seen := o.seen[ssrc]
	if index < encrypted || seen == nil && !room || seen != nil && seen.has(index-encrypted) {
		return nil, false, errDoesNotOpen
	}
	known := o.scratch.data[:] // RFC 7714 section 9.2
	copy(known, b[:head])
	binary.BigEndian.PutUint32(known[head:], index)
	index -= encrypted
	nonce := o.rtcp.nonce(&o.scratch, ssrc, uint64(index))
	opened, err := o.rtcp.aead.Open(b[head:head], nonce, b[head:end], known)
	if err != nil {
		return nil, false, errDoesNotOpen
	}
	if fresh = seen == nil; fresh {
		seen = new(seenBefore)
		o.seen[ssrc] = seen
	}
	seen.mark(index)
	return b[:head+len(opened)], fresh, nil
}

// seenBefore remembers which of the last indices of an SSRC have come, of at least replayWindow less 63 (RFC 3711 section 3.3.2).
type seenBefore struct {
	highest uint32
	words   [replayWindow / 64]uint64 // a ring, by index
}

// has tells that an index has come, or is too old to tell.
func (r *seenBefore) has(index uint32) bool {
	switch newest := r.highest / 64; {
	case index > r.highest:
		return false
	case index/64+replayWindow/64 <= newest:
		return true
	}
	return r.words[index%replayWindow/64]&(1<<(index%64)) != 0
}

// mark notes an index that has proved genuine and that the list does not have.
func (r *seenBefore) mark(index uint32) {
	newest, word := r.highest/64, index/64
	for i := max(newest+1, word-min(word, replayWindow/64)); i <= word; i++ {
		r.words[i%(replayWindow/64)] = 0
	}
	r.highest = max(r.highest, index)
	r.words[index%replayWindow/64] |= 1 << (index % 64)
}
