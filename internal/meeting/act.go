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
	lead := p.lead()
	needed, anybody := s.needed(lead, c.Request)
	switch {
	case p.waits != "":
		return CodeNotAllowed
	case !anybody && !s.may(lead, needed):
		return CodeNotAllowed
	case s.condition.Held && touchesHold(c.Request):
		return CodeNotAllowed
	case !lead.acted.allow(s.now, actBurst):
		return CodeRateLimited
	}
	switch r := c.Request.(type) {
	case TokenRequest:
		s.do(GiveToken{Conn: c.Conn, Identity: p.identity})
	case CompanionRequest:
		s.companionPassFor(p, c.Random, c.Conn)
	case ChatRequest:
		return s.say(lead, r)
	case EditRequest:
		return s.edit(lead, r)
	case DeleteRequest:
		return s.erase(lead, r)
	case SendFileRequest:
		return s.sendFile(lead, c.Conn, r, FileKey(c.Random))
	case GetFileRequest:
		return s.getFile(lead, c.Conn, r)
	case HandRequest:
		s.raise(lead, r)
	case ReactRequest:
		s.react(lead, r)
	case RenameRequest:
		return s.rename(lead, r)
	default:
		return s.conduct(lead, c.Request)
	}
	return ""
}

// touchesHold tells whether a request would bring somebody in, or leave somebody in, who waits while everything is held.
func touchesHold(r Request) bool {
	switch r.(type) {
	case AdmitRequest, CallInRequest, AppointRequest:
		return true
	}
	return false
}

// conduct does what hosts ask for.
func (s *State) conduct(p *person, request Request) Code {
	switch r := request.(type) {
	case AdmitRequest:
		return s.admit(p, r)
	case RefuseRequest:
		return s.sendAway(p, r)
	case NoticeRequest:
		return s.tellWaiting(r)
	case CallInRequest:
		return s.callIn(p, r)
	case ToLobbyRequest:
		return s.sendBack(p, r)
	case MuteRequest:
		return s.stop(p, r.IDs, r.All, Microphone)
	case StopCameraRequest:
		return s.stop(p, r.IDs, r.All, Camera)
	case StopShareRequest:
		return s.stop(p, r.IDs, r.All, Screen)
	case AskRequest:
		return s.ask(p, r)
	case RemoveRequest:
		return s.putOut(p, r)
	case LockRequest:
		return s.lock(p, r)
	case HoldRequest:
		return s.hold(p, r)
	case EndRequest:
		s.end(CodeEnded)
	case HandOverRequest:
		return s.handOver(p, r)
	case AppointRequest:
		return s.appoint(p, r)
	case LowerHandRequest:
		return s.lower(p, r)
	case GiveFloorRequest:
		return s.giveFloor(p, r)
	case ChangeSettingsRequest:
		return s.changeSettings(p, r)
	}
	return ""
}

// needed is the action of the table that a request needs; or anybody may, who is in.
func (s *State) needed(p *person, request Request) (action rules.Action, anybody bool) {
	switch r := request.(type) {
	case TokenRequest, CompanionRequest, EditRequest, GetFileRequest:
		return "", true
	case DeleteRequest:
		return rules.DeleteChat, r.From == "" || r.From == p.identity
	case HandRequest:
		return rules.RaiseHand, !r.Up
	case ChatRequest:
		if r.To != "" {
			return rules.ChatPrivate, false
		}
		return rules.Chat, false
	case RenameRequest:
		if r.ID == p.identity {
			return rules.RenameSelf, s.may(p, rules.Rename)
		}
		return rules.Rename, false
	case AppointRequest:
		if r.Role == rules.Moderator {
			return rules.AppointHost, false
		}
		return rules.Appoint, false
	case AskRequest:
		return map[Device]rules.Action{Microphone: rules.Mute, Camera: rules.StopCamera, Screen: rules.StopShare}[r.Device], false
	}
	return needs[request.requestType()], false
}

// needs has the requests that need one action of the table, whatever they say.
var needs = map[string]rules.Action{
	AdmitRequest{}.requestType():          rules.Admit,
	RefuseRequest{}.requestType():         rules.Refuse,
	NoticeRequest{}.requestType():         rules.MessageWaiting,
	CallInRequest{}.requestType():         rules.CallIn,
	ToLobbyRequest{}.requestType():        rules.Admit,
	MuteRequest{}.requestType():           rules.Mute,
	StopCameraRequest{}.requestType():     rules.StopCamera,
	StopShareRequest{}.requestType():      rules.StopShare,
	RemoveRequest{}.requestType():         rules.Remove,
	LockRequest{}.requestType():           rules.Lock,
	HoldRequest{}.requestType():           rules.Hold,
	EndRequest{}.requestType():            rules.End,
	HandOverRequest{}.requestType():       rules.HandOver,
	LowerHandRequest{}.requestType():      rules.LowerHand,
	GiveFloorRequest{}.requestType():      rules.GiveFloor,
	ReactRequest{}.requestType():          rules.React,
	SendFileRequest{}.requestType():       rules.SendFile,
	ChangeSettingsRequest{}.requestType(): rules.ChangeSettings,
}
