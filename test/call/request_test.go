package call

import (
	"maps"
	"testing"
	"time"

	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
	"konklave/internal/token"
)

// tokenForOwn makes a token that lets its bearer change its own metadata.
func (s *server) tokenForOwn(identity string) string {
	s.t.Helper()
	text, err := token.Sign(token.Claims{
		Identity: id.Identity(identity), IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
		Attributes: map[string]string{"seat": "1", "hand": "up"},
		Video:      token.Grants{Room: "room", RoomJoin: true, CanUpdateOwnMetadata: token.Bool(true)},
	}, config.DevKey, config.DevSecret.Reveal())
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

func update(m *lkpb.UpdateParticipantMetadata) *lkpb.SignalRequest {
	return &lkpb.SignalRequest{Message: &lkpb.SignalRequest_UpdateMetadata{UpdateMetadata: m}}
}

func TestPeopleDescribeThemselves(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann := s.join(ctx, "ann", func(o *testkit.Options) { o.Token = s.tokenForOwn("ann") })
	bob := s.join(ctx, "bob")
	change := &lkpb.UpdateParticipantMetadata{
		Name: "Ann", Metadata: "about", Attributes: map[string]string{"hand": "", "mood": "good"}, RequestId: 7,
	}
	if err := ann.Request(update(change)); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"seat": "1", "mood": "good"}
	described := func(p *lkpb.ParticipantInfo) bool {
		return p.GetName() == "Ann" && p.GetMetadata() == "about" && maps.Equal(p.GetAttributes(), want)
	}
	until(t, ctx, ann, "her own news", func(v *testkit.View) bool { return described(v.Self) })
	until(t, ctx, bob, "the news of ann", func(v *testkit.View) bool { return described(v.Others["ann"]) })
	if err := ann.Resume(ctx); err != nil { // with the token that was sent since
		t.Fatal(err)
	}
	until(t, ctx, ann, "her own news", func(v *testkit.View) bool { return described(v.Self) })

	for request, p := range map[uint32]*testkit.Participant{8: ann, 9: bob} {
		reason := lkpb.RequestResponse_NOT_ALLOWED
		change := &lkpb.UpdateParticipantMetadata{Name: "x", RequestId: request}
		if p == ann {
			reason, change.Metadata = lkpb.RequestResponse_LIMIT_EXCEEDED, string(make([]byte, 512<<10+1))
		}
		if err := p.Request(update(change)); err != nil {
			t.Fatal(err)
		}
		until(t, ctx, p, "the refusal", func(v *testkit.View) bool {
			return len(v.Refusals) == 1 && v.Refusals[0].GetReason() == reason && v.Refusals[0].GetRequestId() == request &&
				v.Refusals[0].GetUpdateMetadata() != nil && v.Refusals[0].GetMessage() != ""
		})
	}
}

func TestTheSameCodecAgainIsRefused(t *testing.T) {
	ctx := deadline(t)
	s := start(t)
	ann := s.join(ctx, "ann")
	track := publish(t, ctx, ann, testkit.TrackOptions{Source: camera, Mark: 1})
	request := &lkpb.AddTrackRequest{
		Cid: "further", Sid: track.SID(), Type: lkpb.TrackType_VIDEO, Source: camera,
		SimulcastCodecs: []*lkpb.SimulcastCodec{{Codec: "vp8", Cid: "further"}},
	}
	if err := ann.Request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_AddTrack{AddTrack: request}}); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, ann, "the refusal", func(v *testkit.View) bool {
		return len(v.Refusals) == 1 && v.Refusals[0].GetReason() == lkpb.RequestResponse_UNSUPPORTED_TYPE &&
			v.Refusals[0].GetAddTrack().GetCid() == "further" && len(v.Self.GetTracks()[0].GetCodecs()) == 1
	})
}
