package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

func frameOf(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
}

func FuzzReadFrame(f *testing.F) {
	f.Add(append(frameOf([]byte("one")), frameOf(nil)...))
	f.Add([]byte{0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		var buf [datagramMax]byte
		var again []byte
		for {
			frame, err := readFrame(r, buf[:])
			if err != nil {
				break
			}
			again = append(again, frameOf(frame)...)
		}
		if !bytes.HasPrefix(b, again) {
			t.Error("frames are not what was sent")
		}
	})
}

// A connection that brings no valid check is closed, and sees no byte of ours.
func TestUncheckedConnectionIsClosed(t *testing.T) {
	port := freeTCPPort(t)
	w := testWire(t, Config{TCPPort: port}, func(l *limits) { l.tcpCheck = 100 * time.Millisecond })
	local := NewCredentials()
	w.NewTransport(TransportParams{Local: local})
	for _, b := range [][]byte{nil, frameOf(request(local.Ufrag, "wrong")), {0xff, 0xff, 0}, frameOf([]byte("GET / HTTP/1.1"))} {
		conn, err := net.Dial("tcp", w.Candidates()[1].Addr.String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write(b)
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("%d bytes, %v", n, err)
		} else if e, ok := err.(net.Error); ok && e.Timeout() {
			t.Error("connection stays open")
		}
		_ = conn.Close()
	}
}

// A connection that brought a valid check may be silent for longer than it may wait for the check.
func TestCheckedConnectionStays(t *testing.T) {
	w := testWire(t, Config{TCPPort: freeTCPPort(t)}, func(l *limits) { l.tcpCheck = 50 * time.Millisecond })
	local := NewCredentials()
	w.NewTransport(TransportParams{Local: local})
	conn, err := net.Dial("tcp", w.Candidates()[1].Addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = conn.Write(frameOf(request(local.Ufrag, local.Pwd)))
	_ = conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	if _, err := io.Copy(io.Discard, conn); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("closed: %v", err)
	}
}

// When too many connections have brought no check, the oldest of them is closed; checked ones do not count.
func TestUncheckedConnectionsAreLimited(t *testing.T) {
	w := testWire(t, Config{TCPPort: freeTCPPort(t)})
	local := NewCredentials()
	w.NewTransport(TransportParams{Local: local})
	waiting := func(n int) {
		t.Helper()
		deadline := time.Now().Add(patience)
		for got := -1; got != n; time.Sleep(time.Millisecond) {
			w.tcp.mu.Lock()
			got = len(w.tcp.unchecked)
			w.tcp.mu.Unlock()
			if time.Now().After(deadline) {
				t.Fatalf("%d connections wait, want %d", got, n)
			}
		}
	}
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", w.Candidates()[1].Addr.String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	check := func(conn net.Conn) error {
		_, _ = conn.Write(frameOf(request(local.Ufrag, local.Pwd, nominating...)))
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		_, err := io.ReadFull(conn, make([]byte, 2))
		return err
	}
	checked := dial()
	if err := check(checked); err != nil {
		t.Fatal(err)
	}
	oldest := dial()
	waiting(1)
	for range maxUnchecked - 1 {
		dial()
	}
	waiting(maxUnchecked)
	newest := dial()
	_ = oldest.SetReadDeadline(time.Now().Add(patience))
	if _, err := oldest.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the oldest stays: %v", err)
	}
	for _, conn := range []net.Conn{newest, checked} {
		if err := check(conn); err != nil {
			t.Errorf("not served: %v", err)
		}
	}
	waiting(maxUnchecked - 1)
}

// A connection whose check comes when its transport has ended, or when it has ended itself, becomes no path.
func TestLateConnectionIsClosed(t *testing.T) {
	for _, gone := range []bool{true, false} {
		s := still(t, Config{})
		local := NewCredentials()
		transport := s.wire.NewTransport(TransportParams{Local: local})
		transport.claim(s)
		s.turn()
		st := unreadStream(t, s)
		if gone {
			transport.removed = true
		} else {
			st.close()
		}
		s.deliverFrom(request(local.Ufrag, local.Pwd), endpoint{}, localIP{}, st)
		s.turn()
		if !st.over() || st.path() != nil || len(transport.paths) != 0 {
			t.Errorf("transport gone %v: the connection stays", gone)
		}
	}
}

// A connection belongs to the transport of its first check.
func TestConnectionCarriesOneTransport(t *testing.T) {
	s := still(t, Config{})
	st := unreadStream(t, s)
	var transports []*Transport
	for range 2 {
		local := NewCredentials()
		transports = append(transports, s.wire.NewTransport(TransportParams{Local: local}))
		s.deliverFrom(request(local.Ufrag, local.Pwd), endpoint{}, localIP{}, st)
	}
	s.turn()
	if len(transports[0].paths) != 1 || len(transports[1].paths) != 0 {
		t.Errorf("%d and %d paths", len(transports[0].paths), len(transports[1].paths))
	}
}
