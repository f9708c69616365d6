package control

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
)

// asks has for each action of the table a message that needs it. Whom they name is not there, so that nothing happens.
var asks = map[rules.Action]string{
	rules.Admit:          `{"type":"admit","ids":["nobody"]}`,
	rules.Refuse:         `{"type":"refuse","ids":["nobody"]}`,
	rules.MessageWaiting: `{"type":"message_waiting","ids":["nobody"],"body":"aGk="}`,
	rules.CallIn:         `{"type":"call_in","id":"nobody"}`,
	rules.Mute:           `{"type":"mute","ids":["nobody"]}`,
	rules.StopCamera:     `{"type":"stop_camera","ids":["nobody"]}`,
	rules.StopShare:      `{"type":"stop_share","ids":["nobody"]}`,
	rules.Remove:         `{"type":"remove","id":"nobody"}`,
	rules.Lock:           `{"type":"lock","on":false}`,
	rules.Hold:           `{"type":"hold","on":false}`,
	rules.HandOver:       `{"type":"hand_over","id":"nobody"}`,
	rules.AppointHost:    `{"type":"appoint","id":"nobody","role":"moderator"}`,
	rules.Appoint:        `{"type":"appoint","id":"nobody","role":"viewer"}`,
	rules.GiveFloor:      `{"type":"give_floor","id":"nobody","on":true}`,
	rules.LowerHand:      `{"type":"lower_hand","ids":["nobody"]}`,
	rules.DeleteChat:     `{"type":"delete","id":"m","from":"nobody"}`,
	rules.Rename:         `{"type":"rename","id":"nobody","name":"x"}`,
	rules.ChangeSettings: `{"type":"change_settings","settings":{}}`,
	rules.Chat:           `{"type":"chat","id":"m-NUMBER","body":"aGk="}`,
	rules.ChatPrivate:    `{"type":"chat","id":"m","to":"nobody","body":"aGk="}`,
	rules.SendFile:       `{"type":"send_file","id":"f","name":"Zg==","size":100000000}`,
	rules.RaiseHand:      `{"type":"hand","up":true}`,
	rules.React:          `{"type":"react","reaction":"clap"}`,
	rules.RenameSelf:     `{"type":"rename","id":"SELF","name":""}`,
}

// elsewhere are the actions that are no messages: what the welcome says of the first three is tested here, what the media
// server takes of the others in internal/app (TestTableAgainstMedia).
var elsewhere = map[rules.Action]bool{
	rules.End: true, rules.SeeWaiting: true, rules.SeePeople: true, rules.Speak: true, rules.Camera: true, rules.Share: true,
	rules.MessageHosts: true, // only while one waits: TestWhoWaitsTellsHosts
}

// TestTableCellByCell asks for every action, in every role, in every kind of meeting, over the WebSocket.
func TestTableCellByCell(t *testing.T) {
	for _, a := range rules.Actions() {
		if asks[a] == "" && !elsewhere[a] {
			t.Errorf("nothing asks for %s", a)
		}
	}
	for _, kind := range rules.Kinds() {
		for _, level := range []rules.Level{rules.Open, rules.Internal} {
			if settings := rules.Preset(kind, level); len(settings.Faults(kind, level)) == 0 {
				t.Run(fmt.Sprint(kind, " ", level), func(t *testing.T) {
					onStage(t, func(s *stage) { s.tryTable(kind, level, settings) })
				})
			}
		}
	}
}

func (s *stage) tryTable(kind rules.Kind, level rules.Level, settings rules.Settings) {
	settings.Lobby = rules.LobbyAll // so that somebody waits
	s.guests = map[string]guest{}
	for _, role := range append(rules.Roles(), "waiter") {
		as := meeting.Pass{Role: role, SkipLobby: true}
		if role == "waiter" {
			as = meeting.Pass{Role: rules.Participant}
		}
		s.guests[string(role)] = guest{
			definition: func(d *meeting.Definition) { d.Kind, d.Level, d.Settings = kind, level, settings }, pass: as,
		}
	}
	link := s.meeting()
	enter := func(as, answer string) (*tab, map[string]any) {
		c := s.open()
		c.send(`{"type":"join","link":%q,"name":"N","code":%q}`, link, as)
		m := c.expect(answer)
		c.self = m["self"].(string)
		return c, m
	}
	for _, role := range rules.Roles() {
		bystander, _ := enter(string(rules.Viewer), "welcome")
		waiter, _ := enter("waiter", "lobby")
		c, w := enter(string(role), "welcome")
		s.checkWelcome(w, role, bystander.self, func(a rules.Action) bool {
			return rules.May(role, a, kind, settings) && a != rules.MessageHosts // that is over: it is in
		})
		for i, a := range rules.Actions() {
			if asks[a] == "" {
				continue
			}
			c.send("%s", strings.NewReplacer("SELF", c.self, "NUMBER", fmt.Sprint(i)).Replace(asks[a]))
			want := rules.May(role, a, kind, settings) ||
				a == rules.RenameSelf && rules.May(role, rules.Rename, kind, settings) // who renames others also renames itself
			if got := !c.isRefused(); got != want {
				s.t.Errorf("%s as %s: allowed %t, want %t", a, role, got, want)
			}
		}
		c.send(`{"type":"end"}`)
		if got, want := c.isEnded(), rules.May(role, rules.End, kind, settings); got != want {
			s.t.Errorf("end as %s: allowed %t, want %t", role, got, want)
		}
		for _, one := range []*tab{c, bystander, waiter} {
			one.vanish()
		}
		time.Sleep(meeting.RejoinGrace + time.Minute)
	}
}

// checkWelcome compares whom a welcome tells of, and what it says that somebody may do.
func (s *stage) checkWelcome(w map[string]any, role rules.Role, bystander string, may func(rules.Action) bool) {
	s.t.Helper()
	seen := slices.ContainsFunc(w["people"].([]any), func(p any) bool { return p.(map[string]any)["id"] == bystander })
	if want := may(rules.SeePeople); seen != want {
		s.t.Errorf("see_people as %s: %t, want %t", role, seen, want)
	}
	if got, want := len(w["waiting"].([]any)) > 0, may(rules.SeeWaiting); got != want {
		s.t.Errorf("see_waiting as %s: %t, want %t", role, got, want)
	}
	for _, a := range rules.Actions() {
		if got, want := slices.Contains(w["may"].([]any), any(string(a))), may(a); got != want {
			s.t.Errorf("%s as %s: the client is told %t, want %t", a, role, got, want)
		}
	}
}

// isRefused reads up to the answer to a ping, and tells whether the request before it was not allowed.
func (c *tab) isRefused() (refused bool) {
	c.t.Helper()
	c.send(`{"type":"ping"}`)
	for {
		m, err := c.read()
		switch {
		case err != nil:
			c.t.Fatal(err)
		case m["type"] == "error" && m["code"] == string(meeting.CodeNotAllowed):
			refused = true
		case m["type"] == "pong":
			return refused
		}
	}
}

// isEnded tells whether the meeting has ended.
func (c *tab) isEnded() bool {
	for {
		m, err := c.read()
		if err != nil || m["type"] == "closing" {
			return true
		}
		if m["type"] == "error" {
			return false
		}
	}
}
