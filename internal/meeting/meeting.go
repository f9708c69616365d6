// Package meeting owns meetings and their conduct: who is in, what was said, and what a person missed while the
// control connection was broken. State decides and is pure; Service (loop.go) is the one goroutine that owns every
// State, passes commands in and carries the effects out.
//
// It must not touch sockets, media or the LiveKit protocol: connections reach it as Outlets (package control has
// them), and what it needs of the media server it declares as Media, which app fills. It logs no link, title, name,
// token or chat; a meeting appears in logs under a random id of its own.
package meeting

import "time"

// RoomPrefix begins the name of every meeting's room. The name space is reserved: keys of LiveKit clients cannot
// make tokens for it.
const RoomPrefix = "konklave:"

// Limits of meetings. They are generous for people and small for programs.
const (
	MaxMeetings   = 10_000
	MaxPeople     = 1_000   // in one meeting, those with a broken connection included
	MaxName       = 80      // runes
	MaxTitle      = 120     // runes
	MaxChatBody   = 8 << 10 // bytes, decoded
	MaxMessage    = 32 << 10
	MaxChatID     = 64        // bytes, also of the id of a file
	MaxFileName   = 1 << 10   // bytes
	MaxFiles      = 100       // that a meeting keeps
	MaxAllFiles   = 200 << 20 // bytes of files that a meeting keeps
	MaxNotices    = 10        // messages to the waiting that who waits is shown
	MaxAsked      = 1 << 10   // bytes of what one who waits tells hosts
	MaxAskedKept  = 5         // of such messages that hosts are shown of one person
	MaxCompanions = 3         // further devices of one person
	ChatHistory   = 200       // messages that a newcomer sees
	MaxChat       = 128 << 10 // bytes of chat that a meeting keeps, with what each message takes beside its text
	MaxAllChat    = 256 << 20 // bytes of chat that all meetings keep together; beyond it the oldest is forgotten
	ReplayHistory = 256       // events that a person may have missed and still get one by one

	chatBurst  = 20 // messages that one person may send within chatWindow
	actBurst   = 60 // other requests, of hosts and others
	mostAsked  = 20 // messages to hosts while one waits
	chatWindow = 10 * time.Second

	hearersTold = 200 // people whom Hearing names at most
)

// Periods of a meeting.
const (
	// RejoinGrace is how long a person without a control connection keeps the place.
	RejoinGrace = 30 * time.Second
	// awayAfter is how long a control connection is broken before the others are told. Most breaks are over sooner.
	awayAfter = 3 * time.Second
	// emptyGrace is how long the room of a meeting stays open after the last person left. Then the chat is forgotten.
	emptyGrace = 30 * time.Second
	// lockAskedAfter is how long a meeting runs until hosts are asked whether to lock it.
	lockAskedAfter = 10 * time.Minute
	// ticketLife is how long a ticket is good.
	ticketLife = 12 * time.Hour
	// passLife is how long a further device may take to join.
	passLife = 5 * time.Minute
)
