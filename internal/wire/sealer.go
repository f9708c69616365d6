package wire

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"

	"github.com/pion/srtp/v3"
)

// sealer protects what goes to one peer: SRTP and SRTCP (RFC 3711). AES-GCM (RFC 7714), which nearly every peer takes,
// is spoken here, because the library looks the state of every packet's stream up, where we know it: see outgoing. AES-CM is
// the library's.
type sealer struct {
	tag       int               // bytes that sealing adds to RTP; RTCP has four more
	rtp, rtcp gcm               // of AES-GCM
	indices   map[uint32]uint32 // of SRTCP, by SSRC
	library   *srtp.Context     // of AES-CM, nil with AES-GCM
	scratch   cipherScratch
}

// cipherScratch is what is given to a cipher with each packet: behind its interface it would be allocated each time.
type cipherScratch struct{ nonce, data [12]byte }

const (
	gcmTag    = 16
	cmTag     = 10
	saltSize  = 12 // bytes, of AES-GCM
	encrypted = 1 << 31
)

// What the keys of a session are derived for (RFC 3711 section 4.3.2).
const (
	labelRTPKey   = 0
	labelRTPSalt  = 2
	labelRTCPKey  = 3
	labelRTCPSalt = 5
)

// gcm is one of the two ciphers with its salt.
type gcm struct {
	aead  cipher.AEAD
	first uint32 // of the salt
	rest  uint64
}

func newSealer(key, salt []byte, profile srtp.ProtectionProfile) (*sealer, error) {
	if !isGCM(profile) {
		library, err := srtp.CreateContext(key, salt, profile)
		return &sealer{tag: cmTag, library: library}, err
	}
	z := &sealer{tag: gcmTag, indices: make(map[uint32]uint32)}
	err := z.rtp.derive(key, salt, labelRTPKey, labelRTPSalt)
	if err == nil {
		err = z.rtcp.derive(key, salt, labelRTCPKey, labelRTCPSalt)
	}
	return z, err
}

func isGCM(p srtp.ProtectionProfile) bool {
	return p == srtp.ProtectionProfileAeadAes128Gcm || p == srtp.ProtectionProfileAeadAes256Gcm
}

func (g *gcm) derive(key, salt []byte, labelKey, labelSalt byte) error {
	session, err := deriveKey(key, salt, labelKey, len(key))
	if err != nil {
		return err
	}
	sessionSalt, err := deriveKey(key, salt, labelSalt, saltSize)
	if err != nil {
		return err
	}
	block, err := aes.NewCipher(session)
	if err != nil {
		return fmt.Errorf("using a session key: %w", err)
	}
	if g.aead, err = cipher.NewGCM(block); err != nil {
		return fmt.Errorf("using a session key: %w", err)
	}
	g.first, g.rest = binary.BigEndian.Uint32(sessionSalt), binary.BigEndian.Uint64(sessionSalt[4:])
	return nil
}

// nonce is that of a packet (RFC 7714 sections 8.1 and 9.1).
func (g *gcm) nonce(scratch *cipherScratch, ssrc uint32, index uint64) []byte {
	nonce := scratch.nonce[:]
	binary.BigEndian.PutUint32(nonce, g.first^ssrc>>16)
	binary.BigEndian.PutUint64(nonce[4:], g.rest^(uint64(ssrc)<<48|index))
	return nonce
}

// deriveKey makes a key, or salt, of a session out of the master key (RFC 3711 section 4.3.3, at a rate of 0).
func deriveKey(key, salt []byte, label byte, size int) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("using a master key: %w", err)
	}
	var input [aes.BlockSize]byte
	copy(input[:aes.BlockSize-2], salt) // the last two bytes count blocks
	input[7] ^= label
	derived := make([]byte, size)
	cipher.NewCTR(block, input[:]).XORKeyStream(derived, derived)
	return derived, nil
}

// sealRTP seals a packet in place; b has room for the tag. index extends its sequence number (RFC 3711 section 3.3.1),
// and no two packets of one SSRC with different content may have the same.
func (z *sealer) sealRTP(s *shard, b []byte, index int64) (sealed []byte, err error) {
	if z.library != nil {
		return z.library.EncryptRTP(b, b, &s.rtpHeader)
	}
	head := headerSize(b)
	ssrc := binary.BigEndian.Uint32(b[8:])
	nonce := z.rtp.nonce(&z.scratch, ssrc, uint64(index))
	return b[:head+len(z.rtp.aead.Seal(b[head:head], nonce, b[head:], b[:head]))], nil
}

// sealRTCP seals a compound packet in place; b has room for tag and index.
func (z *sealer) sealRTCP(s *shard, b []byte) (sealed []byte, err error) {
	if z.library != nil {
		return z.library.EncryptRTCP(b, b, &s.rtcpHeader)
	}
	const head = 8
	ssrc := binary.BigEndian.Uint32(b[4:])
	index := z.indices[ssrc] + 1
	if index >= encrypted {
		return nil, errWornOut
	}
	z.indices[ssrc] = index
	nonce := z.rtcp.nonce(&z.scratch, ssrc, uint64(index))
	known := z.scratch.data[:] // RFC 7714 section 9.2
	copy(known, b[:head])
	binary.BigEndian.PutUint32(known[head:], encrypted|index)
	n := head + len(z.rtcp.aead.Seal(b[head:head], nonce, b[head:], known))
	return append(b[:n], known[head:]...), nil
}
