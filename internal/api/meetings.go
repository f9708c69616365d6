package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"konklave/internal/account"
	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/plan"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/sources"
)

// Making meetings without an account is limited for each source, and for all of them together. A school behind one address
// begins its lessons at the same time, so the burst is wide.
const (
	openRate        = 5 // per second
	openBurst       = 50
	openSourceRate  = 0.5 // per second
	openSourceBurst = 30
)

// Conduct tells of meetings that run.
type Conduct interface {
	// Presence tells who is in a meeting now: nobody, when it does not run.
	Presence(ctx context.Context, of id.MeetingID) (meeting.Presence, error)
	// Draining tells whether the server is about to be stopped.
	Draining(ctx context.Context) (bool, error)
}

// Finder finds accounts. The error is an account.Failure with CodeAccountUnknown, or the store's.
type Finder interface {
	ByEmail(ctx context.Context, email pii.Text) (account.Account, error)
}

// meetings are the routes of stored meetings.
type meetings struct {
	plan     *plan.Service
	conduct  Conduct
	accounts Finder
	open     *rate.Limiter
	sources  *sources.Sources
}

// Meetings are the routes of stored meetings.
func Meetings(stored *plan.Service, conduct Conduct, accounts Finder) []Route {
	m := meetings{stored, conduct, accounts, rate.NewLimiter(openRate, openBurst), sources.New(openSourceRate, openSourceBurst)}
	route := func(method, path, name, help string, codes ...meeting.Code) Route {
		return Route{Method: method, Path: path, Name: name, Area: "meetings", Who: SignedIn(), Help: help, Codes: Codes(codes...)}
	}
	create := route("POST", "/api/meetings", "makeMeeting",
		"Makes a meeting. Kind and level set everything; what is given beside them is in place of that. Where the operator lets those make meetings who have no account, only the title counts for them, and the answer has a secret: who brings it is the owner.",
		meeting.CodeTitleInvalid, meeting.CodeSettingsInvalid, meeting.CodeScheduleInvalid, meeting.CodeOwnerInvalid, meeting.CodeNotAllowed,
		meeting.CodeLimitReached, meeting.CodeDraining)
	create.Who, create.Status, create.Body = Anyone(), http.StatusCreated, 32<<10
	change := route("PATCH", "/api/meetings/{id}", "changeMeeting",
		"Changes what is given. With another kind or level all settings become those of it, unless settings are given too. Whoever is in a meeting that runs gets the new settings at once.",
		meeting.CodeMeetingUnknown, meeting.CodeTitleInvalid, meeting.CodeSettingsInvalid, meeting.CodeScheduleInvalid, meeting.CodeOwnerInvalid, meeting.CodeNotAllowed)
	change.Body = 32 << 10
	admin := route("GET", "/api/admin/meetings", "listAllMeetings",
		"Every meeting, to give it to somebody: without links, codes and settings.")
	admin.Who = May(account.TakeOverMeetings)
	unknown, no := meeting.CodeMeetingUnknown, meeting.CodeNotAllowed
	try := route("POST", "/api/meetings/{id}/trial", "tryMeeting",
		"Begins a trial run of a meeting: with its settings, for you alone, for two hours at most. Nobody else comes in by the link that comes back, nothing of it is stored, and the meeting itself is not touched.",
		unknown, no, meeting.CodeTitleInvalid)
	try.Status = http.StatusCreated
	own := []Route{
		Do(create, m.make),
		Do(change, m.change),
		Do(route("GET", "/api/meetings", "listMeetings",
			"Your meetings: those that you own, conduct or stand in for; for reception those that it plans. What is on or comes next is first."), m.list),
		Do(route("GET", "/api/meetings/{id}", "showMeeting", "One meeting that you have to do with.", unknown), m.show),
		Do(route("DELETE", "/api/meetings/{id}", "deleteMeeting", "Deletes a meeting with all its links. If it runs, it ends.", unknown, no), m.remove),
		Do(route("POST", "/api/meetings/{id}/link", "renewLink", "Gives it another link: the one before leads nowhere.", unknown, no), m.renewLink),
		Do(route("POST", "/api/meetings/{id}/code", "renewCode", "Gives it another access code.", unknown, no), m.renewCode),
		Do(route("PUT", "/api/meetings/{id}/owner", "giveMeeting",
			"Gives it to another account, by its owner. By an administrator it gets another link, too, it is noted in the trail, and the owner is told.",
			unknown, meeting.CodeOwnerInvalid), m.give),
		Do(try, m.try),
		Do(route("GET", "/api/meeting-notices", "listMeetingNotices", "What became of meetings of yours, or that you got some."), m.notices),
		Do(route("DELETE", "/api/meeting-notices/{id}", "deleteMeetingNotice", "Puts a notice away."), m.putAway),
		Do(admin, m.all),
	}
	return slices.Concat(own, m.dates(route), m.invitations(route), m.visits(route))
}

