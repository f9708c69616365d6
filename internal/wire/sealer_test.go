package wire

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/pion/srtp/v3"
)

// The ways of sealing that are offered, with the bytes of their keys and salts.
var srtpProfiles = []struct {
	name      string
	profile   srtp.ProtectionProfile
	key, salt int
}{
	{"AES-128-GCM", srtp.ProtectionProfileAeadAes128Gcm, 16, 12},
	{"AES-256-GCM", srtp.ProtectionProfileAeadAes256Gcm, 32, 12},
	{"AES-CM", srtp.ProtectionProfileAes128CmHmacSha1_80, 16, 14},
}

// What is sealed here is what the library would make of it, to the last bit: over wraps of the sequence number, out of
// order, with and without extensions, for several streams.
func TestSealedAsByTheLibrary(t *testing.T) {
	for _, c := range srtpProfiles {
		t.Run(c.name, func(t *testing.T) {
			random := rand.NewChaCha8([32]byte{1})
			bytesOf := func(n int) []byte {
				b := make([]byte, n)
				_, _ = random.Read(b)
				return b
			}
			key, salt := bytesOf(c.key), bytesOf(c.salt)
			z, err := newSealer(key, salt, c.profile)
			if err != nil {
				t.Fatal(err)
			}
			library, err := srtp.CreateContext(key, salt, c.profile)
			if err != nil {
				t.Fatal(err)
			}
			s := &shard{}
			for _, ssrc := range []uint32{1, 0xfedcba98} {
				var sent window
				for _, seq := range []uint16{40000, 65534, 65535, 1, 0, 2, 30000, 62000, 61999, 10} {
					plain := make([]byte, 60+int(seq)%1000, maxPacket)
					copy(plain, bytesOf(len(plain)))
					plain[0], plain[1] = 0x80, 96
					if seq%2 == 0 {
						plain[0] |= 0x10
						copy(plain[12:], []byte{0xbe, 0xde, 0, 2, 0x12, 1, 2, 3, 0x20, 9, 0, 0})
					}
					binary.BigEndian.PutUint16(plain[2:], seq)
					binary.BigEndian.PutUint32(plain[8:], ssrc)
					want, err := library.EncryptRTP(nil, plain, nil)
					if err != nil {
						t.Fatal(err)
					}
					index, _ := sent.mark(seq, true)
					got, err := z.sealRTP(s, plain, index)
					if err != nil || !bytes.Equal(got, want) {
						t.Errorf("packet %d of %x differs, error %v", seq, ssrc, err)
					}
					if len(got) != len(plain)+z.tag {
						t.Errorf("a packet grew by %d bytes", len(got)-len(plain))
					}

					compound := append(make([]byte, 0, maxPacket), 0x80, 201, 0, 1, 0, 0, 0, 0, byte(seq), 1, 2, 3)
					binary.BigEndian.PutUint32(compound[4:], ssrc)
					if want, err = library.EncryptRTCP(nil, compound, nil); err != nil {
						t.Fatal(err)
					}
					if got, err := z.sealRTCP(s, compound); err != nil || !bytes.Equal(got, want) {
						t.Errorf("report at %d of %x differs, error %v", seq, ssrc, err)
					}
				}
			}
		})
	}
}

// No report is sealed under a number that was used before.
func TestReportsEndWithTheirNumbers(t *testing.T) {
	z := testSealer(t)
	b := append(make([]byte, 0, 100), 0x80, 201, 0, 1, 0, 0, 0, 9)
	z.indices[9] = encrypted - 2
	if _, err := z.sealRTCP(&shard{}, b); err != nil {
		t.Error(err)
	}
	if sealed, err := z.sealRTCP(&shard{}, b); err == nil {
		t.Errorf("sealed %x", sealed)
	}
}
