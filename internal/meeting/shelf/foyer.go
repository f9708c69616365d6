package shelf

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"log/slog"
	"sync"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
)

// unusedAfter is how long a meeting that nobody visits is kept.
const unusedAfter = 24 * time.Hour

// hour is how exactly it is kept when somebody was in, and how often meetings are forgotten.
const hour = time.Hour

// Foyer makes meetings for who has no account, knows them by their links, and says who comes as what: whoever brings the secret
// that was given with the link is the owner. It is safe for any goroutine.
type Foyer struct {
	log  *slog.Logger
	stop chan struct{}
	done chan struct{}

	mu    sync.Mutex
	shelf *Shelf
	links map[id.MeetingID]id.LinkID
	all   map[id.LinkID]Kept
}

// NewFoyer opens the file in a data directory. Close ends it.
func NewFoyer(dir string, log *slog.Logger) (*Foyer, error) {
	shelf, list, err := Open(dir)
	if err != nil {
		return nil, err
	}
	f := &Foyer{
		log: log, shelf: shelf, stop: make(chan struct{}), done: make(chan struct{}),
		links: map[id.MeetingID]id.LinkID{}, all: map[id.LinkID]Kept{},
	}
	for _, k := range list {
		f.links[k.ID], f.all[k.Link] = k.Link, k
	}
	f.purge(time.Now())
	go f.run()
	return f, nil
}

func (f *Foyer) run() {
	defer close(f.done)
	hours := time.NewTicker(hour)
	defer hours.Stop()
	for {
		select {
		case now := <-hours.C:
			f.purge(now)
		case <-f.stop:
			return
		}
	}
}

// Close ends it. What was written is on the disk.
func (f *Foyer) Close() error {
	close(f.stop)
	<-f.done
	return f.shelf.Close()
}

// Create makes a meeting, and gives its link and the secret of its owner. The error is a meeting.Failure.
func (f *Foyer) Create(title string, now time.Time) (id.LinkID, pii.Token, error) {
	title, ok := meeting.CleanTitle(title)
	if !ok {
		return "", "", meeting.Failure{Code: meeting.CodeTitleInvalid}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all) >= meeting.MaxMeetings {
		return "", "", meeting.Failure{Code: meeting.CodeTooMany}
	}
	host := string(id.NewLinkID())
	k := Kept{ID: id.NewMeetingID(), Link: id.NewLinkID(), Title: pii.Text(title), Host: hash(host)}
	f.links[k.ID] = k.Link
	f.keep(k, now)
	return k.Link, pii.Token(host), nil
}

// Find gives the meeting of a link. The error is a meeting.Failure.
func (f *Foyer) Find(link id.LinkID) (meeting.Definition, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	k, ok := f.all[link]
	if !ok {
		return meeting.Definition{}, meeting.Failure{Code: meeting.CodeMeetingUnknown}
	}
	return definition(k), nil
}

// definition says what a meeting without an account is like: whoever comes first begins it.
func definition(k Kept) meeting.Definition {
	settings := rules.Preset(rules.Discussion, rules.Open)
	settings.Start, settings.HostGone = rules.StartAll, rules.HostGoneOn
	return meeting.Definition{
		ID: k.ID, Title: k.Title, Kind: rules.Discussion, Level: rules.Open, Settings: settings, Condition: k.Condition,
	}
}

// Knock says who comes as what (control.Doorman). The error is a meeting.Failure.
func (f *Foyer) Knock(_ context.Context, k meeting.Knock) (meeting.Definition, meeting.Pass, error) {
	d, err := f.Find(k.Link)
	if err != nil {
		return d, meeting.Pass{}, err
	}
	pass := meeting.Pass{Role: rules.Participant}
	f.mu.Lock()
	host := f.all[k.Link].Host
	f.mu.Unlock()
	if host != "" && subtle.ConstantTimeCompare([]byte(hash(k.Host.Reveal())), []byte(host)) == 1 {
		pass.Role = rules.Owner
	}
	return d, pass, nil
}

// Note remembers the condition of a meeting (meeting.Journal).
func (f *Foyer) Note(of id.MeetingID, c meeting.Condition) {
	f.change(of, func(k *Kept) { k.Condition = c })
}

// Used remembers that somebody is in a meeting (meeting.Journal).
func (f *Foyer) Used(of id.MeetingID, now time.Time) {
	f.change(of, func(k *Kept) { k.Used = now.Truncate(hour).Add(hour) })
}

func (f *Foyer) change(of id.MeetingID, edit func(*Kept)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if k, ok := f.all[f.links[of]]; ok {
		edit(&k)
		f.put(k)
	}
}

func (f *Foyer) keep(k Kept, now time.Time) {
	k.Used = now.Truncate(hour).Add(hour)
	f.put(k)
}

func (f *Foyer) put(k Kept) {
	f.all[k.Link] = k
	if err := f.shelf.Keep(k); err != nil {
		f.log.Error("a meeting would not outlive the process now", "why", err)
	}
}

// purge forgets the meetings that nobody visits any more.
func (f *Foyer) purge(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var over []id.LinkID
	for link, k := range f.all {
		if now.Sub(k.Used) >= unusedAfter {
			over = append(over, link)
			delete(f.links, k.ID)
			delete(f.all, link)
		}
	}
	if err := f.shelf.Forget(over); err != nil {
		f.log.Error("meetings that are over are still on disk; the next start forgets them", "why", err)
	}
}

func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
