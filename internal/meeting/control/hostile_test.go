package control

import (
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
