package testkit

import (
	"crypto/tls"
	"fmt"
	"net"
	"strings"

	"github.com/pion/webrtc/v4"

	"konklave/internal/signal/lkpb"
)

// takeRelay has media go by the server's relay only, where that is wanted.
func (p *Participant) takeRelay(servers []*lkpb.ICEServer) {
	if p.opts.Relayed == "" {
		return
	}
	var found []webrtc.ICEServer
	for _, s := range servers {
		for _, u := range s.GetUrls() {
			if relayedOver(u) == p.opts.Relayed {
				found = append(found, webrtc.ICEServer{URLs: []string{u}, Username: s.GetUsername(), Credential: s.GetCredential()})
			}
		}
	}
	for _, pc := range []*webrtc.PeerConnection{p.pc, p.receiver} {
		if pc == nil {
			continue
		}
		err := pc.SetConfiguration(webrtc.Configuration{ICEServers: found, ICETransportPolicy: webrtc.ICETransportPolicyRelay})
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("the server has no relay over %s", p.opts.Relayed)
		}
		if err != nil {
			p.change(func(v *View) { v.Failure = err })
		}
	}
}

// relayedOver is the protocol of a relay's address.
func relayedOver(url string) string {
	if strings.HasPrefix(url, "turns:") {
		return "tls"
	}
	_, transport, _ := strings.Cut(url, "?transport=")
	return transport
}

// relayDialer opens connections to the relay.
type relayDialer struct{ opts Options }

// Dial implements proxy.Dialer.
func (d relayDialer) Dial(network, address string) (net.Conn, error) {
	var conn net.Conn
	var err error
	if d.opts.Dial != nil {
		conn, err = d.opts.Dial(address)
	} else {
		conn, err = net.Dial("tcp", address)
	}
	if err == nil && d.opts.Relayed == "tls" {
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
	}
	return conn, err
}

// Paths are the kinds of the client's candidates that its PeerConnections chose, such as "relay".
func (p *Participant) Paths() (kinds []string) {
	for _, pc := range []*webrtc.PeerConnection{p.pc, p.receiver} {
		if pc == nil {
			continue
		}
		pair, err := pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
		if err == nil && pair != nil {
			kinds = append(kinds, pair.Local.Typ.String())
		}
	}
	return kinds
}
