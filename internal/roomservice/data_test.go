package roomservice

import (
	"encoding/base64"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

func TestDataAreSent(t *testing.T) {
	r := newRig(t, nil)
	r.join("hall", "ada")
	nonce := base64.StdEncoding.EncodeToString(make([]byte, 16))
	r.want("SendData", "hall", `{"room":"hall","data":"aGk=","kind":"LOSSY","destinationIdentities":["ada"],"destination_sids":["PA_x"],"topic":"t","nonce":"`+nonce+`"}`)
	r.want("SendData", "hall", `{"room":"hall","data":"aGk=","kind":0}`)
	if len(r.sessions.sent) != 2 {
		t.Fatalf("%d packets", len(r.sessions.sent))
	}
	first, second := r.sessions.sent[0], r.sessions.sent[1]
	p := &lkpb.DataPacket{}
	if err := proto.Unmarshal(first.packet, p); err != nil {
		t.Fatal(err)
	}
	u := p.GetUser()
	if !first.lossy || p.GetKind() != lkpb.DataPacket_LOSSY || string(u.GetPayload()) != "hi" || u.GetTopic() != "t" || len(u.GetNonce()) != 16 ||
		p.GetParticipantSid() != "" || len(first.to) != 1 || len(first.toSIDs) != 1 || p.GetDestinationIdentities()[0] != "ada" {
		t.Errorf("%+v %v", first, p)
	}
	if second.lossy || len(second.to)+len(second.toSIDs) > 0 {
		t.Errorf("%+v", second)
	}
	r.wantFault(invalidArgument, "SendData", "hall", `{"room":"hall","nonce":"AAAA"}`)
	r.wantFault(invalidArgument, "SendData", "hall", `{"room":"hall","kind":7}`)
	r.wantFault(invalidArgument, "SendData", "hall", `{"room":"hall","data":"`+strings.Repeat("AAAA", 16_000*2)+`"}`)
	r.wantFault(notFound, "SendData", "cellar", `{"room":"cellar"}`)
}
