// Package id owns the typed identifiers of Konklave and how they are made.
//
// It must not know what the identified things do, and it keeps no state: every identifier is either given by a
// client or a token (RoomName, Identity) or drawn from the system's random source. Prefixes are part of the
// LiveKit client protocol: clients tell stream ids apart by them.
package id

import "strings"

// RoomName names a room; it comes from the access token. It may be chosen by people, so it is never logged.
type RoomName string

// RoomSID is one life of a room, RM_ and 12 base62 characters.
type RoomSID string

// Identity is an application's stable name for a participant, unique in a room. It may be chosen by people, so it
// is never logged.
type Identity string

// ParticipantSID is one connection of a participant, PA_ and 12 base62 characters.
type ParticipantSID string

// TrackSID is a published track: TR_, A or V, the letter of its source, and 12 base62 characters.
type TrackSID string

// LinkID is what the link of a meeting carries: 22 characters of base64url, 128 random bits. Who knows it may
// come in, so it is never logged.
type LinkID string

// The prefixes that clients depend on.
const (
	roomPrefix        = "RM_"
	participantPrefix = "PA_"
	trackPrefix       = "TR_"
)

// Valid tells whether s has the shape of a room sid.
func (s RoomSID) Valid() bool { return hasShape(string(s), roomPrefix) }

// Valid tells whether s has the shape of a participant sid.
func (s ParticipantSID) Valid() bool { return hasShape(string(s), participantPrefix) }

// Valid tells whether s has the shape of a track sid.
func (s TrackSID) Valid() bool { return hasShape(string(s), trackPrefix) }

// Valid tells whether l has the shape of a link id; it says nothing of whether such a link exists.
func (l LinkID) Valid() bool {
	if len(l) != linkLength {
		return false
	}
	for i := range len(l) {
		if !isBase62(l[i]) && l[i] != '-' && l[i] != '_' {
			return false
		}
	}
	return true
}

// hasShape tells whether s is the prefix and at least sidRandom base62 characters, and short enough to be ours.
func hasShape(s, prefix string) bool {
	rest, ok := strings.CutPrefix(s, prefix)
	if !ok || len(rest) < sidRandom || len(rest) > sidRandom+2 {
		return false
	}
	for i := range len(rest) {
		if !isBase62(rest[i]) {
			return false
		}
	}
	return true
}

func isBase62(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}
