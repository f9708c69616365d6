package roomservice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"konklave/internal/session"
	"konklave/internal/signal"
)

func TestProceduresAreCalled(t *testing.T) {
	r := newRig(t, nil)
	r.join("hall", "ada")
	r.sessions.reply = func(c signal.Call) (string, error) { return strings.ToUpper(c.Payload), nil }
	answer := r.want("PerformRpc", "hall", `{"room":"hall","destinationIdentity":"ada","method":"shout","payload":"hello","responseTimeoutMs":3000}`)
	if answer["payload"] != "HELLO" {
		t.Errorf("%v", answer)
	}
	r.want("PerformRpc", "hall", `{"room":"hall","destination_identity":"ada","method":"shout"}`)
	r.want("PerformRpc", "hall", `{"room":"hall","destination_identity":"ada","response_timeout_ms":4000000000}`)
	first, second, third := r.sessions.called[0], r.sessions.called[1], r.sessions.called[2]
	if first.Method != "shout" || first.Timeout != 3*time.Second || second.Timeout != callTime || third.Timeout != maxCallTime {
		t.Errorf("%+v %+v %+v", first, second, third)
	}
	if len(first.ID) < 22 || first.ID == second.ID {
		t.Errorf("ids %q and %q", first.ID, second.ID)
	}
}

func TestWhyACallGaveNoResult(t *testing.T) {
	r := newRig(t, nil)
	r.join("hall", "ada")
	tests := []struct {
		err  error
		want code
		text string
	}{
		{signal.CallToNobody, notFound, "RpcError 1401: Recipient not found"},
		{signal.CallTooLarge, malformed, "RpcError 1402: Request payload too large"},
		{signal.CallNotAcknowledged, canceled, "RpcError 1501: Connection timeout"},
		{signal.CallNotAnswered, canceled, "RpcError 1502: Response timeout"},
		{signal.CallAbandoned, unavailable, "RpcError 1503: Recipient disconnected"},
		{signal.CallNotSent, internalError, "RpcError 1505: Failed to send"},
		{&signal.CallFault{Code: 1400, Message: "no"}, invalidArgument, "RpcError 1400: no"},
		{&signal.CallFault{Code: 1404, Message: "no"}, unimplemented, "RpcError 1404: no"},
		{&signal.CallFault{Code: 7, Message: "closed", Data: "on Sundays"}, internalError, "RpcError 7: closed: on Sundays"},
		{session.ErrTooManyCalls, resourceExhausted, session.ErrTooManyCalls.Error()},
		{context.DeadlineExceeded, deadlineExceeded, "the server did not answer in time"},
		{errors.New("a secret"), internalError, "internal error"},
	}
	for _, test := range tests {
		r.sessions.reply = func(signal.Call) (string, error) { return "", test.err }
		status, answer := r.call("PerformRpc", "hall", `{"room":"hall","destination_identity":"ada","method":"shout"}`)
		if status != test.want.status || fmt.Sprint(answer["code"]) != test.want.name || answer["msg"] != test.text {
			t.Errorf("%v: %d %v", test.err, status, answer)
		}
	}
	r.wantFault(notFound, "PerformRpc", "cellar", `{"room":"cellar","destination_identity":"ada"}`)
	r.wantFault(unauthenticated, "PerformRpc", "cellar", `{"room":"hall","destination_identity":"ada"}`)
}
