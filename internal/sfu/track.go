package sfu

import "konklave/internal/sfu/codec"

// Track is one published track as one shard carries it: the history of each layer and the down tracks it goes to.
// It is the Feed of the published track's packets.
type Track struct {
	kind  codec.Kind
	downs []*DownTrack
}

var _ Feed = (*Track)(nil)

// NewTrack makes a track of so many layers. requestKeyframe asks the publisher for a key frame of a layer; it is
// called from within the other methods, at most a few times a second for each layer.
func NewTrack(kind codec.Kind, layers int, requestKeyframe func(layer int8)) *Track {
	return &Track{kind: kind}
}

// Add makes d one of the down tracks that the track goes to. Sender.AddDownTrack calls it.
func (t *Track) Add(now Time, d *DownTrack) {}

// Remove ends what Add began.
func (t *Track) Remove(d *DownTrack) {}

// OnMedia stores a packet and forwards it to the down tracks that want it.
func (t *Track) OnMedia(now Time, m *Media) {}

// OnSenderReport learns how the RTP clock of a layer relates to the publisher's wall clock.
func (t *Track) OnSenderReport(now Time, layer int8, sr SenderReport) {}

// SetMuted stops or resumes the track. Muted means not forwarded and not stored, whatever arrives.
func (t *Track) SetMuted(muted bool) {}
