package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Limits of one signalling socket.
const (
	socketMessageLimit = 2 << 20         // bytes of one request
	socketQueueBytes   = 4 << 20         // bytes waiting to be written; beyond it the socket is closed
	socketCongested    = 256 << 10       // bytes waiting from which on we stop reading its requests
	socketWriteLimit   = 5 * time.Second // one message not written in this time closes the socket
)

var errSocketFull = errors.New("client does not read")

// socket is the signalling WebSocket of a session: a reader and a writer goroutine around a bounded queue. It knows
// nothing of what the messages mean. A client that does not read loses first its turn to be heard, then its socket.
type socket struct {
	conn   *websocket.Conn
	cancel context.CancelFunc

	mu      sync.Mutex
	queue   [][]byte
	bytes   int
	closing bool          // after the queue is written, close
	late    *time.Timer   // runs while closing: it does not take for ever
	wake    chan struct{} // capacity 1: something to write
	drained chan struct{} // capacity 1: no longer congested
	done    chan struct{} // closed when both goroutines have ended
}

// newSocket starts the goroutines. received is called for each request, in order; ended once, when the socket is gone.
func newSocket(conn *websocket.Conn, received func([]byte), ended func()) *socket {
	ctx, cancel := context.WithCancel(context.Background())
	s := &socket{
		conn: conn, cancel: cancel,
		wake: make(chan struct{}, 1), drained: make(chan struct{}, 1), done: make(chan struct{}),
	}
	conn.SetReadLimit(socketMessageLimit)
	var both sync.WaitGroup
	both.Go(func() { s.read(ctx, received) })
	both.Go(func() { s.write(ctx) })
	go func() {
		both.Wait()
		_ = conn.CloseNow()
		s.mu.Lock()
		if s.late != nil {
			s.late.Stop()
		}
		s.mu.Unlock()
		close(s.done)
		ended()
	}()
	return s
}

// send queues one message. It never blocks; a full queue closes the socket.
func (s *socket) send(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return errSocketFull
	}
	if s.bytes+len(b) > socketQueueBytes {
		s.closing = true
		s.cancel()
		return errSocketFull
	}
	s.queue = append(s.queue, b)
	s.bytes += len(b)
	signalOnce(s.wake)
	return nil
}

// close ends the socket after what is queued has been written, or could not be in some seconds. What the client says
// meanwhile is not received.
func (s *socket) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.closing = true
		s.late = time.AfterFunc(socketWriteLimit, s.cancel)
		signalOnce(s.wake)
	}
}

func (s *socket) read(ctx context.Context, received func([]byte)) {
	defer s.cancel()
	for {
		kind, b, err := s.conn.Read(ctx)
		if err != nil {
			return
		}
		if kind != websocket.MessageBinary || s.isClosing() {
			continue // text is the framing in JSON, which no SDK uses
		}
		received(b)
		for s.congested() {
			select {
			case <-s.drained:
			case <-ctx.Done():
				return
			}
		}
	}
}

func (s *socket) write(ctx context.Context) {
	defer s.cancel()
	for {
		batch, last := s.take()
		for _, b := range batch {
			limited, cancel := context.WithTimeout(ctx, socketWriteLimit)
			err := s.conn.Write(limited, websocket.MessageBinary, b)
			cancel()
			if err != nil {
				return
			}
			s.written(len(b))
		}
		if len(batch) > 0 {
			continue
		}
		if last {
			_ = s.conn.Close(websocket.StatusNormalClosure, "")
			return
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
			return
		}
	}
}

// take gives what is queued, and whether the socket closes once that is written.
func (s *socket) take() (batch [][]byte, last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch, s.queue = s.queue, nil
	return batch, s.closing
}

func (s *socket) written(n int) {
	s.mu.Lock()
	s.bytes -= n
	s.mu.Unlock()
	signalOnce(s.drained)
}

func (s *socket) congested() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes > socketCongested
}

func (s *socket) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// signalOnce leaves a token in a channel of capacity 1 unless one is there.
func signalOnce(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
