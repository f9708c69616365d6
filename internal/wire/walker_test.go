package wire

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"konklave/internal/sfu/codec"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// walker is a client with bare sockets, as light as it can be: it publishes, keeps count of what comes, asks for what is
// missing, tells what came, and moves to other addresses. Of ICE it has the checks, and its keys are those of all tests.
type walker struct {
	t         *testing.T
	local     Credentials
	server    *net.UDPAddr
	transport *Transport
	checked   chan struct{}
	work      sync.WaitGroup
	stop      context.CancelFunc

	mu         sync.Mutex
	conns      []*net.UDPConn // that it has had; those of before are still read
	conn       *net.UDPConn   // that it sends from
	open, seal *srtp.Context
	chance     *rand.Rand
	loss       float64 // share of packets, both ways
	lost       int
	came       map[uint32]*arrived // by SSRC
	recorder   *twcc.Recorder
	sent       map[uint32]map[uint16]*rtp.Packet // by SSRC and number, to be sent again
	again      uint16                            // number of the last packet sent again
	wished     map[uint32]bool                   // streams of which a key frame is wanted
}

// arrived is one stream that comes.
type arrived struct {
	highest uint16
	missing map[uint16]time.Time // when each may be asked for, by number
	pieces  map[piece]int        // how often each came
}

// piece names a packet by what its publisher wrote into it.
type piece struct {
	layer  uint8
	number uint32
}

func newWalker(t *testing.T, w *Wire, seed uint64) *walker {
	t.Helper()
	c := &walker{
		t: t, local: NewCredentials(), server: net.UDPAddrFromAddrPort(w.Candidates()[0].Addr), checked: make(chan struct{}, 1),
		open: testContext(t), seal: testContext(t), chance: rand.New(rand.NewPCG(seed, 3)), came: make(map[uint32]*arrived),
		recorder: twcc.NewRecorder(9), sent: make(map[uint32]map[uint16]*rtp.Packet), wished: make(map[uint32]bool),
	}
	c.transport = w.NewTransport(TransportParams{Local: c.local})
	c.move()
	ready := make(chan struct{})
	c.transport.post(func(*shard) {
		c.transport.open, c.transport.seal = testOpener(t), testSealer(t)
		close(ready)
	})
	await(t, ready, "keys")
	var ctx context.Context
	ctx, c.stop = context.WithCancel(context.Background())
	c.work.Go(func() { c.ask(ctx) })
	t.Cleanup(c.leave)
	return c
}

// leave ends the client; it may be called twice.
func (c *walker) leave() {
	c.stop()
	c.transport.Close()
	<-c.transport.gone
	c.mu.Lock()
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	c.conns = nil
	c.mu.Unlock()
	c.work.Wait()
}

// move nominates another address of its own and goes on from there.
func (c *walker) move() {
	c.t.Helper()
	conn, err := net.DialUDP("udp4", nil, c.server)
	if err != nil {
		c.t.Error(err)
		return
	}
	_ = conn.SetReadBuffer(4 << 20)
	c.mu.Lock()
	c.conns = append(c.conns, conn)
	priority := binary.BigEndian.AppendUint32(nil, uint32(100+len(c.conns)))
	c.mu.Unlock()
	c.work.Go(func() { c.read(conn) })
	for limit := time.Now().Add(patience); ; {
		check := request(c.local.Ufrag, c.local.Pwd, rawAttribute{attrPriority, priority}, rawAttribute{attrUseCandidate, nil})
		if _, err := conn.Write(check); err != nil {
			c.t.Error(err)
			return
		}
		select {
		case <-c.checked:
			c.mu.Lock()
			c.conn = conn
			c.mu.Unlock()
			return
		case <-time.After(100 * time.Millisecond):
		}
		if time.Now().After(limit) {
			c.t.Error("a check has no answer")
			return
		}
	}
}

func (c *walker) read(conn *net.UDPConn) {
	buf := make([]byte, 2048)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		c.mu.Lock()
		switch b := buf[:n]; {
		case isSTUN(b):
			select {
			case c.checked <- struct{}{}:
			default:
			}
		case isRTCP(b):
			c.onRTCP(b)
		case isRTP(b):
			c.onRTP(b)
		}
		c.mu.Unlock()
	}
}

// loses tells whether a packet is to get lost.
func (c *walker) loses() bool {
	if c.loss == 0 || c.chance.Float64() >= c.loss {
		return false
	}
	c.lost++
	return true
}

