package room

import (
	"testing"
	"time"

	"konklave/internal/id"
)

// withBackup announces a camera as clients do that prefer a codec which not everyone decodes.
func withBackup(policy int32) func(*AddTrack) {
	return func(c *AddTrack) {
		c.Codecs = []Codec{{MIME: "AV1", CID: c.CID}, {MIME: "vp8"}}
		c.BackupCodecPolicy = policy
	}
}

// inAV1 publishes a camera with a backup codec.
func (p *person) inAV1(policy int32) id.TrackSID {
	p.t.Helper()
	sid := p.announce("camera", withBackup(policy))
	p.do(TrackNegotiated{Participant: p.sid, Track: sid, MID: "3", MIME: "video/AV1"})
	return sid
}

// cannot has a participant's client not take a codec of a track.
func (p *person) cannot(track id.TrackSID, mime string) {
	p.t.Helper()
	p.do(SubscriptionFailed{Participant: p.sid, Track: track, Error: SubscriptionCodecUnsupported, Codec: mime})
}

// addsBackup announces the backup of a track, as asked for.
func (p *person) addsBackup(track id.TrackSID, change ...func(*AddTrack)) {
	p.t.Helper()
	c := AddTrack{Participant: p.sid, SID: track, CID: "backup", Type: Video, Source: Camera, Codecs: []Codec{{
		MIME: "vp8", CID: "backup", Layers: []Layer{{Quality: High, Height: 720}, {Quality: Low, Height: 180}},
	}}}
	for _, f := range change {
		f(&c)
	}
	p.do(c)
}

// backupComes has the backup negotiated.
func (p *person) backupComes(track id.TrackSID) {
	p.t.Helper()
	p.do(TrackNegotiated{Participant: p.sid, Track: track, Number: 1, MID: "4", MIME: "video/VP8"})
}

// backupSeen has the first packet of the backup come, and the room take notice.
func (p *person) backupSeen(track id.TrackSID) {
	p.t.Helper()
	p.do(LayerSeen{Participant: p.sid, Track: track, Number: 1, Layer: 0, RID: "q", SSRC: 77})
	p.do(Tick{})
}

func TestWhoCannotDecodeATrackGetsItsBackup(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	cam := alice.inAV1(backupSimulcast)
	sc.wantSome("alice < demand alice.camera av1@2 vp8@3", "bob < SUBSCRIBE alice.camera@2")
	bob.cannot(cam, "video/av1")
	sc.want("bob < UNSUBSCRIBE alice.camera", "alice < demand alice.camera av1@2 vp8@2")
	alice.addsBackup(cam)
	sc.want("alice < published backup")
	alice.backupComes(cam)
	sc.want("alice bob < update alice* camera", "bob < SUBSCRIBE alice.camera@1 in backup")
	codecs := sc.state.participants[alice.sid].info.Tracks[0].Codecs
	if len(codecs) != 2 || codecs[1].MIME != "video/VP8" || codecs[1].MID != "4" || codecs[1].CID != "backup" || len(codecs[1].Layers) != 2 {
		t.Fatalf("codecs %+v", codecs)
	}
	sc.wait(2*demandHold, alice, bob)
	sc.wantSome("alice < demand alice.camera av1@3 vp8@2") // nobody is left who watches the first one

	carol := sc.join("carol")
	sc.wantSome("alice < demand alice.camera av1@2 vp8@2", "carol < SUBSCRIBE alice.camera@2")
	bob.watches(cam, TrackSettings{Height: 100, Width: 100})
	sc.want("bob < LAYER alice.camera@0 in backup disabled=false")
	sc.do(Leave{bob.sid, ReasonClientInitiated})
	sc.wait(2*demandHold, alice, carol)
	sc.wantSome("alice < demand alice.camera av1@2 vp8@3")

	dave := sc.join("dave") // the next one need not wait
	dave.cannot(cam, "video/av1")
	sc.want("dave < UNSUBSCRIBE alice.camera", "alice < demand alice.camera av1@2 vp8@2", "dave < SUBSCRIBE alice.camera@1 in backup")
}

func TestWhatAClientCannotDecodeIsRemembered(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	bob.cannot(alice.inAV1(backupSimulcast), "video/AV1")
	carol := sc.active("carol")
	cam := carol.inAV1(backupSimulcast)
	sc.wantSome("carol < demand carol.camera av1@2 vp8@2")
	for _, line := range sc.last {
		if line == "alice bob < SUBSCRIBE carol.camera@2" || line == "bob < SUBSCRIBE carol.camera@2" {
			t.Fatal(line)
		}
	}
	plain := carol.announce("camera2", func(c *AddTrack) { c.Codecs = []Codec{{MIME: "av1", CID: "camera2"}} })
	sc.do(TrackNegotiated{Participant: carol.sid, Track: plain, MID: "7", MIME: "video/AV1"})
	sc.wantSome("bob < no carol.camera2 error=1") // there is no backup
	carol.addsBackup(plain, func(c *AddTrack) { c.CID = "backup2" })
	carol.backupComes(plain)
	sc.wantSome("bob < SUBSCRIBE carol.camera2@1 in backup")
	sc.do(TrackEnded{Participant: carol.sid, Track: cam})
	sc.wantNone("bob < UNSUBSCRIBE carol.camera") // he never had it
}

