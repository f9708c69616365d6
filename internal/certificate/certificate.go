// Package certificate owns the certificate that the server shows to browsers: from the operator's files, read anew when
// they change, from an authority that is asked for it (ACME), or signed by itself and kept in the data directory. It also
// says which TLS is spoken.
//
// It must not listen or serve, and knows nothing of what goes through the connections.
package certificate

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// Config is TLS as BSI TR-02102-2 recommends it, as far as crypto/tls can be told (docs/adr/0012): version 1.2 or 1.3, in
// 1.2 only ephemeral ECDH with AES-GCM; the suites of 1.3 are fixed. Keys are agreed on over the curves of the
// recommendation, or by ML-KEM and a curve together. get gives the certificate for each handshake.
// https://www.bsi.bund.de/dok/TR-02102-2
func Config(get func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		},
		CurvePreferences: []tls.CurveID{
			tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024, tls.CurveP256, tls.CurveP384, tls.CurveP521,
		},
		GetCertificate: get,
		NextProtos:     []string{"http/1.1"}, // WebSockets need it; a page has few files
	}
}

// Fingerprint is the SHA-256 of a certificate as browsers show it: pairs of hexadecimal digits with colons between.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

// parse makes a pair of PEM texts ready for handshakes. Its errors say which of the two is wrong, and never what a key
// holds.
func parse(chain, key []byte) (*tls.Certificate, error) {
	if block, _ := pem.Decode(chain); block == nil {
		return nil, errors.New("the certificate has no whole PEM block, which begins with -----BEGIN: it may be DER (openssl x509 -inform der), or not be written to its end")
	}
	block, _ := pem.Decode(key)
	if block == nil {
		return nil, errors.New("the key has no whole PEM block, which begins with -----BEGIN: it may be DER (openssl pkey -inform der), or not be written to its end")
	}
	if strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "" {
		return nil, errors.New("the key is locked by a passphrase, which nobody can type here: write it without one (openssl pkey -in KEY -out NEW)")
	}
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "tls: "))
	}
	if pair.Leaf == nil {
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return nil, fmt.Errorf("reading the certificate: %w", err)
		}
	}
	return &pair, nil
}
