package interop

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"
	"github.com/twitchtv/twirp"
)

// TestProceduresOfTheSDKAreCalled has an application call procedures of clients in both modes.
func TestProceduresOfTheSDKAreCalled(t *testing.T) {
	s := start(t)
	token, err := auth.NewAccessToken(key, secret).SetValidFor(time.Minute).SetVideoGrant(&auth.VideoGrant{RoomAdmin: true, Room: "hall"}).ToJWT()
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := twirp.WithHTTPRequestHeaders(t.Context(), http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		t.Fatal(err)
	}
	rooms := livekit.NewRoomServiceProtobufClient(s.url, http.DefaultClient)
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			m := enter(t, s.url, mode, mode)
			err := m.Room.RegisterRpcCtxMethod("shout", func(_ context.Context, payload []byte) ([]byte, error) {
				return []byte(strings.ToUpper(string(payload))), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			answer, err := rooms.PerformRpc(ctx, &livekit.PerformRpcRequest{Room: "hall", DestinationIdentity: mode, Method: "shout", Payload: "hello"})
			if err != nil || answer.GetPayload() != "HELLO" {
				t.Errorf("%v %v", answer, err)
			}
			_, err = rooms.PerformRpc(ctx, &livekit.PerformRpcRequest{Room: "hall", DestinationIdentity: mode, Method: "dance"})
			if fault, ok := err.(twirp.Error); !ok || fault.Code() != twirp.InvalidArgument || !strings.Contains(fault.Msg(), "RpcError 1400") {
				t.Errorf("no such procedure: %v", err)
			}
		})
	}
}
