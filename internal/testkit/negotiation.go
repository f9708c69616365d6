package testkit

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/pion/webrtc/v4"

	"konklave/internal/signal/lkpb"
)

// The single PeerConnection of a participant: the client makes every offer, the server answers.

func (p *Participant) openPeerConnection() error {
	var err error
	if p.pc, err = p.newPeerConnection(); err != nil {
		return err
	}
	if err := p.openChannels(); err != nil {
		return err
	}
	return p.addSections(p.opts.AudioSections, p.opts.VideoSections)
}

func (p *Participant) newPeerConnection() (*webrtc.PeerConnection, error) {
	api, err := p.newAPI()
	if err != nil {
		return nil, err
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, fmt.Errorf("opening a PeerConnection: %w", err)
	}
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		p.change(func(v *View) {
			if p.receiver == nil || v.Join.GetSubscriberPrimary() == (pc == p.receiver) {
				v.State = s
			}
		})
	})
	pc.OnTrack(func(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) { p.onTrack(pc, track, receiver) })
	return pc, nil
}

func (p *Participant) addSections(audio, video int) error {
	for range audio {
		if err := p.addSection(webrtc.RTPCodecTypeAudio); err != nil {
			return err
		}
	}
	for range video {
		if err := p.addSection(webrtc.RTPCodecTypeVideo); err != nil {
			return err
		}
	}
	return nil
}

func (p *Participant) addSection(kind webrtc.RTPCodecType) error {
	_, err := p.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
	if err != nil {
		return fmt.Errorf("adding a receiving section: %w", err)
	}
	return nil
}

func (p *Participant) firstOffer() (*lkpb.SessionDescription, error) {
	p.negotiating.Lock()
	defer p.negotiating.Unlock()
	return p.makeOffer(nil)
}

// makeOffer makes the next offer. The caller holds negotiating.
func (p *Participant) makeOffer(options *webrtc.OfferOptions) (*lkpb.SessionDescription, error) {
	offer, err := p.pc.CreateOffer(options)
	if err != nil {
		return nil, fmt.Errorf("making an offer: %w", err)
	}
	// Candidates are left out: an ICE-lite server learns the client's addresses from its checks.
	if err := p.pc.SetLocalDescription(offer); err != nil {
		return nil, fmt.Errorf("making an offer: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	p.waiting, p.dirty = true, false
	return &lkpb.SessionDescription{Type: "offer", Sdp: offer.SDP, Id: p.asked}, nil
}

// negotiateAfter changes the PeerConnection and sends an offer, now or after the answer that is awaited. It gives the
// id of the offer that has the change in it.
func (p *Participant) negotiateAfter(change func() error) (uint32, error) {
	p.negotiating.Lock()
	defer p.negotiating.Unlock()
	if err := change(); err != nil {
		return 0, err
	}
	p.mu.Lock()
	later := p.waiting
	p.dirty = later
	offer := p.asked + 1
	p.mu.Unlock()
	if later {
		return offer, nil
	}
	return offer, p.sendOffer(nil)
}

func (p *Participant) sendOffer(options *webrtc.OfferOptions) error {
	offer, err := p.makeOffer(options)
	if err != nil {
		return err
	}
	return p.request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Offer{Offer: offer}})
}

// forgetOffer drops an offer whose answer went down with the old signalling socket.
func (p *Participant) forgetOffer() {
	p.negotiating.Lock()
	defer p.negotiating.Unlock()
	p.mu.Lock()
	p.waiting, p.dirty = false, false
	p.mu.Unlock()
	if p.pc.SignalingState() == webrtc.SignalingStateHaveLocalOffer {
		_ = p.pc.SetLocalDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeRollback})
	}
}

// restartICE sends an offer with new ICE credentials and waits for the answer.
func (p *Participant) restartICE(ctx context.Context) error {
	offer, err := uint32(0), errWaiting
	for errors.Is(err, errWaiting) {
		// The server may have asked for an offer meanwhile.
		if err := p.Until(ctx, "an answer", func(*View) bool { return !p.waiting }); err != nil {
			return fmt.Errorf("restarting ICE: %w", err)
		}
		offer, err = p.offerRestart()
	}
	if err != nil {
		return fmt.Errorf("restarting ICE: %w", err)
	}
	return p.Until(ctx, "the answer to an ICE restart", func(v *View) bool { return v.Answered >= offer })
}

var errWaiting = errors.New("an answer is awaited")

func (p *Participant) offerRestart() (uint32, error) {
	p.negotiating.Lock()
	defer p.negotiating.Unlock()
	p.mu.Lock()
	waiting, offer := p.waiting, p.asked+1
	p.mu.Unlock()
	if waiting {
		return 0, errWaiting
	}
	return offer, p.sendOffer(&webrtc.OfferOptions{ICERestart: true})
}

func (p *Participant) onAnswer(answer *lkpb.SessionDescription) {
	again := p.applyAnswer(answer)
	if !again {
		return
	}
	if _, err := p.negotiateAfter(func() error { return nil }); err != nil {
		p.change(func(v *View) { v.Failure = err })
	}
}

// applyAnswer tells whether another offer is needed.
func (p *Participant) applyAnswer(answer *lkpb.SessionDescription) (again bool) {
	p.negotiating.Lock()
	defer p.negotiating.Unlock()
	p.mu.Lock()
	current := p.waiting && answer.GetId() == p.asked
	if current {
		maps.Copy(p.mids, answer.GetMidToTrackId()) // before media can come
	}
	p.mu.Unlock()
	if !current {
		return false
	}
	err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer.GetSdp()})
	p.change(func(v *View) {
		p.waiting = false
		again = p.dirty
		if err == nil {
			v.Answered = answer.GetId()
		} else {
			v.Failure = fmt.Errorf("applying an answer: %w", err)
		}
	})
	return again
}

// onSectionsRequired adds the sections that the server lacks, and offers again.
func (p *Participant) onSectionsRequired(m *lkpb.MediaSectionsRequirement) {
	_, err := p.negotiateAfter(func() error { return p.addSections(int(m.GetNumAudios()), int(m.GetNumVideos())) })
	if err != nil {
		p.change(func(v *View) { v.Failure = err })
	}
}

// MID gives the section in which a track is sent to this participant.
func (p *Participant) MID(track string) (mid string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for mid, t := range p.mids {
		if t == track {
			return mid, true
		}
	}
	return "", false
}
