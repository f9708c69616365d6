package session

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"konklave/internal/id"
	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
	"konklave/internal/token"
)

// dialDual opens the signalling socket of a client with two PeerConnections.
func dialDual(t *testing.T, s *Service, identity id.Identity, query url.Values) *client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c, err := connectDual(t, server.URL, sign(t, devKey, func(c *token.Claims) { c.Identity = identity }), query)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// connectDual is connect for two PeerConnections.
func connectDual(t *testing.T, server, text string, query url.Values) (*client, error) {
	query.Set("access_token", text)
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(server, "http")+"/rtc?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{t, conn}, nil
}

func TestLadderOfADualJoin(t *testing.T) {
	s := startService(t)
	c := dialDual(t, s, "ada", url.Values{"protocol": {"16"}})
	join := c.next().GetJoin()
	if !join.GetSubscriberPrimary() || !join.GetFastPublish() {
		t.Errorf("join: %v", join)
	}
	if r := c.next(); r.GetRefreshToken() == "" {
		t.Errorf("then %v", r)
	}
	first := c.until(func(r *lkpb.SignalResponse) bool { return r.GetOffer() != nil }).GetOffer()
	if first.GetType() != "offer" || first.GetId() == 0 || !strings.Contains(first.GetSdp(), "m=application") || !strings.Contains(first.GetSdp(), "a=ice-lite") {
		t.Errorf("first offer %v", first)
	}

	// It comes back without having answered: another offer, and that one only.
	session, _ := s.find(id.ParticipantSID(join.GetParticipant().GetSid()))
	activate(t, session)
	c = dialDual(t, s, "ada", url.Values{"protocol": {"16"}, "reconnect": {"1"}, "sid": {join.GetParticipant().GetSid()}})
	var order []string
	var second *lkpb.SessionDescription
	for second == nil {
		r := c.next()
		switch r.Message.(type) {
		case *lkpb.SignalResponse_Reconnect:
			order = append(order, "reconnect")
		case *lkpb.SignalResponse_Update:
			order = append(order, "update")
		case *lkpb.SignalResponse_RoomUpdate:
			order = append(order, "room")
		case *lkpb.SignalResponse_Offer:
			second = r.GetOffer()
		}
	}
	if got := strings.Join(order, " "); got != "reconnect update room" {
		t.Errorf("before the offer: %s", got)
	}
	if second.GetId() != first.GetId()+1 || ufrag(second.GetSdp()) == ufrag(first.GetSdp()) {
		t.Errorf("offer %d after %d, with the credentials %s", second.GetId(), first.GetId(), ufrag(second.GetSdp()))
	}
}

func ufrag(description string) string {
	_, after, _ := strings.Cut(description, "a=ice-ufrag:")
	return strings.Fields(after)[0]
}

// enterDual brings a client with two PeerConnections in whose socket has not come yet.
func enterDual(t *testing.T, s *Service, protocol int32, change func(*token.Claims)) *Session {
	t.Helper()
	claims, no := s.verify(sign(t, devKey, change), time.Now())
	if no != nil {
		t.Fatal(no.text)
	}
	request := &lkpb.JoinRequest{ClientInfo: &lkpb.ClientInfo{Protocol: protocol}, ConnectionSettings: &lkpb.ConnectionSettings{AutoSubscribe: true}}
	session, no := s.enter(t.Context(), visit{claims: claims, request: request, dual: true})
	if no != nil {
		t.Fatal(no.text)
	}
	return session
}

// offersTo gives the offers that are kept for a client.
func offersTo(t *testing.T, session *Session) (all []*lkpb.SessionDescription) {
	t.Helper()
	for _, r := range heldBy(t, session) {
		if o := r.GetOffer(); o != nil {
			all = append(all, o)
		}
	}
	return all
}

// track is one that the room could order to be subscribed.
func track(sid id.TrackSID) room.Subscription {
	info := &room.TrackInfo{SID: sid, Codecs: []room.Codec{{MIME: "audio/opus"}}}
	return room.Subscription{Publisher: "PA_other", Track: info, Media: &publication{}}
}

