package account

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// KeepTrail is how long an entry of the trail is kept.
const KeepTrail = 366 * 24 * time.Hour

// Actor is who did something: the id of an account, or one of those below.
type Actor string

// Who acts without an account.
const (
	CommandLine Actor = "command line" // somebody who may read the server's files
	SetupLink   Actor = "setup link"   // the first administrator, who had no account before
)

// By is an account as an Actor.
func By(account id.AccountID) Actor { return Actor(account) }

// Act is what was done. The list is closed, so that nothing personal gets into the trail by it.
type Act string

// The acts.
const (
	ActSetupLink      Act = "setup_link_made"
	ActSetUp          Act = "set_up" // the first administrator
	ActAdded          Act = "account_added"
	ActRoleChanged    Act = "role_changed"
	ActRenamed        Act = "account_renamed"
	ActReaddressed    Act = "email_changed"
	ActDisabled       Act = "account_disabled"
	ActEnabled        Act = "account_enabled"
	ActRemoved        Act = "account_removed"
	ActLinkMade       Act = "link_made" // first login or reset
	ActFactorCleared  Act = "factor_cleared"
	ActMeetingsGiven  Act = "meetings_handed_over"
	ActOperator       Act = "operator_changed"
	ActLoginsEnded    Act = "logins_ended"
	ActMeetingTaken   Act = "meeting_taken_over"
	ActMeetingPlanned Act = "meeting_planned"
	ActMeetingDeleted Act = "meeting_deleted" // of somebody else
	ActHelped         Act = "connection_seen" // of who gave a code out: no more is known of them
)

// Entry is one entry of the trail.
type Entry struct {
	Seq    int64
	At     time.Time // the minute
	Actor  Actor
	Act    Act
	Target string // id of an account or a meeting, or empty
	Detail string // words of closed lists
	Hash   string
}

// Note appends to the trail, within the transaction of what it tells of: both happen or neither. Target is an id, detail is
// of words from closed lists: never a name, an address or a title.
func Note(tx *store.Tx, now time.Time, actor Actor, act Act, target, detail string) error {
	head, err := tx.TrailHead()
	if err != nil {
		return err
	}
	e := store.TrailEntry{
		Seq: head.Seq + 1, At: now.Truncate(time.Minute), Actor: string(actor), Act: string(act), Target: target, Detail: detail, Before: head.Hash,
	}
	e.Hash = hashEntry(e)
	return tx.AppendTrail(e)
}

// NoteHelp notes in the trail that somebody looks at the figures of a connection; whose it is, nobody knows there.
func (s *Service) NoteHelp(ctx context.Context, by Actor) error {
	return s.store.Write(ctx, func(tx *store.Tx) error { return Note(tx, s.now(), by, ActHelped, "", "") })
}

// hashEntry is SHA-256 over every field, each with its length before it, so that no two entries are alike.
func hashEntry(e store.TrailEntry) []byte {
	h := sha256.New()
	field := func(b []byte) {
		_ = binary.Write(h, binary.BigEndian, uint64(len(b)))
		h.Write(b)
	}
	_ = binary.Write(h, binary.BigEndian, e.Seq)
	_ = binary.Write(h, binary.BigEndian, store.Millis(e.At))
	for _, text := range []string{e.Actor, e.Act, e.Target, e.Detail} {
		field([]byte(text))
	}
	field(e.Before)
	return h.Sum(nil)
}

// Trail lists at most so many entries older than one, the newest first. 0 begins with the newest of all.
func (s *Service) Trail(ctx context.Context, olderThan int64, most int) (list []Entry, names map[string]pii.Name, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Trail(olderThan, most)
		if err != nil {
			return err
		}
		list, names = nil, map[string]pii.Name{}
		for _, row := range rows {
			e := entryOf(row)
			list = append(list, e)
			for _, who := range []string{string(e.Actor), e.Target} {
				if a, err := tx.Account(id.AccountID(who)); err == nil {
					names[who] = a.Name
				} else if !errors.Is(err, store.ErrNone) {
					return err
				}
			}
		}
		return nil
	})
	return list, names, err
}

