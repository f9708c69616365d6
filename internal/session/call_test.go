package session

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/proto"

	"konklave/internal/id"
	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
	"konklave/internal/wire"
)

// callee is a participant that has calls to answer.
type callee struct {
	t       *testing.T
	session *Session
	packets chan *lkpb.DataPacket
}

// summon lets somebody in, together with somebody else who gets to know what is not for the server.
func summon(t *testing.T, s *Service) (c *callee, other *pipe) {
	t.Helper()
	c = &callee{t: t, session: enter(t, s, "ada"), packets: make(chan *lkpb.DataPacket, 10)}
	c.session.outbox.send = func(b []byte) error {
		p := &lkpb.DataPacket{}
		if err := proto.Unmarshal(b, p); err != nil {
			t.Error(err)
		}
		c.packets <- p
		return nil
	}
	other = &pipe{}
	enter(t, s, "bob").outbox.send = other.send
	synctest.Wait() // until both are told what they may do
	return c, other
}

// hears waits for a call.
func (c *callee) hears() *lkpb.RpcRequest { return (<-c.packets).GetRpcRequest() }

func (c *callee) says(p *lkpb.DataPacket) {
	b, err := proto.Marshal(p)
	if err != nil {
		c.t.Error(err)
	}
	c.session.hub.data(c.session, wire.Reliable, b)
}

func (c *callee) acknowledges(call string) {
	c.says(&lkpb.DataPacket{Value: &lkpb.DataPacket_RpcAck{RpcAck: &lkpb.RpcAck{RequestId: call}}})
}

func (c *callee) answers(call, payload string) {
	c.says(&lkpb.DataPacket{Value: &lkpb.DataPacket_RpcResponse{RpcResponse: &lkpb.RpcResponse{
		RequestId: call, Value: &lkpb.RpcResponse_Payload{Payload: payload},
	}}})
}

func call(s *Service, to id.Identity, timeout time.Duration) (string, error) {
	return s.Call(context.Background(), "hall", to, signal.Call{ID: "c1", Method: "greet", Payload: "hi", Timeout: timeout})
}

func TestCallOfAProcedure(t *testing.T) {
	const timeout = 20 * time.Second
	tests := map[string]struct {
		callee func(*callee)
		result string
		fault  *signal.CallFault
		after  time.Duration
	}{
		"answered": {func(c *callee) {
			r := c.hears()
			c.acknowledges(r.GetId())
			time.Sleep(15 * time.Second)
			c.answers(r.GetId(), r.GetMethod()+" "+r.GetPayload())
		}, "greet hi", nil, 15 * time.Second},
		"answered without a word before": {func(c *callee) { c.answers(c.hears().GetId(), "yes") }, "yes", nil, 0},
		"answered twice": {func(c *callee) {
			call := c.hears().GetId()
			for range 3 {
				c.acknowledges(call)
			}
			time.Sleep(time.Second)
			c.answers(call, "first")
			c.answers(call, "second")
		}, "first", nil, time.Second},
		"not answered":     {func(c *callee) { c.acknowledges(c.hears().GetId()) }, "", signal.CallNotAnswered, timeout},
		"not acknowledged": {func(c *callee) { c.hears() }, "", signal.CallNotAcknowledged, callPatience},
		"another call is answered": {func(c *callee) {
			c.hears()
			c.answers("c2", "yes")
		}, "", signal.CallNotAcknowledged, callPatience},
		"refused": {func(c *callee) {
			c.says(&lkpb.DataPacket{Value: &lkpb.DataPacket_RpcResponse{RpcResponse: &lkpb.RpcResponse{
				RequestId: c.hears().GetId(), Value: &lkpb.RpcResponse_Error{Error: &lkpb.RpcError{Code: 1400}},
			}}})
		}, "", &signal.CallFault{Code: 1400}, 0},
		"gone": {func(c *callee) {
			c.acknowledges(c.hears().GetId())
			time.Sleep(time.Second)
			c.session.cancel()
		}, "", signal.CallAbandoned, time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := withoutMedia(t)
				c, _ := summon(t, s)
				go test.callee(c)
				begin := time.Now()
				result, err := call(s, "ada", timeout)
				var fault *signal.CallFault
				if errors.As(err, &fault); result != test.result || (fault == nil) != (test.fault == nil) || fault != nil && *fault != *test.fault {
					t.Errorf("%q, %v", result, err)
				}
				if took := time.Since(begin); took != test.after {
					t.Errorf("it took %v, want %v", took, test.after)
				}
				if len(c.session.calls.open) > 0 {
					t.Error("the call is still open")
				}
			})
		})
	}
}

// TestOnlyAnswersToTheServerStayHere has calls between participants pass while the server waits for an answer.
func TestOnlyAnswersToTheServerStayHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		c, bob := summon(t, s)
		go func() {
			r := c.hears()
			c.answers("of bob", "yes")
			c.answers(r.GetId(), "yes")
		}()
		if _, err := call(s, "ada", time.Second); err != nil {
			t.Error(err)
		}
		c.answers("of bob", "again") // now that nothing is open
		if len(bob.got) != 2 {
			t.Errorf("bob got %d packets, want 2", len(bob.got))
		}
	})
}

func TestCallsThatAreNotMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		c, _ := summon(t, s)
		if _, err := call(s, "eve", time.Second); !errors.Is(err, signal.CallToNobody) {
			t.Errorf("nobody: %v", err)
		}
		large := signal.Call{ID: "c1", Payload: strings.Repeat("x", callPayload+1)}
		if _, err := s.Call(t.Context(), "hall", "ada", large); !errors.Is(err, signal.CallTooLarge) {
			t.Errorf("too large: %v", err)
		}
		for n := range callLimit {
			if c.session.calls.begin(string(rune('A'+n))) == nil {
				t.Errorf("refused after %d", n)
			}
		}
		if _, err := call(s, "ada", time.Second); !errors.Is(err, ErrTooManyCalls) {
			t.Errorf("too many: %v", err)
		}
	})
}
