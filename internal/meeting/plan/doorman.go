package plan

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// door is a meeting as it is behind a link.
type door struct {
	whole
	host     pii.Name
	personal *store.PersonalLink // nil: the link of all
	invited  int                 // personal links of people; 0 where nobody asks
	trial    *trial              // nil: the meeting itself
}

// Knock says which meeting a link leads to and as what somebody comes (control.Doorman). The error is a meeting.Failure, or
// the store's.
func (s *Service) Knock(ctx context.Context, k meeting.Knock) (meeting.Definition, meeting.Pass, error) {
	now := s.Now()
	var none meeting.Definition
	d, err := s.find(ctx, now, k.Link, k.Source)
	if err != nil {
		return none, meeting.Pass{}, err
	}
	who, err := s.Accounts.SignedIn(ctx, k.Login)
	if err != nil {
		return none, meeting.Pass{}, err
	}
	pass, err := d.pass(now, who, k.Host)
	if err == nil && !pass.Role.Hosts() && d.asksCode(now, k.Ticket) {
		err = s.guard.checkCode(now, d.ID, d.Code, k)
	}
	definition := d.definition(now, d.host)
	if d.trial != nil {
		definition.EndsAt = d.trial.ends
	}
	return definition, pass, err
}

// find finds the meeting of a link.
func (s *Service) find(ctx context.Context, now time.Time, link id.LinkID, source string) (d door, err error) {
	if !link.Valid() {
		return d, s.guard.wrongLink(source, now)
	}
	noted := s.journal.noted() // before the store is read: what is written meanwhile is in one of the two
	err = s.Store.Read(ctx, func(tx *store.Tx) error {
		d = door{trial: s.trialOf(now, link)}
		row, err := d.row(tx, link)
		if err != nil {
			return orUnknown(err, meeting.CodeMeetingUnknown)
		}
		if d.whole, err = s.complete(tx, row); err != nil {
			return err
		}
		owner, err := s.Accounts.Person(tx, row.Owner)
		if d.host = owner.Name; err == nil && d.settings.Lock == rules.LockComplete {
			d.invited, err = tx.CountInvited(d.ID)
		}
		return err
	})
	if errors.Is(err, meeting.Failure{Code: meeting.CodeMeetingUnknown}) {
		err = s.guard.wrongLink(source, now)
	}
	if newer := noted[d.ID].condition; newer != nil {
		d.condition = *newer
	}
	return d, err
}

// row reads the meeting to which a link leads: of all, of one person, or of a trial.
func (d *door) row(tx *store.Tx, link id.LinkID) (store.Meeting, error) {
	if t := d.trial; t != nil {
		row, err := tx.Meeting(t.of)
		row.ID, row.Title, row.HostHash, row.Condition = t.as, t.title, nil, ""
		return row, err
	}
	row, err := tx.MeetingByLink(link)
	if errors.Is(err, store.ErrNone) {
		var p store.PersonalLink
		if p, err = tx.PersonalLink(link); err == nil {
			d.personal = &p
			row, err = tx.Meeting(p.Meeting)
		}
	}
	return row, err
}

// pass says as what somebody comes.
func (d door) pass(now time.Time, who Person, secret pii.Token) (meeting.Pass, error) {
	if d.trial != nil {
		return d.trial.pass(who)
	}
	pass := meeting.Pass{Role: d.role(now, who, secret), Account: who.ID, Invited: d.invited}
	switch {
	case who.ID != "" && !who.MayEnter:
		return pass, refuse(meeting.CodeNotAllowed)
	case pass.Role.Hosts():
		pass.SkipLobby, pass.Name = true, who.Name
		return pass, nil
	case pass.Role == "" && d.settings.Guests == rules.GuestsInvited:
		return pass, refuse(meeting.CodeInvitedOnly)
	case pass.Role == "":
		return pass, refuse(meeting.CodeSignInNeeded)
	}
	if code := d.closed(now); code != "" {
		return pass, refuse(code)
	}
	switch {
	case d.personal != nil && d.personal.End.IsZero():
		pass.Name, pass.Personal = d.personal.Name, string(d.personal.ID)
	case d.personal != nil:
		pass.Slot, pass.SlotAt, pass.Until = string(d.personal.ID), d.personal.Start, d.personal.End.Add(store.AppointmentKept)
	case d.settings.Names != rules.NamesFree:
		pass.Name = who.Name
	}
	return pass, nil
}

