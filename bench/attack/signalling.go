package attack

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/proto"

	"konklave/bench/load"
	"konklave/internal/signal/lkpb"
)

func malformed(ctx context.Context, t Target) (string, error) {
	c, err := t.join(ctx, t.Room, name(0), false, nil)
	if err != nil {
		return "", err
	}
	defer c.Close()
	honest, err := proto.Marshal(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Offer{Offer: c.Offer()}})
	if err != nil {
		return "", err
	}
	sent := 0
	for ctx.Err() == nil {
		bad := wrong(honest)
		switch sent % 3 {
		case 0:
			bad = randomBytes(100)
		case 1:
			bad = honest[:len(honest)*(sent%97)/97]
		}
		if c.Say(ctx, bad) != nil {
			break
		}
		sent++
	}
	return fmt.Sprintf("%d messages", sent), nil
}

func oversized(ctx context.Context, t Target) (string, error) {
	big := make([]byte, 3<<20)
	connections := 0
	for ctx.Err() == nil {
		c, err := t.join(ctx, t.Room, name(0), false, nil)
		if err != nil {
			break
		}
		for c.Say(ctx, big) == nil && ctx.Err() == nil {
		}
		c.Close()
		connections++
	}
	return fmt.Sprintf("%d connections", connections), nil
}

// many are ids of tracks there are not.
func many(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("TR_VC%012d", i)
	}
	return list
}

// Disordered are requests that are well-formed and make no sense.
func Disordered() []*lkpb.SignalRequest {
	nobody := many(5000)
	wishes := make([]*lkpb.TrackPermission, 5000)
	for i := range wishes {
		wishes[i] = &lkpb.TrackPermission{ParticipantIdentity: fmt.Sprint(i), TrackSids: nobody[:3]}
	}
	return []*lkpb.SignalRequest{
		{Message: &lkpb.SignalRequest_Answer{Answer: &lkpb.SessionDescription{Type: "answer", Sdp: "v=0\r\n", Id: 77}}},
		{Message: &lkpb.SignalRequest_Offer{Offer: &lkpb.SessionDescription{Type: "answer", Sdp: "", Id: 0}}},
		{Message: &lkpb.SignalRequest_Mute{Mute: &lkpb.MuteTrackRequest{Sid: nobody[0], Muted: true}}},
		{Message: &lkpb.SignalRequest_Subscription{Subscription: &lkpb.UpdateSubscription{TrackSids: nobody, Subscribe: true}}},
		{Message: &lkpb.SignalRequest_TrackSetting{TrackSetting: &lkpb.UpdateTrackSettings{TrackSids: nobody, Width: 1 << 31}}},
		{Message: &lkpb.SignalRequest_SyncState{SyncState: &lkpb.SyncState{TrackSidsDisabled: nobody}}},
		{Message: &lkpb.SignalRequest_SubscriptionPermission{SubscriptionPermission: &lkpb.SubscriptionPermission{TrackPermissions: wishes}}},
		{Message: &lkpb.SignalRequest_UpdateMetadata{UpdateMetadata: &lkpb.UpdateParticipantMetadata{Metadata: strings.Repeat("m", 1<<20)}}},
		{Message: &lkpb.SignalRequest_UpdateVideoTrack{UpdateVideoTrack: &lkpb.UpdateLocalVideoTrack{TrackSid: nobody[0]}}},
		{Message: &lkpb.SignalRequest_AddTrack{AddTrack: &lkpb.AddTrackRequest{Cid: strings.Repeat("c", 1000), Type: 99, Source: 99}}},
		{Message: &lkpb.SignalRequest_Trickle{Trickle: &lkpb.TrickleRequest{CandidateInit: "{"}}},
		{Message: &lkpb.SignalRequest_Simulate{Simulate: &lkpb.SimulateScenario{}}},
		{},
	}
}

func disorder(ctx context.Context, t Target) (string, error) {
	c, err := t.join(ctx, t.Room, name(0), false, nil)
	if err != nil {
		return "", err
	}
	defer c.Close()
	sent := 0
	for ctx.Err() == nil {
		for _, r := range Disordered() {
			if c.Request(ctx, r) != nil {
				return fmt.Sprintf("%d requests, then sent away", sent), nil
			}
			sent++
		}
	}
	return fmt.Sprintf("%d requests", sent), nil
}

// four runs what one attacker does as four at once.
func four(ctx context.Context, t Target, change func(*load.Options), say func(c *load.Client, n int) error) (string, error) {
	var all sync.WaitGroup
	var sent atomic.Int64
	for i := range 4 {
		c, err := t.join(ctx, t.Room, name(i), false, change)
		if err != nil {
			return "", err
		}
		all.Go(func() {
			defer c.Close()
			for n := 0; ctx.Err() == nil && say(c, n) == nil; n++ {
				sent.Add(1)
			}
		})
	}
	all.Wait()
	return fmt.Sprintf("%d requests", sent.Load()), nil
}

func flood(ctx context.Context, t Target) (string, error) {
	return four(ctx, t, nil, func(c *load.Client, n int) error {
		var r lkpb.SignalRequest
		switch n % 4 {
		case 0:
			r.Message = &lkpb.SignalRequest_PingReq{PingReq: &lkpb.Ping{}}
		case 1:
			r.Message = &lkpb.SignalRequest_AddTrack{AddTrack: &lkpb.AddTrackRequest{Cid: fmt.Sprint(n), Type: lkpb.TrackType_VIDEO}}
		case 2:
			r.Message = &lkpb.SignalRequest_UpdateMetadata{UpdateMetadata: &lkpb.UpdateParticipantMetadata{Name: fmt.Sprint(n), Metadata: strings.Repeat("m", 50_000)}}
		case 3:
			r.Message = &lkpb.SignalRequest_Offer{Offer: c.Offer()}
		}
		return c.Request(ctx, &r)
	})
}

// deaf makes the server answer each request with as much as possible and takes nothing of it.
func deaf(ctx context.Context, t Target) (string, error) {
	quiet := func(o *load.Options) { o.Deaf, o.Subscribe = true, true }
	return four(ctx, t, quiet, func(c *load.Client, n int) error {
		if n%2 == 0 {
			return c.Request(ctx, &lkpb.SignalRequest{Message: &lkpb.SignalRequest_PingReq{PingReq: &lkpb.Ping{}}})
		}
		return c.Request(ctx, &lkpb.SignalRequest{Message: &lkpb.SignalRequest_Offer{Offer: c.Offer()}})
	})
}