func entryOf(row store.TrailEntry) Entry {
	return Entry{
		Seq: row.Seq, At: row.At, Actor: Actor(row.Actor), Act: Act(row.Act), Target: row.Target, Detail: row.Detail, Hash: hex.EncodeToString(row.Hash),
	}
}

// Verdict is what a look through the whole trail found.
type Verdict struct {
	Entries int64
	Oldest  int64 // number of the oldest entry; those before it were deleted after KeepTrail
	Head    Mark  // to be noted somewhere else: who compares it later sees whether what was before is still the same
	Fault   string
}

// Mark is a place in the trail.
type Mark struct {
	Seq  int64
	Hash string
}

// String writes it as people note it down.
func (m Mark) String() string { return fmt.Sprintf("%d:%s", m.Seq, m.Hash) }

// ReadMark reads what String wrote.
func ReadMark(text string) (m Mark, err error) {
	if _, err := fmt.Sscanf(text, "%d:%64s", &m.Seq, &m.Hash); err != nil || len(m.Hash) != 64 {
		return Mark{}, errors.New("a mark of the trail looks like 12:4f2a..., a number and 64 digits")
	}
	return m, nil
}

// VerifyTrail looks whether every entry is as it was written and none is missing, between the oldest that is kept and the end.
// Whoever can write the database could make the whole chain anew: a mark that was noted elsewhere before shows that. The zero
// Mark is compared with nothing.
func (s *Service) VerifyTrail(ctx context.Context, noted Mark) (v Verdict, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		head, err := tx.TrailHead()
		if err != nil {
			return err
		}
		v = Verdict{Head: Mark{head.Seq, hex.EncodeToString(head.Hash)}}
		check := chain{noted: noted}
		if err := tx.EachTrail(func(e store.TrailEntry) error { check.next(e); return nil }); err != nil {
			return err
		}
		check.end(head)
		v.Entries, v.Oldest, v.Fault = check.entries, check.oldest, check.fault
		return nil
	})
	return v, err
}

// chain follows the hashes from entry to entry.
type chain struct {
	noted           Mark
	met             bool // the mark
	entries, oldest int64
	last            store.TrailEntry
	fault           string // the first
}

func (c *chain) complain(format string, args ...any) {
	if c.fault == "" {
		c.fault = fmt.Sprintf(format, args...)
	}
}

func (c *chain) next(e store.TrailEntry) {
	switch {
	case c.entries == 0:
		c.oldest = e.Seq
	case e.Seq != c.last.Seq+1:
		c.complain("entries are missing between %d and %d", c.last.Seq, e.Seq)
	case !bytes.Equal(e.Before, c.last.Hash):
		c.complain("entry %d does not follow the one before it", e.Seq)
	}
	if !bytes.Equal(e.Hash, hashEntry(e)) {
		c.complain("entry %d is not as it was written", e.Seq)
	}
	if e.Seq == c.noted.Seq {
		c.met = true
		if hex.EncodeToString(e.Hash) != c.noted.Hash {
			c.complain("entry %d is not the one that was noted", e.Seq)
		}
	}
	c.entries, c.last = c.entries+1, e
}

func (c *chain) end(head store.TrailHead) {
	if c.entries > 0 && (c.last.Seq != head.Seq || !bytes.Equal(c.last.Hash, head.Hash)) {
		c.complain("entries are missing after %d: the newest was %d", c.last.Seq, head.Seq)
	}
	if c.noted.Seq > head.Seq || !c.met && c.noted.Seq > 0 && c.entries > 0 && c.noted.Seq >= c.oldest {
		c.complain("entry %d, which was noted, is missing", c.noted.Seq)
	}
}
