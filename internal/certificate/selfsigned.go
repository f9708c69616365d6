package certificate

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	selfSignedFile = "self-signed.pem"
	// Browsers refuse certificates that are good for longer, also those that a person has accepted.
	selfSignedFor = 397 * 24 * time.Hour
	renewBefore   = 30 * 24 * time.Hour
)

// SelfSigned is a certificate that the server signs itself, kept in a directory so that people who accepted it once are
// not asked again. It is safe for any goroutine.
type SelfSigned struct {
	path  string
	names []string
	now   func() time.Time
	log   *slog.Logger

	mu     sync.Mutex
	pair   *tls.Certificate
	failed bool // to be renewed, which was told to the log
}

// Own takes the certificate of the directory, or makes one when there is none for these names and addresses, or its
// time is nearly over.
func Own(dir string, names []string, now func() time.Time, log *slog.Logger) (*SelfSigned, error) {
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	s := &SelfSigned{path: filepath.Join(dir, selfSignedFile), names: names, now: now, log: log}
	if text, err := os.ReadFile(s.path); err == nil {
		if pair, err := parse(text, text); err == nil && isGood(pair.Leaf, s.names, now()) {
			s.pair = pair
			return s, nil
		}
	}
	var err error
	s.pair, err = s.make()
	return s, err
}

// Get is for tls.Config. Near the end of its time the certificate is made anew, and the log has the new fingerprint, which
// people will want to compare.
func (s *SelfSigned) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now().Before(s.pair.Leaf.NotAfter.Add(-renewBefore)) {
		return s.pair, nil
	}
	pair, err := s.make()
	if err == nil {
		s.pair, s.failed = pair, false
		s.log.Warn("the certificate was signed anew: browsers warn again", "fingerprint", Fingerprint(pair.Leaf))
		return pair, nil
	}
	if !s.failed { // it is tried again with the next handshake
		s.failed = true
		s.log.Error("the certificate cannot be signed anew", "why", err)
	}
	if s.now().Before(s.pair.Leaf.NotAfter) {
		return s.pair, nil
	}
	return nil, err
}

// State is how the certificate is now.
func (s *SelfSigned) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return State{Expires: s.pair.Leaf.NotAfter, Failing: s.failed}
}

// make makes a certificate and keeps it in the file.
func (s *SelfSigned) make() (*tls.Certificate, error) {
	text, err := makeSelfSigned(s.names, s.now())
	if err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	if err := replaceFile(s.path, text); err != nil {
		return nil, fmt.Errorf("the certificate cannot be kept in %s: %w", s.path, cause(err))
	}
	return parse(text, text)
}

// isGood tells whether a certificate is for all these names, and for some time to come.
func isGood(c *x509.Certificate, names []string, now time.Time) bool {
	for _, name := range names {
		if c.VerifyHostname(name) != nil {
			return false
		}
	}
	return now.After(c.NotBefore) && now.Before(c.NotAfter.Add(-renewBefore))
}

// makeSelfSigned gives certificate and key as PEM, in one text.
func makeSelfSigned(names []string, now time.Time) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)),
		Subject:      pkix.Name{CommonName: "Konklave, signed by itself"},
		NotBefore:    now.Add(-time.Hour), NotAfter: now.Add(selfSignedFor),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	for _, name := range names {
		if addr, err := netip.ParseAddr(name); err == nil {
			template.IPAddresses = append(template.IPAddresses, net.IP(addr.AsSlice()))
		} else {
			template.DNSNames = append(template.DNSNames, strings.ToLower(name))
		}
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	for _, block := range []*pem.Block{{Type: "CERTIFICATE", Bytes: cert}, {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := pem.Encode(&text, block); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// replaceFile writes a file that only its owner may read, all of it or nothing.
func replaceFile(path string, text []byte) error {
	next := path + ".new"
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, path)
}
