package meeting

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// TestEveryRequestIsDone keeps a request that can be read from having nothing to do.
func TestEveryRequestIsDone(t *testing.T) {
	elsewhere := map[string]bool{"join": true, "rejoin": true, "ping": true, "leave": true, "message_hosts": true}
	for of := range decoders {
		if done := deeds[of].do != nil; done == elsewhere[of] {
			t.Errorf("%s: done %t", of, done)
		}
	}
	if len(deeds)+len(elsewhere) != len(decoders) {
		t.Errorf("%d requests, %d of them done", len(decoders), len(deeds))
	}
}

func TestDecodeRequest(t *testing.T) {
	tests := []struct {
		in   string
		want Request
	}{
		{`{"type":"join","link":"L","name":"N","new":1}`, JoinRequest{Link: "L", Name: "N"}},
		{`{"type":"rejoin","link":"L","session":"S","seq":7}`, RejoinRequest{Link: "L", Session: "S", Seq: 7}},
		{`{"type":"chat","id":"a-1","keyId":2,"body":"aGk="}`, ChatRequest{ID: "a-1", KeyID: 2, Body: []byte("hi")}},
		{`{"type":"token"}`, TokenRequest{}},
		{`{"type":"admit","all":true}`, AdmitRequest{All: true}},
		{`{"type":"mute","ids":["a","b"]}`, MuteRequest{IDs: []id.Identity{"a", "b"}}},
		{`{"type":"ask","ids":["a"],"device":"camera"}`, AskRequest{IDs: []id.Identity{"a"}, Device: Camera}},
		{`{"type":"appoint","id":"a","role":"presenter"}`, AppointRequest{ID: "a", Role: rules.Presenter}},
		{`{"type":"delete","id":"a-1","from":"b"}`, DeleteRequest{ID: "a-1", From: "b"}},
		{`{"type":"send_file","id":"f","name":"eA==","size":3}`, SendFileRequest{ID: "f", Name: []byte("x"), Size: 3}},
		{`{"type":"ping"}`, PingRequest{}},
		{`{"type":"leave"}`, LeaveRequest{}},
	}
	for _, test := range tests {
		got, err := DecodeRequest([]byte(test.in))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %#v, %v", test.in, got, err)
		}
	}
}

func TestDecodeRequestRefuses(t *testing.T) {
	long := base64.StdEncoding.EncodeToString(make([]byte, MaxChatBody+1))
	tests := []string{
		``, `{`, `[]`, `"join"`, `null`, `{}`, `{"type":"welcome"}`, `{"type":7}`,
		`{"type":"join","name":7}`,
		`{"type":"rejoin","seq":-1}`,
		`{"type":"rejoin","seq":1.5}`,
		`{"type":"chat","id":"","body":"aGk="}`,
		`{"type":"chat","id":"a b","body":"aGk="}`,
		`{"type":"chat","id":"` + strings.Repeat("a", MaxChatID+1) + `","body":"aGk="}`,
		`{"type":"chat","id":"a","body":""}`,
		`{"type":"chat","id":"a","body":"not base64"}`,
		`{"type":"chat","id":"a","body":"` + long + `"}`,
		`{"type":"ping"} {"type":"ping"}`,
		`{"type":"admit"}`, `{"type":"mute","ids":[]}`, `{"type":"refuse","all":true}`, `{"type":"mute","ids":"a"}`,
		`{"type":"ask","ids":["a"],"device":"mind"}`, `{"type":"ask","device":"camera"}`,
		`{"type":"react","reaction":"<b>"}`, `{"type":"react"}`,
		`{"type":"message_waiting","all":true}`, `{"type":"edit","id":"a"}`, `{"type":"delete","id":"a b"}`,
		`{"type":"send_file","id":"f","name":"","size":3}`, `{"type":"send_file","id":"f","name":"eA==","size":-1}`,
		`{"type":"send_file","id":"f","name":"` + long + `","size":3}`, `{"type":"hold","on":"yes"}`,
		`{"type":"change_settings","settings":7}`,
		`{"type":"ping","x":"` + strings.Repeat("a", MaxMessage) + `"}`,
	}
	for _, test := range tests {
		if r, err := DecodeRequest([]byte(test)); err == nil {
			t.Errorf("%.60s: %#v", test, r)
		}
	}
}

