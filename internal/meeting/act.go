package meeting

import "konklave/internal/meeting/rules"

// act does what somebody asks for who has a place, or says why not.
func (s *State) act(c Act) {
	p := s.byConn[c.Conn]
	if p == nil {
		return
	}
	if code := s.perform(p, c); code != "" {
		s.refuse(c.Conn, code, refOf(c.Request))
	}
}

// refOf is how an error names the request.
func refOf(r Request) string {
	switch r := r.(type) {
	case ChatRequest:
		return r.ID
	case EditRequest:
		return r.ID
	case DeleteRequest:
		return r.ID
	case SendFileRequest:
		return r.ID
	case GetFileRequest:
		return r.ID
	}
	return r.requestType()
}

// perform does what a person asks for. Whoever waits may only give up its place, and tell hosts something.
func (s *State) perform(p *person, c Act) Code {
	switch r := c.Request.(type) {
	case LeaveRequest:
		s.leave(p, "")
		return ""
	case MessageHostsRequest:
		return s.askHosts(p, r)
	}
	lead, asked := p.lead(), deeds[c.Request.requestType()]
	needed, anybody := s.needed(lead, c.Request, asked.needs)
	switch {
	case p.waits != "":
		return CodeNotAllowed
	case !anybody && !s.may(lead, needed):
		return CodeNotAllowed
	case s.condition.Held && asked.letsIn:
		return CodeNotAllowed
	case !lead.acted.allow(s.now, actBurst):
		return CodeRateLimited
	}
	return asked.do(s, lead, c)
}

// needed is the action of the table that a request needs; or anybody may, who is in. Which one it is can depend on what the
// request says.
func (s *State) needed(p *person, request Request, otherwise rules.Action) (action rules.Action, anybody bool) {
	switch r := request.(type) {
	case DeleteRequest:
		return rules.DeleteChat, r.From == "" || r.From == p.identity
	case HandRequest:
		return rules.RaiseHand, !r.Up
	case ChatRequest:
		if r.To != "" {
			return rules.ChatPrivate, false
		}
	case RenameRequest:
		if r.ID == p.identity {
			return rules.RenameSelf, s.may(p, rules.Rename)
		}
	case AppointRequest:
		if r.Role == rules.Moderator {
			return rules.AppointHost, false
		}
	case AskRequest:
		return map[Device]rules.Action{Microphone: rules.Mute, Camera: rules.StopCamera, Screen: rules.StopShare}[r.Device], false
	}
	return otherwise, otherwise == ""
}

// deed is what a request needs, and what is done about it.
type deed struct {
	needs  rules.Action // of the table, unless State.needed knows better; "": nothing but to be in
	letsIn bool         // it would bring somebody in, or keep somebody in, who waits while everything is held
	do     func(s *State, p *person, c Act) Code
}

// deeds has what there is to do for each type of request of those who are in.
var deeds = deedsOf(
	on("", func(s *State, _ *person, _ TokenRequest, c Act) Code { return s.giveToken(c) }),
	on("", func(s *State, p *person, _ CompanionRequest, c Act) Code { return s.companionPassFor(p, c) }),
	on("", func(s *State, _ *person, _ HelpStartRequest, c Act) Code { return s.startHelp(s.byConn[c.Conn], c) }),
	on("", func(s *State, _ *person, _ HelpStopRequest, c Act) Code { s.endHelp(s.byConn[c.Conn]); return "" }),
	on("", with((*State).edit)),
	on("", func(s *State, p *person, r GetFileRequest, c Act) Code { return s.getFile(p, c.Conn, r) }),

	on(rules.Chat, with((*State).say)),
	on(rules.SendFile, func(s *State, p *person, r SendFileRequest, c Act) Code {
		return s.sendFile(p, c.Conn, r, FileKey(c.Random))
	}),
	on(rules.DeleteChat, with((*State).erase)),
	on(rules.RaiseHand, with((*State).raise)),
	on(rules.React, with((*State).react)),
	on(rules.Rename, with((*State).rename)),

	letIn(on(rules.Admit, with((*State).admit))),
	letIn(on(rules.CallIn, with((*State).callIn))),
	letIn(on(rules.Appoint, with((*State).appoint))),
	on(rules.Admit, with((*State).sendBack)),
	on(rules.Refuse, with((*State).sendAway)),
	on(rules.MessageWaiting, with((*State).tellWaiting)),

	on(rules.Mute, with(func(s *State, p *person, r MuteRequest) Code { return s.stop(p, r.IDs, r.All, Microphone) })),
	on(rules.StopCamera, with(func(s *State, p *person, r StopCameraRequest) Code { return s.stop(p, r.IDs, r.All, Camera) })),
	on(rules.StopShare, with(func(s *State, p *person, r StopShareRequest) Code { return s.stop(p, r.IDs, r.All, Screen) })),
	on(rules.Mute, with((*State).ask)),
	on(rules.LowerHand, with((*State).lower)),
	on(rules.GiveFloor, with((*State).giveFloor)),
	on(rules.Remove, with((*State).putOut)),
	on(rules.Lock, with((*State).lock)),
	on(rules.Hold, with((*State).hold)),
	on(rules.HandOver, with((*State).handOver)),
	on(rules.ChangeSettings, with((*State).changeSettings)),
	on(rules.End, with(func(s *State, _ *person, _ EndRequest) Code { s.end(CodeEnded); return "" })),
)

// named is a deed with the type of its request.
type named struct {
	of string
	deed
}

// on is what is done for a type of request.
func on[R Request](needs rules.Action, do func(*State, *person, R, Act) Code) named {
	var r R
	return named{r.requestType(), deed{needs: needs, do: func(s *State, p *person, c Act) Code { return do(s, p, c.Request.(R), c) }}}
}

// with leaves out what few need to know: by which connection it was asked, and what is random.
func with[R Request](do func(*State, *person, R) Code) func(*State, *person, R, Act) Code {
	return func(s *State, p *person, r R, _ Act) Code { return do(s, p, r) }
}

func letIn(n named) named {
	n.letsIn = true
	return n
}

func deedsOf(all ...named) map[string]deed {
	byType := make(map[string]deed, len(all))
	for _, n := range all {
		byType[n.of] = n.deed
	}
	return byType
}

// giveToken has a fresh media token sent to the device that asks.
func (s *State) giveToken(c Act) Code {
	s.do(GiveToken{Conn: c.Conn, Identity: s.byConn[c.Conn].identity})
	return ""
}
