package id

import (
	"crypto/rand"
	"encoding/base64"
)

const (
	sidRandom  = 12 // base62 characters, 71 bits
	linkBytes  = 16 // 128 bits: a link cannot be guessed
	linkLength = 22 // linkBytes in base64url without padding
	base62     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// Media is the letter that tells sound from pictures in a TrackSID.
type Media byte

// The letters of media.
const (
	Audio Media = 'A'
	Video Media = 'V'
)

// Source is the letter that names where a track comes from in a TrackSID.
type Source byte

// The letters of sources. A track of unknown source has none.
const (
	UnknownSource    Source = 0
	Camera           Source = 'C'
	Microphone       Source = 'M'
	ScreenShare      Source = 'S'
	ScreenShareAudio Source = 's'
)

// NewRoomSID makes a fresh room sid.
func NewRoomSID() RoomSID { return RoomSID(roomPrefix + random(sidRandom)) }

// NewParticipantSID makes a fresh participant sid.
func NewParticipantSID() ParticipantSID { return ParticipantSID(participantPrefix + random(sidRandom)) }

// NewTrackSID makes a fresh track sid.
func NewTrackSID(media Media, source Source) TrackSID {
	letters := string(rune(media))
	if source != UnknownSource {
		letters += string(rune(source))
	}
	return TrackSID(trackPrefix + letters + random(sidRandom))
}

// NewLinkID makes a fresh link id.
func NewLinkID() LinkID {
	b := make([]byte, linkBytes)
	fill(b)
	return LinkID(base64.RawURLEncoding.EncodeToString(b))
}

// NewIdentity makes a random identity, as meetings use for each visit of a person.
func NewIdentity() Identity { return Identity(random(22)) }

// NewCallID makes a random name for a call of a participant's procedure, which only the participant gets to know.
func NewCallID() string { return random(22) }

// random gives n uniform base62 characters.
func random(n int) string {
	const usable = 256 - 256%len(base62) // bytes from here on would favour the first characters
	out := make([]byte, 0, n)
	b := make([]byte, n+n/4)
	for {
		fill(b)
		for _, c := range b {
			if int(c) >= usable {
				continue
			}
			if out = append(out, base62[int(c)%len(base62)]); len(out) == n {
				return string(out)
			}
		}
	}
}

// fill fills b from the system's random source, which never fails (crypto/rand ends the program if it does).
func fill(b []byte) { _, _ = rand.Read(b) }