func TestTracksAreGatheredForOneOffer(t *testing.T) {
	for name, test := range map[string]struct {
		every time.Duration
		took  time.Duration
	}{
		"all at once": {0, gatherPause},
		"one by one":  {5 * time.Millisecond, 45*time.Millisecond + gatherPause},
		"slowly":      {9 * time.Millisecond, 9*9*time.Millisecond + gatherPause},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := withoutMedia(t)
				session := enterDual(t, s, 16, nil)
				synctest.Wait()
				begin := time.Now()
				for i := range 10 {
					session.post(func() { session.want([]room.Subscription{track(id.TrackSID("TR_AM" + string(rune('0'+i))))}) })
					time.Sleep(test.every)
				}
				for len(offersTo(t, session)) == 0 {
					time.Sleep(time.Millisecond)
				}
				if took := time.Since(begin); took < test.took-2*time.Millisecond || took > test.took+2*time.Millisecond {
					t.Errorf("offered after %v, want %v", took, test.took)
				}
				time.Sleep(time.Second)
				offers := offersTo(t, session)
				if n := strings.Count(offers[0].GetSdp(), "a=sendonly"); len(offers) != 1 || n != 10 || len(offers[0].GetMidToTrackId()) != 10 {
					t.Errorf("%d offers, the first with %d tracks", len(offers), n)
				}
			})
		})
	}
}

func TestGatheringHasALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		session := enterDual(t, s, 16, nil)
		begin := time.Now()
		for i := 0; len(offersTo(t, session)) == 0; i++ {
			session.post(func() { session.want([]room.Subscription{track(id.TrackSID("TR_AM" + string(rune('0'+i))))}) })
			time.Sleep(gatherPause / 2)
		}
		if took := time.Since(begin); took < gatherLimit || took > gatherLimit+2*gatherPause {
			t.Errorf("offered after %v", took)
		}
	})
}

func TestOfferThatIsNotAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := withoutMedia(t)
		session := enterDual(t, s, 16, nil)
		begin := time.Now()
		<-session.ended
		if took := time.Since(begin); took != answerLimit+gatherPause {
			t.Errorf("ended after %v", took)
		}
		if leave := decoded(t, session.lastWords()).GetLeave(); leave.GetAction() != lkpb.LeaveRequest_RECONNECT {
			t.Errorf("told %v", leave)
		}
	})
}

func TestFirstOfferDependsOnTheClient(t *testing.T) {
	publisher := func(c *token.Claims) { c.Video.CanSubscribe = token.Bool(false) }
	for name, test := range map[string]struct {
		protocol int32
		change   func(*token.Claims)
		primary  bool
		after    time.Duration // of the first offer, 0 for none
	}{
		"today":          {16, nil, true, gatherPause},
		"old":            {7, nil, true, time.Nanosecond},
		"very old":       {2, nil, false, 0},
		"publishes only": {16, publisher, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := withoutMedia(t)
				session := enterDual(t, s, test.protocol, test.change)
				synctest.Wait()
				if join := heldBy(t, session)[0].GetJoin(); join.GetSubscriberPrimary() != test.primary {
					t.Errorf("join: %v", join)
				}
				if offers := offersTo(t, session); (len(offers) == 1) != (test.after == time.Nanosecond) {
					t.Errorf("%d offers at once", len(offers))
				}
				time.Sleep(time.Second)
				if offers := offersTo(t, session); (len(offers) == 1) != (test.after > 0) {
					t.Errorf("%d offers", len(offers))
				}
				// Permissions may change: what there is to hear is offered then.
				session.post(func() { session.want([]room.Subscription{track("TR_AMx")}) })
				time.Sleep(time.Second)
				if offers := offersTo(t, session); len(offers) != 1 {
					t.Errorf("%d offers after a track came", len(offers))
				}
			})
		})
	}
}
