// Package raw owns the yardstick of the benchmark: a forwarder that does nothing but what none can do without. It opens
// each packet, writes another SSRC and number into its header, seals it for each receiver and sends it, frames in
// trains (GSO), many destinations with one system call. Its signalling is the least of LiveKit's that the clients of
// package load need: they join, publish, and get everything of everybody else.
//
// It is a measure, not a server: it trusts everybody, answers no NACK, keeps no history, asks for no key frames and
// forgets nobody before it ends.
package raw

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"
)

// Serve forwards until the context ends. It prints the address of its signalling as our server does.
func Serve(ctx context.Context, out io.Writer) error {
	certificate, fingerprint, err := newCertificate()
	if err != nil {
		return fmt.Errorf("making a certificate: %w", err)
	}
	f, err := newForwarder(certificate)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	s := &signalling{forwarder: f, fingerprint: fingerprint}
	server := &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() { _ = server.Serve(listener) }()
	w := bufio.NewWriter(out)
	fmt.Fprintf(w, "ready: http://localhost:%d\nmetrics  none\n", listener.Addr().(*net.TCPAddr).Port)
	if err := w.Flush(); err != nil {
		return err
	}
	f.run(ctx)
	return server.Close()
}

func newCertificate() (c tls.Certificate, fingerprint string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return c, "", err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return c, "", err
	}
	var digits []string
	for _, b := range sha256.Sum256(der) {
		digits = append(digits, fmt.Sprintf("%02X", b))
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, "sha-256 " + strings.Join(digits, ":"), nil
}