func TestEverybodyHasTheBackupWhileSomebodyNeedsIt(t *testing.T) {
	for policy, returns := range map[int32]bool{preferRegression: true, alwaysRegression: false} {
		sc := newScene(t, Options{})
		alice, bob, carol := sc.active("alice"), sc.active("bob"), sc.active("carol")
		cam := alice.inAV1(policy)
		bob.cannot(cam, "video/av1")
		alice.addsBackup(cam)
		alice.backupComes(cam)
		sc.do(Tick{})
		sc.wantNone("carol < LAYER") // she keeps what she has until the backup is there
		alice.backupSeen(cam)
		sc.wantSome("carol < LAYER alice.camera@1 in backup disabled=false")
		sc.wait(2*demandHold, alice, bob, carol)
		sc.wantSome("alice < demand alice.camera av1@3 vp8@2")
		dave := sc.join("dave")
		sc.wantSome("dave < SUBSCRIBE alice.camera@1 in backup")

		sc.do(TransportConnected{dave.sid})
		sc.do(Leave{bob.sid, ReasonClientInitiated})
		sc.wait(2*demandHold, alice, carol, dave)
		if returns {
			sc.wantSome("alice < demand alice.camera av1@2 vp8@2", "carol < LAYER alice.camera@2 disabled=false", "alice < demand alice.camera av1@2 vp8@3")
		} else {
			sc.wantNone("LAYER")
		}
	}
}

func TestABackupThatEndsIsAskedForAgain(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob, _ := sc.active("alice"), sc.active("bob"), sc.active("carol")
	cam := alice.inAV1(preferRegression)
	bob.cannot(cam, "video/av1")
	alice.addsBackup(cam)
	alice.backupComes(cam)
	alice.backupSeen(cam)
	sc.do(TrackEnded{Participant: alice.sid, Track: cam, Number: 1})
	sc.want("alice bob carol < update alice* camera", "alice < demand alice.camera av1@2 vp8@2",
		"carol < LAYER alice.camera@2 disabled=false", "bob < UNSUBSCRIBE alice.camera")
	alice.addsBackup(cam)
	alice.backupComes(cam)
	sc.wantSome("bob < SUBSCRIBE alice.camera@1 in backup")
}

func TestWhoWaitsForABackupInVainIsTold(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	cam := alice.inAV1(preferRegression)
	bob.cannot(cam, "video/av1")
	sc.wait(backupPatience-time.Second, alice, bob)
	sc.wantNone("error")
	sc.wait(2*sweepInterval, alice, bob)
	sc.wantSome("bob < no alice.camera error=1")
	sc.wait(2*backupPatience, alice, bob)
	sc.wantNone("error") // once is enough
	bob.watches(cam, TrackSettings{Quality: Low})
	sc.wantNone("LAYER") // he has nothing of which there were layers
	sc.do(UpdateSubscription{bob.sid, []id.TrackSID{cam}, false})
	sc.wantNone("UNSUBSCRIBE")
}

func TestFurtherCodecsAreBounded(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	cam, mic := alice.inAV1(preferRegression), alice.publish("mic")
	for name, test := range map[string]struct {
		result RequestResult
		change func(*AddTrack)
	}{
		"no such track":      {ResultNotFound, func(c *AddTrack) { c.SID = "TR_unknown" }},
		"sound":              {ResultUnsupportedType, func(c *AddTrack) { c.SID = mic }},
		"the first one":      {ResultUnsupportedType, func(c *AddTrack) { c.Codecs[0].MIME = "av1" }},
		"no codec":           {ResultUnsupportedType, func(c *AddTrack) { c.Codecs = nil }},
		"without a name":     {ResultUnsupportedType, func(c *AddTrack) { c.Codecs[0].MIME = "" }},
		"a third":            {ResultLimitExceeded, func(c *AddTrack) { c.Codecs[0].MIME = "h264" }},
		"no id":              {ResultInvalidRequest, func(c *AddTrack) { c.CID = "" }},
		"the same id":        {ResultInvalidRequest, func(c *AddTrack) { c.CID = "camera" }},
		"too many of layers": {ResultInvalidRequest, func(c *AddTrack) { c.Layers = make([]Layer, maxLayers+1) }},
	} {
		alice.addsBackup(cam, test.change)
		if m, ok := sc.response(); !ok || m != test.result {
			t.Errorf("%s: %v", name, sc.last)
		}
	}
	alice.addsBackup(cam)
	sc.want("alice < published backup")
	alice.addsBackup(cam, func(c *AddTrack) { c.CID = "again" })
	sc.want("alice < response room.AddTrack result=3") // it is there
	alice.announce("backup")
	sc.want("alice < response room.AddTrack result=4") // the id is taken
}

// A client that cannot send its preferred codec, and so sends the other one from the start, has no backup.
func TestABackupThatIsSentInsteadIsNone(t *testing.T) {
	sc := newScene(t, Options{})
	alice := sc.active("alice")
	cam := alice.announce("camera", withBackup(preferRegression))
	sc.do(TrackNegotiated{Participant: alice.sid, Track: cam, MID: "3", MIME: "video/VP8"})
	sc.join("bob")
	sc.wantSome("alice < demand alice.camera vp8@2")
	sc.do(TrackNegotiated{Participant: alice.sid, Track: cam, Number: 1, MID: "4", MIME: "video/VP8"})
	sc.want()
}
