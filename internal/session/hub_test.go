package session

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
	"konklave/internal/wire"
)

// TestDataGoToThoseNamed names few and many.
func TestDataGoToThoseNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		ada, bob, eve := enter(t, s, "ada"), enter(t, s, "bob"), enter(t, s, "eve")
		toBob, toEve := &pipe{}, &pipe{}
		bob.outbox.send, eve.outbox.send = toBob.send, toEve.send
		synctest.Wait() // until they are told what they may do
		var others []string
		for n := range 1000 {
			others = append(others, fmt.Sprint("other", n))
		}
		for _, c := range []struct {
			packet   *lkpb.DataPacket
			bob, eve int
		}{
			{&lkpb.DataPacket{}, 1, 1},
			{&lkpb.DataPacket{DestinationIdentities: []string{"bob"}}, 1, 0},
			{&lkpb.DataPacket{DestinationIdentities: slices.Concat(others, []string{"bob"})}, 1, 0},
			{&lkpb.DataPacket{DestinationIdentities: others}, 0, 0},
			{&lkpb.DataPacket{Value: &lkpb.DataPacket_User{User: &lkpb.UserPacket{DestinationSids: slices.Concat(others, []string{string(eve.sid)})}}}, 0, 1},
		} {
			b, err := proto.Marshal(c.packet)
			if err != nil {
				t.Fatal(err)
			}
			toBob.got, toEve.got = nil, nil
			ada.hub.data(ada, wire.Reliable, b)
			if len(toBob.got) != c.bob || len(toEve.got) != c.eve {
				t.Errorf("%.60v: bob got %d, eve %d", c.packet, len(toBob.got), len(toEve.got))
			}
		}
	})
}
