package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/encoding/protojson"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

// receiver takes webhooks as an application does. It is the transport of the sender's HTTP client.
type receiver struct {
	answer func(attempt int) (status int, err error) // nil: 200 always

	mu       sync.Mutex
	attempts int
	got      []*lkpb.WebhookEvent // that were answered with 200
	faults   []string
}

// RoundTrip checks a request as a receiver would, and answers it.
func (r *receiver) RoundTrip(q *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.attempts++
	status := http.StatusOK
	if r.answer != nil {
		if status, err = r.answer(r.attempts); err != nil {
			return nil, err
		}
	}
	sum := sha256.Sum256(body)
	claims, err := token.Parse(q.Header.Get("Authorization"), func(string) (string, bool) { return "secret", true }, time.Now())
	if err != nil || claims.APIKey != "devkey" || claims.SHA256 != base64.StdEncoding.EncodeToString(sum[:]) || time.Until(claims.ExpiresAt) > 6*time.Minute {
		r.faults = append(r.faults, fmt.Sprint("signature: ", err))
	}
	if q.Method != http.MethodPost || q.Header.Get("Content-Type") != "application/webhook+json" {
		r.faults = append(r.faults, "method or type")
	}
	e := &lkpb.WebhookEvent{}
	if err := protojson.Unmarshal(body, e); err != nil {
		r.faults = append(r.faults, err.Error())
	}
	if status == http.StatusOK {
		r.got = append(r.got, e)
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader("")), Header: http.Header{"Location": {"http://elsewhere"}}, Request: q}, nil
}

func (r *receiver) names() (all []string) {
	for _, e := range r.got {
		all = append(all, e.GetEvent())
	}
	return all
}

func newSender(t *testing.T, r http.RoundTripper, urls ...string) *Sender {
	t.Helper()
	if len(urls) == 0 {
		urls = []string{"http://app.test/hook"}
	}
	s, err := New(Config{
		Log: slog.New(slog.DiscardHandler), URLs: urls, Key: "devkey", Secret: "secret", Reserved: "konklave:", Transport: r,
	}, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// count reads a counter.
func count(t *testing.T, c prometheus.Counter) float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return families[0].GetMetric()[0].GetCounter().GetValue()
}

func event(kind room.EventKind, in string) room.Event {
	return room.Event{Kind: kind, At: time.Now(), Room: room.RoomInfo{SID: id.RoomSID("RM_" + in), Name: id.RoomName(in)}}
}

// silent is a member that listens to nothing.
type silent struct{}

func (silent) Deliver(*room.Delivery) {}
func (silent) Measure(*room.Measures) {}

func TestTheStoryOfARoomIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{}
		s := newSender(t, r)
		rooms := room.NewRegistry(slog.New(slog.DiscardHandler), s)
		for _, name := range []id.RoomName{"hall", "konklave:secret"} {
			in, ada, err := rooms.Join(t.Context(), name, room.Options{}, room.Join{Identity: "ada", Name: "Ada", Permission: room.Permission{CanPublish: true}}, silent{})
			if err != nil {
				t.Fatal(err)
			}
			_, bob, err := rooms.Join(t.Context(), name, room.Options{}, room.Join{Identity: "bob"}, silent{})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []room.Command{
				room.TransportConnected{Participant: ada},
				room.AddTrack{Participant: ada, CID: "mic", Type: room.Audio, Source: room.Microphone},
			} {
				if err := in.Post(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Wait()
			_ = in.Post(t.Context(), room.Leave{Participant: bob, Reason: room.ReasonClientInitiated})
			_ = in.Post(t.Context(), room.RemoveParticipant{Identity: "ada"})
			if err := in.Close(t.Context(), room.ReasonRoomDeleted); err != nil {
				t.Fatal(err)
			}
		}
		if err := rooms.Close(t.Context(), room.ReasonServerShutdown); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := []string{"room_started", "participant_joined", "participant_connection_aborted", "participant_left", "room_finished"}
		if !slices.Equal(r.names(), want) || len(r.faults) > 0 {
			t.Fatalf("%v %v", r.names(), r.faults)
		}
		joined, left, finished := r.got[1], r.got[3], r.got[4]
		if joined.GetParticipant().GetIdentity() != "ada" || joined.GetParticipant().GetName() != "Ada" || joined.GetRoom().GetName() != "hall" || joined.GetCreatedAt() == 0 {
			t.Errorf("%v", joined)
		}
		if left.GetParticipant().GetDisconnectReason() != lkpb.DisconnectReason_PARTICIPANT_REMOVED {
			t.Errorf("%v", left)
		}
		if finished.GetRoomEndReason() != lkpb.RoomEndReason_ROOM_END_API_DELETE {
			t.Errorf("%v", finished)
		}
		if joined.GetId() == left.GetId() || !strings.HasPrefix(joined.GetId(), "EV_") {
			t.Errorf("ids %s %s", joined.GetId(), left.GetId())
		}
	})
}

