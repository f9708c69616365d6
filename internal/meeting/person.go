package meeting

import (
	"crypto/subtle"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
)

// person is somebody with a place in a meeting.
type person struct {
	identity id.Identity
	name     pii.Name
	secret   pii.Token // who knows it may take the place up again
	joined   time.Time

	conn ConnID    // 0 while the connection is broken
	lost time.Time // since when, if conn is 0
	away bool      // the others were told of the break

	seq    uint64  // number of the last event
	missed []Event // the last events; the very last has the number seq

	spoke []time.Time // when the last chat messages were taken, at most chatBurst
}

// note counts an event and keeps it for a rejoin.
func (p *person) note(e Event) {
	p.seq++
	if len(p.missed) >= 2*ReplayHistory { // twice, so that the copying is rare
		kept := copy(p.missed, p.missed[len(p.missed)-ReplayHistory+1:])
		clear(p.missed[kept:])
		p.missed = p.missed[:kept]
	}
	p.missed = append(p.missed, e)
}

// forget drops what was missed up to a message that the chat does not keep any more. It is the oldest message there is,
// so it is the first of those missed or none of them.
func (p *person) forget(m Said) {
	for i, e := range p.missed {
		if c, ok := e.(Chat); ok {
			if c.ID == m.ID && c.From == m.From {
				clear(p.missed[:i+1])
				p.missed = p.missed[i+1:]
			}
			return
		}
	}
}

// since gives the events after the number seq, and false when they are not all kept or seq never was.
func (p *person) since(seq uint64) ([]Event, bool) {
	if seq > p.seq {
		return nil, false
	}
	n := p.seq - seq
	if n > uint64(min(len(p.missed), ReplayHistory)) {
		return nil, false
	}
	return p.missed[uint64(len(p.missed))-n:], true
}

// mayChat tells whether one more chat message is within the limit, and counts it if so.
func (p *person) mayChat(now time.Time) bool {
	if len(p.spoke) == chatBurst {
		if now.Sub(p.spoke[0]) < chatWindow {
			return false
		}
		p.spoke = append(p.spoke[:0], p.spoke[1:]...)
	}
	p.spoke = append(p.spoke, now)
	return true
}

// holds tells whether the secret is this person's, in constant time.
func (p *person) holds(secret pii.Token) bool {
	return subtle.ConstantTimeCompare([]byte(p.secret.Reveal()), []byte(secret.Reveal())) == 1
}

// public is what the others know of the person.
func (p *person) public() Person {
	return Person{ID: p.identity, Name: p.name.Reveal(), JoinedAt: p.joined.UnixMilli(), Away: p.away}
}
