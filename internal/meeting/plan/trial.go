package plan

import (
	"context"
	"maps"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// trialLasts is how long somebody may try a meeting out.
const trialLasts = 2 * time.Hour

// trial is a meeting that one of its hosts tries out alone: with its settings, under an id of its own, of which nothing is
// stored. Nobody else comes in, by whatever link, and it is not the meeting that people wait for.
type trial struct {
	of      id.MeetingID
	as      id.MeetingID
	account id.AccountID
	title   pii.Text
	ends    time.Time
}

// Try begins a trial and gives its link. Who had begun another has that one no longer. The title is what it is called: who
// tries out must see that it is a trial; "" is that of the meeting.
func (s *Service) Try(ctx context.Context, by Actor, of id.MeetingID, title string) (id.LinkID, error) {
	now := s.Now()
	t := trial{of: of, as: id.NewMeetingID(), account: by.Account, ends: now.Add(trialLasts)}
	err := s.Store.Read(ctx, func(tx *store.Tx) error {
		w, err := s.read(tx, by, of)
		if err != nil {
			return err
		}
		if !by.Hosts {
			return refuse(meeting.CodeNotAllowed)
		}
		t.title = w.Title
		return nil
	})
	if err != nil {
		return "", err
	}
	if title != "" {
		cleaned, ok := meeting.CleanTitle(title)
		if !ok {
			return "", refuse(meeting.CodeTitleInvalid)
		}
		t.title = pii.Text(cleaned)
	}
	link := id.NewLinkID()
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.trials, func(_ id.LinkID, old trial) bool { return old.account == by.Account || !now.Before(old.ends) })
	s.trials[link] = t
	return link, nil
}

// trialOf gives the trial to which a link leads; nil when it leads to none.
func (s *Service) trialOf(now time.Time, link id.LinkID) *trial {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.trials[link]
	if !ok || !now.Before(t.ends) {
		return nil
	}
	return &t
}

// behind gives the meeting that is stored of one that runs: of a trial the one that is tried out.
func (s *Service) behind(running id.MeetingID) id.MeetingID {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.trials {
		if t.as == running {
			return t.of
		}
	}
	return running
}

// pass is that of the owner for who began it. For everybody else there is no such meeting.
func (t *trial) pass(who Person) (meeting.Pass, error) {
	pass := meeting.Pass{Account: who.ID}
	if who.ID == "" || who.ID != t.account || !who.MayHost || !who.MayEnter {
		return pass, refuse(meeting.CodeMeetingUnknown)
	}
	pass.Role, pass.Name, pass.SkipLobby = rules.Owner, who.Name, true
	return pass, nil
}
