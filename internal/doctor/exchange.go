package doctor

import (
	"encoding/binary"
	"sync"
	"time"

	"konklave/internal/wire"
)

// Messages on the data channels begin with their kind.
const (
	kindEcho   = 1 // to the server and back as it is, on the same channel
	kindUp     = 2 // with whatever behind it: answered by how many such bytes have come, 32 bits, most significant first
	kindDown   = 3 // with a number: answered by so many chunks of this kind
	kindBusy   = 4 // from the server, with the kind that it refuses: others are measuring their speed, or meetings need all there is
	kindEnough = 5 // from the server, with the kind: that direction was measured for long enough
)

// Bounds of one path.
const (
	chunkSize  = 16 << 10 // bytes; what every browser takes as one message
	mostChunks = 32       // asked for at once
	mostEchoes = 200
	longestOne = 1200 // bytes of an echo

	// Below what a peer may send at once (wire/budget.go), so that the line is measured and not that bound.
	mostUp   = 3 << 19 // bytes
	mostDown = 4 << 20 // bytes
	flowTime = 3 * time.Second
)

// exchange is the talk over one path. It only answers: who does not ask is sent nothing.
type exchange struct {
	service *Service

	mu       sync.Mutex
	link     Link
	echoes   int
	up, down flow
}

// flow is one direction whose speed is measured.
type flow struct {
	most  int
	bytes int
	until time.Time // zero before it has begun
}

// take tells whether n more bytes may pass, and counts them if so.
func (f *flow) take(n int) bool {
	now := time.Now()
	if f.until.IsZero() {
		f.until = now.Add(flowTime)
	}
	if now.After(f.until) || f.bytes+n > f.most {
		return false
	}
	f.bytes += n
	return true
}

// newExchange waits for the browser on a new transport.
func newExchange(s *Service, params wire.TransportParams) *exchange {
	x := &exchange{service: s, up: flow{most: mostUp}, down: flow{most: mostDown}}
	params.Handler = wire.Handler{
		OnData:   x.onData,
		OnClosed: func(error) { s.measured(x) },
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.link = s.cfg.NewTransport(params)
	return x
}

func (x *exchange) close() {
	x.mu.Lock()
	link := x.link
	x.mu.Unlock()
	link.Close()
	x.service.measured(x)
}

// onData answers a message. What does not fit is not answered.
func (x *exchange) onData(ch wire.Channel, msg []byte) {
	if len(msg) == 0 {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	switch msg[0] {
	case kindEcho:
		if len(msg) <= longestOne && x.echoes < mostEchoes {
			x.echoes++
			x.say(ch, msg)
		}
	case kindUp:
		x.onUp(len(msg))
	case kindDown:
		if len(msg) == 2 {
			x.onDown(min(int(msg[1]), mostChunks))
		}
	}
}

func (x *exchange) onUp(n int) {
	switch {
	case !x.admit(&x.up, kindUp):
	case x.service.cfg.Overloaded() || !x.up.take(n):
		x.say(wire.Reliable, []byte{kindEnough, kindUp})
	default:
		x.say(wire.Reliable, binary.BigEndian.AppendUint32([]byte{kindUp}, uint32(x.up.bytes)))
	}
}

func (x *exchange) onDown(chunks int) {
	if !x.admit(&x.down, kindDown) {
		return
	}
	overloaded := x.service.cfg.Overloaded()
	for range chunks {
		if overloaded || !x.down.take(chunkSize) {
			x.say(wire.Reliable, []byte{kindEnough, kindDown})
			return
		}
		x.say(wire.Reliable, x.service.chunk)
	}
}

// admit lets a direction begin when there is a place for measuring.
func (x *exchange) admit(f *flow, kind byte) bool {
	if f.until.IsZero() && !x.service.measure(x) {
		x.say(wire.Reliable, []byte{kindBusy, kind})
		return false
	}
	return true
}

// say sends without waiting. What the channel does not take is lost, as the browser will notice.
func (x *exchange) say(ch wire.Channel, msg []byte) { _ = x.link.Send(ch, msg) }
