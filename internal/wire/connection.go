package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"
)

const lastWords = 200 * time.Millisecond // for what is queued when a connection ends

// connection is one TCP connection. A goroutine reads it and hands the packets to the shard; another writes what the
// shard has queued.
type connection struct {
	stream
	listeners *tcpListeners
	conn      net.Conn
}

func newConnection(l *tcpListeners, conn net.Conn) *connection {
	var remote endpoint
	if addr, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
		remote = endpointOf(addr, 0)
	}
	c := &connection{stream: newStream(PathTCP, remote), listeners: l, conn: conn}
	c.onPath = func() { _ = conn.SetReadDeadline(time.Time{}) }
	c.onClose = func() {
		_ = conn.SetDeadline(time.Now().Add(lastWords))
		_ = conn.SetReadDeadline(longAgo)
		l.forget(c)
	}
	return c
}

// read takes frames until the connection ends. Until the first valid check nothing but checks is looked at, and the
// connection has limits.tcpCheck to bring one and see it become a path.
func (c *connection) read() {
	defer c.close()
	w := c.listeners.w
	_ = c.conn.SetReadDeadline(time.Now().Add(w.limits.tcpCheck))
	owner, err := c.firstCheck()
	c.listeners.onChecked(c)
	if err != nil {
		return
	}
	defer owner.post(func(s *shard) {
		if p := c.path(); p != nil {
			p.t.dropPath(s, p)
		}
	})
	defer c.close() // before the command above: whoever makes a path later sees it
	in := bufio.NewReaderSize(c.conn, 8<<10)
	var buf [datagramMax]byte
	var pace budget
	for {
		frame, err := readFrame(in, buf[:])
		if err != nil {
			return
		}
		if !pace.take(w.now(), len(frame), w.limits.burst) { // before the mailbox, which is for all
			owner.mail.overRate.Add(1)
			continue
		}
		owner.deliverFrom(frame, c.remote, localIP{}, &c.stream)
	}
}

// firstCheck waits for a valid check and gives the connection to the shard of its transport.
func (c *connection) firstCheck() (*shard, error) {
	var buf [datagramMax]byte
	for {
		frame, err := readFrame(c.conn, buf[:])
		if err != nil {
			return nil, err
		}
		owner, ok := c.listeners.w.claimant(frame)
		if !ok {
			continue
		}
		if owner == nil {
			return nil, net.ErrClosed
		}
		owner.deliverFrom(frame, c.remote, localIP{}, &c.stream)
		return owner, nil
	}
}

// claimant finds the shard for a stream by its first valid check, which frame may be; nil when the transport is ending.
func (w *Wire) claimant(frame []byte) (owner *shard, ok bool) {
	check, ok := parseCheck(frame)
	if !ok {
		return nil, false
	}
	a := w.agentOf(check.ufrag)
	if a == nil || !a.verify(&check) {
		return nil, false
	}
	return a.t.claim(w.leastLoaded()), true
}

// readFrame reads one packet into buf (RFC 4571 section 2).
func readFrame(r io.Reader, buf []byte) ([]byte, error) {
	if _, err := io.ReadFull(r, buf[:2]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(buf))
	if n > len(buf) {
		return nil, errors.New("frame is larger than any packet")
	}
	if _, err := io.ReadFull(r, buf[:n]); err != nil {
		return nil, err
	}
	return buf[:n], nil
}

// write is the writer goroutine; it closes the connection when the stream ends.
func (c *connection) write() {
	defer func() { _ = c.conn.Close() }()
	for open := true; open; {
		var frames []byte
		frames, open = c.take()
		if _, err := c.conn.Write(frames); err != nil {
			break
		}
		c.keep(frames)
	}
	c.close()
}
