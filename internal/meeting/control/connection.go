package control

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/meeting"
	"konklave/internal/pii"
)

// queued is how many messages may wait for a client. A whole meeting of 1,000 may come in at once; beyond that the
// client is called slow.
const queued = 2 * meeting.MaxPeople

// slowWrite is the time that a client has to take one message.
const slowWrite = 5 * time.Second

// connection is one control WebSocket on its way out: a queue and the goroutine that empties it. It is the
// meeting.Outlet that the service sees.
type connection struct {
	socket *websocket.Conn
	log    *slog.Logger
	queue  *queue
	login  pii.Token     // of who is signed in; "": nobody
	source string        // the address of the client, for limits only; "": not known
	tries  meeting.Tries // at access codes; only the reader uses it

	once  sync.Once
	ended chan struct{}
	code  meeting.Code // why; readable once ended is closed, empty when the client left
}

func newConnection(socket *websocket.Conn, log *slog.Logger) *connection {
	return &connection{
		socket: socket,
		log:    log,
		queue:  newQueue(),
		ended:  make(chan struct{}),
	}
}

// Send queues a message. When the queue is full, the connection ends: the client may rejoin and gets what it missed.
// Once the connection has ended nothing more is queued, so that what was sent has no holes.
func (c *connection) Send(f meeting.Frame) {
	if !c.hasEnded() && !c.queue.push(f) {
		c.Close(meeting.CodeSlowReader)
	}
}

// Close ends the connection. The first code counts.
func (c *connection) Close(code meeting.Code) {
	c.once.Do(func() {
		c.code = code
		close(c.ended)
	})
}

func (c *connection) hasEnded() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// cut ends the connection at once.
func (c *connection) cut() {
	c.Close(meeting.CodeShuttingDown)
	_ = c.socket.CloseNow()
}

// write sends what is queued until the connection ends, and then closes the socket; that ends the reader too.
func (c *connection) write() {
	defer c.socket.CloseNow()
	for {
		select {
		case <-c.queue.filled:
			if !c.flush() {
				return
			}
		case <-c.ended:
			c.finish()
			return
		}
	}
}

// flush sends what is queued. It is false when the client does not take it.
func (c *connection) flush() bool {
	for _, f := range c.queue.take() {
		if !c.send(f) {
			c.Close(meeting.CodeSlowReader)
			return false
		}
	}
	return true
}

// finish sends what is left and the reason, and closes the socket with a handshake.
func (c *connection) finish() {
	// A slow reader's queue would only take longer; after a rejoin it is sent again.
	if c.code != meeting.CodeSlowReader && !c.flush() {
		return
	}
	if c.code == "" {
		_ = c.socket.Close(websocket.StatusNormalClosure, "")
		return
	}
	if c.send(meeting.NewFrame(meeting.Closing{Code: c.code})) {
		_ = c.socket.Close(closeStatus(c.code), string(c.code))
	}
}

// closeStatus is the WebSocket status (RFC 6455 section 7.4.1) for a code.
func closeStatus(code meeting.Code) websocket.StatusCode {
	switch code {
	case meeting.CodeShuttingDown:
		return websocket.StatusGoingAway
	case meeting.CodeInternal:
		return websocket.StatusInternalError
	}
	return websocket.StatusPolicyViolation
}

// send is false when the client did not take the message in time or is gone.
func (c *connection) send(f meeting.Frame) bool {
	text, err := f.Encode()
	if err != nil {
		c.log.Error("a message was lost", "error", err)
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), slowWrite)
	defer cancel()
	return c.socket.Write(ctx, websocket.MessageText, text) == nil
}
