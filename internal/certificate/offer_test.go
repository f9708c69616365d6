package certificate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"slices"
	"testing"
	"time"
)

// shake does one handshake between a client and the server's configuration, and gives what was agreed on.
func shake(t *testing.T, pair *tls.Certificate, client *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0") // a net.Pipe has no buffers, and both sides of a handshake may write
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		far, err := listener.Accept()
		if err != nil {
			return
		}
		defer far.Close()
		server := tls.Server(far, Config(func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return pair, nil }))
		if server.Handshake() == nil {
			_, _ = io.WriteString(server, "hello")
		}
	}()
	near, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	client.InsecureSkipVerify = true
	conn := tls.Client(near, client)
	_, err = io.ReadFull(conn, make([]byte, 5))
	return conn.ConnectionState(), err
}

// pairs are certificates with a key of each kind.
func pairs(t *testing.T) map[string]*tls.Certificate {
	t.Helper()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	long, err := rsa.GenerateKey(rand.Reader, 2048) // fast to make; its length does not matter here
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	made := map[string]*tls.Certificate{}
	for kind, key := range map[string]crypto.Signer{"ECDSA": curve, "RSA": long} {
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		made[kind] = &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	return made
}

// TestOffer tries every version, suite and curve that crypto/tls knows, each alone, and lists what works: what BSI
// TR-02102-2 recommends of it, and nothing else. The suites of 1.3 cannot be told to crypto/tls, neither here nor in the
// server: they are AES-GCM, and ChaCha20 for clients that prefer it (docs/adr/0012).
func TestOffer(t *testing.T) {
	made := pairs(t)
	var versions []string
	for _, v := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		if _, err := shake(t, made["ECDSA"], &tls.Config{MinVersion: v, MaxVersion: v}); err == nil {
			versions = append(versions, tls.VersionName(v))
		}
	}
	if want := []string{"TLS 1.2", "TLS 1.3"}; !slices.Equal(versions, want) {
		t.Errorf("speaks %q, want %q", versions, want)
	}

	var suites []string
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		for _, kind := range []string{"ECDSA", "RSA"} {
			offer := &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{s.ID}}
			if _, err := shake(t, made[kind], offer); err == nil && slices.Contains(s.SupportedVersions, tls.VersionTLS12) {
				suites = append(suites, s.Name)
			}
		}
	}
	slices.Sort(suites)
	want := []string{
		"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
		"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
	}
	if !slices.Equal(suites, want) {
		t.Errorf("TLS 1.2 has the suites %q, want %q", suites, want)
	}

	for version, want := range map[uint16][]tls.CurveID{
		tls.VersionTLS12: {tls.CurveP256, tls.CurveP384, tls.CurveP521},
		tls.VersionTLS13: {tls.CurveP256, tls.CurveP384, tls.CurveP521, tls.SecP256r1MLKEM768, tls.X25519MLKEM768, tls.SecP384r1MLKEM1024},
	} {
		var curves []tls.CurveID
		for _, c := range []tls.CurveID{
			tls.CurveP256, tls.CurveP384, tls.CurveP521, tls.X25519, tls.SecP256r1MLKEM768, tls.X25519MLKEM768, tls.SecP384r1MLKEM1024,
		} {
			offer := &tls.Config{MinVersion: version, MaxVersion: version, CurvePreferences: []tls.CurveID{c}}
			if _, err := shake(t, made["ECDSA"], offer); err == nil {
				curves = append(curves, c)
			}
		}
		if !slices.Equal(curves, want) {
			t.Errorf("%s agrees on keys by %v, want %v", tls.VersionName(version), curves, want)
		}
	}
}

// TestKeysAreAgreedOnAsBrowsersDo takes the curves of Chromium and Firefox in their order: ML-KEM is in use, and who does
// not know it gets a curve of the recommendation.
func TestKeysAreAgreedOnAsBrowsersDo(t *testing.T) {
	pair := pairs(t)["ECDSA"]
	for _, c := range []struct {
		client []tls.CurveID
		want   tls.CurveID
	}{
		{[]tls.CurveID{tls.X25519MLKEM768, tls.X25519, tls.CurveP256, tls.CurveP384}, tls.X25519MLKEM768},
		{[]tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384}, tls.CurveP256},
	} {
		got, err := shake(t, pair, &tls.Config{CurvePreferences: c.client})
		if err != nil || got.CurveID != c.want || got.Version != tls.VersionTLS13 {
			t.Errorf("%v: %v over %s, %v", c.client, got.CurveID, tls.VersionName(got.Version), err)
		}
		if got.CipherSuite != tls.TLS_AES_128_GCM_SHA256 && got.CipherSuite != tls.TLS_AES_256_GCM_SHA384 {
			t.Errorf("%v: %s where both sides have AES in hardware, or neither has", c.client, tls.CipherSuiteName(got.CipherSuite))
		}
	}
}
