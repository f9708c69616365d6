package rules

// Action is something that somebody may do in a meeting, or not: see May.
type Action string

// The actions. Those on others need that the other is not the owner; conduct looks after that.
const (
	Admit          Action = "admit"           // let in who waits
	Refuse         Action = "refuse"          // not let in who waits
	MessageWaiting Action = "message_waiting" // write to those who wait
	MessageHosts   Action = "message_hosts"   // write to the hosts while one waits
	CallIn         Action = "call_in"         // have the next person of a consultation come in
	SeeWaiting     Action = "see_waiting"     // see who waits
	Mute           Action = "mute"            // of others; nobody can be unmuted from outside
	StopCamera     Action = "stop_camera"     // of others; nobody's camera can be switched on from outside
	StopShare      Action = "stop_share"      // of others
	Remove         Action = "remove"          // put somebody out
	Lock           Action = "lock"            // nobody comes in any more, or everybody again
	Hold           Action = "hold"            // everything off, everybody else to the lobby
	End            Action = "end"             // for all
	HandOver       Action = "hand_over"       // make another the owner
	AppointHost    Action = "appoint_host"    // make somebody a moderator, or no longer
	Appoint        Action = "appoint"         // make somebody a presenter, participant or viewer
	GiveFloor      Action = "give_floor"      // call somebody up to speak, or end that
	LowerHand      Action = "lower_hand"      // of others
	DeleteChat     Action = "delete_chat"     // of others; everybody may delete the own
	Rename         Action = "rename"          // others
	ChangeSettings Action = "change_settings" // of this meeting while it runs
	SeePeople      Action = "see_people"      // who is in: all of them; hosts and presenters are seen by everybody
	Speak          Action = "speak"           // microphone
	Camera         Action = "camera"          // camera
	Share          Action = "share"           // screen
	Chat           Action = "chat"            // to whom: see Reaches
	ChatPrivate    Action = "chat_private"    // to one person: see Reaches
	SendFile       Action = "send_file"       // to whom: see Reaches
	RaiseHand      Action = "raise_hand"      // and lower the own
	React          Action = "react"           // show a reaction
	RenameSelf     Action = "rename_self"     // change the own name
)

// Actions lists the actions in the order of the table.
func Actions() []Action {
	all := make([]Action, len(table))
	for i, r := range table {
		all[i] = r.action
	}
	return all
}
