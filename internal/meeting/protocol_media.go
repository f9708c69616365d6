package meeting

import "konklave/internal/id"

// The messages about sound and picture, as the media server sees them.

// Audience tells a person what of its own the media server receives at this moment, and to whom it is forwarded. It comes when
// that has changed, has no place in the sequence and replaces the one before. What is not in it is not received; after
// welcome and resumed it is empty until it comes.
type Audience struct {
	Sources []Hearing `json:"sources"`
}

// Hearing is one thing that a person sends.
type Hearing struct {
	Device   id.Identity   `json:"device"`   // self, or the identity of a companion
	Source   Source        `json:"source"`   // what it is
	Received bool          `json:"received"` // packets of it arrive and are not held back
	Count    int           `json:"count"`    // to how many people it is forwarded now
	People   []id.Identity `json:"people"`   // who they are: the first 200 of those whom this person may see
}

// Source is what a track carries: microphone, camera, screen or screen_audio.
type Source string

// The sources.
const (
	SourceMicrophone  Source = "microphone"
	SourceCamera      Source = "camera"
	SourceScreen      Source = "screen"
	SourceScreenAudio Source = "screen_audio"
)

// Crowd tells how many are in whom this person does not see. It has no place in the sequence.
type Crowd struct {
	People int `json:"people"`
}

func (Audience) messageType() string { return "audience" }
func (Crowd) messageType() string    { return "crowd" }
