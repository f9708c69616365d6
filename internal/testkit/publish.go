package testkit

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/pion/webrtc/v4"

	"konklave/internal/signal/lkpb"
)

// TrackOptions say what is published.
type TrackOptions struct {
	Source    lkpb.TrackSource // a microphone or sound of a screen is audio, everything else video
	Mark      uint32           // in every frame: whose it is
	Simulcast bool             // video in three layers, by rid
	Muted     bool             // from the beginning
	VP9       bool             // video in VP9, for which a backup in VP8 is announced and not sent
	BackupOf  string           // sid of the track in VP9 of which this is the backup
	Policy    lkpb.BackupCodecPolicy
}

// Publication is a track that a participant publishes. It sends by itself: 20 pictures or 50 sounds a second, key
// frames when they are asked for.
type Publication struct {
	participant *Participant
	opts        TrackOptions
	cid         string
	sender      *webrtc.RTPSender
	transceiver *webrtc.RTPTransceiver
	encodings   []*encoding

	// Guarded by the participant's mu.
	info    *lkpb.TrackInfo // nil until the server has accepted the track
	muted   bool            // sends nothing
	level   uint8           // -dBov
	number  uint32          // of the last frame
	packets int
	plis    int // key frames that were asked for
}

func (o TrackOptions) kind() webrtc.RTPCodecType {
	if o.Source == lkpb.TrackSource_MICROPHONE || o.Source == lkpb.TrackSource_SCREEN_SHARE_AUDIO {
		return webrtc.RTPCodecTypeAudio
	}
	return webrtc.RTPCodecTypeVideo
}

// Publish announces a track, negotiates it and begins to send.
func (p *Participant) Publish(ctx context.Context, opts TrackOptions) (*Publication, error) {
	t := &Publication{participant: p, opts: opts, cid: uuid.NewString(), muted: opts.Muted, level: 30}
	p.mu.Lock()
	p.sent[t.cid] = t
	p.mu.Unlock()
	if err := t.announce(ctx); err != nil {
		return nil, fmt.Errorf("publishing: %w", err)
	}
	offer, err := p.negotiateAfter(t.addTransceiver)
	if err != nil {
		return nil, fmt.Errorf("publishing: %w", err)
	}
	if err := p.Until(ctx, "the answer to a new track", func(v *View) bool { return v.Answered >= offer || v.Failure != nil }); err != nil {
		return nil, fmt.Errorf("publishing: %w", err)
	}
	t.start()
	return t, nil
}

func (t *Publication) announce(ctx context.Context) error {
	request := &lkpb.AddTrackRequest{
		Cid: t.cid, Name: "track", Source: t.opts.Source, Muted: t.opts.Muted, Type: lkpb.TrackType_AUDIO,
	}
	if t.opts.kind() == webrtc.RTPCodecTypeVideo {
		forms := t.opts.forms()
		largest := forms[len(forms)-1]
		request.Type = lkpb.TrackType_VIDEO
		request.Width, request.Height = uint32(largest.width), uint32(largest.height)
		codec := &lkpb.SimulcastCodec{Codec: "vp8", Cid: t.cid}
		if t.opts.VP9 {
			codec.Codec = "vp9"
		}
		request.Sid, request.BackupCodecPolicy = t.opts.BackupOf, t.opts.Policy
		for i, f := range forms {
			quality := lkpb.VideoQuality(i)
			if len(forms) == 1 {
				quality = lkpb.VideoQuality_HIGH
			}
			codec.Layers = append(codec.Layers, &lkpb.VideoLayer{
				Quality: quality, Width: uint32(f.width), Height: uint32(f.height), Bitrate: uint32(f.bytes * 8 * 20), Rid: f.rid,
			})
		}
		request.Layers = codec.Layers
		request.SimulcastCodecs = []*lkpb.SimulcastCodec{codec}
		if t.opts.VP9 {
			request.SimulcastCodecs = append(request.SimulcastCodecs, &lkpb.SimulcastCodec{Codec: "vp8"})
		}
	}
	p := t.participant
	refused := 0
	p.Look(func(v *View) { refused = len(v.Refusals) })
	if err := p.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_AddTrack{AddTrack: request}}); err != nil {
		return err
	}
	if err := p.Until(ctx, "the acceptance of a track", func(v *View) bool { return t.info != nil || len(v.Refusals) > refused }); err != nil {
		return err
	}
	var err error
	p.Look(func(v *View) {
		if t.info == nil {
			err = fmt.Errorf("refused: %s", v.Refusals[refused].GetReason())
		}
	})
	return err
}

// addTransceiver adds the sending section. The caller holds negotiating.
func (t *Publication) addTransceiver() error {
	for _, f := range t.opts.forms() {
		e, err := newEncoding(t, f)
		if err != nil {
			return err
		}
		t.encodings = append(t.encodings, e)
	}
	var err error
	t.transceiver, err = t.participant.pc.AddTransceiverFromTrack(t.encodings[0].track, webrtc.RTPTransceiverInit{
		Direction: webrtc.RTPTransceiverDirectionSendonly,
	})
	if err != nil {
		return fmt.Errorf("adding a track: %w", err)
	}
	t.sender = t.transceiver.Sender()
	for _, e := range t.encodings[1:] {
		if err := t.sender.AddEncoding(e.track); err != nil {
			return fmt.Errorf("adding a layer: %w", err)
		}
	}
	return nil
}

// start begins to send and to listen to what receivers report.
func (t *Publication) start() {
	interval := 50 * time.Millisecond
	if t.opts.kind() == webrtc.RTPCodecTypeAudio {
		interval = 20 * time.Millisecond
	}
	for _, e := range t.encodings {
		t.participant.running.Go(e.listen)
	}
	t.participant.running.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				t.tick()
			case <-t.participant.ctx.Done():
				return
			}
		}
	})
}

// tick sends one frame in every layer.
func (t *Publication) tick() {
	p := t.participant
	p.mu.Lock()
	muted := t.muted
	if !muted {
		t.number++
	}
	number, level := t.number, t.level
	p.mu.Unlock()
	if muted {
		return
	}
	sent := 0
	for _, e := range t.encodings {
		sent += e.send(number, level)
	}
	p.change(func(*View) { t.packets += sent })
}

// SID is the track's sid.
func (t *Publication) SID() string {
	t.participant.mu.Lock()
	defer t.participant.mu.Unlock()
	return t.info.GetSid()
}

// Sent is how many packets have left, without retransmissions, and how often a key frame was asked for.
func (t *Publication) Sent() (packets, plis int) {
	t.participant.mu.Lock()
	defer t.participant.mu.Unlock()
	return t.packets, t.plis
}

// Mute tells the server and stops sending, or begins again.
func (t *Publication) Mute(muted bool) error {
	t.participant.mu.Lock()
	t.muted = muted
	t.participant.mu.Unlock()
	return t.ClaimMuted(muted)
}

// ClaimMuted tells the server and goes on as before: a client that says it is muted and keeps sending.
func (t *Publication) ClaimMuted(muted bool) error {
	return t.participant.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Mute{
		Mute: &lkpb.MuteTrackRequest{Sid: t.SID(), Muted: muted},
	}})
}

// Pause stops sending, or begins again, and tells nobody.
func (t *Publication) Pause(paused bool) {
	t.participant.mu.Lock()
	defer t.participant.mu.Unlock()
	t.muted = paused
}

// SetLevel sets how loud the sound is, in -dBov: 0 is loudest, 127 silence.
func (t *Publication) SetLevel(level uint8) {
	t.participant.mu.Lock()
	defer t.participant.mu.Unlock()
	t.level = level
}
