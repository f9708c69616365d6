// Package wire stub: the exported API, bodies follow.
package wire

import (
	"errors"
	"log/slog"
	"net/netip"

	"konklave/internal/sfu"
)

type Config struct {
	Bind                  []netip.Addr
	UDPPort, TCPPort      uint16
	Announce              []netip.Addr
	Shards                int
	NoGSO, NoGRO, NoBatch bool
}

type Candidate struct {
	Proto      string // "udp" or "tcp"
	Addr       netip.AddrPort
	Priority   uint32
	Foundation string
	TCPType    string // "passive" for tcp, else ""
}

type Wire struct{}

func Listen(cfg Config, log *slog.Logger) (*Wire, error) { return nil, errors.New("not yet") }
func (w *Wire) Candidates() []Candidate                  { return nil }
func (w *Wire) Fingerprint() string                      { return "" }
func (w *Wire) Stats() Stats                             { return Stats{} }
func (w *Wire) Close() error                             { return nil }

type Stats struct {
	PacketsIn, BytesIn, PacketsOut, BytesOut uint64
}

type Credentials struct{ Ufrag, Pwd string }

func NewCredentials() Credentials { return Credentials{} }

type DTLSRole uint8

const (
	Passive DTLSRole = iota
	Active
)

type Channel uint8

const (
	Reliable Channel = iota
	Lossy
)

type Handler struct {
	OnConnected   func()
	OnClosed      func(err error)
	OnData        func(ch Channel, msg []byte)
	OnChannelOpen func(ch Channel)
}

type TransportParams struct {
	Local, Remote     Credentials
	RemoteFingerprint string // as in a=fingerprint: "sha-256 AB:CD..."
	Role              DTLSRole
	Handler           Handler
}

var (
	ErrFull    = errors.New("channel buffer full")
	ErrNotOpen = errors.New("channel not open")
	ErrTooBig  = errors.New("message too big")
	ErrClosed  = errors.New("transport closed")
	ErrConsent = errors.New("consent lost")
)

type Transport struct{}

func (w *Wire) NewTransport(p TransportParams) *Transport           { return &Transport{} }
func (t *Transport) RestartICE(local, remote Credentials)           {}
func (t *Transport) Send(ch Channel, msg []byte) error              { return nil }
func (t *Transport) Publish(p sfu.UpParams, h UpHandler) *Published { return &Published{} }
func (t *Transport) Stats() TransportStats                          { return TransportStats{} }
func (t *Transport) Close()                                         {}
func (t *Transport) Subscribe(src *Published, p sfu.DownParams, s sfu.DownSettings) *Subscribed {
	return &Subscribed{}
}

type TransportStats struct {
	RTT  int64   // nanoseconds, 0 unknown
	Loss float64 // fraction of our packets the peer reports lost, 0 to 1
}

type UpHandler struct {
	OnLayer func(layer int8, ssrc uint32)
}

type Published struct{}

func (p *Published) SetForwarding(on bool)             {}
func (p *Published) SetMuted(on bool)                  {}
func (p *Published) Level() (level uint8, active bool) { return 127, false }
func (p *Published) Stats() PublishedStats             { return PublishedStats{} }
func (p *Published) Close()                            {}

type PublishedStats struct{ Packets, Bytes, Lost uint64 }

type Subscribed struct{}

func (s *Subscribed) Set(sfu.DownSettings)   {}
func (s *Subscribed) Stats() SubscribedStats { return SubscribedStats{} }
func (s *Subscribed) Close()                 {}

type SubscribedStats struct{ Packets, Bytes uint64 }