// role is that of somebody who comes; "" where such a one does not come in.
func (d door) role(now time.Time, who Person, secret pii.Token) rules.Role {
	switch {
	case d.HostHash != nil && subtle.ConstantTimeCompare(hashOf(secret), d.HostHash) == 1:
		return rules.Owner
	case who.ID == "":
	case who.ID == d.Owner && who.MayHost, d.standsIn(now, who):
		return rules.Owner
	case slices.Contains(d.hosts, who.ID) && who.MayHost:
		return rules.Moderator
	}
	return rules.ArrivesAs(d.settings, who.ID != "", d.personal != nil)
}

// standsIn tells whether somebody stands in for the owner on the date that is on.
func (d door) standsIn(now time.Time, who Person) bool {
	date, on := d.around(now)
	return on && who.MayHost && slices.ContainsFunc(d.substitutes, func(s store.Substitute) bool {
		return s.Account == who.ID && s.Date == date.Date.String()
	})
}

// closed tells why others than hosts do not come in now; "" when they do.
func (d door) closed(now time.Time) meeting.Code {
	if d.personal != nil && !d.personal.End.IsZero() {
		switch {
		case now.Before(d.personal.Start.Add(-d.opensBefore())):
			return meeting.CodeNotYet
		case !now.Before(d.personal.End.Add(store.AppointmentKept)):
			return meeting.CodeExpired
		}
		return ""
	}
	if d.Ends.IsZero() {
		return ""
	}
	coming := calendar.Coming(d.schedule.Dates(d.place), now.Add(-overtime), 1)
	switch {
	case len(coming) == 0:
		return meeting.CodeExpired
	case d.settings.OpensBefore > 0 && now.Before(coming[0].Start.Add(-d.opensBefore())):
		return meeting.CodeNotYet
	}
	return ""
}

// asksCode tells whether somebody who is no host has to give the access code.
func (d door) asksCode(now time.Time, ticket *meeting.Ticket) bool {
	return d.Code != "" && d.personal == nil && !ticket.GoodFor(now, d.ID, d.condition)
}

// Glimpse is what may be known of a meeting before admission, by its link.
type Glimpse struct {
	ID       id.MeetingID // for those who look whether it runs; not to be told
	Title    pii.Text     // "": that of the kind
	Host     pii.Name     // "": made without an account
	Kind     rules.Kind
	Level    rules.Level
	Number   bool // how many are in may be told
	Code     bool // an access code is asked for
	Waits    bool // guests wait in the lobby
	Address  rules.Address
	Name     pii.Name     // fixed by the link, or by who is signed in
	Role     rules.Role   // as which somebody would come; "": not at all
	Refusal  meeting.Code // why somebody would not come in now; "": they would
	Opens    time.Time    // with CodeNotYet
	Start    time.Time    // of the appointment, or of the date that is on or next; zero: none
	End      time.Time
	Settings rules.Settings
	Trial    bool // it is tried out: who looks is alone
}

// Look tells what may be known of a meeting before admission. It does not say whether it runs.
func (s *Service) Look(ctx context.Context, link id.LinkID, login pii.Token, source string) (g Glimpse, err error) {
	now := s.Now()
	d, err := s.find(ctx, now, link, source)
	if err != nil {
		return g, err
	}
	who, err := s.Accounts.SignedIn(ctx, login)
	if err != nil {
		return g, err
	}
	g = Glimpse{
		ID: d.ID, Host: d.host, Kind: d.kind, Level: d.level, Number: d.settings.Before == rules.BeforeNumber,
		Address: d.settings.Address, Waits: d.settings.Waits(who.ID != ""), Settings: d.settings,
	}
	if d.settings.Before != rules.BeforeHost {
		g.Title = d.Title
	}
	pass, refusal := d.pass(now, who, "")
	if d.trial != nil && refusal != nil {
		return Glimpse{}, refusal
	}
	g.Trial = d.trial != nil
	var failure meeting.Failure
	if errors.As(refusal, &failure) {
		g.Refusal = failure.Code
	}
	g.Role, g.Name = pass.Role, pass.Name
	g.Code = !pass.Role.Hosts() && d.asksCode(now, nil)
	g.Waits = g.Waits && !pass.Role.Hosts()
	d.times(now, &g)
	return g, nil
}

// times adds when it is.
func (d door) times(now time.Time, g *Glimpse) {
	if d.personal != nil && !d.personal.End.IsZero() {
		g.Start, g.End = d.personal.Start, d.personal.End
	} else if coming := calendar.Coming(d.schedule.Dates(d.place), now, 1); len(coming) > 0 {
		g.Start, g.End = coming[0].Start, coming[0].End
	}
	if g.Refusal == meeting.CodeNotYet {
		g.Opens = g.Start.Add(-d.opensBefore())
	}
}
