package signal

import (
	"errors"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

func TestCallIsTheRequestThatClientsKnow(t *testing.T) {
	packet, err := Call{ID: "x", Method: "greet", Payload: "hi", Timeout: 3 * time.Second}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var p lkpb.DataPacket
	if err := proto.Unmarshal(packet, &p); err != nil {
		t.Fatal(err)
	}
	r := p.GetRpcRequest()
	if p.GetParticipantIdentity() != "x" || r.GetId() != "x" || r.GetMethod() != "greet" || r.GetPayload() != "hi" ||
		r.GetResponseTimeoutMs() != 3000 || r.GetVersion() != 1 {
		t.Errorf("%v", &p)
	}
}

func TestDecodeCallAnswer(t *testing.T) {
	response := func(r *lkpb.RpcResponse) []byte {
		r.RequestId = "x"
		return mustMarshal(t, &lkpb.DataPacket{Value: &lkpb.DataPacket_RpcResponse{RpcResponse: r}})
	}
	ack, err := DecodeCallAnswer(mustMarshal(t, &lkpb.DataPacket{Value: &lkpb.DataPacket_RpcAck{RpcAck: &lkpb.RpcAck{RequestId: "x"}}}))
	if err != nil || ack != (CallAnswer{Call: "x", Ack: true}) {
		t.Errorf("%+v %v", ack, err)
	}
	result, err := DecodeCallAnswer(response(&lkpb.RpcResponse{Value: &lkpb.RpcResponse_Payload{Payload: "yes"}}))
	if err != nil || result != (CallAnswer{Call: "x", Payload: "yes"}) {
		t.Errorf("%+v %v", result, err)
	}
	fault, err := DecodeCallAnswer(response(&lkpb.RpcResponse{Value: &lkpb.RpcResponse_Error{Error: &lkpb.RpcError{Code: 7, Message: "no", Data: "d"}}}))
	if err != nil || fault.Call != "x" || fault.Fault == nil || *fault.Fault != (CallFault{Code: 7, Message: "no", Data: "d"}) {
		t.Errorf("%+v %v", fault, err)
	}
	for name, packet := range map[string][]byte{
		"no result": response(&lkpb.RpcResponse{}), "no protobuf": []byte("?"), "other data": mustMarshal(t, &lkpb.DataPacket{}),
	} {
		if a, err := DecodeCallAnswer(packet); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %+v %v", name, a, err)
		}
	}
}
