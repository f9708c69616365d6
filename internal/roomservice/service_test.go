package roomservice

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

func TestCallsNeedTheRightToken(t *testing.T) {
	r := newRig(t, nil)
	r.join("hall", "ada")
	valid := time.Now().Add(time.Minute)
	sign := func(c token.Claims, key, secret string) string {
		text, err := token.Sign(c, key, secret)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	all := token.Grants{RoomCreate: true, RoomList: true, RoomAdmin: true, Room: "hall"}
	tests := []struct {
		name, bearer, method, body string
		status                     int
	}{
		{"none", "", "ListRooms", `{}`, 401},
		{"garbage", "x", "ListRooms", `{}`, 401},
		{"foreign key", sign(token.Claims{ExpiresAt: valid, Video: all}, "other", "secret"), "ListRooms", `{}`, 401},
		{"wrong secret", sign(token.Claims{ExpiresAt: valid, Video: all}, "devkey", "guess"), "ListRooms", `{}`, 401},
		{"expired", sign(token.Claims{ExpiresAt: time.Now().Add(-time.Hour), Video: all}, "devkey", "secret"), "ListRooms", `{}`, 401},
		{"not yet valid", sign(token.Claims{ExpiresAt: valid, NotBefore: time.Now().Add(time.Hour), Video: all}, "devkey", "secret"), "ListRooms", `{}`, 401},
		{"of a participant", signed(t, token.Grants{RoomJoin: true, Room: "hall"}), "ListParticipants", `{"room":"hall"}`, 401},
		{"list only", signed(t, token.Grants{RoomList: true}), "CreateRoom", `{"name":"x"}`, 401},
		{"create only", signed(t, token.Grants{RoomCreate: true}), "ListRooms", `{}`, 401},
		{"create only", signed(t, token.Grants{RoomCreate: true}), "ListParticipants", `{"room":"hall"}`, 401},
		{"list only", signed(t, token.Grants{RoomList: true}), "DeleteRoom", `{"room":"hall"}`, 401},
		{"admin of another room", signed(t, token.Grants{RoomAdmin: true, Room: "cellar"}), "ListParticipants", `{"room":"hall"}`, 401},
		{"admin of no room", signed(t, token.Grants{RoomAdmin: true}), "ListParticipants", `{"room":""}`, 401},
		{"admin", signed(t, token.Grants{RoomAdmin: true, Room: "hall"}), "ListParticipants", `{"room":"hall"}`, 200},
		{"list", signed(t, token.Grants{RoomList: true}), "ListRooms", `{}`, 200},
	}
	for _, method := range []string{"GetParticipant", "RemoveParticipant", "MutePublishedTrack", "UpdateParticipant", "UpdateSubscriptions", "SendData", "UpdateRoomMetadata"} {
		tests = append(tests, tests[0])
		last := &tests[len(tests)-1]
		last.name, last.bearer = "admin of another room", signed(t, token.Grants{RoomAdmin: true, RoomCreate: true, RoomList: true, Room: "cellar"})
		last.method, last.body = method, `{"room":"hall","identity":"ada"}`
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.name, func(t *testing.T) {
			status, answer := r.callAs(test.bearer, test.method, test.body)
			if status != test.status || status == 401 && answer["code"] != "unauthenticated" {
				t.Errorf("%d %v, want %d", status, answer, test.status)
			}
		})
	}
}

// TestMeetingsAreNotThere calls every method about a meeting's room, with all that an API key can grant.
func TestMeetingsAreNotThere(t *testing.T) {
	const meeting = "konklave:abc"
	r := newRig(t, nil)
	person, sid, track := r.join(meeting, "ada")
	if list := r.want("ListRooms", "", `{}`); len(list["rooms"].([]any)) != 0 {
		t.Errorf("listed: %v", list)
	}
	if list := r.want("ListRooms", "", `{"names":["konklave:abc"]}`); len(list["rooms"].([]any)) != 0 {
		t.Errorf("listed by name: %v", list)
	}
	r.wantFault(notFound, "CreateRoom", meeting, `{"name":"konklave:abc"}`)
	body := fmt.Sprintf(`{"room":%q,"identity":"ada","track_sid":%q,"muted":true,"metadata":"x","destination_sids":[%q]}`, meeting, track, sid)
	for method := range methods {
		switch method {
		case "CreateRoom", "ListRooms", "ForwardParticipant", "MoveParticipant":
			continue
		}
		r.wantFault(notFound, method, meeting, body)
	}
	if len(r.sessions.revoked)+len(r.sessions.sent) > 0 || person.was(func(m room.Message) bool {
		switch m.(type) {
		case room.LeaveRequest, room.MuteRequest:
			return true
		}
		return false
	}) {
		t.Error("the meeting was touched")
	}
}

func TestWhatIsNotThereSaysSo(t *testing.T) {
	r := newRig(t, nil)
	tests := []struct{ method, code string }{
		{"livekit.RoomService/ForwardParticipant", "unimplemented"},
		{"livekit.RoomService/MoveParticipant", "unimplemented"},
		{"livekit.Egress/StartRoomCompositeEgress", "unimplemented"},
		{"livekit.Ingress/CreateIngress", "unimplemented"},
		{"livekit.SIP/CreateSIPParticipant", "unimplemented"},
		{"livekit.AgentDispatchService/CreateDispatch", "unimplemented"},
		{"livekit.RoomService/Explode", "bad_route"},
		{"livekit.Nothing/ListRooms", "bad_route"},
		{"livekit.RoomService", "bad_route"},
		{"", "bad_route"},
	}
	for _, test := range tests {
		status, _, answer := r.post(test.method, everything(t, "hall"), "application/json", []byte(`{}`))
		if want := map[string]int{"unimplemented": 501, "bad_route": 404}[test.code]; status != want || !bytes.Contains(answer, []byte(`"code":"`+test.code+`"`)) {
			t.Errorf("%s: %d %s", test.method, status, answer)
		}
	}
}

