package store

import (
	"errors"
	"time"
)

// TrailEntry is a row of trail.
type TrailEntry struct {
	Seq    int64
	At     time.Time
	Actor  string
	Act    string
	Target string
	Detail string
	Before []byte // the hash of the entry before
	Hash   []byte
}

// TrailHead is the number and the hash of the newest entry; zero when there never was one.
type TrailHead struct {
	Seq  int64
	Hash []byte
}

// TrailHead gives it.
func (tx *Tx) TrailHead() (TrailHead, error) {
	head, err := One(tx, func(scan Scan) (h TrailHead, err error) {
		err = scan(&h.Seq, &h.Hash)
		return h, err
	}, `SELECT seq, hash FROM trail_head WHERE id = 1`)
	if errors.Is(err, ErrNone) {
		return TrailHead{}, nil
	}
	return head, err
}

// AppendTrail adds an entry at the end.
func (tx *Tx) AppendTrail(e TrailEntry) error {
	if e.Before == nil { // of the first, also as SQLite gives it back
		e.Before = []byte{}
	}
	_, err := tx.Exec(`INSERT INTO trail (seq, at, actor, act, target, detail, before, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Seq, Millis(e.At), e.Actor, e.Act, e.Target, e.Detail, e.Before, e.Hash)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO trail_head (id, seq, hash) VALUES (1, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`, e.Seq, e.Hash)
	return err
}

const trailColumns = `seq, at, actor, act, target, detail, before, hash`

func scanTrail(scan Scan) (e TrailEntry, err error) {
	var at int64
	err = scan(&e.Seq, &at, &e.Actor, &e.Act, &e.Target, &e.Detail, &e.Before, &e.Hash)
	e.At = Time(at)
	return e, err
}

// Trail lists at most so many entries older than one, the newest first. 0 begins with the newest of all.
func (tx *Tx) Trail(olderThan int64, most int) ([]TrailEntry, error) {
	if olderThan == 0 {
		olderThan = 1 << 62
	}
	return All(tx, scanTrail, `SELECT `+trailColumns+` FROM trail WHERE seq < ? ORDER BY seq DESC LIMIT ?`, olderThan, most)
}

// TrailOf lists the entries that are about somebody or were made by them, the oldest first.
func (tx *Tx) TrailOf(who string) ([]TrailEntry, error) {
	return All(tx, scanTrail, `SELECT `+trailColumns+` FROM trail WHERE actor = ? OR target = ? ORDER BY seq`, who, who)
}

// EachTrail hands over every entry, the oldest first.
func (tx *Tx) EachTrail(read func(TrailEntry) error) error {
	return tx.Each(func(scan Scan) error {
		e, err := scanTrail(scan)
		if err != nil {
			return err
		}
		return read(e)
	}, `SELECT `+trailColumns+` FROM trail ORDER BY seq`)
}
