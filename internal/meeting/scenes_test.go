package meeting

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// newSceneOf is newScene for a meeting of a kind, whose owner ann is in by connection 1.
func newSceneOf(t *testing.T, kind rules.Kind, change func(*rules.Settings)) *scene {
	s := newScene(t)
	level := rules.DefaultLevel(kind)
	settings := rules.Preset(kind, level)
	if change != nil {
		change(&settings)
	}
	s.state = NewState(s.now, Definition{ID: "meeting", Title: "Title", Kind: kind, Level: level, Settings: settings})
	s.come(1, "ann", Pass{Role: rules.Owner, Account: "a"})
	s.got, s.done = map[ConnID][]string{}, nil
	return s
}

func (s *scene) ask(conn ConnID, r Request) {
	s.t.Helper()
	s.apply(Act{Conn: conn, Request: r, Random: fmt.Sprint("random ", conn)})
}

func TestWhoWaitsLearnsNothing(t *testing.T) {
	s := newSceneOf(t, rules.Class, nil)
	s.join(2, "bob")
	s.expect(2, "lobby lobby notices=0")
	s.expect(1, "knocked bob lobby 1")
	s.say(1, "m", "secret")
	s.ask(2, ChatRequest{ID: "x", Body: []byte("hello?")})
	s.ask(2, TokenRequest{})
	s.expect(2, "error not_allowed x", "error not_allowed token")
	if _, ok := s.rights["bob"]; ok {
		t.Error("the media server lets in who waits")
	}
	s.ask(1, NoticeRequest{All: true, Body: []byte("soon")})
	s.expect(2, "notice soon")
	s.apply(Lose{Conn: 2})
	s.rejoin(3, "bob", 0)
	s.expect(3, "lobby lobby notices=1")
	s.ask(1, AdmitRequest{IDs: []id.Identity{"bob", "nobody"}})
	s.expect(3, "welcome 0 bob people=2 chat=1")
	s.expect(1, "chat ann:secret 2", "wait_over bob true 3", "joined bob 4", "error person_unknown admit")
	s.join(4, "eve")
	s.expect(4, "lobby lobby notices=1")
	s.ask(1, RefuseRequest{IDs: []id.Identity{"eve"}})
	s.expect(4, "hangup refused")
}

func TestEverybodyComesInAtOnce(t *testing.T) {
	s := newSceneOf(t, rules.Class, nil)
	for i := range 200 {
		s.join(ConnID(10+i), fmt.Sprint("p", i))
	}
	began := time.Now()
	effects := s.apply(Act{Conn: 1, Request: AdmitRequest{All: true}})
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("took %v", took)
	}
	welcomes, events := 0, 0
	for _, e := range effects {
		switch e := e.(type) {
		case Admit:
			welcomes++
			if len(e.Welcome.People) != 201 {
				t.Fatalf("a newcomer sees %d people", len(e.Welcome.People))
			}
		case Deliver:
			events += len(e.To)
		}
	}
	if welcomes != 200 || events != 400 { // the owner is told of each that it waits no more, and is in
		t.Errorf("%d welcomes, %d events", welcomes, events)
	}
}

func TestGuestsWaitForAHost(t *testing.T) {
	s := newScene(t)
	s.state = NewState(s.now, Definition{ID: "m", Kind: rules.Discussion, Level: rules.Open, Settings: rules.Preset(rules.Discussion, rules.Open)})
	s.join(1, "bob")
	s.expect(1, "lobby start notices=0")
	s.come(2, "ann", Pass{Role: rules.Owner})
	s.expect(1, "welcome 0 bob people=2 chat=0")
	s.ask(2, LeaveRequest{})
	s.pass(5 * time.Minute)
	s.expect(1, "left ann 1", "meeting locked=false held=false lobby=off ends=true 2", "hangup ended")
}

