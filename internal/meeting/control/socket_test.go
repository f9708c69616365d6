package control

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/id"
	"konklave/internal/meeting"
)

func TestJoinChatLeave(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann := s.open()
		ann.send(`{"type":"join","link":%q,"name":" Ann "}`, link)
		welcome := ann.expect("welcome")
		self := welcome["self"].(string)
		person := welcome["people"].([]any)[0].(map[string]any)
		if welcome["seq"] != 0.0 || person["id"] != self || person["name"] != "Ann" || len(welcome["chat"].([]any)) != 0 ||
			welcome["meeting"].(map[string]any)["title"] != "Planted Title" || welcome["mediaToken"] != "token of "+self {
			t.Errorf("welcome %v", welcome)
		}
		bob := s.join(link, "Bob")
		if m := ann.expect("joined"); m["seq"] != 1.0 || m["person"].(map[string]any)["id"] != bob.self {
			t.Errorf("joined %v", m)
		}
		body := base64.StdEncoding.EncodeToString([]byte{0, 255, 7})
		bob.send(`{"type":"chat","id":"c1","keyId":3,"body":%q}`, body)
		if m := ann.expect("chat"); m["seq"] != 2.0 || m["from"] != bob.self || m["body"] != body || m["keyId"] != 3.0 || m["id"] != "c1" {
			t.Errorf("chat %v", m)
		}
		if m := bob.expect("chat"); m["seq"] != 1.0 || m["body"] != body {
			t.Errorf("own chat %v", m)
		}
		bob.send(`{"type":"token"}`)
		if m := bob.expect("token"); m["mediaToken"] != "token of "+bob.self {
			t.Errorf("token %v", m)
		}
		bob.send(`{"type":"leave"}`)
		bob.expectEnd()
		if m := ann.expect("left"); m["seq"] != 3.0 || m["id"] != bob.self {
			t.Errorf("left %v", m)
		}
		s.media.expect(t, "open konklave:", "remove "+bob.self)
	})
}

func TestRejoinReplaysWhatWasMissed(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann, bob := s.join(link, "Ann"), s.join(link, "Bob")
		ann.expect("joined")
		ann.vanish()
		synctest.Wait()
		bob.send(`{"type":"chat","id":"1","body":"aGk="}`)
		bob.send(`{"type":"chat","id":"2","body":"aGk="}`)
		bob.expect("chat")
		bob.expect("chat")
		bob.keep(20 * time.Second)
		again := s.open()
		again.send(`{"type":"rejoin","link":%q,"session":%q,"seq":2}`, link, ann.session)
		if m := again.expect("resumed"); m["seq"] != 2.0 {
			t.Errorf("resumed %v", m)
		}
		if m := again.expect("chat"); m["seq"] != 3.0 || m["id"] != "2" {
			t.Errorf("replayed %v", m)
		}
		again.expect("away") // the others were told of Ann meanwhile
		again.expect("back")
		if m := bob.expect("back"); m["id"] != ann.self {
			t.Errorf("back %v", m)
		}
		bob.send(`{"type":"chat","id":"3","body":"aGk="}`)
		if m := again.expect("chat"); m["seq"] != 6.0 {
			t.Errorf("after the rejoin %v", m)
		}
		s.media.expect(t, "open konklave:")
	})
}

func TestWhoDoesNotComeBackIsRemoved(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann, bob := s.join(link, "Ann"), s.join(link, "Bob")
		ann.vanish()
		bob.keep(meeting.RejoinGrace - 2*time.Second)
		if m := bob.expect("left"); m["id"] != ann.self {
			t.Errorf("left %v", m)
		}
		s.media.expect(t, "open konklave:", "remove "+ann.self)
		again := s.open()
		again.send(`{"type":"rejoin","link":%q,"session":%q,"seq":0}`, link, ann.session)
		again.expectError(meeting.CodeSessionUnknown)
		again.send(`{"type":"join","link":%q,"name":"Ann"}`, link)
		if m := again.expect("welcome"); m["self"] == ann.self {
			t.Error("a new visit has the old identity")
		}
	})
}

func TestReplacedConnection(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann := s.join(link, "Ann")
		copied := s.open()
		copied.send(`{"type":"rejoin","link":%q,"session":%q,"seq":0}`, link, ann.session)
		ann.expectClosing(meeting.CodeReplaced)
		copied.expect("resumed")
		copied.keep(2 * meeting.RejoinGrace)
		s.media.expect(t, "open konklave:")
	})
}

