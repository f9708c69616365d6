package session

import (
	"errors"
	"net/url"
	"testing"

	"google.golang.org/protobuf/proto"

	"konklave/internal/signal/lkpb"
)

func TestQueriesOfClientsWithTwoPeerConnections(t *testing.T) {
	defaults := &lkpb.JoinRequest{ClientInfo: &lkpb.ClientInfo{}, ConnectionSettings: &lkpb.ConnectionSettings{AutoSubscribe: true}}
	tests := []struct {
		query string
		want  *lkpb.JoinRequest
		err   error
	}{
		{"", defaults, nil},
		{"auto_subscribe=maybe&protocol=many&capabilities=,CAP_UNUSED,CAP_UNHEARD_OF&unknown=1&reconnect=", defaults, nil},
		{"sdk=android&version=2.9.0&os=android&os_version=14&device_model=x&network=wifi&auto_subscribe=0&adaptive_stream=true&protocol=13&client_protocol=1",
			&lkpb.JoinRequest{
				ClientInfo:         &lkpb.ClientInfo{Sdk: lkpb.ClientInfo_ANDROID, Protocol: 13, ClientProtocol: 1, Os: "android"},
				ConnectionSettings: &lkpb.ConnectionSettings{AdaptiveStream: true},
			}, nil},
		{"browser=safari&capabilities=CAP_PACKET_TRAILER,CAP_COMPRESSION_DEFLATE_RAW&attributes=eyJhIjoiYiJ9&reconnect=1&sid=PA_x&reconnect_reason=2",
			&lkpb.JoinRequest{
				ClientInfo: &lkpb.ClientInfo{Browser: "safari", Capabilities: []lkpb.ClientInfo_Capability{
					lkpb.ClientInfo_CAP_PACKET_TRAILER, lkpb.ClientInfo_CAP_COMPRESSION_DEFLATE_RAW}},
				ConnectionSettings:    &lkpb.ConnectionSettings{AutoSubscribe: true},
				ParticipantAttributes: map[string]string{"a": "b"}, Reconnect: true, ParticipantSid: "PA_x",
			}, nil},
		{"publish=screen", nil, errPublishOnly},
		{"attributes=!", nil, errAttributes},
		{"attributes=WzFd", nil, errAttributes}, // [1]
	}
	for _, test := range tests {
		q, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := joinQuery(q)
		if !errors.Is(err, test.err) || err == nil && !proto.Equal(got, test.want) {
			t.Errorf("%q:\n%v, %v\nwant\n%v, %v", test.query, got, err, test.want, test.err)
		}
	}
}

func FuzzJoinQuery(f *testing.F) {
	for _, q := range []string{"", "protocol=16&auto_subscribe=0", "attributes=eyJhIjoiYiJ9&capabilities=CAP_PACKET_TRAILER", "publish=x"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		if r, err := joinQuery(q); (r == nil) == (err == nil) {
			t.Errorf("%v, %v", r, err)
		}
	})
}
