package api

import (
	"net/http"
	"strings"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/plan"
)

// invitations are the routes by which hosts bring people to a meeting.
func (m meetings) invitations(route func(method, path, name, help string, codes ...meeting.Code) Route) []Route {
	const base = "/api/meetings/{id}"
	unknown, no, personal := meeting.CodeMeetingUnknown, meeting.CodeNotAllowed, meeting.CodePersonalUnknown
	invite := route("POST", base+"/people", "invitePeople",
		"Makes a link for each person of a list. Its name is fixed; in a class it is shortened to first name and initial before it is stored.",
		unknown, no, meeting.CodeNameInvalid, meeting.CodeLimitReached)
	invite.Status = http.StatusCreated
	appoint := route("POST", base+"/appointments", "makeAppointments",
		"Makes a link for each of some appointments that follow each other. Time and number are all that is stored of them; 30 minutes after its end each is deleted.",
		unknown, no, meeting.CodeScheduleInvalid, meeting.CodeLimitReached)
	appoint.Status = http.StatusCreated
	return []Route{
		Do(route("GET", base+"/people", "listPeople", "The personal links and appointments.", unknown), m.people),
		Do(invite, m.invite),
		Do(appoint, m.appoint),
		Do(route("POST", base+"/people/{person}/link", "renewPersonalLink", "Gives one another link: the one before leads nowhere.", unknown, no, personal), m.renewPersonal),
		Do(route("DELETE", base+"/people/{person}", "revokePersonalLink", "Takes a personal link back.", unknown, no, personal), m.revoke),
		Do(route("GET", base+"/invitation", "showInvitation", "Text of an invitation. It holds no access code: that goes another way.", unknown, personal), m.invitation),
		Do(route("GET", base+"/calendar", "downloadCalendar", "The meeting as a calendar file (RFC 5545). What is always open has none.",
			unknown, personal, meeting.CodeScheduleInvalid), m.calendarFile),
		Do(route("GET", base+"/qr", "showQR", "The link as a QR code, SVG.", unknown, personal), m.qr),
	}
}

// PersonalView is a personal link, or an appointment.
type PersonalView struct {
	ID      id.PersonalID `json:"id"`
	Link    id.LinkID     `json:"link"`
	Address string        `json:"address" doc:"The page to which the link leads."`
	Name    string        `json:"name,omitempty" doc:"Of the person; an appointment has none."`
	Start   time.Time     `json:"start,omitzero" doc:"Of an appointment."`
	End     time.Time     `json:"end,omitzero" doc:"Of an appointment."`
}

type peopleList struct {
	People []PersonalView `json:"people"`
}

// peopleOf answers with personal links, or why there are none.
func peopleOf(c *Call) func([]plan.Personal, error) (peopleList, error) {
	return func(stored []plan.Personal, err error) (peopleList, error) {
		list := peopleList{People: []PersonalView{}}
		for _, p := range stored {
			list.People = append(list.People, PersonalView{p.ID, p.Link, c.Site + "/m/" + string(p.Link), p.Name.Reveal(), p.Start, p.End})
		}
		return list, err
	}
}

func (m meetings) people(c *Call, in meetingID) (peopleList, error) {
	return peopleOf(c)(m.plan.Personal(c, actor(c), in.ID))
}

type invitePeopleIn struct {
	ID    id.MeetingID `path:"id" doc:"Id of the meeting."`
	Names []string     `json:"names,omitempty" doc:"Of the people."`
	List  string       `json:"list,omitempty" doc:"The same as a text, such as a list that was pasted: a name a line."`
}

func (m meetings) invite(c *Call, in invitePeopleIn) (peopleList, error) {
	names := in.Names
	for line := range strings.Lines(in.List) {
		if name := strings.Join(strings.Fields(line), " "); name != "" {
			names = append(names, name)
		}
	}
	return peopleOf(c)(m.plan.Invite(c, actor(c), in.ID, names))
}

type appointIn struct {
	ID      id.MeetingID   `path:"id" doc:"Id of the meeting."`
	Date    calendar.Date  `json:"date" doc:"Day of the first, as 2026-11-30."`
	Time    calendar.Clock `json:"time" doc:"When the first begins, as 10:05."`
	Minutes int            `json:"minutes" doc:"How long one is, 5 to 480."`
	Pause   int            `json:"pause,omitempty" doc:"Minutes between two."`
	Count   int            `json:"count" doc:"How many, 100 at most."`
	Zone    string         `json:"zone,omitempty" doc:"Time zone, such as Europe/Berlin. Default: that of the meeting."`
}

func (m meetings) appoint(c *Call, in appointIn) (peopleList, error) {
	a := plan.Appointments{Date: in.Date, Time: in.Time, Minutes: in.Minutes, Pause: in.Pause, Count: in.Count, Zone: in.Zone}
	return peopleOf(c)(m.plan.Appoint(c, actor(c), in.ID, a))
}

type personalID struct {
	ID     id.MeetingID  `path:"id" doc:"Id of the meeting."`
	Person id.PersonalID `path:"person" doc:"Id of the personal link."`
}

func (m meetings) renewPersonal(c *Call, in personalID) (Nothing, error) {
	return Nothing{}, m.plan.RenewPersonal(c, actor(c), in.ID, in.Person)
}

func (m meetings) revoke(c *Call, in personalID) (Nothing, error) {
	return Nothing{}, m.plan.Revoke(c, actor(c), in.ID, in.Person)
}

type papersIn struct {
	ID       id.MeetingID  `path:"id" doc:"Id of the meeting."`
	Person   id.PersonalID `query:"person" doc:"Id of a personal link; without one it is the link of all."`
	Language string        `query:"language" doc:"de or en. Default: de."`
}

func (in papersIn) language() calendar.Language {
	if in.Language == string(calendar.English) {
		return calendar.English
	}
	return calendar.German
}

type invitation struct {
	Text    string `json:"text" doc:"Plain text of some lines."`
	Address string `json:"address" doc:"The link in it."`
}

func (m meetings) invitation(c *Call, in papersIn) (invitation, error) {
	papers, err := m.plan.Papers(c, actor(c), in.ID, in.Person, c.Site)
	if err != nil {
		return invitation{}, err
	}
	return invitation{Text: papers.Text(in.language()), Address: papers.Link().Reveal()}, nil
}

func (m meetings) calendarFile(c *Call, in papersIn) (File, error) {
	papers, err := m.plan.Papers(c, actor(c), in.ID, in.Person, c.Site)
	if err != nil {
		return File{}, err
	}
	text, err := papers.File(in.language())
	return File{Type: "text/calendar; charset=utf-8", Name: "konklave.ics", Content: text}, err
}

func (m meetings) qr(c *Call, in papersIn) (File, error) {
	papers, err := m.plan.Papers(c, actor(c), in.ID, in.Person, c.Site)
	if err != nil {
		return File{}, err
	}
	picture, err := svgOf(papers.Link().Reveal())
	return File{Type: "image/svg+xml", Content: picture}, err
}