func TestDecodingErrorsQuoteNothing(t *testing.T) {
	for _, in := range []string{`{"type":"join","name":{"planted":1}}`, `{"type":"join","name":planted}`, `{"type":"planted"}`} {
		if _, err := DecodeRequest([]byte(in)); err == nil || strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestEncode(t *testing.T) {
	body, err := encodeEvent(Chat{ID: "i", From: "ann", At: 5, Body: []byte("hi")})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		frame Frame
		want  string
	}{
		{NewFrame(Pong{}), `{"type":"pong"}`},
		{NewFrame(Closing{Code: CodeReplaced}), `{"type":"closing","code":"replaced"}`},
		{NewFrame(Refusal{Code: CodeInternal, Message: "m"}), `{"type":"error","code":"internal","message":"m"}`},
		{Frame{seq: 12, body: body}, `{"seq":12,"type":"chat","id":"i","from":"ann","at":5,"keyId":0,"body":"aGk="}`},
	}
	for _, test := range tests {
		got, err := test.frame.Encode()
		if err != nil || string(got) != test.want {
			t.Errorf("%s, %v, want %s", got, err, test.want)
		}
	}
}

func TestEncodedEventsAreNotSharedAmongFrames(t *testing.T) {
	body, _ := encodeEvent(Left{ID: "ann"})
	first, _ := Frame{seq: 1, body: body}.Encode()
	if _, err := (Frame{seq: 22, body: body}).Encode(); err != nil {
		t.Fatal(err)
	}
	if string(first) != `{"seq":1,"type":"left","id":"ann"}` {
		t.Errorf("%s", first)
	}
}

// Every message and code must be explained to those who write another client.
func TestDocumentNamesEverything(t *testing.T) {
	text, err := os.ReadFile("../../docs/control.md")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range decoders {
		names = append(names, name)
	}
	for _, m := range []Message{
		Welcome{}, Lobby{}, Resumed{}, Joined{}, Left{}, Away{}, Back{}, Changed{}, MeetingChanged{}, Knocked{}, WaitOver{}, Notice{},
		Asked{}, Stopped{}, Reaction{}, CompanionPass{}, Chat{}, Edited{}, Deleted{}, File{}, Upload{}, Download{}, Audience{}, Crowd{},
		HelpCode{}, HelpWatched{},
		MediaToken{}, Pong{}, Maintenance{}, Refusal{}, Closing{},
	} {
		names = append(names, m.messageType())
	}
	names = append(names, reactions...)
	for code := range messages {
		names = append(names, string(code))
	}
	for _, name := range names {
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("docs/control.md does not explain %s", name)
		}
	}
}

func FuzzDecodeRequest(f *testing.F) {
	for _, seed := range []string{
		`{"type":"join","link":"L","name":"N"}`, `{"type":"rejoin","link":"L","session":"S","seq":7}`,
		`{"type":"chat","id":"a-1","keyId":2,"body":"aGk="}`, `{"type":"ping"}`, `{"type":`, `{"TYPE":"leave"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := DecodeRequest(data)
		if err != nil {
			return
		}
		if chat, ok := r.(ChatRequest); ok && (len(chat.Body) > MaxChatBody || len(chat.ID) > MaxChatID) {
			t.Fatal("a chat message beyond the limits")
		}
		fields, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeRequest([]byte(strings.Replace(string(fields), "{", fmt.Sprintf(`{"type":%q,`, r.requestType()), 1)))
		if len(fields) > len("{}") && err == nil && !reflect.DeepEqual(again, r) {
			t.Fatalf("%#v became %#v", r, again)
		}
	})
}
