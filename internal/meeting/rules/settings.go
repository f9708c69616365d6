package rules

// Settings are those of one meeting. Preset gives them for a kind and a level; each may be changed within what Limits
// permits. Times are in minutes.
type Settings struct {
	Lobby       Lobby   `json:"lobby"`       // who waits until let in; hosts never do
	Code        bool    `json:"code"`        // an access code is asked for beside the link; hosts and personal links need none
	Guests      Guests  `json:"guests"`      // who comes without an account
	Names       Names   `json:"names"`       // who is called what
	Before      Before  `json:"before"`      // what is seen before admission
	Start       Start   `json:"start"`       // who starts a meeting; the others wait until it has started
	OpensBefore int     `json:"opensBefore"` // minutes before a date from which on others than hosts may come; 0: always
	Lock        Locking `json:"lock"`        // whether it is locked after the start

	HostGone      HostGone `json:"hostGone"`      // what happens when the last host has left
	HostGoneAfter int      `json:"hostGoneAfter"` // minutes until then

	Speak     Floor   `json:"speak"`     // microphones of participants
	Camera    Floor   `json:"camera"`    // cameras of participants
	Share     Sharing `json:"share"`     // screens
	Hands     Hands   `json:"hands"`     // raised hands
	Reactions bool    `json:"reactions"` // reactions are shown

	Chat      Reach `json:"chat"`      // to whom participants write for all to read
	ChatLinks bool  `json:"chatLinks"` // addresses in the chat can be clicked
	Direct    Reach `json:"direct"`    // to whom participants write alone
	Files     Reach `json:"files"`     // to whom participants send files; files are kept until the end
	FileSize  int   `json:"fileSize"`  // MB that a file may have

	People   Sight    `json:"people"`   // whom participants see of those who are in
	Cameras  Sight    `json:"cameras"`  // whose cameras participants see
	Number   bool     `json:"number"`   // the number of people is shown in the meeting
	Rename   bool     `json:"rename"`   // participants may rename themselves
	Arrivals Arrivals `json:"arrivals"` // how hosts notice who waits

	Recording  bool `json:"recording"`  // not there yet
	Stream     bool `json:"stream"`     // not there yet
	Phone      bool `json:"phone"`      // not there yet
	Transcript bool `json:"transcript"` // not there yet

	Address         Address `json:"address"`         // how people are spoken to in German
	NeutralCalendar bool    `json:"neutralCalendar"` // the title is not in calendar entries and invitations
	KeepDays        int     `json:"keepDays"`        // days after the last date until the entry is erased; 0: the same day
}

// Lobby says who waits until let in.
type Lobby string

// Who waits.
const (
	LobbyOff    Lobby = "off"    // nobody
	LobbyGuests Lobby = "guests" // who has no account
	LobbyAll    Lobby = "all"    // everybody but hosts
	LobbyEach   Lobby = "each"   // everybody but hosts, let in one by one
)

// Guests says who comes without an account.
type Guests string

// Who comes without an account.
const (
	GuestsAll     Guests = "all"     // who has the link
	GuestsView    Guests = "view"    // who has the link, and only watches; who has a personal link takes part
	GuestsInvited Guests = "invited" // who has a personal link
	GuestsNone    Guests = "none"    // nobody
)

// Names says who is called what. Names of accounts and personal links are fixed unless it is free.
type Names string

// Who is called what.
const (
	NamesFree     Names = "free"     // everybody as they like
	NamesAccounts Names = "accounts" // guests as they like, with the badge "Gast"
	NamesShort    Names = "short"    // first name and initial; equal ones are numbered
	NamesList     Names = "list"     // from the list of members; guests only watch
	NamesRequired Names = "required" // first and last name, which hosts may correct
	NamesReal     Names = "real"     // first and last name, seen by hosts only until admitted
)

// Before says what is seen before admission.
type Before string

// What is seen before admission.
const (
	BeforeNumber Before = "number" // title, host and how many are in
	BeforeTitle  Before = "title"  // title and host
	BeforeHost   Before = "host"   // the host; the title is replaced by that of the kind
)

// Start says who starts a meeting.
type Start string

// Who starts.
const (
	StartHosts    Start = "hosts"
	StartAccounts Start = "accounts" // who has an account
	StartAll      Start = "all"
)

// Locking says whether a meeting is locked after the start.
type Locking string

// When it is locked.
const (
	LockOff      Locking = "off"
	LockOffered  Locking = "offered"  // 10 minutes after the start hosts are asked whether to lock it
	LockComplete Locking = "complete" // by itself, when all are in who have a personal link; a consultation has one in at a time instead
)

// HostGone says what happens some time after the last host has left.
type HostGone string

// What happens then.
const (
	HostGoneOn    HostGone = "goes_on"
	HostGoneEnds  HostGone = "ends"
	HostGoneLobby HostGone = "lobby" // everybody waits again
)

// Floor says whether participants may speak or be seen.
type Floor string

// Who has the floor.
const (
	FloorAll    Floor = "all"
	FloorCalled Floor = "called" // who was called up
)

// Sharing says who shows a screen.
type Sharing string

// Who shows a screen.
const (
	ShareHosts      Sharing = "hosts"
	SharePresenters Sharing = "presenters" // hosts and presenters
	ShareRequest    Sharing = "request"    // hosts and presenters; others ask first
	ShareAll        Sharing = "all"
)

// Hands says whether hands are raised.
type Hands string

// How hands are raised.
const (
	HandsOff   Hands = "off"
	HandsOn    Hands = "on"
	HandsQueue Hands = "queue" // who is called up next is in order; nobody speaks without being called up
)

// Reach says to whom participants write or send.
type Reach string

// To whom. Hosts reach everybody unless it is off.
const (
	ReachOff   Reach = "off"
	ReachHosts Reach = "hosts"
	ReachAll   Reach = "all"
)

// Sight says whom participants see. Hosts see everybody; they and presenters are seen by everybody.
type Sight string

// Whom.
const (
	SightHosts Sight = "hosts" // hosts, presenters and who has the floor
	SightAll   Sight = "all"
)

// Arrivals says how hosts notice who waits.
type Arrivals string

// How.
const (
	ArrivalsSound  Arrivals = "sound"
	ArrivalsSilent Arrivals = "silent" // a sign that only hosts see
)

// Address says how people are spoken to in German.
type Address string

// How.
const (
	Sie Address = "sie"
	Du  Address = "du"
)
