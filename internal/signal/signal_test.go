package signal

import (
	"errors"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

func TestDecodeRequest(t *testing.T) {
	ping, err := proto.Marshal(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Ping{Ping: 42}})
	if err != nil {
		t.Fatal(err)
	}
	unknown := protowire.AppendString(protowire.AppendTag(nil, 999, protowire.BytesType), "of the future")
	tests := []struct {
		name    string
		bytes   []byte
		wantErr error
		ping    int64
	}{
		{"ping", ping, nil, 42},
		{"ping beside something unknown", append(unknown, ping...), nil, 42},
		{"unknown alone", unknown, nil, 0},
		{"nothing", nil, nil, 0},
		{"cut off", ping[:1], ErrMalformed, 0},
		{"too large", make([]byte, MaxMessage+1), ErrTooLarge, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := DecodeRequest(test.bytes)
			if !errors.Is(err, test.wantErr) || r.GetPing() != test.ping {
				t.Fatalf("ping %d, error %v", r.GetPing(), err)
			}
		})
	}
}

func TestEncodeResponse(t *testing.T) {
	b, err := EncodeResponse(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_Pong{Pong: 7}})
	if err != nil {
		t.Fatal(err)
	}
	want := protowire.AppendVarint(protowire.AppendTag(nil, 18, protowire.VarintType), 7)
	if string(b) != string(want) {
		t.Fatalf("pong is %x, want %x", b, want)
	}
	if _, err := EncodeResponse(&lkpb.SignalResponse{Message: &lkpb.SignalResponse_RefreshToken{RefreshToken: "\xff"}}); err == nil {
		t.Fatal("text that is not UTF-8 was encoded")
	}
}

func FuzzDecodeRequest(f *testing.F) {
	for _, b := range recorded(f) {
		f.Add(b)
	}
	for _, r := range []*lkpb.SignalRequest{
		{Message: &lkpb.SignalRequest_Offer{Offer: &lkpb.SessionDescription{Type: "offer", Sdp: "v=0", Id: 1}}},
		{Message: &lkpb.SignalRequest_AddTrack{AddTrack: &lkpb.AddTrackRequest{Cid: "a", Layers: []*lkpb.VideoLayer{{Rid: "q"}}}}},
	} {
		b, err := proto.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := DecodeRequest(b)
		if (err == nil) != (r != nil) {
			t.Fatal("neither a request nor an error")
		}
	})
}
