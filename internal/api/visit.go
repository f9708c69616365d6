package api

import (
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/rules"
)

// visits are the routes for those who come.
func (m meetings) visits(route func(method, path, name, help string, codes ...meeting.Code) Route) []Route {
	look := route("GET", "/api/links/{link}", "lookThroughLink",
		"What may be known of a meeting before admission, as its level permits.", meeting.CodeMeetingUnknown)
	kinds := route("GET", "/api/kinds", "listKinds",
		"Kinds of meetings with their protection levels: what each sets, and what each setting may be. Order, level and settings are those that fit what the operator said that the server is for.")
	look.Who, kinds.Who = Anyone(), Anyone()
	return []Route{Do(look, m.look), Do(kinds, m.kinds)}
}

type linkIn struct {
	Link id.LinkID `path:"link" doc:"From the address /m/{link}."`
}

// VisitView is what may be known of a meeting before admission.
type VisitView struct {
	Title   string         `json:"title,omitempty" doc:"Absent where the level does not permit it: say the kind."`
	Host    string         `json:"host,omitempty" doc:"Who invites; absent where nobody has an account."`
	Kind    rules.Kind     `json:"kind"`
	Level   rules.Level    `json:"level"`
	Running bool           `json:"running" doc:"Somebody is in."`
	People  *int           `json:"people,omitempty" doc:"How many are in; absent where the level does not permit it."`
	Code    bool           `json:"code" doc:"You will be asked for an access code."`
	Waits   bool           `json:"waits" doc:"You will wait until let in."`
	Name    string         `json:"name,omitempty" doc:"What you will be called; absent: as you like."`
	Role    rules.Role     `json:"role,omitempty" doc:"As what you would come."`
	Refusal meeting.Code   `json:"refusal,omitempty" doc:"Why you would not come in now."`
	Opens   time.Time      `json:"opens,omitzero" doc:"When you would, with not_yet."`
	Start   time.Time      `json:"start,omitzero" doc:"Of your appointment, or of the date that is on or next."`
	End     time.Time      `json:"end,omitzero"`
	Address rules.Address  `json:"address" doc:"How people are spoken to in German."`
	Notices []rules.Notice `json:"notices" doc:"What has to be said of such a meeting."`
	Trial   bool           `json:"trial,omitempty" doc:"You try the meeting out: nobody else comes in."`
}

func (m meetings) look(c *Call, in linkIn) (VisitView, error) {
	g, err := m.plan.Look(c, in.Link, c.Token, c.Source)
	if err != nil {
		return VisitView{}, err
	}
	presence, err := m.conduct.Presence(c, g.ID)
	if err != nil {
		return VisitView{}, err
	}
	v := VisitView{
		Title: g.Title.Reveal(), Host: g.Host.Reveal(), Kind: g.Kind, Level: g.Level, Running: presence.People > 0,
		Code: g.Code, Waits: g.Waits, Name: g.Name.Reveal(), Role: g.Role, Refusal: g.Refusal, Opens: g.Opens, Start: g.Start, End: g.End,
		Address: g.Address, Notices: append([]rules.Notice{}, rules.Notices(g.Kind, g.Level)...), Trial: g.Trial,
	}
	if g.Number {
		v.People = &presence.People
	}
	return v, nil
}

// KindView is a kind of meetings.
type KindView struct {
	Kind   rules.Kind    `json:"kind"`
	Level  rules.Level   `json:"level" doc:"The one it has if nobody chooses."`
	Levels []LevelOfKind `json:"levels"`
}

// LevelOfKind is what a kind sets at a level.
type LevelOfKind struct {
	Level     rules.Level    `json:"level"`
	Available bool           `json:"available" doc:"It can be chosen now: the higher levels need end-to-end encryption, which is not there yet."`
	Settings  rules.Settings `json:"settings"`
	Limits    []rules.Limit  `json:"limits" doc:"What each setting may be."`
	Notices   []rules.Notice `json:"notices" doc:"What has to be said of such a meeting."`
}

type kindList struct {
	Kinds []KindView `json:"kinds"`
}

func (m meetings) kinds(c *Call, _ Nothing) (kindList, error) {
	use, err := m.plan.Use(c)
	if err != nil {
		return kindList{}, err
	}
	var list kindList
	for _, k := range use.Kinds() {
		v := KindView{Kind: k, Level: use.Level(k)}
		for _, l := range rules.LevelsOf(k) {
			v.Levels = append(v.Levels, LevelOfKind{
				Level: l, Available: l.Available(), Settings: use.Preset(k, l), Limits: rules.Limits(k, l),
				Notices: append([]rules.Notice{}, use.Notices(k, l)...),
			})
		}
		list.Kinds = append(list.Kinds, v)
	}
	return list, nil
}
