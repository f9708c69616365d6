package wire

import (
	"encoding/binary"
	"net"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// roamer is a client with a bare socket: it checks by hand, so the test can move it.
type roamer struct {
	t     *testing.T
	w     *Wire
	local Credentials
}

// check nominates this address and waits for the answer.
func (r roamer) check(conn *net.UDPConn, priority uint32) {
	r.t.Helper()
	prio := binary.BigEndian.AppendUint32(nil, priority)
	_, err := conn.Write(request(r.local.Ufrag, r.local.Pwd, rawAttribute{attrPriority, prio}, rawAttribute{attrUseCandidate, nil}))
	if err != nil {
		r.t.Fatal(err)
	}
	for {
		if b := receive(r.t, conn); isSTUN(b) {
			return
		}
	}
}

func receive(t *testing.T, conn *net.UDPConn) []byte {
	t.Helper()
	buf := make([]byte, 2048)
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	n, err := conn.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	return buf[:n]
}

// A peer that moves keeps its keys, even when its new address falls to another shard's socket: packets both ways go on.
func TestPeerMoves(t *testing.T) {
	w := testWire(t, Config{Shards: 2})
	r := roamer{t: t, w: w, local: NewCredentials()}
	transport := w.NewTransport(TransportParams{Local: r.local})
	seal, open := testContext(t), testContext(t)
	first := true
	handed := false
	for i := range 40 {
		conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(w.Candidates()[0].Addr))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		r.check(conn, uint32(100+i))
		if first {
			first = false
			transport.post(func(*shard) {
				transport.open, transport.seal = testOpener(t), testSealer(t)
			})
			forwarded(transport.Publish(upAudio(11), UpHandler{}))
			settleCommands(t, w)
		}
		transport.post(func(s *shard) {
			handed = handed || transport.selected.handed
			head, tail := testPacket(1, uint16(i), 200)
			transport.outgoing(1).SendRTP(head, tail)
		})
		for {
			b := receive(t, conn)
			if !isRTP(b) || isRTCP(b) {
				continue
			}
			plain, err := open.DecryptRTP(nil, b, &rtp.Header{})
			if err != nil || binary.BigEndian.Uint16(plain[2:]) != uint16(i) {
				t.Fatalf("address %d: %v", i, err)
			}
			break
		}
		// and the other way
		raw, _ := audioPacket(11, i).Marshal()
		sealed, _ := seal.EncryptRTP(nil, raw, nil)
		if _, err := conn.Write(sealed); err != nil {
			t.Fatal(err)
		}
		deadline := time.Now().Add(patience)
		for got := uint64(0); got != uint64(i+1); {
			if time.Now().After(deadline) {
				t.Fatalf("address %d: %d packets came", i, got)
			}
			count := make(chan uint64, 1)
			transport.post(func(*shard) { count <- transport.published[0].sections[0].up.Stats().Layers[0].Packets })
			got = await(t, count, "count")
		}
	}
	if !handed {
		t.Error("no address fell to the other shard")
	}
	settleCommands(t, w)
	transport.Close()
	await(t, transport.gone, "leaving")
	settleCommands(t, w)
	for i, s := range w.shards {
		left := make(chan int, 1)
		s.post(func(s *shard) { left <- len(s.paths) })
		if n := await(t, left, "paths"); n != 0 {
			t.Errorf("shard %d keeps %d addresses", i, n)
		}
	}
}

// A ClientHello right behind the check that proves its address, in the same batch, is kept for the handshake.
func TestHandshakeBehindItsCheckIsKept(t *testing.T) {
	s := still(t, Config{})
	local := NewCredentials()
	transport := s.wire.NewTransport(TransportParams{Local: local})
	transport.secure.begin.Do(func() {}) // nobody else reads what is kept
	from := endpoint{lo: mappedPrefix | 0x7f000001, port: 9}
	hello := append([]byte{22, 254, 253}, make([]byte, 60)...)
	s.deliverFrom(request(local.Ufrag, local.Pwd), from, localIP{}, nil)
	s.deliverFrom(hello, from, localIP{}, nil)
	s.turn()
	_ = transport.secure.in.SetReadDeadline(time.Now().Add(patience))
	buf := make([]byte, 100)
	if n, err := transport.secure.in.Read(buf); err != nil || n != len(hello) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// A check that reaches the owner too late, or does not fit into its mailbox, leaves nothing behind.
func TestHandedAddressesAreForgotten(t *testing.T) {
	w := testWire(t, Config{Shards: 2})
	local := NewCredentials()
	transport := w.NewTransport(TransportParams{Local: local})
	owner, other := w.shards[0], w.shards[1]
	transport.claim(owner)
	settleCommands(t, w)
	from := endpoint{lo: mappedPrefix | 0x7f000001, port: 9}
	check := func() (paths int) {
		left := make(chan int, 1)
		other.post(func(s *shard) {
			s.onSTUN(&datagram{data: request(local.Ufrag, local.Pwd), from: from, port: s.ports[0]})
			left <- len(s.paths)
		})
		return await(t, left, "paths")
	}
	owner.mail.mu.Lock()
	made, free := owner.mail.made, owner.mail.free
	owner.mail.made, owner.mail.free = maxParcels, nil // full
	owner.mail.mu.Unlock()
	if n := check(); n != 0 {
		t.Errorf("%d addresses are handed over although the owner does not know of them", n)
	}
	owner.mail.mu.Lock()
	owner.mail.made, owner.mail.free = made, free
	owner.mail.mu.Unlock()

	if n := check(); n != 1 {
		t.Fatalf("%d addresses are handed over", n)
	}
	settleCommands(t, w)
	owner.post(func(s *shard) { delete(s.paths, from); transport.paths = nil }) // as if the check had come too late
	transport.Close()
	await(t, transport.gone, "leaving")
	settleCommands(t, w)
	left := make(chan int, 1)
	other.post(func(s *shard) { left <- len(s.paths) })
	if n := await(t, left, "paths"); n != 0 {
		t.Errorf("%d addresses are left", n)
	}
}
