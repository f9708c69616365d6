package rules

// Preset gives the settings that a kind has at a level. For a kind or level that does not exist it gives none, which
// Faults refuses.
func Preset(k Kind, l Level) Settings {
	s, ok := ofLevel(l)
	if !ok || !k.Valid() {
		return Settings{}
	}
	switch k {
	case Class:
		s.class()
	case Consultation:
		s.consultation()
	case Talk:
		s.talk(l)
	case Council:
		s.council()
	}
	return s
}

// ofLevel gives the settings of a discussion, which no kind has changed.
func ofLevel(l Level) (Settings, bool) {
	s := Settings{
		Guests: GuestsAll, Names: NamesFree, Before: BeforeNumber, Start: StartHosts, Lock: LockOff,
		HostGone: HostGoneEnds, HostGoneAfter: 5,
		Speak: FloorAll, Camera: FloorAll, Share: SharePresenters, Hands: HandsOn, Reactions: true,
		Chat: ReachAll, Direct: ReachOff, Files: ReachOff, FileSize: 20,
		People: SightAll, Cameras: SightAll, Number: true, Rename: true, Arrivals: ArrivalsSound,
		Address: Sie, KeepDays: 30, Lobby: LobbyOff,
	}
	switch l {
	case Open:
	case Internal:
		s.Lobby, s.Names, s.Before, s.Start = LobbyGuests, NamesAccounts, BeforeTitle, StartAccounts
		s.HostGoneAfter, s.Share = 30, ShareAll
		s.Direct, s.Files, s.ChatLinks = ReachAll, ReachAll, true
	case Confidential:
		s.Lobby, s.Code, s.Guests, s.Names, s.Before = LobbyAll, true, GuestsInvited, NamesRequired, BeforeHost
		s.HostGoneAfter, s.Lock, s.Share = 2, LockOffered, ShareRequest
		s.Direct, s.Files, s.ChatLinks = ReachAll, ReachAll, true
		s.KeepDays = 7
	case Secret:
		s.Lobby, s.Code, s.Guests, s.Names, s.Before = LobbyEach, true, GuestsInvited, NamesReal, BeforeHost
		s.HostGone, s.HostGoneAfter, s.Lock, s.Share = HostGoneLobby, 1, LockComplete, ShareRequest
		s.ChatLinks, s.NeutralCalendar, s.KeepDays = true, true, 0
	default:
		return Settings{}, false
	}
	return s, true
}

// class: the teacher starts and ends, sees everybody and is the one to write to; nobody watches children.
func (s *Settings) class() {
	s.Start, s.OpensBefore, s.HostGone, s.HostGoneAfter = StartHosts, 15, HostGoneEnds, min(s.HostGoneAfter, 5)
	if s.Lobby != LobbyEach {
		s.Lobby = LobbyAll
	}
	s.Cameras, s.Share = SightHosts, ShareRequest
	s.Names, s.Rename = NamesShort, false
	s.Direct, s.Files = ReachHosts, ReachHosts
	s.Address = Du
}

// consultation: people come by a link of their own appointment, wait alone and are called in one after another.
func (s *Settings) consultation() {
	s.Lobby, s.Guests, s.Before, s.NeutralCalendar = LobbyEach, GuestsInvited, BeforeHost, true
	s.Start, s.OpensBefore, s.Lock = StartHosts, 15, LockComplete
	s.Hands, s.Reactions, s.Number, s.Arrivals = HandsOff, false, false, ArrivalsSilent
	s.Direct = ReachOff
	s.KeepDays = 0
}

// talk: the audience neither speaks nor sees each other, and asks by the chat.
func (s *Settings) talk(l Level) {
	if l == Open {
		s.Lobby = LobbyOff
	}
	s.Speak, s.Camera, s.Share = FloorCalled, FloorCalled, SharePresenters
	s.People, s.Cameras = SightHosts, SightHosts
	s.Chat, s.Direct, s.Files = ReachHosts, ReachOff, ReachOff
}

// council: members speak when it is their turn, guests watch.
func (s *Settings) council() {
	s.Names, s.Rename, s.Hands, s.Direct = NamesList, false, HandsQueue, ReachOff
	if s.Guests == GuestsAll {
		s.Guests = GuestsView
	}
}

// ArrivesAs is the role of somebody who comes to a meeting and is neither owner nor moderator. Known is who comes by an
// account or a personal link. It is empty when such a person does not come in at all.
func ArrivesAs(s Settings, account, known bool) Role {
	switch {
	case account || known:
		return Participant
	case s.Guests == GuestsAll:
		return Participant
	case s.Guests == GuestsView:
		return Viewer
	}
	return ""
}

// Waits tells whether somebody who is no host waits in the lobby until let in.
func (s Settings) Waits(account bool) bool {
	switch s.Lobby {
	case LobbyOff:
		return false
	case LobbyGuests:
		return !account
	}
	return true
}

// Notice is a sentence that is said wherever a meeting is made or joined.
type Notice struct {
	German  string `json:"de"`
	English string `json:"en"`
}

// Notices lists what must be said of meetings of this kind at this level.
func Notices(k Kind, l Level) []Notice {
	if k == Consultation && (l == Open || l == Internal) {
		return []Notice{{
			German:  "Nicht für Gespräche unter Schweigepflicht",
			English: "Not for conversations under professional secrecy",
		}}
	}
	return nil
}
