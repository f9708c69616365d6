package meeting

import (
	"context"

	"konklave/internal/id"
)

// Media is what meetings need of the media server. Its methods are called from the goroutine that owns all meetings, so they
// must return without waiting for anybody; what they ask for is done in their order.
type Media interface {
	// OpenRoom makes the room exist before the first token for it is given out.
	OpenRoom(room id.RoomName) error
	// Allow says what a person may send and see in the room from now on, whether its media connection stands or not. Who was
	// never allowed anything does not get in, whatever the token.
	Allow(room id.RoomName, identity id.Identity, rights Rights)
	// Token makes an access token for one person. It holds no name: names are told by the roster.
	Token(room id.RoomName, identity id.Identity) (string, error)
	// Stop ends what a person sends of a source, at once and without asking it. It may begin again.
	Stop(room id.RoomName, identity id.Identity, source Source)
	// Remove ends the person's media connection and makes its tokens worthless until it is allowed something again; one that never
	// came is no error.
	Remove(room id.RoomName, identity id.Identity)
	// CloseRoom ends the room, if it exists.
	CloseRoom(room id.RoomName)
	// Figures tells how a person's connection is doing. Unlike the others it waits for the answer, up to a second, so it is not
	// called from that goroutine. The error is the context's.
	Figures(ctx context.Context, room id.RoomName, identity id.Identity) (Figures, error)
}

// Rights are what the media server lets a person send, and who sees whom. One is told of another if the other is shown, or it
// sees all; it gets the other's camera if it is told of it, and the camera is shown or it sees all cameras.
type Rights struct {
	Microphone, Camera, Screen bool // may be sent; a screen with its sound

	Shown       bool // everybody is told of this person
	SeesAll     bool // this person is told of everybody
	CameraShown bool // everybody gets this person's camera
	SeesCameras bool // this person gets everybody's camera
	Deaf        bool // gets no sound: another device of the person plays it
	Heard       bool // its microphone is never left out because others are louder
}

// Forwarding is what the media server says of one thing that a person sends, as it is now.
type Forwarding struct {
	Source   Source
	Received bool          // packets of it arrive and are not held back
	To       []id.Identity // whom packets of it are sent to
}
