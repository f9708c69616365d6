package meeting

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// However long the messages are, a meeting keeps so much of them and no more, also for those who missed them.
func TestChatIsBoundedInBytes(t *testing.T) {
	s := newScene(t)
	s.join(1, "ann")
	s.join(2, "bob")
	s.apply(Lose{Conn: 2})
	seq := s.state.people[1].seq
	const messages = 100
	for i := range messages {
		s.now = s.now.Add(time.Second)
		s.apply(Act{Conn: 1, Request: ChatRequest{ID: fmt.Sprint("m", i), Body: bytes.Repeat([]byte{'x'}, MaxChatBody)}})
		if s.state.chat.size > MaxChat {
			t.Fatalf("the meeting keeps %d bytes after %d messages", s.state.chat.size, i+1)
		}
	}
	kept := len(s.state.chat.said)
	if kept < MaxChat/MaxChatBody-1 || s.state.chat.said[kept-1].ID != fmt.Sprint("m", messages-1) {
		t.Errorf("%d messages are kept", kept)
	}
	for _, p := range s.state.people {
		n := 0
		for _, missed := range p.missed {
			if _, told := missed.event.(Chat); told {
				n++
			}
		}
		if n > kept {
			t.Errorf("%d events are kept for %s, %d messages", n, p.identity, kept)
		}
	}

	delete(s.got, 3)
	s.rejoin(3, "bob", seq+messages-uint64(kept))
	if got := s.got[3]; len(got) != kept+1 || got[0] != fmt.Sprintf("resumed %d", seq+messages-uint64(kept)) {
		t.Errorf("who missed what is kept was told %d things, first %q", len(got), got[:1])
	}
	s.apply(Lose{Conn: 3})
	s.rejoin(4, "bob", seq+messages-uint64(kept)-1)
	s.expect(4, fmt.Sprintf("welcome %d bob people=2 chat=%d", seq+messages, kept))
}

// nothing is a media server, a journal, tickets and files that do nothing.
type nothing struct{}

func (nothing) OpenRoom(id.RoomName) error                     { return nil }
func (nothing) Allow(id.RoomName, id.Identity, Rights)         {}
func (nothing) Token(id.RoomName, id.Identity) (string, error) { return "t", nil }
func (nothing) Stop(id.RoomName, id.Identity, Source)          {}
func (nothing) Remove(id.RoomName, id.Identity)                {}
func (nothing) CloseRoom(id.RoomName)                          {}
func (nothing) Figures(context.Context, id.RoomName, id.Identity) (Figures, error) {
	return Figures{Path: "udp"}, nil
}
func (nothing) Note(id.MeetingID, Condition) {}
func (nothing) Used(id.MeetingID, time.Time) {}
func (nothing) Seal(Ticket) pii.Token        { return "sealed" }
func (nothing) Revoke(id.Identity)           {}
func (nothing) Expect(id.MeetingID, FileKey, id.Identity, int64) (pii.Token, bool) {
	return "upload", true
}
func (nothing) Offer(FileKey, id.Identity) pii.Token { return "download" }
func (nothing) Drop([]FileKey)                       {}

// quiet is a registry beside which there is nothing.
func quiet() *registry {
	return newRegistry(Config{
		Media: nothing{}, Journal: nothing{}, Tickets: nothing{}, Files: nothing{}, Log: slog.New(slog.DiscardHandler),
	})
}

// enterAs has somebody join the meeting whose link is also its id.
func enterAs(r *registry, now time.Time, from Outlet, link id.LinkID, name string) {
	d := open("Meeting")
	d.ID = id.MeetingID(link)
	r.join(now, from, Admission{
		Request: JoinRequest{Link: link, Name: name}, Definition: d, Pass: Pass{Role: rules.Participant},
	})
}

// deaf is a connection that nobody reads.
type deaf struct{ number int }

func (*deaf) Send(Frame) {}
func (*deaf) Close(Code) {}

// All meetings together keep so much, and what is forgotten is the oldest, in whichever meeting it was said.
func TestChatOfAllMeetingsIsBounded(t *testing.T) {
	r := quiet()
	r.mostChat = 1 << 20
	now := time.Unix(1_800_000_000, 0)
	const meetings, rounds = 20, 12
	var states []*State
	var people []Outlet
	for i := range meetings {
		people = append(people, &deaf{i})
		enterAs(r, now, people[i], id.LinkID(fmt.Sprint(i)), "Ann")
		states = append(states, r.meetings[id.MeetingID(fmt.Sprint(i))].state)
	}
	sum := func() (bytes int) {
		for _, s := range states {
			bytes += s.chat.size
		}
		return bytes
	}
	for round := range rounds {
		for _, from := range people {
			now = now.Add(time.Second)
			r.handle(now, from, ChatRequest{ID: fmt.Sprint("m", round), Body: make([]byte, MaxChatBody)})
			if got := sum(); got != r.chat || got > r.mostChat {
				t.Fatalf("%d bytes are kept, counted as %d, of %d", got, r.chat, r.mostChat)
			}
		}
	}
	if r.chat < r.mostChat*7/8 {
		t.Errorf("only %d bytes of %d are kept", r.chat, r.mostChat)
	}
	oldest, newest := now, time.Time{}
	for _, s := range states {
		first := time.UnixMilli(s.chat.said[0].At)
		if first.Before(oldest) {
			oldest = first
		}
		if first.After(newest) {
			newest = first
		}
	}
	if apart := newest.Sub(oldest); apart > meetings*time.Second {
		t.Errorf("what is kept begins %v apart: not the oldest was forgotten", apart)
	}

	r.handle(now, people[0], LeaveRequest{})
	for range 40 {
		now = now.Add(time.Second)
		r.tick(now)
	}
	if got := sum(); states[0].chat.size != 0 || got != r.chat {
		t.Errorf("%d bytes are kept, counted as %d", got, r.chat)
	}
	r.shut(now)
	if r.chat != 0 {
		t.Errorf("%d bytes are counted after the end", r.chat)
	}
}

func BenchmarkForgetChat(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		r := quiet()
		r.mostChat = 10_000 * 10 * (messageSize + 100)
		now := time.Unix(1_800_000_000, 0)
		for i := range 10_000 {
			s := NewState(now, open("Meeting"))
			for k := range 11 {
				s.chat.add(&message{Said: Said{At: int64(k*10_000 + i), Body: make([]byte, 100)}})
			}
			r.meetings[id.MeetingID(fmt.Sprint(i))] = &entry{state: s}
			r.chat += s.chat.size
		}
		b.StartTimer()
		r.forgetChat()
	}
}
