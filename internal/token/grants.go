package token

import "konklave/internal/id"

// Grants are what a token allows, its video claim. Where a pointer is nil the token does not say; the May... methods
// know what holds then.
type Grants struct {
	Room            id.RoomName `json:"room,omitempty"` // the only room it is valid for
	RoomJoin        bool        `json:"roomJoin,omitempty"`
	RoomCreate      bool        `json:"roomCreate,omitempty"`
	RoomList        bool        `json:"roomList,omitempty"`
	RoomRecord      bool        `json:"roomRecord,omitempty"`
	RoomAdmin       bool        `json:"roomAdmin,omitempty"`
	IngressAdmin    bool        `json:"ingressAdmin,omitempty"`
	DestinationRoom id.RoomName `json:"destinationRoom,omitempty"`

	CanPublish            *bool    `json:"canPublish,omitempty"`
	CanSubscribe          *bool    `json:"canSubscribe,omitempty"`
	CanPublishData        *bool    `json:"canPublishData,omitempty"`
	CanPublishSources     []string `json:"canPublishSources,omitempty"` // camera, microphone, screen_share, screen_share_audio
	CanUpdateOwnMetadata  *bool    `json:"canUpdateOwnMetadata,omitempty"`
	CanSubscribeMetrics   *bool    `json:"canSubscribeMetrics,omitempty"`
	CanManageAgentSession *bool    `json:"canManageAgentSession,omitempty"`

	Hidden   bool `json:"hidden,omitempty"` // not shown to others
	Recorder bool `json:"recorder,omitempty"`
	Agent    bool `json:"agent,omitempty"`
}

// MayPublish tells whether tracks may be published; so it is when the token does not say.
func (g Grants) MayPublish() bool { return or(g.CanPublish, true) }

// MaySubscribe tells whether tracks may be subscribed to; so it is when the token does not say.
func (g Grants) MaySubscribe() bool { return or(g.CanSubscribe, true) }

// MayPublishData tells whether data packets may be sent; when the token does not say, as tracks may.
func (g Grants) MayPublishData() bool { return or(g.CanPublishData, g.MayPublish()) }

// MayUpdateOwnMetadata tells whether the participant may change its name, metadata and attributes; not so when the
// token does not say.
func (g Grants) MayUpdateOwnMetadata() bool { return or(g.CanUpdateOwnMetadata, false) }

// MaySubscribeMetrics tells whether metrics of others are received; not so when the token does not say.
func (g Grants) MaySubscribeMetrics() bool { return or(g.CanSubscribeMetrics, false) }

// MayManageAgentSession is mirrored to clients; not so when the token does not say.
func (g Grants) MayManageAgentSession() bool { return or(g.CanManageAgentSession, false) }

// Bool makes a stated grant.
func Bool(b bool) *bool { return &b }

func or(b *bool, otherwise bool) bool {
	if b == nil {
		return otherwise
	}
	return *b
}
