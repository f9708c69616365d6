package roomservice

import (
	"context"
	"errors"
	"time"

	"konklave/internal/id"
	"konklave/internal/signal"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

const (
	callTime    = 10 * time.Second // for the answer, unless the call says something else
	maxCallTime = time.Minute      // whatever it says
)

// performRPC calls a procedure of a participant and gives its result.
func (s *Service) performRPC(ctx context.Context, g token.Grants, r *lkpb.PerformRpcRequest) (*lkpb.PerformRpcResponse, error) {
	running, err := s.administered(g, r.GetRoom())
	if err != nil {
		return nil, err
	}
	call := signal.Call{ID: id.NewCallID(), Method: r.GetMethod(), Payload: r.GetPayload(), Timeout: callTime}
	if ms := r.GetResponseTimeoutMs(); ms != 0 {
		call.Timeout = min(time.Duration(ms)*time.Millisecond, maxCallTime)
	}
	result, err := s.cfg.Sessions.Call(ctx, running.Name(), id.Identity(r.GetDestinationIdentity()), call)
	if err != nil {
		return nil, callError(err)
	}
	return &lkpb.PerformRpcResponse{Payload: result}, nil
}

// callCodes are the codes of Twirp for the faults of calls. SDKs know those of LiveKit: what a procedure itself says,
// whatever it is, is "internal".
var callCodes = map[uint32]code{
	1400:                            invalidArgument, // there is no such procedure
	1404:                            unimplemented,   // the client knows only other versions
	signal.CallToNobody.Code:        notFound,
	signal.CallTooLarge.Code:        malformed,
	signal.CallNotAcknowledged.Code: canceled,
	signal.CallNotAnswered.Code:     canceled,
	signal.CallAbandoned.Code:       unavailable,
}

// callError gives what the caller is told.
func callError(err error) error {
	var f *signal.CallFault
	if !errors.As(err, &f) {
		return err
	}
	if c, ok := callCodes[f.Code]; ok {
		return fault{c, f.Error()}
	}
	return fault{internalError, f.Error()}
}