func TestSettingsChangeWhileItRuns(t *testing.T) {
	s := newSceneOf(t, rules.Discussion, nil)
	s.come(2, "bob", Pass{Role: rules.Participant, Account: "b"})
	s.ask(2, HandRequest{Up: true})
	s.got = map[ConnID][]string{}
	change := func(conn ConnID, edit func(*rules.Settings)) {
		t.Helper()
		settings := s.state.settings
		edit(&settings)
		s.ask(conn, ChangeSettingsRequest{Settings: settings})
	}
	change(2, func(r *rules.Settings) { r.Chat = rules.ReachOff })
	s.expect(2, "error not_allowed change_settings")
	change(1, func(r *rules.Settings) {})
	s.expect(1)
	for name, edit := range map[string]func(*rules.Settings){
		"a code in place of the lobby": func(r *rules.Settings) { r.Lobby, r.Code = rules.LobbyOff, true },
		"neither lobby nor code":       func(r *rules.Settings) { r.Lobby = rules.LobbyOff },
		"a number before admission":    func(r *rules.Settings) { r.Before = rules.BeforeNumber },
		"kept for longer":              func(r *rules.Settings) { r.KeepDays = 180 },
		"recording":                    func(r *rules.Settings) { r.Recording = true },
	} {
		change(1, edit)
		if got := s.got[1]; len(got) != 1 || got[0] != "error settings_invalid change_settings" {
			t.Errorf("%s: %q", name, got)
		}
		delete(s.got, 1)
	}
	change(1, func(r *rules.Settings) {
		r.Lobby, r.Chat, r.Hands, r.Speak, r.People = rules.LobbyAll, rules.ReachOff, rules.HandsOff, rules.FloorCalled, rules.SightHosts
	})
	s.expect(2, "changed bob participant 2", "welcome 3 bob people=2 chat=0", "meeting locked=false held=false lobby=all ends=false 4")
	if s.rights["bob"].Microphone || s.rights["bob"].Shown || s.state.present("bob").hand != 0 {
		t.Errorf("nothing follows from it: %+v", s.rights["bob"])
	}
	s.say(2, "m", "x")
	s.expect(2, "error not_allowed m")
	s.come(3, "cid", Pass{Role: rules.Participant, Account: "c"})
	s.expect(3, "lobby lobby notices=0")

	d, inForce := s.state.definition, s.state.settings
	d.Condition = s.condition
	if got := NewState(s.now, d); got.settings != inForce || d.Condition.Change == nil {
		t.Error("a killed process forgets it")
	}
	stricter := d
	stricter.Settings.Code = true
	if got := NewState(s.now, stricter); got.settings != stricter.Settings {
		t.Error("what hosts had changed is in force though it does not go with what is stored now")
	}
	older := stricter
	older.Changed = s.now.Add(-time.Hour)
	stricter.Changed = s.now
	s.apply(Define{stricter})
	if s.state.settings != stricter.Settings {
		t.Error("a change of the stored meeting is not in force")
	}
	s.apply(Define{older})
	older.Settings.Code = false
	s.apply(Define{older})
	if s.state.settings != stricter.Settings {
		t.Error("somebody who had looked before a change takes it back")
	}
	s.ask(1, EndRequest{})
	if s.condition.Change != nil || s.condition.Run != "" {
		t.Errorf("the end leaves %+v", s.condition)
	}
}

func TestHoldEverything(t *testing.T) {
	s := newSceneOf(t, rules.Discussion, func(r *rules.Settings) { r.Lobby = rules.LobbyOff; r.Code = true })
	s.join(2, "bob")
	s.ask(1, NoticeRequest{All: true, Body: []byte("earlier")})
	s.got, s.done = map[ConnID][]string{}, nil
	s.ask(1, HoldRequest{On: true})
	s.expect(2, "lobby held notices=0")
	s.expectDone("Note", "remove bob", "Note")
	if r := s.rights["ann"]; r.Microphone || r.Camera || r.Screen {
		t.Errorf("the owner may still send: %+v", r)
	}
	s.join(3, "eve")
	s.expect(3, "error locked")
	s.got = map[ConnID][]string{}
	s.say(1, "m", "x")
	s.expect(1, "error not_allowed m")
	s.ask(1, HoldRequest{})
	s.expect(2, "lobby back notices=0")
	s.ask(1, AdmitRequest{All: true})
	s.expect(2, "welcome 1 bob people=2 chat=0")
	if !s.rights["bob"].Microphone || !s.rights["ann"].Microphone {
		t.Error("nobody may speak after it")
	}
}

func TestSpeakersTakeTurns(t *testing.T) {
	s := newSceneOf(t, rules.Council, nil)
	s.join(2, "bob")
	s.join(3, "cid")
	if s.rights["bob"].Microphone {
		t.Error("somebody speaks out of turn")
	}
	s.ask(3, HandRequest{Up: true})
	s.ask(2, HandRequest{Up: true})
	s.ask(1, GiveFloorRequest{On: true})
	if !s.rights["cid"].Microphone || s.rights["bob"].Microphone {
		t.Errorf("cid was first: %+v", s.rights)
	}
	s.ask(1, GiveFloorRequest{On: true})
	if s.rights["cid"].Microphone || !s.rights["bob"].Microphone {
		t.Errorf("bob is next: %+v", s.rights)
	}
}

