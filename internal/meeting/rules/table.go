package rules

import "strings"

// row is one action: who may, in each kind of meeting.
type row struct {
	action                                         Action
	discussion, class, consultation, talk, council string
	when                                           func(Settings, Role) bool // for the small letters; nil where there are none
	condition                                      string                    // what it asks, for the reader
}

// table says who may do what. O is the owner, M a moderator, P a presenter, T a participant, V a viewer. A capital letter
// may always, a small one if the settings of the meeting permit it, who is not named never. Being called up makes a
// participant a presenter for speaking and camera (MayWithFloor).
var table = []row{
	//                discussion  class    consult. talk     council
	{Admit, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{Refuse, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{MessageWaiting, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{MessageHosts, "PTV", "PTV", "PTV", "PTV", "PTV", nil, ""},
	{SeeWaiting, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{CallIn, "", "", "OM", "", "", nil, ""},
	{Mute, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{StopCamera, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{StopShare, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{Remove, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{Lock, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{Hold, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{End, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{HandOver, "O", "O", "O", "O", "O", nil, ""},
	{AppointHost, "O", "O", "O", "O", "O", nil, ""},
	{Appoint, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{GiveFloor, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{LowerHand, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{DeleteChat, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{Rename, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{ChangeSettings, "OM", "OM", "OM", "OM", "OM", nil, ""},
	{SeePeople, "OMPtv", "OMPtv", "OMPtv", "OMPtv", "OMPtv", Settings.showsPeople, "people is all"},
	{Speak, "OMPt", "OMPt", "OMPt", "OMPt", "OMPt", Settings.speakUnasked, "speak is all and hands is not queue"},
	{Camera, "OMPt", "OMPt", "OMPt", "OMPt", "OMPt", Settings.seenUnasked, "camera is all"},
	{Share, "OMpt", "OMpt", "OMpt", "OMpt", "OMpt", Settings.shows, "presenters: share is not hosts; participants: share is all"},
	{Chat, "omptv", "omptv", "omptv", "omptv", "ompt", Settings.chats, "chat is not off"},
	{ChatPrivate, "omptv", "omptv", "ompt", "omptv", "ompt", Settings.whispers, "direct is not off"},
	{SendFile, "ompt", "ompt", "ompt", "ompt", "ompt", Settings.sends, "files is not off"},
	{RaiseHand, "omptv", "omptv", "omptv", "omptv", "ompt", Settings.raises, "hands is not off"},
	{React, "omptv", "omptv", "", "omptv", "ompt", Settings.reacts, "reactions is on"},
	{RenameSelf, "OMPtv", "OMPtv", "OMPtv", "OMPtv", "", Settings.renames, "rename is on"},
}

// letters are those of the roles in the table.
var letters = map[Role]string{Owner: "O", Moderator: "M", Presenter: "P", Participant: "T", Viewer: "V"}

// May tells whether somebody may do something. Everything that is not in the table is forbidden.
func May(r Role, a Action, k Kind, s Settings) bool {
	letter, known := letters[r]
	if !known {
		return false
	}
	for i := range table {
		row := &table[i] // not a copy: this is asked for everybody in a large meeting
		if row.action != a {
			continue
		}
		cell := row.cell(k)
		return strings.Contains(cell, letter) || strings.Contains(cell, strings.ToLower(letter)) && row.when(s, r)
	}
	return false
}

// MayWithFloor is May for somebody who was called up: a participant or viewer speaks and is seen like a presenter.
func MayWithFloor(r Role, a Action, k Kind, s Settings) bool {
	if (a == Speak || a == Camera) && (r == Participant || r == Viewer) {
		r = Presenter
	}
	return May(r, a, k, s)
}

func (r *row) cell(k Kind) string {
	switch k {
	case Discussion:
		return r.discussion
	case Class:
		return r.class
	case Consultation:
		return r.consultation
	case Talk:
		return r.talk
	case Council:
		return r.council
	}
	return ""
}

// Row is a line of the table for readers: a cell for each of Kinds, in the letters of table.go.
type Row struct {
	Action    Action
	Cells     []string
	Condition string // of the small letters
}

// Table gives the table for readers.
func Table() []Row {
	rows := make([]Row, len(table))
	for i, r := range table {
		rows[i] = Row{Action: r.action, Condition: r.condition}
		for _, k := range Kinds() {
			rows[i].Cells = append(rows[i].Cells, r.cell(k))
		}
	}
	return rows
}

// What the small letters ask.

func (s Settings) showsPeople(Role) bool  { return s.People == SightAll }
func (s Settings) speakUnasked(Role) bool { return s.Speak == FloorAll && s.Hands != HandsQueue }
func (s Settings) seenUnasked(Role) bool  { return s.Camera == FloorAll }
func (s Settings) chats(Role) bool        { return s.Chat == ReachHosts || s.Chat == ReachAll }
func (s Settings) whispers(Role) bool     { return s.Direct == ReachHosts || s.Direct == ReachAll }
func (s Settings) sends(Role) bool        { return s.Files == ReachHosts || s.Files == ReachAll }
func (s Settings) raises(Role) bool       { return s.Hands == HandsOn || s.Hands == HandsQueue }
func (s Settings) reacts(Role) bool       { return s.Reactions }
func (s Settings) renames(Role) bool      { return s.Rename }

func (s Settings) shows(r Role) bool {
	if r == Presenter {
		return s.Share == SharePresenters || s.Share == ShareRequest || s.Share == ShareAll
	}
	return s.Share == ShareAll
}

// leads tells whom everybody sees and whom everybody may write to.
func (r Role) leads() bool { return r.Hosts() || r == Presenter }

// Sees tells whether somebody is told that another is in.
func Sees(who, whom Role, whomHasFloor bool, s Settings) bool {
	return who.leads() || whom.leads() || whomHasFloor || s.People == SightAll
}

// SeesCamera tells whether somebody gets another's camera; screens get to all who see who shows. Who was called up is seen
// by all only where nobody's camera could be on before: a pupil whose camera was on for the teacher is not shown to the
// class by being asked something. Where becoming a presenter shows a camera to more people, it has to be switched off first.
func SeesCamera(who, whom Role, whomHasFloor bool, s Settings) bool {
	shown := whom.leads() || whomHasFloor && s.Camera == FloorCalled || s.Cameras == SightAll
	return Sees(who, whom, whomHasFloor, s) && (who.Hosts() || shown)
}

// Reaches tells whether what somebody writes or sends gets to another: by Chat to all, by ChatPrivate to one, by SendFile.
// Whether the sender may do it at all is told by May. Questions to the hosts get to those who speak, too.
func Reaches(from, to Role, a Action, s Settings) bool {
	switch a {
	case Chat:
		return s.Chat == ReachAll || s.Chat == ReachHosts && (from.leads() || to.leads())
	case ChatPrivate:
		return s.Direct.between(from, to)
	case SendFile:
		return s.Files.between(from, to)
	}
	return false
}

func (reach Reach) between(from, to Role) bool {
	return reach == ReachAll || reach == ReachHosts && (from.Hosts() || to.Hosts())
}