// actor is who asks.
func actor(c *Call) plan.Actor {
	a := c.Account()
	return plan.Actor{Account: a.ID, Hosts: c.Login.May(account.HostMeetings), Plans: c.Login.May(account.PlanForOthers), TakesOver: c.Login.May(account.TakeOverMeetings)}
}

type makeMeetingIn struct {
	Title    string             `json:"title" doc:"1 to 120 characters, none of them control characters."`
	Kind     rules.Kind         `json:"kind,omitempty" doc:"What it is for. Default: discussion."`
	Level    rules.Level        `json:"level,omitempty" doc:"Protection level. Default: the one that the kind has."`
	Settings *rules.Settings    `json:"settings,omitempty" doc:"All settings, in place of those of kind and level: see GET /api/kinds."`
	Schedule *calendar.Schedule `json:"schedule,omitempty" doc:"When it is. Default: always open."`
	Owner    string             `json:"owner,omitempty" doc:"Whose it is, for reception: id or email address of an account."`
	Hosts    []string           `json:"hosts,omitempty" doc:"Who conducts it too: ids or email addresses of accounts."`
}

type madeMeeting struct {
	Link    id.LinkID    `json:"link" doc:"The page of the meeting is /m/{link}."`
	Host    string       `json:"host,omitempty" doc:"Of a meeting made without an account: who brings this to join is the owner."`
	Meeting *MeetingView `json:"meeting,omitempty" doc:"Of one made with an account."`
}

func (m meetings) make(c *Call, in makeMeetingIn) (madeMeeting, error) {
	if draining, err := m.conduct.Draining(c); err != nil || draining {
		return madeMeeting{}, orDraining(err)
	}
	if c.Login.Stage != account.StageFull {
		return m.makeOpen(c, in)
	}
	draft := plan.Draft{Title: in.Title, Kind: in.Kind, Level: in.Level, Settings: in.Settings}
	if draft.Kind == "" {
		draft.Kind = rules.Discussion
	}
	if in.Schedule != nil {
		draft.Schedule = *in.Schedule
	}
	var err error
	if draft.Hosts, err = m.find(c, in.Hosts...); err != nil {
		return madeMeeting{}, err
	}
	if in.Owner != "" {
		owner, err := m.find(c, in.Owner)
		if err != nil {
			return madeMeeting{}, err
		}
		draft.Owner = owner[0]
	}
	made, err := m.plan.Make(c, actor(c), draft)
	if err != nil {
		return madeMeeting{}, err
	}
	view := viewOf(c, made)
	return madeMeeting{Link: made.Link, Meeting: &view}, nil
}

func orDraining(err error) error {
	if err != nil {
		return err
	}
	return meeting.Failure{Code: meeting.CodeDraining}
}

// makeOpen makes a meeting for somebody who has no account.
func (m meetings) makeOpen(c *Call, in makeMeetingIn) (madeMeeting, error) {
	if !m.plan.OpenHosting {
		return madeMeeting{}, account.Failure{Code: account.CodeSignedOut}
	}
	if !m.sources.Allow(c.Source, c.Now) || !m.open.AllowN(c.Now, 1) {
		return madeMeeting{}, Refusal{codeRateLimited, "too many meetings are made"}
	}
	link, host, err := m.plan.MakeOpen(c, in.Title)
	return madeMeeting{Link: link, Host: host.Reveal()}, err
}

// find finds accounts by ids or addresses. Whether there is one with an address is for those to know who may sign in.
func (m meetings) find(c *Call, names ...string) ([]id.AccountID, error) {
	if len(names) > plan.MaxHosts {
		return nil, meeting.Failure{Code: meeting.CodeLimitReached}
	}
	var found []id.AccountID
	for _, name := range names {
		if !strings.Contains(name, "@") {
			found = append(found, id.AccountID(name))
			continue
		}
		a, err := m.accounts.ByEmail(c, pii.Text(name))
		if err != nil {
			return nil, orOwner(err)
		}
		found = append(found, a.ID)
	}
	return found, nil
}

