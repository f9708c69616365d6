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
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"konklave/bench/link"
)

// Serve forwards until the context ends. It prints the address of its signalling as our server does.
func Serve(ctx context.Context, out io.Writer) error {
	certificate, fingerprint, err := link.NewCertificate()
	if err != nil {
		return err
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
