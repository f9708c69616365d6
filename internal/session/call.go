package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"konklave/internal/id"
	"konklave/internal/signal"
	"konklave/internal/wire"
)

const (
	callPatience = 7 * time.Second // for a client's word that a call came, as client libraries have it among themselves
	callPayload  = 15 << 10        // bytes of a request, likewise
	callLimit    = 100             // calls of one participant that wait for an answer
)

// ErrTooManyCalls is for who calls one participant too often.
var ErrTooManyCalls = errors.New("the participant has too many calls to answer")

// calls are the calls of applications that a client has not answered yet.
type calls struct {
	mu   sync.Mutex
	open map[string]chan signal.CallAnswer // by id; two answers fit
}

// begin makes a place for the answers to a call. It is nil when there are too many.
func (c *calls) begin(call string) <-chan signal.CallAnswer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= callLimit {
		return nil
	}
	if c.open == nil {
		c.open = make(map[string]chan signal.CallAnswer)
	}
	answers := make(chan signal.CallAnswer, 2)
	c.open[call] = answers
	return answers
}

func (c *calls) end(call string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, call)
}

// answered takes a data packet of the client if it is the answer to a call of the server. Others are for participants.
func (c *calls) answered(e signal.Envelope, packet []byte) bool {
	if e.Value != signal.ValueCallAck && e.Value != signal.ValueCallResponse {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) == 0 {
		return false
	}
	a, err := signal.DecodeCallAnswer(packet)
	if err != nil {
		return false
	}
	answers, ok := c.open[a.Call]
	if !ok {
		return false
	}
	select {
	case answers <- a:
	default: // said more than once
	}
	return true
}

// Call calls a procedure of a participant and waits for its result, for as long as the call says at most. Errors:
// *signal.CallFault, ErrTooManyCalls, and the context's.
func (s *Service) Call(ctx context.Context, name id.RoomName, identity id.Identity, c signal.Call) (result string, err error) {
	if len(c.Payload) > callPayload {
		return "", signal.CallTooLarge
	}
	for _, session := range s.of(name, identity) {
		if session.ctx.Err() == nil {
			return session.call(ctx, c)
		}
	}
	return "", signal.CallToNobody
}

func (s *Session) call(ctx context.Context, c signal.Call) (result string, err error) {
	packet, err := c.Encode()
	if err != nil {
		return "", err
	}
	answers := s.calls.begin(c.ID)
	if answers == nil {
		return "", ErrTooManyCalls
	}
	defer s.calls.end(c.ID)
	if !s.sendData(wire.Reliable, "", 0, packet) {
		return "", signal.CallNotSent
	}
	end, patience := time.NewTimer(c.Timeout), time.NewTimer(callPatience)
	defer end.Stop()
	defer patience.Stop()
	for {
		select {
		case a := <-answers:
			switch {
			case a.Fault != nil:
				return "", a.Fault
			case !a.Ack:
				return a.Payload, nil
			}
			patience.Stop()
		case <-patience.C:
			return "", signal.CallNotAcknowledged
		case <-end.C:
			return "", signal.CallNotAnswered
		case <-s.ctx.Done():
			return "", signal.CallAbandoned
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}
