package sfu

// DropReason says why a packet went no further. The zero value means that it did go further.
// The list is closed: every drop is counted under one of these, none is logged.
type DropReason uint8

// Why packets are dropped.
const (
	Kept DropReason = iota

	// On the way in, from a publisher.
	DropMalformed      // not RTP, or a payload that its codec does not allow
	DropUnknownSSRC    // belongs to no track, so far
	DropUnknownPayload // payload type that its section did not negotiate
	DropDuplicate      // came before
	DropTooOld         // older than the window in which packets are told apart
	DropResync         // far from the stream's numbers; the next one decides whether the stream restarted
	DropPadding        // nothing but padding: a bandwidth probe
	DropMuted          // its track is not forwarded at the moment

	// On the way out, to a subscriber.

	// dropReasons is the length of the list.
	dropReasons
)

// DropReasons is how many reasons there are, for tables of counters.
const DropReasons = int(dropReasons)

var dropNames = [DropReasons]string{
	Kept:               "kept",
	DropMalformed:      "malformed",
	DropUnknownSSRC:    "unknown_ssrc",
	DropUnknownPayload: "unknown_payload",
	DropDuplicate:      "duplicate",
	DropTooOld:         "too_old",
	DropResync:         "resync",
	DropPadding:        "padding",
	DropMuted:          "muted",
}

// String is the reason as a metric's label.
func (d DropReason) String() string {
	if int(d) >= len(dropNames) {
		return "invalid"
	}
	return dropNames[d]
}