func TestFormats(t *testing.T) {
	r := newRig(t, nil)
	bearer := everything(t, "hall")
	request, err := proto.Marshal(&lkpb.CreateRoomRequest{Name: "hall", EmptyTimeout: 7})
	if err != nil {
		t.Fatal(err)
	}
	status, kind, answer := r.post("livekit.RoomService/CreateRoom", bearer, "application/protobuf", request)
	made := &lkpb.Room{}
	if err := proto.Unmarshal(answer, made); err != nil || status != 200 || kind != "application/protobuf" || made.GetEmptyTimeout() != 7 {
		t.Errorf("protobuf: %d %s %v %v", status, kind, made, err)
	}
	status, kind, answer = r.post("livekit.RoomService/GetParticipant", bearer, "application/protobuf", nil)
	if status != 401 || kind != "application/json" {
		t.Errorf("an error is JSON in any case: %d %s %s", status, kind, answer)
	}
	for _, body := range []string{`{"name":"snake","empty_timeout":9}`, `{"name":"camel","emptyTimeout":9,"newerThanWe":true}`} {
		status, kind, answer = r.post("livekit.RoomService/CreateRoom", bearer, "application/json; charset=UTF-8", []byte(body))
		if status != 200 || kind != "application/json" || !bytes.Contains(bytes.ReplaceAll(answer, []byte(" "), nil), []byte(`"empty_timeout":9`)) || !bytes.Contains(answer, []byte(`"num_participants"`)) {
			t.Errorf("%s: %d %s %s", body, status, kind, answer)
		}
	}
	tests := []struct {
		name, kind string
		body       []byte
		want       code
	}{
		{"wrong type", "text/plain", []byte(`{}`), badRoute},
		{"no type", "", []byte(`{}`), badRoute},
		{"no JSON", "application/json", []byte(`{"name":`), malformed},
		{"wrong JSON", "application/json", []byte(`{"name":7}`), malformed},
		{"nothing", "application/json", nil, malformed},
		{"no protobuf", "application/protobuf", []byte{0xff}, malformed},
		{"too large", "application/json", []byte(`{"name":"` + strings.Repeat("x", maxBody) + `"}`), resourceExhausted},
	}
	for _, test := range tests {
		status, _, answer := r.post("livekit.RoomService/CreateRoom", bearer, test.kind, test.body)
		if status != test.want.status || !bytes.Contains(answer, []byte(test.want.name)) {
			t.Errorf("%s: %d %s", test.name, status, answer)
		}
	}
}

func TestPagesOfAnyOriginMayCall(t *testing.T) {
	s := New(Config{})
	request := httptest.NewRequest(http.MethodOptions, "/twirp/livekit.RoomService/ListRooms", nil)
	request.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request)
	h := w.Header()
	if w.Code != 204 || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Access-Control-Max-Age") != "86400" ||
		h.Get("Access-Control-Allow-Headers") != "authorization,content-type" || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "POST") {
		t.Errorf("%d %v", w.Code, h)
	}
	w = httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/twirp/livekit.RoomService/ListRooms", nil))
	if w.Code != 404 || w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("GET: %d %v", w.Code, w.Header())
	}
}

// FuzzCalls sends anything to every method. Whatever comes, the answer has one of the statuses of Twirp, and no room of
// a meeting comes to be.
func FuzzCalls(f *testing.F) {
	f.Add(false, []byte(`{"room":"hall","identity":"ada","metadata":"x","permission":{"canPublish":true,"canPublishSources":["CAMERA"]}}`))
	f.Add(false, []byte(`{"room":"hall","data":"AAAA","kind":"LOSSY","destinationIdentities":["a"],"topic":"t","nonce":"AAAAAAAAAAAAAAAAAAAAAA=="}`))
	f.Add(false, []byte(`{"name":"konklave:x","emptyTimeout":4294967295,"tags":{"a":"b"}}`))
	f.Add(true, []byte("\x0a\x04hall\x12\x03ada"))
	r := newRig(f, nil)
	bearer := everything(f, "hall")
	if _, err := r.rooms.Open("hall", room.DefaultOptions()); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, binary bool, body []byte) {
		kind := "application/json"
		if binary {
			kind = "application/protobuf"
		}
		at := *r
		at.t = t
		for name := range methods {
			status, _, answer := at.post("livekit.RoomService/"+name, bearer, kind, body)
			switch status {
			case 200, 400, 401, 404, 412, 501:
			default:
				t.Errorf("%s: %d %s", name, status, answer)
			}
		}
		for _, running := range r.rooms.Rooms() {
			if strings.HasPrefix(string(running.Name()), "konklave:") {
				t.Error("a meeting's room was made")
			}
			if running.Name() != "hall" {
				_ = running.Close(t.Context(), room.ReasonRoomClosed)
			}
		}
		_, _ = r.rooms.Open("hall", room.DefaultOptions())
	})
}
