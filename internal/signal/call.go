package signal

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

// Call is a call of a procedure that a participant has registered, made by the server for an application. Between
// participants calls pass as other data do.
type Call struct {
	ID              string // random: whoever knows it could answer
	Method, Payload string
	Timeout         time.Duration // in which the participant has to answer
}

// callVersion says that request and response are whole packets. There is another by data streams, which a participant
// uses only towards those of whom it knows that they have it.
const callVersion = 1

// Encode writes the data packet that the participant gets. The caller's identity in it is the call's id: some clients
// answer nobody who has none, and no participant has this one. It fails only for text that is not UTF-8.
func (c Call) Encode() ([]byte, error) {
	packet, err := proto.Marshal(&lkpb.DataPacket{
		Kind: lkpb.DataPacket_RELIABLE, ParticipantIdentity: c.ID,
		Value: &lkpb.DataPacket_RpcRequest{RpcRequest: &lkpb.RpcRequest{
			Id: c.ID, Method: c.Method, Payload: c.Payload, ResponseTimeoutMs: uint32(c.Timeout.Milliseconds()), Version: callVersion,
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("encoding call: %w", err)
	}
	return packet, nil
}

// CallAnswer is what a participant says of a call: first that it came, then what came of it.
type CallAnswer struct {
	Call    string // id
	Ack     bool   // it came, no more
	Payload string
	Fault   *CallFault // nil when the procedure gave a result
}

// DecodeCallAnswer reads a data packet of a client that is a ValueCallAck or ValueCallResponse. Errors: ErrMalformed.
func DecodeCallAnswer(packet []byte) (CallAnswer, error) {
	var p lkpb.DataPacket
	if err := decode(packet, &p); err != nil {
		return CallAnswer{}, fmt.Errorf("decoding answer of a call: %w", err)
	}
	if ack := p.GetRpcAck(); ack != nil {
		return CallAnswer{Call: ack.GetRequestId(), Ack: true}, nil
	}
	r := p.GetRpcResponse()
	a := CallAnswer{Call: r.GetRequestId()}
	switch v := r.GetValue().(type) {
	case *lkpb.RpcResponse_Payload:
		a.Payload = v.Payload
	case *lkpb.RpcResponse_Error:
		a.Fault = &CallFault{Code: v.Error.GetCode(), Message: v.Error.GetMessage(), Data: v.Error.GetData()}
	default:
		return CallAnswer{}, fmt.Errorf("decoding answer of a call: %w", ErrMalformed)
	}
	return a, nil
}

// CallFault says why a call gave no result: one of those below, or what the procedure itself said, with any code.
type CallFault struct {
	Code          uint32
	Message, Data string
}

// Error names the code, by which applications tell faults apart.
func (f *CallFault) Error() string {
	text := fmt.Sprintf("RpcError %d: %s", f.Code, f.Message)
	if f.Data != "" {
		text += ": " + f.Data
	}
	return text
}

// The faults with a fixed code that the server finds. The words are those that client libraries use.
var (
	CallNotAcknowledged = &CallFault{Code: 1501, Message: "Connection timeout"}
	CallNotAnswered     = &CallFault{Code: 1502, Message: "Response timeout"}
	CallAbandoned       = &CallFault{Code: 1503, Message: "Recipient disconnected"}
	CallNotSent         = &CallFault{Code: 1505, Message: "Failed to send"}
	CallToNobody        = &CallFault{Code: 1401, Message: "Recipient not found"}
	CallTooLarge        = &CallFault{Code: 1402, Message: "Request payload too large"}
)
