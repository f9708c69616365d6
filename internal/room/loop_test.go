package room

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"konklave/internal/id"
)

// recorder is a Member that keeps what it is delivered.
type recorder struct {
	mu       sync.Mutex
	messages []Message
	link     Link
}

func (r *recorder) Deliver(d *Delivery) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, d.Message)
}

func (r *recorder) Measure(into *Measures) { into.Links = append(into.Links, r.link) }

// count counts the messages of a type.
func count[T Message](r *recorder) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.messages {
		if _, ok := m.(T); ok {
			n++
		}
	}
	return n
}

func as(identity string) Join {
	return Join{Identity: id.Identity(identity), AutoSubscribe: true, Permission: Permission{CanPublish: true, CanSubscribe: true}}
}

func TestRegistryStartsAndEndsRooms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		var log bytes.Buffer
		g := NewRegistry(slog.New(slog.NewTextHandler(&log, nil)))
		alice := &recorder{}
		room, sid, err := g.Join(ctx, "r", Options{DepartureTimeout: 10 * time.Second}, as("alice"), alice)
		if err != nil {
			t.Fatal(err)
		}
		if count[JoinResponse](alice) != 1 {
			t.Fatal("no JoinResponse when Join returned")
		}
		if same, err := g.Open("r", Options{}); err != nil || same != room {
			t.Fatalf("another room of that name, error %v", err)
		}
		if m, err := room.Find(ctx, sid); err != nil || m != Member(alice) {
			t.Fatalf("member %v, error %v", m, err)
		}
		if info, people, err := room.Snapshot(ctx); err != nil || info.NumParticipants != 1 || people[0].SID != sid {
			t.Fatalf("snapshot %+v, error %v", info, err)
		}
		if err := room.Post(ctx, Leave{Participant: sid, Reason: ReasonClientInitiated}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if count[CloseSession](alice) != 1 {
			t.Fatal("no CloseSession")
		}
		if _, err := room.Find(ctx, sid); !errors.Is(err, ErrUnknownParticipant) {
			t.Fatalf("found after it left: %v", err)
		}
		time.Sleep(9 * time.Second)
		if _, ok := g.Get("r"); !ok {
			t.Fatal("room ended early")
		}
		time.Sleep(2 * time.Second)
		if _, ok := g.Get("r"); ok {
			t.Fatal("room did not end")
		}
		if err := room.Post(ctx, Tick{}); !errors.Is(err, ErrRoomClosed) {
			t.Fatalf("posting to an ended room: %v", err)
		}
		if _, err := room.Join(ctx, as("bob"), &recorder{}); !errors.Is(err, ErrRoomClosed) {
			t.Fatalf("joining an ended room: %v", err)
		}
		if text := log.String(); !strings.Contains(text, "room ended") || !strings.Contains(text, "reason=room_closed") {
			t.Errorf("the log does not say in words why the room ended:\n%s", text)
		}
		if err := g.Close(ctx, ReasonServerShutdown); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRegistryCloseTellsEveryoneAndWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		g := NewRegistry(slog.New(slog.DiscardHandler))
		members := make([]*recorder, 5)
		for i := range members {
			members[i] = &recorder{}
			if _, _, err := g.Join(ctx, id.RoomName("r"+strconv.Itoa(i%2)), Options{}, as(strconv.Itoa(i)), members[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := g.Close(ctx, ReasonServerShutdown); err != nil {
			t.Fatal(err)
		}
		for i, m := range members {
			if count[LeaveRequest](m) != 1 || count[CloseSession](m) != 1 {
				t.Errorf("member %d was not told", i)
			}
		}
		if _, _, err := g.Join(ctx, "r", Options{}, as("late"), &recorder{}); !errors.Is(err, ErrRoomClosed) {
			t.Fatalf("joined after the end: %v", err)
		}
	})
}

func TestRefusedJoinLeavesNoMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		g := NewRegistry(slog.New(slog.DiscardHandler))
		room, _, err := g.Join(ctx, "r", Options{MaxParticipants: 1}, as("alice"), &recorder{})
		if err != nil {
			t.Fatal(err)
		}
		late := &recorder{}
		if _, _, err := g.Join(ctx, "r", Options{}, as("bob"), late); !errors.Is(err, ErrRoomFull) {
			t.Fatalf("error %v", err)
		}
		if err := room.Close(ctx, ReasonRoomDeleted); err != nil {
			t.Fatal(err)
		}
		if len(late.messages) != 0 {
			t.Fatal("who was refused got messages")
		}
	})
}

func TestResumeThroughTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		g := NewRegistry(slog.New(slog.DiscardHandler))
		alice := &recorder{}
		room, sid, err := g.Join(ctx, "r", Options{}, as("alice"), alice)
		if err != nil {
			t.Fatal(err)
		}
		if err := room.Resume(ctx, Resume{Participant: sid, Identity: "alice"}); err != nil || count[Reconnect](alice) != 1 {
			t.Fatalf("resume: %v", err)
		}
		if err := room.Resume(ctx, Resume{Participant: "PA_other", Identity: "alice"}); !errors.Is(err, ErrUnknownParticipant) {
			t.Fatalf("resume of a stranger: %v", err)
		}
		if err := g.Close(ctx, ReasonServerShutdown); err != nil {
			t.Fatal(err)
		}
	})
}

// TestManyJoinAndLeaveAtOnce is for the race detector: rooms end and start while people join them.
func TestManyJoinAndLeaveAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		g := NewRegistry(slog.New(slog.DiscardHandler))
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				for n := range 5 {
					room, sid, err := g.Join(ctx, "r", Options{DepartureTimeout: time.Millisecond}, as(strconv.Itoa(i)), &recorder{})
					if err != nil {
						t.Error(err)
						return
					}
					time.Sleep(time.Duration(i*n) * time.Millisecond)
					if err := room.Post(ctx, Leave{Participant: sid, Reason: ReasonClientInitiated}); err != nil {
						t.Error(err)
					}
					time.Sleep(time.Second)
				}
			})
		}
		wg.Wait()
		if err := g.Close(ctx, ReasonServerShutdown); err != nil {
			t.Fatal(err)
		}
	})
}

func TestDeliveryIsEncodedOncePerVariant(t *testing.T) {
	d := &Delivery{Message: Reconnect{}}
	calls := 0
	encode := func(Message) ([]byte, error) { calls++; return []byte{1}, nil }
	for range 3 {
		for variant := range 2 {
			if b, err := d.Encoded(variant, encode); err != nil || len(b) != 1 {
				t.Fatal(b, err)
			}
		}
	}
	if calls != 2 {
		t.Fatalf("encoded %d times", calls)
	}
}

func TestDrainingRegistryStartsNoRooms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		g := NewRegistry(slog.New(slog.DiscardHandler))
		if _, _, err := g.Join(ctx, "runs", Options{}, as("alice"), &recorder{}); err != nil {
			t.Fatal(err)
		}
		g.Drain(true)
		if _, err := g.Open("new", Options{}); !errors.Is(err, ErrDraining) || !g.Draining() {
			t.Errorf("a room was started: %v", err)
		}
		if _, _, err := g.Join(ctx, "runs", Options{}, as("bob"), &recorder{}); err != nil {
			t.Errorf("a running room takes nobody: %v", err)
		}
		g.Drain(false)
		if _, err := g.Open("new", Options{}); err != nil {
			t.Error(err)
		}
		if err := g.Close(ctx, ReasonServerShutdown); err != nil {
			t.Error(err)
		}
	})
}