func TestEventsOfTracks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{}
		s := newSender(t, r)
		for _, kind := range []room.EventKind{room.TrackAppeared, room.TrackGone, room.ParticipantCame} {
			e := event(kind, "hall")
			e.Participant = &room.ParticipantInfo{SID: "PA_1", Identity: "ada"}
			e.Track = &room.TrackInfo{SID: "TR_1", Type: room.Video}
			s.Happened(e)
		}
		_ = s.Close(t.Context())
		if !slices.Equal(r.names(), []string{"track_published", "track_unpublished"}) || r.got[0].GetTrack().GetSid() != "TR_1" || r.got[0].GetParticipant().GetSid() != "PA_1" {
			t.Errorf("%v", r.got)
		}
	})
}

func TestAReceiverThatIsAwayIsTriedAgainInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{answer: func(attempt int) (int, error) {
			switch {
			case attempt <= 2:
				return 0, errors.New("connection refused")
			case attempt <= 4:
				return http.StatusBadGateway, nil
			}
			return http.StatusOK, nil
		}}
		s := newSender(t, r)
		begin := time.Now()
		s.Happened(event(room.RoomStarted, "hall"))
		s.Happened(event(room.RoomEnded, "hall"))
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.names(), []string{"room_started", "room_finished"}) || r.attempts != 6 || count(t, s.retried) != 4 {
			t.Errorf("%v in %d attempts", r.names(), r.attempts)
		}
		if took := time.Since(begin); took != (250+500+1000+2000)*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}

func TestAReceiverThatRefusesIsLeftAlone(t *testing.T) {
	for _, status := range []int{400, 401, 404, 301, 307} {
		synctest.Test(t, func(t *testing.T) {
			r := &receiver{answer: func(int) (int, error) { return status, nil }}
			s := newSender(t, r)
			s.Happened(event(room.RoomStarted, "hall"))
			if err := s.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if r.attempts != 1 || count(t, s.dropped) != 1 {
				t.Errorf("%d: %d attempts", status, r.attempts)
			}
		})
	}
}

func TestEventsAreGivenUpAfterHalfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := true
		r := &receiver{answer: func(int) (int, error) {
			if away {
				return 0, errors.New("no route")
			}
			return http.StatusOK, nil
		}}
		s := newSender(t, r)
		s.Happened(event(room.RoomStarted, "hall"))
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if count(t, s.dropped) != 1 {
			t.Errorf("dropped: %v", count(t, s.dropped))
		}
		r.mu.Lock()
		away = false
		r.mu.Unlock()
		s.Happened(event(room.RoomEnded, "hall"))
		_ = s.Close(t.Context())
		if !slices.Equal(r.names(), []string{"room_finished"}) || r.got[0].GetNumDropped() != 1 || len(s.lanes) != 0 {
			t.Errorf("%v, %d lanes", r.got, len(s.lanes))
		}
	})
}

func TestQueuesAreBoundedAndSayWhatIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := make(chan struct{})
		r := &receiver{answer: func(int) (int, error) { return http.StatusOK, nil }}
		gate := roundTrip(func(q *http.Request) (*http.Response, error) {
			<-open
			return r.RoundTrip(q)
		})
		s := newSender(t, gate)
		s.Happened(event(room.RoomStarted, "hall"))
		synctest.Wait() // the first is on its way
		for range laneLimit + 7 {
			s.Happened(event(room.RoomStarted, "hall"))
		}
		s.Happened(event(room.RoomStarted, "cellar")) // another room does not suffer
		if lost := count(t, s.dropped); lost != 7 {
			t.Errorf("%v dropped", lost)
		}
		close(open)
		synctest.Wait()
		s.Happened(event(room.RoomEnded, "hall"))
		_ = s.Close(t.Context())
		if len(r.got) != laneLimit+3 || r.got[len(r.got)-1].GetNumDropped() != 7 {
			t.Errorf("%d delivered, the last: %v", len(r.got), r.got[len(r.got)-1])
		}
		s.Happened(event(room.RoomStarted, "hall"))
		if lost := count(t, s.dropped); lost != 8 || s.waiting != 0 || len(s.lanes) != 0 {
			t.Errorf("after the end: %v dropped, %d waiting, %d lanes", lost, s.waiting, len(s.lanes))
		}
	})
}

func TestEveryReceiverIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		told := map[string]int{}
		s := newSender(t, roundTrip(func(q *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			told[q.URL.Host]++
			status := http.StatusOK
			if q.URL.Host == "b.test" {
				status = http.StatusForbidden
			}
			return &http.Response{StatusCode: status, Body: http.NoBody, Request: q}, nil
		}), "http://a.test/x", "http://b.test/x")
		s.Happened(event(room.RoomStarted, "hall"))
		_ = s.Close(t.Context())
		if told["a.test"] != 1 || told["b.test"] != 1 {
			t.Errorf("%v", told)
		}
	})
}

func TestTheEndDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSender(t, roundTrip(func(q *http.Request) (*http.Response, error) {
			<-q.Context().Done()
			return nil, q.Context().Err()
		}))
		s.Happened(event(room.RoomStarted, "hall"))
		s.Happened(event(room.RoomEnded, "hall"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		if lost := count(t, s.dropped); lost != 2 {
			t.Errorf("%v dropped", lost)
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f roundTrip) RoundTrip(q *http.Request) (*http.Response, error) { return f(q) }
