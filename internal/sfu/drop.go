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
	DropQuiet          // audio behind a gate: silence, or others are louder

	// On the way out, to a subscriber.
	DropDisabled    // the subscriber does not want the track at the moment
	DropLayer       // of another layer than the one that is forwarded, or no key frame came yet
	DropShed        // video that overload leaves out
	DropLine        // what the subscriber's line does not carry: video, and a screen's sound
	DropTooLate     // came after its place in the stream was given up
	DropCodec       // the subscriber did not negotiate the codec
	DropRefused     // the way to the subscriber is full or not there
	DropGone        // asked for again, and no longer kept
	DropRepeated    // asked for again, and the answer is still on its way
	DropOverBudget  // asked for again, and the subscriber asks for too much
	DropUnknownNACK // asked for again, and never sent

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
	DropQuiet:          "quiet",
	DropDisabled:       "disabled",
	DropLayer:          "layer",
	DropShed:           "shed",
	DropLine:           "line",
	DropTooLate:        "too_late",
	DropCodec:          "codec",
	DropRefused:        "refused",
	DropGone:           "gone",
	DropRepeated:       "repeated",
	DropOverBudget:     "over_budget",
	DropUnknownNACK:    "unknown_nack",
}

// moveDrops adds counts to others and makes them zero.
func moveDrops(from, to *[DropReasons]uint64) {
	for i, n := range from {
		to[i] += n
	}
	*from = [DropReasons]uint64{}
}

// String is the reason as a metric's label.
func (d DropReason) String() string {
	if int(d) >= len(dropNames) {
		return "invalid"
	}
	return dropNames[d]
}