func TestTwoTabsAreTwoPeople(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		one, two := s.join(link, "Ann"), s.join(link, "Ann")
		if one.self == two.self || one.session == two.session {
			t.Error("two visits share an identity or a session")
		}
		one.expect("joined")
		d, _, _ := s.door.Knock(context.Background(), meeting.Knock{Link: id.LinkID(link)})
		if now, err := s.service.Presence(context.Background(), d.ID); err != nil || now.People != 2 {
			t.Errorf("%+v are in, %v", now, err)
		}
	})
}

func TestRefusedJoinMayTryAgain(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		c := s.open()
		c.send(`{"type":"join","link":"AAAAAAAAAAAAAAAAAAAAAA","name":"Ann"}`)
		c.expectError(meeting.CodeMeetingUnknown)
		c.send(`{"type":"join","link":%q,"name":" "}`, link)
		c.expectError(meeting.CodeNameInvalid)
		c.send(`{"type":"ping"}`)
		c.expect("pong")
		c.send(`{"type":"join","link":%q,"name":"Ann"}`, link)
		c.expect("welcome")
		c.send(`{"type":"join","link":%q,"name":"Ann"}`, link)
		c.expectClosing(meeting.CodeBadMessage)
	})
}

func TestBadMessages(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON": `{"type":`, "unknown type": `{"type":"conquer"}`, "chat before join": `{"type":"chat","id":"1","body":"aGk="}`,
	} {
		t.Run(name, func(t *testing.T) {
			onStage(t, func(s *stage) {
				c := s.open()
				c.send("%s", text)
				c.expectClosing(meeting.CodeBadMessage)
			})
		})
	}
}

func TestBinaryMessage(t *testing.T) {
	onStage(t, func(s *stage) {
		c := s.open()
		if err := c.socket.Write(context.Background(), websocket.MessageBinary, []byte(`{"type":"ping"}`)); err != nil {
			t.Fatal(err)
		}
		c.expectClosing(meeting.CodeBadMessage)
	})
}

func TestOversizedMessage(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann, bob := s.join(link, "Ann"), s.join(link, "Bob")
		ann.expect("joined")
		// The server stops reading in the middle of it, so the writing ends with an error, or not.
		go func() {
			_ = ann.socket.Write(context.Background(), websocket.MessageText, []byte(`{"type":"ping","x":"`+strings.Repeat("a", meeting.MaxMessage)+`"}`))
		}()
		if _, err := ann.read(); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
			t.Errorf("ended with %v", err)
		}
		bob.keep(meeting.RejoinGrace - 2*time.Second) // the place is kept meanwhile
		bob.expect("left")
	})
}

func TestChatIsRateLimited(t *testing.T) {
	onStage(t, func(s *stage) {
		c := s.join(s.meeting(), "Ann")
		for i := range 20 {
			c.send(`{"type":"chat","id":"m%d","body":"aGk="}`, i)
			c.expect("chat")
		}
		c.send(`{"type":"chat","id":"over","body":"aGk="}`)
		if m := c.expect("error"); m["code"] != string(meeting.CodeRateLimited) || m["ref"] != "over" {
			t.Errorf("refused with %v", m)
		}
		c.keep(10 * time.Second)
		c.send(`{"type":"chat","id":"over","body":"aGk="}`)
		c.expect("chat")
	})
}

func TestFloodEndsTheConnection(t *testing.T) {
	onStage(t, func(s *stage) {
		c := s.join(s.meeting(), "Ann")
		for range messageBurst - 1 {
			c.send(`{"type":"ping"}`)
			c.expect("pong")
		}
		c.send(`{"type":"ping"}`)
		c.expectClosing(meeting.CodeRateLimited)
	})
}

func TestSilenceEndsTheConnection(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		began := time.Now()
		s.open().expectClosing(meeting.CodeTimeout)
		if d := time.Since(began); d != firstMessage {
			t.Errorf("without a message: closed after %v", d)
		}
		lurker := s.open() // pings, but never says what it wants
		began = time.Now()
		for range 4 {
			time.Sleep(2 * time.Second)
			lurker.send(`{"type":"ping"}`)
			lurker.expect("pong")
		}
		lurker.expectClosing(meeting.CodeTimeout)
		if d := time.Since(began); d != firstMessage {
			t.Errorf("with pings only: closed after %v", d)
		}
		ann := s.join(link, "Ann")
		ann.keep(time.Minute)
		began = time.Now()
		ann.expectClosing(meeting.CodeTimeout)
		if d := time.Since(began); d != silence {
			t.Errorf("after joining: closed after %v", d)
		}
	})
}