func TestAudienceOfATalkIsHidden(t *testing.T) {
	s := newSceneOf(t, rules.Talk, nil)
	s.join(2, "bob")
	s.join(3, "cid")
	s.expect(1, "joined bob 1", "joined cid 2")
	s.expect(2, "welcome 0 bob people=2 chat=0")
	s.pass(time.Second)
	s.expect(2, "crowd {People:1}")
	s.say(2, "q", "why?")
	s.expect(2, "chat bob:why? 1")
	s.expect(3, "welcome 0 cid people=2 chat=0")
	s.ask(1, GiveFloorRequest{ID: "bob", On: true})
	s.expect(3, "joined bob 1")
	if r := s.rights["bob"]; !r.Shown || !r.Microphone || s.rights["cid"].Shown {
		t.Errorf("%+v", s.rights)
	}
	s.ask(1, GiveFloorRequest{ID: "bob"})
	s.expect(3, "left bob 2")
}

func TestConsultation(t *testing.T) {
	s := newSceneOf(t, rules.Consultation, nil)
	for i, who := range []string{"bob", "cid", "dora"} {
		s.come(ConnID(2+i), who, Pass{Role: rules.Participant, Slot: fmt.Sprint(i)})
		s.expect(ConnID(2+i), "lobby lobby notices=0")
	}
	s.got = map[ConnID][]string{}
	s.ask(1, CallInRequest{ID: "cid"})
	s.expect(3, "welcome 0 cid people=2 chat=0")
	s.ask(1, CallInRequest{ID: "bob"})
	s.expect(1, "wait_over cid true 4", "joined cid 5", "error occupied call_in")
	s.say(1, "m", "you have it")
	s.ask(3, LeaveRequest{})
	if len(s.state.chat.said) != 0 {
		t.Error("what was said to one is there for the next")
	}
	s.ask(1, CallInRequest{ID: "bob"})
	s.expect(2, "welcome 0 bob people=2 chat=0")
	s.expect(4)
}

func TestCompanionIsTheSamePerson(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.join(2, "bob")
	s.ask(2, CompanionRequest{})
	s.got = map[ConnID][]string{}
	phone := s.comer(3, "phone", Pass{})
	phone.Companion = "random 2"
	s.apply(phone)
	s.expect(1, "changed bob participant companions=1 2")
	s.expect(3, "welcome 0 phone people=2 chat=0")
	if r := s.rights["phone"]; r.Microphone || !r.Deaf || !r.Camera {
		t.Errorf("the second device may %+v", r)
	}
	s.say(3, "m", "hello")
	s.expect(1, "chat bob:hello 3")
	phone.Conn, phone.Identity = 4, "again"
	s.apply(phone)
	s.expect(4, "error companion_unknown")
	s.apply(Forwarded{Identity: "phone", Sources: []Forwarding{{Source: SourceCamera, Received: true, To: []id.Identity{"ann", "bob"}}}})
	if a := s.audience[2]; len(a.Sources) != 1 || a.Sources[0].Count != 1 || a.Sources[0].Device != "phone" {
		t.Errorf("bob is told %+v", a)
	}
	s.ask(2, LeaveRequest{})
	s.expect(3, "chat bob:hello 1", "hangup companion_over")
}

func TestDeletedMessagesAreGoneForWhoMissedThem(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.join(2, "bob")
	s.apply(Lose{Conn: 2})
	s.say(1, "a", "oops")
	s.say(1, "b", "frist")
	s.ask(1, EditRequest{ID: "b", Body: []byte("first")})
	s.ask(1, DeleteRequest{ID: "a"})
	s.rejoin(3, "bob", 0)
	s.expect(3, "resumed 0", "deleted ann:a 1", "chat ann:first 2", "edited ann:first 3", "deleted ann:a 4")
	s.ask(3, DeleteRequest{ID: "b", From: "ann"})
	s.expect(3, "error not_allowed b")
}

func TestFilesComeAndGo(t *testing.T) {
	s := newSceneOf(t, rules.Discussion, nil)
	s.ask(1, SendFileRequest{ID: "f", Name: []byte("plan"), Size: 30 << 20})
	s.expect(1, "error file_too_large f")
	s.ask(1, SendFileRequest{ID: "f", Name: []byte("plan"), Size: 5})
	s.expectDone("ExpectFile")
	s.ask(1, GetFileRequest{ID: "f", From: "ann"})
	s.expect(1, "error message_unknown f")
	s.apply(Uploaded{Key: "random 1"})
	s.expect(1, "file ann:plan 1")
	s.ask(1, GetFileRequest{ID: "f", From: "ann"})
	s.expectDone("OfferFile")
	s.ask(1, EndRequest{})
	s.expectDone("remove ann", "CloseRoom", "DropFiles", "Note")
}

