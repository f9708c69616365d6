package control

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"konklave/internal/meeting"
)

func TestRolesCannotBeForged(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann := s.open()
		ann.send(`{"type":"join","link":%q,"name":"Ann","host":"planted secret"}`, link)
		if w := ann.expect("welcome"); w["role"] != "owner" {
			t.Fatalf("who brings the secret is %v", w["role"])
		}
		for _, forged := range []string{`"role":"owner"`, `"host":"guessed"`, `"ticket":"AAAA"`, `"ticket":"` + strings.Repeat("A", 5000) + `"`} {
			c := s.open()
			c.send(`{"type":"join","link":%q,"name":"Mallory",`+forged+`}`, link)
			if w := c.expect("welcome"); w["role"] != "participant" {
				t.Errorf("%.30s made %v", forged, w["role"])
			}
			c.send(`{"type":"end"}`)
			for m, _ := c.read(); m["type"] != "error"; m, _ = c.read() {
				if m == nil || m["type"] == "closing" {
					t.Fatalf("%.30s ended the meeting", forged)
				}
			}
			c.vanish()
		}
	})
}

func TestTicketBringsTheRoleBackWhenThePlaceIsGone(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann := s.open()
		ann.send(`{"type":"join","link":%q,"name":"Ann","host":"planted secret"}`, link)
		ticket := ann.expect("welcome")["ticket"].(string)
		bob := s.join(link, "Bob")
		ann.vanish()
		bob.keep(28 * time.Second)
		time.Sleep(4 * time.Second) // the place is gone, bob is still there
		again := s.open()
		again.send(`{"type":"join","link":%q,"name":"Ann","ticket":%q}`, link, ticket)
		if w := again.expect("welcome"); w["role"] != "owner" {
			t.Errorf("came back as %v", w["role"])
		}
	})
}

// What people write is passed on as it is: only who shows it can tell text from HTML.
func TestWhatPeopleWriteIsNotTouched(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		const evil = `<img src=x onerror=alert(1)>"'&amp;`
		ann, bob := s.join(link, "Ann"), s.open()
		bob.send(`{"type":"join","link":%q,"name":%q}`, link, evil)
		bob.expect("welcome")
		if p := ann.expect("joined")["person"].(map[string]any); p["name"] != evil {
			t.Errorf("the name became %v", p["name"])
		}
		bob.send(`{"type":"chat","id":"m","body":"PGI+"}`)
		bob.send(`{"type":"chat","id":"m","body":"PGI+"}`) // replayed
		bob.send(`{"type":"chat","id":"n","body":"PGI+"}`)
		for _, ref := range []string{"m", "n"} {
			if m := ann.expect("chat"); m["id"] != ref || m["body"] != "PGI+" {
				t.Errorf("read %v", m)
			}
		}
	})
}

// What somebody recorded of another's messages is good for nothing on a connection of its own, nor is a session that is over.
func TestReplayedMessages(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann := s.open()
		ann.send(`{"type":"join","link":%q,"name":"Ann","host":"planted secret"}`, link)
		w := ann.expect("welcome")
		bob := s.join(link, "Bob")
		ann.expect("joined")
		for action, recorded := range asks {
			mallory := s.open()
			mallory.send("%s", recorded)
			if m := mallory.expect("closing"); m["code"] != string(meeting.CodeBadMessage) {
				t.Errorf("%s: %v", action, m)
			}
			mallory.vanish()
		}
		bob.send(`{"type":"leave"}`)
		bob.expectEnd()
		ann.expect("left")
		mallory := s.open()
		mallory.send(`{"type":"rejoin","link":%q,"session":%q,"seq":0}`, link, bob.session)
		mallory.expectError(meeting.CodeSessionUnknown)
		mallory.send(`{"type":"rejoin","link":%q,"session":%q,"seq":0}`, s.meeting(), w["session"])
		mallory.expectError(meeting.CodeSessionUnknown) // a true one, in another meeting
		mallory.send(`{"type":"rejoin","link":%q,"session":%q,"seq":99}`, link, w["session"])
		ann.expectClosing(meeting.CodeReplaced)
		if m := mallory.expect("welcome"); m["seq"] != 2.0 { // numbers that never were bring no events
			t.Errorf("%v", m)
		}
	})
}

func TestOversizedChatEndsTheConnectionAndReachesNobody(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann, bob := s.join(link, "Ann"), s.join(link, "Bob")
		ann.expect("joined")
		body := base64.StdEncoding.EncodeToString(make([]byte, meeting.MaxChatBody))
		bob.send(`{"type":"chat","id":"just","body":%q}`, body)
		ann.expect("chat")
		bob.expect("chat")
		bob.send(`{"type":"chat","id":"over","body":%q}`, base64.StdEncoding.EncodeToString(make([]byte, meeting.MaxChatBody+1)))
		bob.expectClosing(meeting.CodeBadMessage)
		ann.send(`{"type":"ping"}`)
		ann.expect("pong")
	})
}

// A guess at an access code that comes too early is told how long to wait, however often one asks on the same connection.
func TestCodesAreGuessedSlowly(t *testing.T) {
	onStage(t, func(s *stage) {
		s.guests = map[string]guest{}
		link := s.meeting()
		c := s.open()
		s.knocked = func(k meeting.Knock) error {
			if k.Source != "pipe" || k.Tries == nil {
				t.Errorf("the doorman is told %q, %v", k.Source, k.Tries)
			}
			if k.Tries.Wrong++; k.Tries.Wrong > 3 {
				return meeting.Failure{Code: meeting.CodeTooManyCodes, Wait: 1500 * time.Millisecond}
			}
			return meeting.Failure{Code: meeting.CodeAccessCodeWrong}
		}
		for i := range 5 {
			c.send(`{"type":"join","link":%q,"name":"Mallory","code":"%d"}`, link, i)
			m := c.expect("error")
			if i < 3 && m["code"] != string(meeting.CodeAccessCodeWrong) || i >= 3 && (m["code"] != string(meeting.CodeTooManyCodes) || m["wait"] != 2.0) {
				t.Errorf("guess %d: %v", i, m)
			}
		}
	})
}

func TestFilesByTokens(t *testing.T) {
	onStage(t, func(s *stage) {
		link := s.meeting()
		ann := s.open()
		ann.send(`{"type":"join","link":%q,"name":"Ann","host":"planted secret"}`, link)
		ann.expect("welcome")
		ann.send(`{"type":"send_file","id":"f","name":"Zg==","size":5}`)
		ann.expectError(meeting.CodeNotAllowed) // at this level nobody sends files
		for _, method := range []string{"GET", "POST"} {
			r, _ := http.NewRequest(method, "http://konklave.test/api/files/guessed", strings.NewReader("hello"))
			answer, err := s.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			if answer.StatusCode != http.StatusNotFound {
				t.Errorf("%s by a guessed token: %d", method, answer.StatusCode)
			}
		}
	})
}