func TestSlowReaderIsClosed(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann, bob := s.join(link, "Ann"), s.join(link, "Bob")
		// Ann reads nothing: the message that bob came is already stuck on its way.
		began := time.Now()
		for ; time.Since(began) < slowWrite+2*time.Second; time.Sleep(time.Second) {
			bob.send(`{"type":"chat","id":"c%d","body":"aGk="}`, time.Now().Unix())
			bob.expect("chat")
		}
		bob.keep(meeting.RejoinGrace - 10*time.Second)
		again := s.open()
		again.send(`{"type":"rejoin","link":%q,"session":%q,"seq":0}`, link, ann.session)
		again.expect("resumed")
		if m := again.expect("joined"); m["seq"] != 1.0 {
			t.Errorf("replay begins with %v", m)
		}
		for i := range 7 {
			if m := again.expect("chat"); m["seq"] != float64(i+2) {
				t.Errorf("replay goes on with %v", m)
			}
		}
		ann.vanish()
	})
}

func TestFullQueueMakesASlowReader(t *testing.T) {
	c := newConnection(nil, nil)
	for range queued {
		c.Send(meeting.NewFrame(meeting.Pong{}))
	}
	if c.hasEnded() {
		t.Fatal("closed with a queue that is just full")
	}
	c.Send(meeting.NewFrame(meeting.Pong{}))
	if !c.hasEnded() || c.code != meeting.CodeSlowReader {
		t.Fatalf("not closed: %q", c.code)
	}
	c.Close(meeting.CodeReplaced)
	c.queue.take()
	c.Send(meeting.NewFrame(meeting.Pong{}))
	if c.code != meeting.CodeSlowReader || len(c.queue.take()) != 0 {
		t.Error("a closed connection took another code or message")
	}
}

func TestShutdownIsTold(t *testing.T) {
	onStage(t, func(s *stage) {
		ann := s.join(s.meeting(), "Ann")
		idle := s.open()
		synctest.Wait() // until both are counted in
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			s.close()
		}()
		ann.expectClosing(meeting.CodeShuttingDown)
		idle.expectClosing(meeting.CodeShuttingDown)
		<-closed
		s.media.expect(t, "open konklave:", "remove "+ann.self, "close konklave:")
	})
}

func TestShutdownDoesNotWaitForTheDeaf(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		deaf := s.join(link, "Ann")
		began := time.Now()
		s.close() // ann neither reads the closing message nor answers the handshake
		if d := time.Since(began); d > 3*slowWrite {
			t.Errorf("took %v", d)
		}
		deaf.vanish()
	})
}

func TestMediaFailureEndsTheJoin(t *testing.T) {
	onStage(t, func(s *stage) {
		s.media.fail = true
		c := s.open()
		c.send(`{"type":"join","link":%q,"name":"Ann"}`, s.meeting())
		c.expectClosing(meeting.CodeInternal)
	})
}

func TestOtherOriginsAreRefused(t *testing.T) {
	onStage(t, func(s *stage) {
		_, answer, err := websocket.Dial(context.Background(), "ws://konklave.test/control", &websocket.DialOptions{
			HTTPClient: s.client, HTTPHeader: http.Header{"Origin": {"https://elsewhere.test"}},
		})
		if err == nil || answer.StatusCode != http.StatusForbidden {
			t.Errorf("connected from another origin: %v", err)
		}
		same, _, err := websocket.Dial(context.Background(), "ws://konklave.test/control", &websocket.DialOptions{
			HTTPClient: s.client, HTTPHeader: http.Header{"Origin": {"http://konklave.test"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		same.CloseNow()
		// A proxy in front may ask for another host than the browser did.
		public, _, err := websocket.Dial(context.Background(), "ws://konklave.test/control", &websocket.DialOptions{
			HTTPClient: s.client, HTTPHeader: http.Header{"Origin": {"https://meet.example.org"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		public.CloseNow()
	})
}

func TestLogHoldsNothingPersonal(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann := s.join(link, "Planted Name")
		ann.send(`{"type":"chat","id":"planted","body":%q}`, base64.StdEncoding.EncodeToString([]byte("Planted chat")))
		ann.expect("chat")
		ann.send(`{"type":"Planted"}`)
		ann.expectClosing(meeting.CodeBadMessage)
		s.close()
		log := s.log.String()
		if !strings.Contains(log, "meeting started") || !strings.Contains(log, "meeting=MT_") {
			t.Errorf("the log says nothing:\n%s", log)
		}
		for _, secret := range []string{"lanted", link, ann.self, ann.session, "token of", "konklave:", fmt.Sprint(base64.StdEncoding.EncodeToString([]byte("Planted chat")))} {
			if strings.Contains(log, secret) {
				t.Errorf("the log holds %q:\n%s", secret, log)
			}
		}
	})
}
