package meeting

import (
	"crypto/subtle"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// person is somebody with a place in a meeting or in its lobby, or a further device of such a person.
type person struct {
	identity id.Identity
	name     pii.Name
	secret   pii.Token // who knows it may take the place up again
	ticket   TicketID
	account  id.AccountID // "": a guest
	slot     string       // of an appointment
	slotAt   time.Time    // when that begins
	personal string       // whose personal link brought it; "": none
	leaves   time.Time    // the place ends then; zero: it does not
	fixed    bool         // the name, by account or link
	skips    bool         // the lobby
	sentBack bool         // came back with the ticket of somebody who was sent back to the lobby
	joined   time.Time
	role     rules.Role // a companion's is that of its lead

	waits   Wait      // "": is in
	since   time.Time // it waits
	notices []Notice  // what it was told while it waited
	asked   []Notice  // what it told hosts meanwhile, the last ones
	askedBy []*note   // the events that told of it
	asks    int       // how often

	main       *person   // whose further device this is
	companions []*person // further devices
	passes     []companionPass

	hand  int64 // since when it is up, ms since 1970; 0: it is down
	floor bool

	rights  Rights // as the media server was told
	granted bool   // it was told
	sends   []Forwarding
	help    *help // nil: nobody may see how the connection of this device is doing

	conn     ConnID    // 0 while the connection is broken
	lost     time.Time // since when, if conn is 0
	away     bool      // the others were told of the break
	welcomed bool      // what the person may know it knows, up to seq

	seq    uint64  // number of the last event
	missed []*note // the last events; the very last has the number seq
	crowd  int     // as it was told

	spoke, acted limiter
}

// companionPass lets a further device in.
type companionPass struct {
	secret  pii.Token
	expires time.Time
}

// lead is the person whose device this is.
func (p *person) lead() *person {
	if p.main != nil {
		return p.main
	}
	return p
}

// devices are the person's, the first one included.
func (p *person) devices() []*person { return append([]*person{p.lead()}, p.lead().companions...) }

// note is an event as several people keep it who may have missed it. What it tells may change: a message that was deleted is
// not told to anybody any more.
type note struct {
	event Event // nil: forgotten; who missed it gets a fresh welcome
}

// keep counts an event and keeps it for a rejoin.
func (p *person) keep(n *note) {
	p.seq++
	if len(p.missed) >= 2*ReplayHistory { // twice, so that the copying is rare
		kept := copy(p.missed, p.missed[len(p.missed)-ReplayHistory+1:])
		clear(p.missed[kept:])
		p.missed = p.missed[:kept]
	}
	p.missed = append(p.missed, n)
}

// outdate has the person need a fresh welcome, whatever it has seen.
func (p *person) outdate() {
	p.seq++
	clear(p.missed)
	p.missed, p.welcomed = p.missed[:0], false
}

// sinceEvent gives the events after the number seq, and false when they are not all kept or seq never was.
func (p *person) sinceEvent(seq uint64) ([]*note, bool) {
	if seq > p.seq || !p.welcomed {
		return nil, false
	}
	n := p.seq - seq
	if n > uint64(min(len(p.missed), ReplayHistory)) {
		return nil, false
	}
	missed := p.missed[uint64(len(p.missed))-n:]
	for _, m := range missed {
		if m.event == nil {
			return nil, false
		}
	}
	return missed, true
}

// limiter counts what somebody did lately.
type limiter []time.Time

// allow tells whether one more is within so many in chatWindow, and counts it if so.
func (l *limiter) allow(now time.Time, most int) bool {
	if len(*l) == most {
		if now.Sub((*l)[0]) < chatWindow {
			return false
		}
		*l = append((*l)[:0], (*l)[1:]...)
	}
	*l = append(*l, now)
	return true
}

// holds tells whether the secret is this person's, in constant time.
func (p *person) holds(secret pii.Token) bool { return same(p.secret, secret) }

func same(a, b pii.Token) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a.Reveal()), []byte(b.Reveal())) == 1
}

// public is what the others know of the person.
func (p *person) public() Person {
	var companions []id.Identity
	for _, c := range p.companions {
		companions = append(companions, c.identity)
	}
	return Person{
		ID: p.identity, Name: p.name.Reveal(), Role: p.role, Guest: p.account == "", JoinedAt: p.joined.UnixMilli(),
		Away: p.away, Hand: p.hand, Floor: p.floor, Companions: companions,
	}
}

// knocking is what hosts know of a person who waits.
func (p *person) knocking() Waiting {
	w := Waiting{
		ID: p.identity, Name: p.name.Reveal(), Guest: p.account == "", Since: p.since.UnixMilli(),
		Why: p.waits, Away: p.away, Slot: p.slot, Asked: p.asked,
	}
	if p.slot != "" {
		w.SlotAt = p.slotAt.UnixMilli()
	}
	return w
}