func (c *walker) onRTP(b []byte) {
	if c.loses() {
		return
	}
	plain, err := c.open.DecryptRTP(nil, b, nil)
	var p rtp.Packet
	if err == nil {
		err = p.Unmarshal(plain)
	}
	if err != nil {
		c.t.Errorf("a packet does not open: %v", err)
		return
	}
	now := time.Now()
	if number := p.GetExtension(numbersID); len(number) == 2 {
		c.recorder.Record(p.SSRC, binary.BigEndian.Uint16(number), now.UnixMicro())
	}
	repeated := p.PayloadType == 97 && len(p.Payload) > 2 // RFC 4588
	if repeated {
		p.SSRC, p.SequenceNumber, p.Payload = p.SSRC-1, binary.BigEndian.Uint16(p.Payload), p.Payload[2:]
	}
	s := c.came[p.SSRC]
	if s == nil {
		s = &arrived{highest: p.SequenceNumber, missing: make(map[uint16]time.Time), pieces: make(map[piece]int)}
		c.came[p.SSRC] = s
	}
	for int16(p.SequenceNumber-s.highest) > 0 {
		s.highest++
		s.missing[s.highest] = now
	}
	if _, missing := s.missing[p.SequenceNumber]; repeated && !missing {
		return // asked for twice
	}
	delete(s.missing, p.SequenceNumber)
	if end := len(p.Payload) - 5; end > 0 {
		s.pieces[piece{p.Payload[end], binary.BigEndian.Uint32(p.Payload[end+1:])}]++
	}
}

// ask asks for what is missing and tells what came, until the client leaves.
func (c *walker) ask(ctx context.Context) {
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-pace.C:
			c.mu.Lock()
			list := c.recorder.BuildFeedbackPacket()
			for ssrc, s := range c.came {
				var due []uint16
				for number, at := range s.missing {
					if now.After(at) {
						due = append(due, number)
						s.missing[number] = now.Add(50 * time.Millisecond)
					}
				}
				if len(due) > 0 {
					list = append(list, &rtcp.TransportLayerNack{MediaSSRC: ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(due)})
				}
			}
			for _, p := range list {
				raw, _ := p.Marshal()
				if sealed, err := c.seal.EncryptRTCP(nil, raw, nil); err == nil {
					_, _ = c.conn.Write(sealed)
				}
			}
			c.mu.Unlock()
		}
	}
}

// onRTCP does what the server asks for of what the client publishes.
func (c *walker) onRTCP(b []byte) {
	plain, err := c.open.DecryptRTCP(nil, b, nil)
	if err != nil {
		c.t.Errorf("a report does not open: %v", err)
		return
	}
	list, _ := rtcp.Unmarshal(plain)
	for _, p := range list {
		switch p := p.(type) {
		case *rtcp.PictureLossIndication:
			c.wished[p.MediaSSRC] = true
		case *rtcp.TransportLayerNack:
			for _, pair := range p.Nacks {
				for _, number := range pair.PacketList() {
					c.sendAgain(c.sent[p.MediaSSRC][number])
				}
			}
		}
	}
}

// sendAgain repeats a packet: pictures by RTX on the next SSRC, sound as it was.
func (c *walker) sendAgain(p *rtp.Packet) {
	if p == nil {
		return
	}
	repeated := *p
	if p.PayloadType == 96 {
		c.again++
		repeated.PayloadType, repeated.SSRC, repeated.SequenceNumber = 97, p.SSRC+1, c.again
		repeated.Payload = append(binary.BigEndian.AppendUint16(nil, p.SequenceNumber), p.Payload...)
	}
	c.write(&repeated)
}

// write seals a packet and sends it, unless it gets lost.
func (c *walker) write(p *rtp.Packet) {
	if c.loses() {
		return
	}
	raw, err := p.Marshal()
	if err != nil {
		c.t.Error(err)
		return
	}
	if sealed, err := c.seal.EncryptRTP(nil, raw, nil); err == nil {
		_, _ = c.conn.Write(sealed)
	}
}

// packetsOf is how many packets a picture has.
const packetsOf = 4

// send sends one picture, or one packet of sound, of a stream. Pictures are key frames where one is wanted.
func (c *walker) send(kind codec.Kind, ssrc uint32, layer uint8, picture int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	packets, payloadType, clock := packetsOf, uint8(96), uint32(1800)
	if kind == codec.Audio {
		packets, payloadType, clock = 1, 111, 960
	}
	if c.sent[ssrc] == nil {
		c.sent[ssrc] = make(map[uint16]*rtp.Packet)
	}
	key := picture == 0 || c.wished[ssrc]
	c.wished[ssrc] = false
	for n := range packets {
		number := picture*packets + n
		payload := make([]byte, 150+50*int(layer))
		if n == 0 && kind == codec.Video {
			payload[0], payload[1] = 0x10, 0x01
			if key {
				copy(payload[1:], []byte{0x00, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 64, 0})
			}
		}
		payload[len(payload)-5] = layer
		binary.BigEndian.PutUint32(payload[len(payload)-4:], uint32(number))
		p := &rtp.Packet{Header: rtp.Header{
			Version: 2, PayloadType: payloadType, SequenceNumber: uint16(number), Timestamp: uint32(picture) * clock, SSRC: ssrc, Marker: n == packets-1,
		}, Payload: payload}
		c.sent[ssrc][p.SequenceNumber] = p
		c.write(p)
	}
}
