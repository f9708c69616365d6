package session

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
)

const (
	batchBytes  = 16 << 10 // that are held at most
	aheadBytes  = 512      // of the buffer from which heads of frames are read; what is longer is read past it
	headerBytes = 16       // of the buffer for heads of frames, which are 14 bytes at most
)

// batched is the connection below a signalling WebSocket. Between hold and release it collects what is written, so that
// messages that were queued together, head and body, leave in one call of the system. It has no buffer of its own in
// between: most sockets have nothing to say for most of the time.
type batched struct {
	net.Conn

	mu      sync.Mutex
	holding bool
	held    *[]byte // nil or of batches
}

var batches = sync.Pool{New: func() any {
	b := make([]byte, 0, batchBytes)
	return &b
}}

// Write sends, or holds.
func (c *batched) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.holding {
		return c.Conn.Write(b)
	}
	if c.held != nil && len(*c.held)+len(b) > batchBytes {
		if err := c.send(); err != nil {
			return 0, err
		}
	}
	if len(b) > batchBytes {
		return c.Conn.Write(b)
	}
	if c.held == nil {
		c.held = batches.Get().(*[]byte)
	}
	*c.held = append(*c.held, b...)
	return len(b), nil
}

// hold begins to collect.
func (c *batched) hold() {
	c.mu.Lock()
	c.holding = true
	c.mu.Unlock()
}

// release sends what was collected, and from now on all at once.
func (c *batched) release() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.holding = false
	return c.send()
}

func (c *batched) send() error {
	if c.held == nil {
		return nil
	}
	_, err := c.Conn.Write(*c.held)
	*c.held = (*c.held)[:0]
	batches.Put(c.held)
	c.held = nil
	return err
}

// upgrade is an answer from which a WebSocket takes its connection: as a batched one, and with smaller buffers than those
// of HTTP, which are 8 kB.
type upgrade struct {
	http.ResponseWriter
	conn *batched // once it was taken
}

// Hijack is called by package websocket.
func (u *upgrade) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(u.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	u.conn = &batched{Conn: conn}
	ahead, _ := buffers.Reader.Peek(buffers.Reader.Buffered())
	reader := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(ahead), conn), max(aheadBytes, len(ahead)))
	_, _ = reader.Peek(len(ahead)) // package websocket takes over what is in the buffer, not what is behind it
	return u.conn, bufio.NewReadWriter(reader, bufio.NewWriterSize(u.conn, headerBytes)), nil
}
