package session

import (
	"bytes"
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
	socketKeptBuffer   = 16 << 10        // bytes of read buffer kept from message to message
)

// What a client does for which its socket is stopped, as a metric's label.
const (
	misdeedDeaf = "not_reading" // too much waits, or one message waited too long
	misdeedBig  = "too_big"     // a message beyond socketMessageLimit; the client is told by status 1009
)

var errSocketFull = errors.New("client does not read")

// socket is the signalling WebSocket of a session: a reader goroutine, and a worker while there is something to write,
// around a bounded queue. It knows nothing of what the messages mean. A client that does not read loses first its turn
// to be heard, then its socket.
type socket struct {
	conn    *websocket.Conn
	batched *batched // below conn
	stop    func()   // ends reading and writing now; may be called often
	stopped chan struct{}
	work    sync.WaitGroup // reader and writer
	limit   *time.Timer    // runs while a message is being written

	mu      sync.Mutex
	queue   [][]byte
	bytes   int
	writing bool          // the writer runs
	over    bool          // it must not begin again
	misdeed string        // of the client, for which the socket was stopped; see the constants
	closing bool          // after the queue is written, close
	late    *time.Timer   // runs while closing: it does not take for ever
	drained chan struct{} // capacity 1: no longer congested
	done    chan struct{} // closed when both have ended
}

// newSocket starts to read. received is called for each request, in order, with bytes that it must not keep;
// ended once, when the socket is gone.
func newSocket(conn *websocket.Conn, batched *batched, received func([]byte), ended func()) *socket {
	s := &socket{
		conn: conn, batched: batched, stopped: make(chan struct{}), drained: make(chan struct{}, 1), done: make(chan struct{}),
	}
	s.stop = sync.OnceFunc(func() {
		close(s.stopped)
		go s.end(ended)
	})
	s.limit = time.AfterFunc(socketWriteLimit, func() { s.stopFor(misdeedDeaf) })
	s.limit.Stop()
	conn.SetReadLimit(socketMessageLimit)
	s.work.Go(func() { s.read(received) })
	return s
}

// end is the end of a socket that was stopped.
func (s *socket) end(ended func()) {
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
	_ = s.conn.CloseNow()
	s.work.Wait()
	s.limit.Stop()
	s.mu.Lock()
	if s.late != nil {
		s.late.Stop()
	}
	s.mu.Unlock()
	close(s.done)
	ended()
}

// send queues one message. It never blocks; a full queue closes the socket.
func (s *socket) send(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return errSocketFull
	}
	if s.bytes+len(b) > socketQueueBytes {
		s.closing, s.misdeed = true, misdeedDeaf
		s.stop()
		return errSocketFull
	}
	s.queue = append(s.queue, b)
	s.bytes += len(b)
	s.beginToWrite()
	return nil
}

// close ends the socket after what is queued has been written, or could not be in some seconds. What the client says
// meanwhile is not received.
func (s *socket) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.closing = true
		s.late = time.AfterFunc(socketWriteLimit, s.stop)
		s.beginToWrite()
	}
}

// read takes requests until the socket is stopped. Neither it nor write uses a context that can end: the library makes
// a watcher for each message then, and pings are most of what comes.
func (s *socket) read(received func([]byte)) {
	defer s.stop()
	var message bytes.Buffer
	for {
		kind, r, err := s.conn.Reader(context.Background())
		if err != nil {
			return
		}
		message.Reset()
		if _, err := message.ReadFrom(r); err != nil {
			if errors.Is(err, websocket.ErrMessageTooBig) {
				s.stopFor(misdeedBig)
			}
			return
		}
		if kind != websocket.MessageBinary || s.isClosing() {
			continue // text is the framing in JSON, which no SDK uses
		}
		received(message.Bytes())
		if message.Cap() > socketKeptBuffer {
			message = bytes.Buffer{}
		}
		for s.congested() {
			select {
			case <-s.drained:
			case <-s.stopped:
				return
			}
		}
	}
}

// beginToWrite starts the writer unless it runs.
func (s *socket) beginToWrite() {
	if !s.writing && !s.over {
		s.writing = true
		s.work.Add(1)
		writers.do(s.write)
	}
}

// write writes until nothing is queued, and closes the socket then if it shall be.
func (s *socket) write() {
	defer s.work.Done()
	batch, last := s.take(nil)
	for ; len(batch) > 0; batch, last = s.take(batch) {
		if !s.writeAll(batch) {
			s.stop()
			return
		}
	}
	if last {
		_ = s.conn.Close(websocket.StatusNormalClosure, "")
		s.stop()
	}
}

// writeAll writes messages together.
func (s *socket) writeAll(batch [][]byte) bool {
	defer s.limit.Stop()
	s.batched.hold()
	for _, b := range batch {
		s.limit.Reset(socketWriteLimit)
		if err := s.conn.Write(context.Background(), websocket.MessageBinary, b); err != nil {
			return false
		}
		s.written(len(b))
	}
	s.limit.Reset(socketWriteLimit)
	return s.batched.release() == nil
}

// take gives what is queued, and whether the socket closes once that is written. With nothing the writer ends. The batch
// written before is used for what is queued next.
func (s *socket) take(written [][]byte) (batch [][]byte, last bool) {
	clear(written)
	s.mu.Lock()
	defer s.mu.Unlock()
	batch, s.queue = s.queue, written[:0]
	if len(batch) == 0 {
		s.queue, s.writing = nil, s.closing
	}
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

// stopFor stops the socket because of what the client did.
func (s *socket) stopFor(misdeed string) {
	s.mu.Lock()
	s.misdeed = misdeed
	s.mu.Unlock()
	s.stop()
}

// blame is why the socket was stopped, when that was the client's doing, else "".
func (s *socket) blame() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.misdeed
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