type meetingID struct {
	ID id.MeetingID `path:"id" doc:"Id of the meeting."`
}

type meetingList struct {
	Meetings []MeetingView `json:"meetings"`
}

func (m meetings) list(c *Call, _ Nothing) (meetingList, error) {
	stored, err := m.plan.List(c, actor(c))
	list := meetingList{Meetings: make([]MeetingView, len(stored))}
	for i, s := range stored {
		list.Meetings[i] = viewOf(c, s)
	}
	return list, err
}

func (m meetings) show(c *Call, in meetingID) (MeetingView, error) {
	return view(c)(m.plan.Meeting(c, actor(c), in.ID))
}

type changeMeetingIn struct {
	ID       id.MeetingID       `path:"id" doc:"Id of the meeting."`
	Title    *string            `json:"title,omitempty"`
	Kind     *rules.Kind        `json:"kind,omitempty"`
	Level    *rules.Level       `json:"level,omitempty"`
	Settings *rules.Settings    `json:"settings,omitempty" doc:"All of them."`
	Schedule *calendar.Schedule `json:"schedule,omitempty"`
	Hosts    *[]string          `json:"hosts,omitempty" doc:"Who conducts it beside the owner: ids or email addresses of accounts."`
}

func (m meetings) change(c *Call, in changeMeetingIn) (MeetingView, error) {
	change := plan.Change{Title: in.Title, Kind: in.Kind, Level: in.Level, Settings: in.Settings, Schedule: in.Schedule}
	if in.Hosts != nil {
		hosts, err := m.find(c, *in.Hosts...)
		if err != nil {
			return MeetingView{}, err
		}
		change.Hosts = &hosts
	}
	return view(c)(m.plan.Change(c, actor(c), in.ID, change))
}

func (m meetings) remove(c *Call, in meetingID) (Nothing, error) {
	return Nothing{}, m.plan.Delete(c, actor(c), in.ID)
}

func (m meetings) renewLink(c *Call, in meetingID) (MeetingView, error) {
	return view(c)(m.plan.RenewLink(c, actor(c), in.ID))
}

func (m meetings) renewCode(c *Call, in meetingID) (MeetingView, error) {
	return view(c)(m.plan.RenewCode(c, actor(c), in.ID))
}

type tryMeetingIn struct {
	ID    id.MeetingID `path:"id" doc:"Id of the meeting."`
	Title string       `json:"title,omitempty" doc:"What the trial is called. Default: as the meeting."`
}

type trial struct {
	Link id.LinkID `json:"link" doc:"The page of the trial is /m/{link}."`
}

func (m meetings) try(c *Call, in tryMeetingIn) (trial, error) {
	link, err := m.plan.Try(c, actor(c), in.ID, in.Title)
	return trial{link}, err
}

type giveMeetingIn struct {
	ID      id.MeetingID `path:"id" doc:"Id of the meeting."`
	Account string       `json:"account" doc:"Id or email address of the account that gets it."`
}

func (m meetings) give(c *Call, in giveMeetingIn) (Nothing, error) {
	to, err := m.find(c, in.Account)
	if err != nil {
		return Nothing{}, err
	}
	return Nothing{}, m.plan.Give(c, actor(c), in.ID, to[0])
}

type meetingNotice struct {
	ID    id.NoticeID `json:"id"`
	Event plan.Event  `json:"event" doc:"taken: it was given to another; given: you got it."`
	Title string      `json:"title" doc:"Of the meeting."`
	Other PersonView  `json:"other" doc:"Who has it now, or had it."`
	At    time.Time   `json:"at"`
}

type meetingNotices struct {
	Notices []meetingNotice `json:"notices"`
}

func (m meetings) notices(c *Call, _ Nothing) (meetingNotices, error) {
	stored, err := m.plan.Notices(c, actor(c))
	list := meetingNotices{Notices: []meetingNotice{}}
	for _, n := range stored {
		list.Notices = append(list.Notices, meetingNotice{n.ID, n.Event, n.Title.Reveal(), personOf(n.Other), n.At})
	}
	return list, err
}

type noticeID struct {
	ID id.NoticeID `path:"id" doc:"Id of the notice."`
}

func (m meetings) putAway(c *Call, in noticeID) (Nothing, error) {
	return Nothing{}, m.plan.PutAway(c, actor(c), in.ID)
}
