package session

import (
	"errors"
	"sync"
	"time"

	"konklave/internal/id"
	"konklave/internal/signal/lkpb"
	"konklave/internal/wire"
)

const (
	outboxBytes = 4 << 20                // of the packets kept for one participant, sent or not
	outboxSpan  = time.Minute            // how long a packet is kept after it was sent: longer than any resume takes
	outboxPause = 2 * time.Second        // after another channel opened, until the client says what it has
	outboxRetry = 100 * time.Millisecond // between tries while the channel is full
	letterCost  = 64                     // bytes that a kept packet takes beside its content
)

// outbox holds the reliable data packets for one participant: those that its channel does not take yet, in order, and
// those that it took lately, should the client come back with another channel and without them. A channel that stays
// delivers what it took, so nothing of that is sent again. Packets are shared between the outboxes of a room.
//
// Its methods are safe for any goroutine.
type outbox struct {
	send func([]byte) error // on the participant's channel; must not wait

	mu       sync.Mutex
	channel  int // how many channels the client has had
	kept     []letter
	waiting  int                          // index in kept of the first that was not sent
	bytes    int                          // of all that are kept
	forgot   map[id.ParticipantSID]letter // of each sender, the newest that was sent and is not kept for lack of space
	overflew bool                         // some were never sent: the participant has not got everything
	retry    *time.Timer                  // runs while the channel is full, or paused
	retries  int                          // so far
	paused   bool                         // nothing is sent before the client said what it has
	has      map[id.ParticipantSID]uint32 // what it said last, of each sender
	said     time.Time                    // when
	closed   bool
}

// letter is one packet in an outbox.
type letter struct {
	sender   id.ParticipantSID
	sequence uint32 // the sender's count, 0 is unnumbered
	packet   []byte
	channel  int // that took it
	at       time.Time
}

func newOutbox(send func([]byte) error) *outbox {
	return &outbox{send: send, forgot: make(map[id.ParticipantSID]letter)}
}

// put sends a packet, after those that wait. It is false when there is no space, or the packet is larger than a message
// can be: then it is lost.
func (o *outbox) put(sender id.ParticipantSID, sequence uint32, packet []byte) bool {
	if len(packet) > wire.MaxMessage {
		return false // all that comes after it would wait for ever
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	o.makeSpace(now, len(packet)+letterCost)
	if o.closed || o.bytes+len(packet)+letterCost > outboxBytes {
		o.overflew = true
		return false
	}
	o.kept = append(o.kept, letter{sender: sender, sequence: sequence, packet: packet, at: now})
	o.bytes += len(packet) + letterCost
	o.flush()
	return true
}

// makeSpace drops what was sent long ago, and of what was sent lately as much as is necessary.
func (o *outbox) makeSpace(now time.Time, wanted int) {
	n := 0
	for ; n < o.waiting; n++ {
		l := o.kept[n]
		if now.Sub(l.at) < outboxSpan {
			if o.bytes+wanted <= outboxBytes {
				break
			}
			o.forgot[l.sender] = letter{sequence: l.sequence, channel: l.channel}
		}
		o.bytes -= len(l.packet) + letterCost
	}
	clear(o.kept[:n]) // the array behind them stays
	o.kept = o.kept[n:]
	o.waiting -= n
}

// flush sends what waits, as far as the channel takes it.
func (o *outbox) flush() {
	for ; o.waiting < len(o.kept) && !o.closed && !o.paused; o.waiting++ {
		l := &o.kept[o.waiting]
		if err := o.send(l.packet); err != nil {
			if errors.Is(err, wire.ErrFull) && o.retry == nil {
				o.wait(outboxRetry)
			}
			return // a channel that is not there yet calls opened
		}
		l.channel = o.channel
	}
}

// wait has what waits sent after a while, in place of what was waited for before.
func (o *outbox) wait(d time.Duration) {
	if o.retry != nil {
		o.retry.Stop()
	}
	o.retries++
	number := o.retries
	o.retry = time.AfterFunc(d, func() { o.again(number) })
}

func (o *outbox) again(number int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if number != o.retries {
		return // it was stopped too late
	}
	o.retry, o.paused = nil, false
	o.flush()
}

// opened notes that the participant has a channel, or another one: use makes send use it. What the one before took may
// be lost; the client says so when it resumes, and by the newest that it has. So nothing newer is sent before that, if it
// comes soon. It may also have come just before. opened is false when something is lost for good.
func (o *outbox) opened(use func()) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	use() // what is put meanwhile waits: no packet takes one channel and is noted for the other
	o.channel++
	switch {
	case o.closed || o.channel == 1:
	case o.has != nil && time.Since(o.said) < outboxPause:
		return o.repeat()
	default:
		o.paused = true
		o.wait(outboxPause)
	}
	o.flush()
	return true
}

// resumed sends again what a client that came back has not got: has says what it has of each sender. It is false
// when something of that is not there any more.
func (o *outbox) resumed(has map[id.ParticipantSID]uint32) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.paused {
		o.retry.Stop()
		o.retry = nil
	}
	o.paused, o.has, o.said = false, has, time.Now()
	return o.repeat()
}

// repeat lets what the client has not got of channels before this one wait again, in front of all that waits, and sends it.
// It is false when something of that is not there any more.
func (o *outbox) repeat() bool {
	if o.overflew {
		return false
	}
	misses := func(sender id.ParticipantSID, l letter) bool {
		last, known := o.has[sender]
		return known && l.sequence > last && l.channel != o.channel
	}
	for sender, l := range o.forgot {
		if misses(sender, l) {
			return false
		}
	}
	sent, again := make([]letter, 0, len(o.kept)), []letter(nil)
	for _, l := range o.kept[:o.waiting] {
		if misses(l.sender, l) {
			again = append(again, l)
		} else {
			sent = append(sent, l)
		}
	}
	o.kept, o.waiting = append(append(sent, again...), o.kept[o.waiting:]...), len(sent)
	o.flush()
	return true
}

// close forgets everything.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed, o.kept, o.waiting, o.bytes = true, nil, 0, 0
	if o.retry != nil {
		o.retry.Stop()
	}
}

// receiveStates reads what a client has of each sender.
func receiveStates(states []*lkpb.DataChannelReceiveState) map[id.ParticipantSID]uint32 {
	has := make(map[id.ParticipantSID]uint32, len(states))
	for _, s := range states {
		has[id.ParticipantSID(s.GetPublisherSid())] = s.GetLastSeq()
	}
	return has
}
