package room

import (
	"maps"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// participant is one connection of an identity, as long as it is in the room.
type participant struct {
	sid            id.ParticipantSID
	only           []id.ParticipantSID // sid, as the receivers of an effect
	identity       id.Identity
	name           pii.Name
	metadata       pii.Text
	attributes     map[string]string // replaced, never changed: snapshots share it
	kind           ParticipantKind
	permission     Permission
	rights         Rights
	client         ClientInfo
	autoSubscribe  bool
	adaptiveStream bool
	joinedAt       time.Time
	state          ParticipantState
	isPublisher    bool
	info           *ParticipantInfo // as others know it
	unannounced    bool             // in State.changed

	tracks    []*track   // pending and published ones, in order
	queue     []AddTrack // wait for the end of a track of the same cid
	policy    *policy    // who may subscribe to them
	wasStrict bool       // ever had a policy

	subscriptions map[id.TrackSID]*subscription
	wishes        map[id.TrackSID]*wish
	undecodable   map[string]struct{} // names of codecs that its client did not take
	orderedAt     time.Time           // when it was last ordered to subscribe
	due           []*track            // whose order waits for orderInterval
	videoPaused   bool                // nothing of the video is sent to it, because of overload

	answeredAt time.Time // its last offer
	remindAt   time.Time // when it is told again what of its tracks is watched, zero when not

	lastSeen time.Time // last message of its client
	lostAt   time.Time // when signalling was lost, zero while it is there
	silenced bool      // its tracks are not forwarded because of lost signalling

	speaksUntil time.Time // as Simulate says

	level     float32 // as speaker, as others know it
	heard     float32 // in the tick heardTick
	heardTick int
	leads     bool // it is the one who speaks, see State.chooseSpeaker

	link  linkMeter
	lacks shortfall // of its own pictures, at the last tick
	grade LinkQuality
	// mediaSilent: nothing came by its transport for media since the tick before, though something should.
	mediaSilent bool
	greeted     bool // was told the grades of others

	tracksTold int    // how many it had when State.tellForwarding told of it
	mark       uint64 // in the sums of reach

	mask     uint64 // scratch of State.fanOut
	maskTurn int
}

func newParticipant(c Join, now time.Time) *participant {
	c.Client.Capabilities = c.Client.Capabilities[:min(len(c.Client.Capabilities), maxCapabilities)]
	return &participant{
		sid: c.SID, only: []id.ParticipantSID{c.SID}, identity: c.Identity,
		name: c.Name, metadata: c.Metadata, attributes: maps.Clone(c.Attributes),
		kind: c.Kind, permission: c.Permission, client: c.Client,
		autoSubscribe: c.AutoSubscribe, adaptiveStream: c.AdaptiveStream,
		joinedAt: now, lastSeen: now, state: Joined,
		subscriptions: make(map[id.TrackSID]*subscription),
		wishes:        make(map[id.TrackSID]*wish),
		undecodable:   make(map[string]struct{}),
	}
}

// refresh makes a new snapshot of what has changed.
func (p *participant) refresh() {
	version := uint32(1)
	if p.info != nil {
		version = p.info.Version + 1
	}
	var tracks []*TrackInfo
	if p.state != Disconnected {
		for _, t := range p.tracks {
			if t.published {
				tracks = append(tracks, t.info)
			}
		}
	}
	p.info = &ParticipantInfo{
		SID: p.sid, Identity: p.identity, State: p.state, Tracks: tracks,
		Name: p.name, Metadata: p.metadata, Attributes: p.attributes,
		Permission: p.permission, Kind: p.kind, Client: p.client,
		JoinedAt: p.joinedAt, Version: version, IsPublisher: p.isPublisher,
	}
}

// has tells whether a participant's session was ordered to negotiate a track.
func (p *participant) has(t *track) bool {
	sub := p.subscriptions[t.info.SID]
	return sub != nil && !sub.held
}

// track gives the participant's own track of a sid, or nil.
func (p *participant) track(sid id.TrackSID) *track {
	for _, t := range p.tracks {
		if t.info.SID == sid {
			return t
		}
	}
	return nil
}

// credentials are what a fresh token for the participant says.
func (p *participant) credentials() RefreshToken {
	return RefreshToken{
		Identity: p.identity, Name: p.name, Metadata: p.metadata, Attributes: p.attributes,
		Kind: p.kind, Permission: p.permission,
	}
}

// announce tells of a change of a participant: everyone who sees it, also itself.
func (s *State) announce(p *participant) {
	p.refresh()
	p.unannounced = false
	s.send(s.audience(p), Update{Participants: []*ParticipantInfo{p.info}})
}

// announceLater tells everyone at the next tick, with whatever else changes until then.
func (s *State) announceLater(p *participant) {
	if !p.unannounced {
		p.unannounced = true
		s.changed = append(s.changed, p)
	}
}

// announceChanged tells of those that announceLater put off.
func (s *State) announceChanged() {
	for _, p := range s.changed {
		if p.unannounced && p.state != Disconnected {
			s.announce(p)
		}
	}
	s.changed = s.changed[:0]
}