func BenchmarkCommandsAmongThousand(b *testing.B) {
	for name, request := range map[string]func(int) Request{
		"hand":  func(i int) Request { return HandRequest{Up: i%2 == 0} },
		"react": func(int) Request { return ReactRequest{Reaction: "clap"} },
		"mute":  func(int) Request { return MuteRequest{IDs: []id.Identity{"1"}} },
		"floor": func(i int) Request { return GiveFloorRequest{ID: "1", On: i%2 == 0} },
	} {
		b.Run(name, func(b *testing.B) {
			now := time.Unix(1_800_000_000, 0)
			state := NewState(now, open("t"))
			for i := range MaxPeople {
				role := rules.Participant
				if i == 0 {
					role = rules.Owner
				}
				state.Apply(now, Join{Conn: ConnID(i + 1), Name: "n", Identity: id.Identity(fmt.Sprint(i)), Pass: Pass{Role: role}})
			}
			for i := 0; b.Loop(); i++ {
				now = now.Add(time.Second)
				state.Apply(now, Act{Conn: 1, Request: request(i)})
			}
		})
	}
}

func TestOneByOne(t *testing.T) {
	s := newSceneOf(t, rules.Discussion, func(r *rules.Settings) { r.Lobby = rules.LobbyEach })
	s.join(2, "bob")
	s.join(3, "cid")
	s.got = map[ConnID][]string{}
	s.ask(1, AdmitRequest{All: true})
	s.ask(1, AdmitRequest{IDs: []id.Identity{"bob", "cid"}})
	s.expect(1, "error not_allowed admit", "error not_allowed admit")
	s.ask(1, AdmitRequest{IDs: []id.Identity{"bob"}})
	s.expect(2, "welcome 0 bob people=2 chat=0")

	s = newSceneOf(t, rules.Consultation, nil)
	s.join(2, "bob")
	s.join(3, "cid")
	s.got = map[ConnID][]string{}
	s.ask(1, AdmitRequest{IDs: []id.Identity{"bob"}})
	s.expect(2, "welcome 0 bob people=2 chat=0")
	s.got = map[ConnID][]string{}
	s.ask(1, AdmitRequest{IDs: []id.Identity{"cid"}}) // the other way in is not past the door of call_in
	s.expect(1, "error occupied admit")
}

func TestAppointmentsEnd(t *testing.T) {
	s := newSceneOf(t, rules.Consultation, nil)
	until := s.now.Add(10 * time.Minute)
	s.come(2, "bob", Pass{Role: rules.Participant, Slot: "1", Until: until})
	s.come(3, "cid", Pass{Role: rules.Participant, Slot: "1", Until: until})
	s.ask(1, CallInRequest{ID: "bob"})
	s.pass(9 * time.Minute)
	s.got = map[ConnID][]string{}
	s.pass(time.Minute)
	s.expect(2, "hangup ended")
	s.expect(3, "hangup ended")
	if s.state.present("ann") == nil || len(s.state.byID) != 1 {
		t.Error("who is left is not the host")
	}
}

func TestNamesThatAreFixed(t *testing.T) {
	s := newScene(t)
	s.come(1, "ann", Pass{Role: rules.Owner})
	s.come(2, "bob", Pass{Role: rules.Participant, Name: "Bob Kurz"})
	s.join(3, "cid")
	s.got = map[ConnID][]string{}
	s.ask(2, RenameRequest{ID: "bob", Name: "Direktorin"})
	s.expect(2, "error not_allowed rename")
	s.ask(3, RenameRequest{ID: "cid", Name: "Cid Lang"})
	s.expect(3, "changed cid participant 1")
	s.ask(1, RenameRequest{ID: "bob", Name: "Bob Lang"})
	if s.state.present("bob").name != "Bob Lang" {
		t.Error("hosts cannot correct a name")
	}
	for _, p := range s.state.people {
		if got, want := slices.Contains(s.state.newSight().mayOf(p), rules.RenameSelf), p.identity != "bob"; got != want {
			t.Errorf("%s is told that it may rename itself: %t", p.identity, got)
		}
	}
}

// What is not allowed any more is not said by editing what was, nor by a file that was on its way.
func TestNothingIsSaidByAnotherWay(t *testing.T) {
	s := newSceneOf(t, rules.Discussion, nil)
	s.come(2, "bob", Pass{Role: rules.Participant, Account: "b"})
	s.say(2, "m", "x")
	s.ask(2, SendFileRequest{ID: "f", Name: []byte("f"), Size: 1})
	quiet := s.state.settings
	quiet.Chat = rules.ReachOff
	s.ask(1, ChangeSettingsRequest{Settings: quiet})
	s.got, s.done = map[ConnID][]string{}, nil
	s.ask(2, EditRequest{ID: "m", Body: []byte("y")})
	s.expect(2, "error not_allowed m")
	s.ask(1, RemoveRequest{ID: "bob"})
	s.done = nil
	s.apply(Uploaded{Key: "random 2"})
	s.expectDone("DropFiles")
}

