package wire

import (
	"testing"

	"github.com/pion/dtls/v3"
)

func TestConnect(t *testing.T) {
	for _, c := range []struct {
		name    string
		options peerOptions
		want    dtls.SRTPProtectionProfile
	}{
		{"passive", peerOptions{role: Passive}, dtls.SRTP_AEAD_AES_128_GCM},
		{"active", peerOptions{role: Active}, dtls.SRTP_AEAD_AES_128_GCM},
		{"passive prefers GCM", peerOptions{profiles: []dtls.SRTPProtectionProfile{
			dtls.SRTP_AES128_CM_HMAC_SHA1_80, dtls.SRTP_AEAD_AES_256_GCM}}, dtls.SRTP_AEAD_AES_256_GCM},
		{"SHA1 only", peerOptions{profiles: []dtls.SRTPProtectionProfile{
			dtls.SRTP_AES128_CM_HMAC_SHA1_80}}, dtls.SRTP_AES128_CM_HMAC_SHA1_80},
		{"passive over TCP", peerOptions{network: "tcp"}, dtls.SRTP_AEAD_AES_128_GCM},
		{"active over TCP", peerOptions{network: "tcp", role: Active}, dtls.SRTP_AEAD_AES_128_GCM},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := testWire(t, Config{TCPPort: freeTCPPort(t)})
			p := newPeer(t, w, c.options).ready()
			if p.profile != c.want {
				t.Errorf("SRTP profile %v, want %v", p.profile, c.want)
			}
		})
	}
}
