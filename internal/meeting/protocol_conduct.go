package meeting

import (
	"konklave/internal/id"
	"konklave/internal/meeting/rules"
)

// The messages by which a meeting is conducted. Each needs the action of its type, unless it says another; who may not
// gets the error not_allowed.

// Device is something that a person sends: microphone, camera or screen (with its sound).
type Device string

// The devices.
const (
	Microphone Device = "microphone"
	Camera     Device = "camera"
	Screen     Device = "screen"
)

// MuteRequest switches microphones off. Their owners may switch them on again.
type MuteRequest struct {
	IDs []id.Identity `json:"ids,omitempty"`
	All bool          `json:"all,omitempty"` // everybody but hosts
}

// StopCameraRequest switches cameras off. Their owners may switch them on again.
type StopCameraRequest struct {
	IDs []id.Identity `json:"ids,omitempty"`
	All bool          `json:"all,omitempty"` // everybody but hosts
}

// StopShareRequest ends the sharing of screens. Their owners may share again.
type StopShareRequest struct {
	IDs []id.Identity `json:"ids,omitempty"`
	All bool          `json:"all,omitempty"` // everybody but hosts
}

// AskRequest asks people to switch a device on. Nobody can do that for them. Needs the action mute for a microphone,
// stop_camera for a camera, stop_share for a screen.
type AskRequest struct {
	IDs    []id.Identity `json:"ids"`
	Device Device        `json:"device"`
}

// RemoveRequest puts a person out.
type RemoveRequest struct {
	ID     id.Identity `json:"id"`
	Refuse bool        `json:"refuse,omitempty"` // and have it and everybody else wait in the lobby from now on
}

// LockRequest lets nobody in any more who was not in before, or lets people in again.
type LockRequest struct {
	On bool `json:"on"`
}

// HoldRequest holds everything: all devices and the chat are off, the meeting is locked, everybody but hosts is sent to the
// lobby. Or it lets the meeting go on; those in the lobby are let in by admit.
type HoldRequest struct {
	On bool `json:"on"`
}

// EndRequest ends the meeting for everybody. Its chat and files are forgotten.
type EndRequest struct{}

// HandOverRequest makes somebody else the owner; the owner becomes a moderator. Needs the action hand_over.
type HandOverRequest struct {
	ID id.Identity `json:"id"`
}

// AppointRequest gives somebody a role: moderator, presenter, participant or viewer. Needs the action appoint.
type AppointRequest struct {
	ID   id.Identity `json:"id"`
	Role rules.Role  `json:"role"`
}

// RenameRequest gives a name to somebody who is in or waits. Needs the action rename, for the own name rename_self.
type RenameRequest struct {
	ID   id.Identity `json:"id"`
	Name string      `json:"name"`
}

// ChangeSettingsRequest replaces the settings for as long as the meeting runs. What the level does not allow is refused
// with settings_invalid. Needs the action change_settings.
type ChangeSettingsRequest struct {
	Settings rules.Settings `json:"settings"`
}

// HandRequest raises or lowers the own hand. Needs the action raise_hand.
type HandRequest struct {
	Up bool `json:"up"`
}

// LowerHandRequest lowers hands of others.
type LowerHandRequest struct {
	IDs []id.Identity `json:"ids,omitempty"`
	All bool          `json:"all,omitempty"`
}

// GiveFloorRequest gives somebody the floor, or takes it back: with it one may speak and use the camera whatever the role,
// and the hand is lowered. Where speaking is by queue, whoever had the floor loses it.
type GiveFloorRequest struct {
	ID id.Identity `json:"id,omitempty"` // empty with on: whose hand has been up longest
	On bool        `json:"on"`
}

// ReactRequest shows everybody a reaction for some seconds. Needs the action react.
type ReactRequest struct {
	Reaction string `json:"reaction"` // one of: thumbs_up, clap, heart, laugh, surprised, sad, yes, no, slower, faster
}

// CompanionRequest asks for a secret by which a further device of the same person joins. Answer: companion_pass.
type CompanionRequest struct{}

func (MuteRequest) requestType() string           { return "mute" }
func (StopCameraRequest) requestType() string     { return "stop_camera" }
func (StopShareRequest) requestType() string      { return "stop_share" }
func (AskRequest) requestType() string            { return "ask" }
func (RemoveRequest) requestType() string         { return "remove" }
func (LockRequest) requestType() string           { return "lock" }
func (HoldRequest) requestType() string           { return "hold" }
func (EndRequest) requestType() string            { return "end" }
func (HandOverRequest) requestType() string       { return "hand_over" }
func (AppointRequest) requestType() string        { return "appoint" }
func (RenameRequest) requestType() string         { return "rename" }
func (ChangeSettingsRequest) requestType() string { return "change_settings" }
func (HandRequest) requestType() string           { return "hand" }
func (LowerHandRequest) requestType() string      { return "lower_hand" }
func (GiveFloorRequest) requestType() string      { return "give_floor" }
func (ReactRequest) requestType() string          { return "react" }
func (CompanionRequest) requestType() string      { return "companion" }

// Asked tells a person that it is asked to switch a device on.
type Asked struct {
	By     id.Identity `json:"by"`
	Device Device      `json:"device"`
}

// Stopped tells a person that its device was switched off for it. The media server sends nothing of it on until the person
// switches it on again.
type Stopped struct {
	By     id.Identity `json:"by"`
	Device Device      `json:"device"`
}

// Reaction tells of somebody's reaction. It has no place in the sequence: who misses it misses nothing.
type Reaction struct {
	ID       id.Identity `json:"id"`
	Reaction string      `json:"reaction"`
}

// CompanionPass lets a further device of the person join, as companion in join. It is good once and for 5 minutes.
type CompanionPass struct {
	Companion string `json:"companion"`
}

func (Asked) messageType() string         { return "asked" }
func (Stopped) messageType() string       { return "stopped" }
func (Reaction) messageType() string      { return "reaction" }
func (CompanionPass) messageType() string { return "companion_pass" }

func (Asked) sequenced()   {}
func (Stopped) sequenced() {}