func TestHostsComeIntoAFullMeeting(t *testing.T) {
	s := newScene(t)
	for i := range MaxPeople {
		s.join(ConnID(10+i), fmt.Sprint("p", i))
	}
	s.join(2, "late")
	s.expect(2, "error too_many")
	s.come(3, "ann", Pass{Role: rules.Owner})
	if s.state.present("ann") == nil {
		t.Errorf("%q", s.got[3])
	}
}

func TestWhoWaitsTellsHosts(t *testing.T) {
	s := newSceneOf(t, rules.Class, nil)
	s.come(2, "bob", Pass{Role: rules.Participant, SkipLobby: true})
	s.join(3, "cid")
	s.got = map[ConnID][]string{}
	ask := func(text string) {
		t.Helper()
		s.ask(3, MessageHostsRequest{Body: []byte(text)})
	}
	ask("I am the new one")
	s.expect(1, "knocked cid lobby 3")
	s.expect(2) // who is no host learns nothing of it
	s.expect(3, "lobby lobby notices=0")
	s.ask(1, MessageHostsRequest{Body: []byte("x")})
	s.expect(1, "error not_allowed message_hosts")
	for i := range mostAsked - 1 {
		if s.now = s.now.Add(time.Second); i > MaxAskedKept {
			s.got = map[ConnID][]string{}
		}
		ask(fmt.Sprint("more ", i))
	}
	s.now = s.now.Add(time.Hour)
	s.got = map[ConnID][]string{}
	ask("and more")
	s.expect(3, "error rate_limited message_hosts")
	if said := s.state.waiting("cid").knocking().Asked; len(said) != MaxAskedKept || string(said[MaxAskedKept-1].Body) != fmt.Sprint("more ", mostAsked-2) {
		t.Errorf("hosts are shown %d messages", len(said))
	}
	s.ask(1, AdmitRequest{IDs: []id.Identity{"cid"}})
	for _, n := range s.state.present("ann").missed {
		if k, ok := n.event.(Knocked); ok && len(k.Person.Asked) > 0 {
			t.Fatal("what was said is kept for hosts who missed it, though it is over")
		}
	}
	s.got = map[ConnID][]string{}
	ask("inside")
	s.expect(3, "error not_allowed message_hosts")
	s.ask(1, HoldRequest{On: true})
	s.got = map[ConnID][]string{}
	ask("held")
	s.expect(3, "error not_allowed message_hosts")
	s.ask(1, HoldRequest{})
	if p := s.state.waiting("cid"); len(p.asked) != 0 || !s.state.mayAsk(p) {
		t.Error("what was said before is still there, or nothing can be said")
	}
}

func TestLocksItselfWhenAllAreIn(t *testing.T) {
	s := newSceneOf(t, rules.Discussion, func(r *rules.Settings) { r.Lock = rules.LockComplete })
	come := func(conn ConnID, who, link string) {
		t.Helper()
		s.come(conn, who, Pass{Role: rules.Participant, Account: "a", Personal: link, Invited: 2})
	}
	come(2, "bob", "1")
	come(3, "bob too", "1")
	come(4, "guest", "")
	if s.state.condition.Locked {
		t.Error("locked before all are in")
	}
	come(5, "cid", "2")
	if !s.condition.Locked {
		t.Error("not locked when all are in")
	}
	s.ask(1, LockRequest{})
	come(6, "late", "")
	if s.state.condition.Locked {
		t.Error("a host opened it, and it is locked again")
	}
}

func TestHostsAreAskedWhetherToLock(t *testing.T) {
	s := newSceneOf(t, rules.Discussion, func(r *rules.Settings) { r.Lock = rules.LockOffered })
	s.pass(9 * time.Minute)
	if s.state.info().LockAsked {
		t.Error("too early")
	}
	s.got = map[ConnID][]string{}
	s.pass(2 * time.Minute)
	s.expect(1, "meeting locked=false held=false lobby=guests ends=false 1")
	if !s.state.info().LockAsked {
		t.Error("nobody is asked")
	}
	s.ask(1, LockRequest{On: true})
	if s.state.info().LockAsked {
		t.Error("asked although it is locked")
	}
}
