package link

import (
	"bytes"
	"errors"
	"testing"

	"github.com/pion/dtls/v3"
	"github.com/pion/transport/v4/packetio"
)

// Two ends get keys of each other: what one seals, only the other opens, and it is as much longer as they say.
func TestHandshake(t *testing.T) {
	for name, c := range map[string]struct {
		more []dtls.Option
		tag  int
	}{
		"as usual":   {nil, 16},
		"by counter": {[]dtls.Option{dtls.WithSRTPProtectionProfiles(dtls.SRTP_AES128_CM_HMAC_SHA1_80)}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			client, server := packetio.NewBuffer(), packetio.NewBuffer()
			type end struct {
				keys Keys
				err  error
			}
			run := func(in, out *packetio.Buffer, awaits bool, more ...dtls.Option) <-chan end {
				certificate, _, err := NewCertificate()
				if err != nil {
					t.Fatal(err)
				}
				send := func(b []byte) error {
					_, err := out.Write(b)
					return err
				}
				conn, err := Associate(Datagrams{In: in, Send: send}, certificate, awaits, more...)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = conn.Close() })
				done := make(chan end, 1)
				go func() {
					k, err := Handshake(t.Context(), conn, awaits)
					done <- end{k, err}
				}()
				return done
			}
			waits := run(server, client, true)
			begins := run(client, server, false, c.more...)
			a, b := <-begins, <-waits
			if err := errors.Join(a.err, b.err); err != nil {
				t.Fatal(err)
			}
			plain := append([]byte{0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1}, "said"...)
			for _, way := range [][2]Keys{{a.keys, b.keys}, {b.keys, a.keys}} {
				sealed, err := way[0].Seal.EncryptRTP(nil, plain, nil)
				if err != nil {
					t.Fatal(err)
				}
				if len(sealed) != len(plain)+c.tag || way[0].Tag != c.tag {
					t.Errorf("sealing adds %d bytes, and %d are told", len(sealed)-len(plain), way[0].Tag)
				}
				if _, err := way[0].Open.DecryptRTP(nil, sealed, nil); err == nil {
					t.Error("who sealed it opens it")
				}
				if opened, err := way[1].Open.DecryptRTP(nil, sealed, nil); err != nil || !bytes.Equal(opened, plain) {
					t.Errorf("got %x: %v", opened, err)
				}
			}
		})
	}
}
