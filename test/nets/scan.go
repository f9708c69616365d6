package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

// findings are what a scan for an open relay says: how much was tried, and what should have been refused and was not.
type findings struct {
	Tried int      `json:"tried"`
	Open  []string `json:"open"`
}

func (f *findings) note(refused bool, format string, args ...any) {
	f.Tried++
	if !refused {
		f.Open = append(f.Open, fmt.Sprintf(format, args...))
	}
}

// scan joins with a token, as a participant who means ill, and tries by every way to the relay to get in without right
// credentials, and with them to reach these addresses.
func scan(server, token string, targets []string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	p, err := testkit.Join(ctx, testkit.Options{URL: server, Token: token})
	if err != nil {
		return err
	}
	defer p.Close()
	var servers []*lkpb.ICEServer
	p.Look(func(v *testkit.View) { servers = v.Join.GetIceServers() })
	f := findings{Open: []string{}}
	for _, s := range servers {
		for _, url := range s.GetUrls() {
			if err := f.try(url, s.GetUsername(), s.GetCredential(), targets); err != nil {
				return fmt.Errorf("%s: %w", url, err)
			}
		}
	}
	return json.NewEncoder(out).Encode(f)
}

// try tries one way to the relay.
func (f *findings) try(url, user, password string, targets []string) error {
	_, name, _ := strings.Cut(user, ":")
	past := strconv.FormatInt(time.Now().Add(-time.Minute).Unix(), 10)
	for why, c := range map[string][2]string{
		"no credentials": {"", ""}, "another password": {user, "guess"}, "a user made up": {"nobody", password},
		"expired": {past + ":" + name, password},
	} {
		err := withClient(url, c[0], c[1], func(client *turn.Client, _ func(netip.AddrPort) error) error {
			_, err := client.Allocate()
			return err
		})
		f.note(err != nil, "%s: %s", url, why)
	}
	return withClient(url, user, password, func(client *turn.Client, send func(netip.AddrPort) error) error {
		relayed, err := client.Allocate()
		if err != nil {
			return err // with right credentials it must succeed, or nothing was tried
		}
		defer relayed.Close()
		for _, target := range targets {
			to, err := netip.ParseAddrPort(target)
			if err != nil {
				return err
			}
			f.note(client.CreatePermission(net.UDPAddrFromAddrPort(to)) != nil, "%s: permission for %s", url, to)
			if err := send(to); err != nil { // whether it arrives is for the network to tell
				return err
			}
		}
		return nil
	})
}

// withClient uses a TURN client, and beside it a way to send without asking for permission first.
func withClient(url, user, password string, use func(*turn.Client, func(netip.AddrPort) error) error) error {
	conn, at, err := dial(url)
	if err != nil {
		return err
	}
	defer conn.Close()
	logs := logging.NewDefaultLoggerFactory()
	logs.DefaultLogLevel = logging.LogLevelDisabled
	client, err := turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: at.String(), TURNServerAddr: at.String(), Conn: conn, Username: user, Password: password,
		RTO: 100 * time.Millisecond, LoggerFactory: logs,
	})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Listen(); err != nil {
		return err
	}
	return use(client, func(to netip.AddrPort) error {
		m, err := stun.Build(stun.TransactionID, stun.NewType(stun.MethodSend, stun.ClassIndication),
			peer(to), stun.RawAttribute{Type: stun.AttrData, Value: []byte("is this relay open?")})
		if err != nil {
			return err
		}
		_, err = conn.WriteTo(m.Raw, at)
		return err
	})
}

// peer is the attribute that says to whom a Send indication is (RFC 8656 section 18.3).
type peer netip.AddrPort

// AddTo implements stun.Setter.
func (p peer) AddTo(m *stun.Message) error {
	at := netip.AddrPort(p)
	return stun.XORMappedAddress{IP: at.Addr().AsSlice(), Port: int(at.Port())}.AddToAs(m, stun.AttrXORPeerAddress)
}

// dial connects to a relay by what its URL says (RFC 7065), with an address for a host.
func dial(url string) (net.PacketConn, net.Addr, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	host, query, _ := strings.Cut(rest, "?")
	switch {
	case scheme == "turns":
		c, err := tls.Dial("tcp", host, nil)
		if err != nil {
			return nil, nil, err
		}
		return turn.NewSTUNConn(c), c.RemoteAddr(), nil
	case scheme == "turn" && query == "transport=tcp":
		c, err := net.Dial("tcp", host)
		if err != nil {
			return nil, nil, err
		}
		return turn.NewSTUNConn(c), c.RemoteAddr(), nil
	case scheme == "turn":
		at, err := net.ResolveUDPAddr("udp", host)
		if err != nil {
			return nil, nil, err
		}
		network := "udp6" // what is allocated is of the family of the socket
		if at.IP.To4() != nil {
			network = "udp4"
		}
		c, err := net.ListenPacket(network, ":0")
		return c, at, err
	}
	return nil, nil, errors.New("unknown scheme")
}
