package wire

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"hash/crc32"
)

// The responder of an ICE-lite agent (RFC 8445 section 2.5): it answers binding requests that carry our password's
// integrity and stays silent for everything else. STUN is RFC 8489; only what ICE needs of it is here, because a
// check comes from every peer every two seconds and must not allocate.

const (
	stunHeader      = 20
	stunMagic       = 0x2112a442
	stunFingerprint = 0x5354554e

	bindingRequest = 0x0001
	bindingSuccess = 0x0101

	attrUsername         = 0x0006
	attrMessageIntegrity = 0x0008
	attrXORMappedAddress = 0x0020
	attrPriority         = 0x0024
	attrUseCandidate     = 0x0025
	attrFingerprint      = 0x8028

	maxCheck = 576 // bytes; real checks have about 110
)

// isSTUN tells STUN from DTLS and SRTP by the first byte (RFC 7983) and the magic cookie.
func isSTUN(b []byte) bool {
	return len(b) >= stunHeader && b[0] < 4 && binary.BigEndian.Uint32(b[4:]) == stunMagic
}

// check is a binding request, not yet verified. Its slices point into the datagram.
type check struct {
	raw       []byte
	ufrag     []byte // our part of the user name
	priority  uint32 // of the peer's candidate
	nominate  bool   // USE-CANDIDATE
	integrity int    // offset of MESSAGE-INTEGRITY
}

// parseCheck reads a binding request; false when it is anything else or not well formed.
func parseCheck(b []byte) (c check, ok bool) {
	if !isSTUN(b) || len(b) > maxCheck || binary.BigEndian.Uint16(b) != bindingRequest ||
		int(binary.BigEndian.Uint16(b[2:])) != len(b)-stunHeader {
		return check{}, false
	}
	c.raw = b
	for at := stunHeader; at+4 <= len(b); {
		kind, size := binary.BigEndian.Uint16(b[at:]), int(binary.BigEndian.Uint16(b[at+2:]))
		end := at + 4 + size
		if end > len(b) {
			return check{}, false
		}
		value := b[at+4 : end]
		switch kind {
		case attrUsername:
			c.ufrag, _, _ = bytes.Cut(value, []byte(":"))
		case attrPriority:
			if size == 4 {
				c.priority = binary.BigEndian.Uint32(value)
			}
		case attrUseCandidate:
			c.nominate = true
		case attrMessageIntegrity:
			c.integrity = at
			// What follows is not covered (section 14.5); FINGERPRINT adds nothing to a verified message.
			return c, size == sha1.Size && len(c.ufrag) > 0
		}
		at = end + (4-size%4)%4
	}
	return check{}, false
}

// agent is one set of local ICE credentials of a Transport; a restart adds another.
type agent struct {
	t          *Transport
	ufrag      string
	generation uint32 // counts restarts
	mac        integrity
	checks     checks
}

func newAgent(t *Transport, c Credentials, generation uint32) *agent {
	return &agent{t: t, ufrag: c.Ufrag, generation: generation, mac: newIntegrity(c.Pwd), checks: newChecks()}
}

// integrity is HMAC-SHA1 with a prepared key: no allocation for a message, any number of goroutines at once.
type integrity struct{ inner, outer [sha1.BlockSize]byte }

func newIntegrity(key string) (m integrity) {
	k := []byte(key)
	if len(k) > sha1.BlockSize {
		sum := sha1.Sum(k)
		k = sum[:]
	}
	copy(m.inner[:], k)
	copy(m.outer[:], k)
	for i := range m.inner {
		m.inner[i] ^= 0x36
		m.outer[i] ^= 0x5c
	}
	return m
}

// sum is the MESSAGE-INTEGRITY of a message that ends where the attribute will start: its length field counts as if
// the attribute were the last (RFC 8489 section 14.5).
func (m *integrity) sum(msg []byte) [sha1.Size]byte {
	var buf [sha1.BlockSize + maxCheck]byte
	copy(buf[:], m.inner[:])
	n := copy(buf[sha1.BlockSize:], msg)
	binary.BigEndian.PutUint16(buf[sha1.BlockSize+2:], uint16(len(msg)-stunHeader+4+sha1.Size))
	sum := sha1.Sum(buf[:sha1.BlockSize+n])
	var last [sha1.BlockSize + sha1.Size]byte
	copy(last[:], m.outer[:])
	copy(last[sha1.BlockSize:], sum[:])
	return sha1.Sum(last[:])
}

// verify tells whether the check was made with our password.
func (a *agent) verify(c *check) bool {
	sum := a.mac.sum(c.raw[:c.integrity])
	return hmac.Equal(sum[:], c.raw[c.integrity+4:c.integrity+4+sha1.Size])
}

// appendResponse appends the success response to a verified check that came from the address from.
func (a *agent) appendResponse(b []byte, c *check, from endpoint) []byte {
	start := len(b)
	b = binary.BigEndian.AppendUint16(b, bindingSuccess)
	b = append(b, 0, 0)
	b = append(b, c.raw[4:stunHeader]...) // cookie and transaction id
	b = appendXORAddress(b, b[start+4:start+stunHeader], from)

	sum := a.mac.sum(b[start:])
	b = binary.BigEndian.AppendUint32(b, attrMessageIntegrity<<16|sha1.Size)
	b = append(b, sum[:]...)

	// FINGERPRINT: the length counts it already (section 14.7)
	binary.BigEndian.PutUint16(b[start+2:], uint16(len(b)-start-stunHeader+8))
	crc := crc32.ChecksumIEEE(b[start:]) ^ stunFingerprint
	b = binary.BigEndian.AppendUint32(b, attrFingerprint<<16|4)
	return binary.BigEndian.AppendUint32(b, crc)
}

// appendXORAddress appends XOR-MAPPED-ADDRESS (section 14.2); key is cookie and transaction id.
func appendXORAddress(b, key []byte, from endpoint) []byte {
	family, ip := byte(2), from.v6()
	address := ip[:]
	if from.is4() {
		family, address = 1, ip[12:]
	}
	b = binary.BigEndian.AppendUint16(b, attrXORMappedAddress)
	b = binary.BigEndian.AppendUint16(b, uint16(4+len(address)))
	b = append(b, 0, family)
	b = binary.BigEndian.AppendUint16(b, from.port^(stunMagic>>16))
	for i, octet := range address {
		b = append(b, octet^key[i])
	}
	return b
}
