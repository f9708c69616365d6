// Package interop runs LiveKit's own SDK for Go, unchanged, against the built binary: its RoomServiceClient, its reader
// of webhooks, and its client in a room.
//
// It is a module of its own, because that SDK brings about two hundred modules which the program must not have, and
// because its messages have the names that some of ours have.
package interop
