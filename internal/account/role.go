package account

import "slices"

// Role says what an account is for. An account has one.
type Role string

// The roles.
const (
	Admin     Role = "admin"     // runs the installation; holds meetings of their own, and has no way into those of others
	Host      Role = "host"      // holds meetings
	Reception Role = "reception" // plans meetings for hosts, never enters one
	Auditor   Role = "auditor"   // reads the trail, the periods and the papers
)

// Roles lists every role.
func Roles() []Role { return []Role{Admin, Host, Reception, Auditor} }

// Values lists what the type may hold, for the description of the API.
func (Role) Values() []string { return []string{"admin", "host", "reception", "auditor"} }

// Valid tells whether there is such a role.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Operation is something that not every account may do.
type Operation string

// The operations.
const (
	HostMeetings     Operation = "host_meetings"      // make meetings of one's own, and hold them
	PlanForOthers    Operation = "plan_for_others"    // make and edit meetings for hosts
	ListHosts        Operation = "list_hosts"         // names of those who may host
	FindHosts        Operation = "find_hosts"         // somebody who may host, by the beginning of a name or an address
	TakeOverMeetings Operation = "take_over_meetings" // give meetings of somebody to somebody else; the owner is told
	ManageAccounts   Operation = "manage_accounts"
	EditOperator     Operation = "edit_operator" // details of who runs the installation, and what for
	ReadTrail        Operation = "read_trail"
	ReadPapers       Operation = "read_papers"           // periods, and the papers of data protection
	HelpConnections  Operation = "help_with_connections" // see the figures of the connection of who reads out a code
)

// Operations lists every operation.
func Operations() []Operation {
	return []Operation{HostMeetings, PlanForOthers, ListHosts, FindHosts, TakeOverMeetings, ManageAccounts, EditOperator, ReadTrail, ReadPapers, HelpConnections}
}

// may is what each role may do. What it does not list is forbidden.
var may = map[Role][]Operation{
	Admin:     {HostMeetings, ListHosts, FindHosts, TakeOverMeetings, ManageAccounts, EditOperator, ReadTrail, ReadPapers, HelpConnections},
	Host:      {HostMeetings, FindHosts},
	Reception: {PlanForOthers, ListHosts, FindHosts},
	Auditor:   {ReadTrail, ReadPapers},
}

// May tells whether the role may do something.
func (r Role) May(op Operation) bool { return slices.Contains(may[r], op) }

// May tells whether the account may do something.
func (a Account) May(op Operation) bool { return !a.Disabled && a.Role.May(op) }

// MayHost tells whether the account may hold meetings.
func (a Account) MayHost() bool { return a.May(HostMeetings) }

// NeedsFactor tells whether the role must have a second factor.
func (r Role) NeedsFactor() bool { return r == Admin || r == Auditor }
