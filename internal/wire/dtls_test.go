package wire

import (
	"encoding/binary"
	"testing"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/protocol/extension"
	"github.com/pion/dtls/v3/pkg/protocol/handshake"
)

// rawExtension is an extension as it lies in the hello.
type rawExtension struct {
	kind uint16
	data []byte
}

// Marshal is part of extension.Extension.
func (e rawExtension) Marshal() ([]byte, error) {
	b := binary.BigEndian.AppendUint16(nil, e.kind)
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.data)))
	return append(b, e.data...), nil
}

// Unmarshal is part of extension.Extension.
func (e rawExtension) Unmarshal([]byte) error { return nil }

// TypeValue is part of extension.Extension.
func (e rawExtension) TypeValue() extension.TypeValue { return extension.TypeValue(e.kind) }

// offerDTLS13 makes a client's hello look like that of a current Firefox, which offers DTLS 1.3 with a post-quantum
// key share before 1.2: it spans several datagrams, and begins its lists with what only 1.3 knows.
func offerDTLS13(hello handshake.MessageClientHello) handshake.Message {
	var kept []extension.Extension
	for _, e := range hello.Extensions {
		switch e.TypeValue() {
		case extension.SupportedEllipticCurvesTypeValue, extension.SupportedVersionsTypeValue,
			extension.KeyShareTypeValue, extension.SupportedSignatureAlgorithmsTypeValue:
		default:
			kept = append(kept, e)
		}
	}
	groups := []uint16{0x11ec, 0x001d, 0x0017, 0x0018, 0x0019, 0x0100, 0x0101} // X25519MLKEM768, x25519, P-256 ...
	signatures := []uint16{0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201}
	shares := share(0x11ec, 1216)
	shares = append(shares, share(0x001d, 32)...)
	hello.Extensions = append([]extension.Extension{
		rawExtension{0x0a, list16(groups)},
		rawExtension{0x33, append(binary.BigEndian.AppendUint16(nil, uint16(len(shares))), shares...)},
		rawExtension{0x2b, []byte{4, 0xfe, 0xfc, 0xfe, 0xfd}}, // DTLS 1.3, 1.2
		rawExtension{0x0d, list16(signatures)},
		rawExtension{0x1c, []byte{0x40, 0x00}}, // record_size_limit
		rawExtension{0x2d, []byte{1, 1}},       // psk_key_exchange_modes
		rawExtension{0x0a0a, nil},              // GREASE
	}, kept...)
	hello.CipherSuiteIDs = append([]uint16{0x1301, 0x1303, 0x1302}, hello.CipherSuiteIDs...)
	return &hello
}

func list16(values []uint16) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(2*len(values)))
	for _, v := range values {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	return b
}

func share(group uint16, size int) []byte {
	b := binary.BigEndian.AppendUint16(nil, group)
	b = binary.BigEndian.AppendUint16(b, uint16(size))
	key := make([]byte, size)
	for i := range key {
		key[i] = byte(i*7 + 1)
	}
	return append(b, key...)
}

func TestHelloThatOffersDTLS13(t *testing.T) {
	for _, mtu := range []int{1200, 300} {
		w := testWire(t, Config{})
		p := newPeer(t, w, peerOptions{dtls: []dtls.ClientOption{
			dtls.WithClientHelloMessageHook(offerDTLS13), dtls.WithMTU(mtu),
		}}).ready()
		if p.profile != dtls.SRTP_AEAD_AES_128_GCM {
			t.Errorf("profile %v", p.profile)
		}
		p.expectBurst(5)
	}
}
