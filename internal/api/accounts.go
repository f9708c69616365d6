package api

import (
	"time"

	"konklave/internal/account"
	"konklave/internal/id"
	"konklave/internal/pii"
)

// administration are the routes by which accounts are managed.
type administration struct{ accounts *account.Service }

// Accounts are the routes by which accounts are managed.
func Accounts(accounts *account.Service) []Route {
	a := administration{accounts}
	manage := May(account.ManageAccounts)
	unknown := account.CodeAccountUnknown
	return []Route{
		Do(Route{Method: "GET", Path: "/api/accounts", Name: "listAccounts", Area: "accounts", Who: manage, Help: "All accounts, in the order of their addresses."}, a.list),
		Do(Route{Method: "POST", Path: "/api/accounts", Name: "addAccount", Area: "accounts", Who: manage, Status: 201,
			Codes: Codes(account.CodeEmailTaken, account.CodeEmailInvalid, account.CodeNameInvalid, account.CodeRoleInvalid),
			Help:  "Make an account. The first-login link that comes back is told once."}, a.add),
		Do(Route{Method: "POST", Path: "/api/accounts/import", Name: "importAccounts", Area: "accounts", Who: manage, Status: 201, Body: 1 << 20,
			Codes: Codes(account.CodeListInvalid), Help: "Make accounts from a list, all or none. The links that come back are told once."}, a.importList),
		Do(Route{Method: "GET", Path: "/api/accounts/{id}", Name: "getAccount", Area: "accounts", Who: manage, Codes: Codes(unknown), Help: "One account."}, a.show),
		Do(Route{Method: "PATCH", Path: "/api/accounts/{id}", Name: "changeAccount", Area: "accounts", Who: manage,
			Codes: Codes(unknown, account.CodeEmailTaken, account.CodeEmailInvalid, account.CodeNameInvalid, account.CodeRoleInvalid, account.CodeLastAdministrator),
			Help:  "Change address, name, role or whether it is disabled. Another role, and being disabled, end its logins."}, a.change),
		Do(Route{Method: "POST", Path: "/api/accounts/{id}/remove", Name: "removeAccount", Area: "accounts", Who: manage,
			Codes: Codes(unknown, account.CodeOwnsMeetings, account.CodeHeirInvalid, account.CodeLastAdministrator),
			Help:  "Delete an account and everything stored about it. Its meetings go to the heir, or go too."}, a.remove),
		Do(Route{Method: "POST", Path: "/api/accounts/{id}/link", Name: "makeLink", Area: "accounts", Who: manage, Status: 201, Codes: Codes(unknown),
			Help: "Make a one-time link by which the owner chooses a password. It is told once, and lasts a day."}, a.link),
		Do(Route{Method: "DELETE", Path: "/api/accounts/{id}/logins", Name: "endLogins", Area: "accounts", Who: manage, Codes: Codes(unknown),
			Help: "Sign an account out everywhere."}, a.endLogins),
		Do(Route{Method: "GET", Path: "/api/hosts", Name: "listHosts", Area: "accounts", Who: May(account.ListHosts),
			Help: "Who may hold meetings, for those who plan or hand over meetings of others."}, a.hosts),
		Do(Route{Method: "POST", Path: "/api/hosts/find", Name: "findHosts", Area: "accounts", Who: May(account.FindHosts),
			Help: "Some of those who may hold meetings, by the beginnings of their name or address: 2 characters at least, 8 people at most. The text is in the body, so that no name gets into an address."}, a.findHosts),
	}
}

type (
	// AccountInfo is one account.
	AccountInfo struct {
		ID          id.AccountID `json:"id"`
		Email       string       `json:"email"`
		Name        string       `json:"name"`
		Role        account.Role `json:"role"`
		Disabled    bool         `json:"disabled"`
		HasPassword bool         `json:"hasPassword" doc:"False until the first-login link was used."`
		HasFactor   bool         `json:"hasSecondFactor"`
		Created     time.Time    `json:"created" doc:"The hour."`
	}
	// AccountList lists accounts.
	AccountList struct {
		Accounts []AccountInfo `json:"accounts"`
	}
	// AccountChoice names an account.
	AccountChoice struct {
		ID string `path:"id" doc:"Id of the account."`
	}
	// NewAccount is an account that shall be made.
	NewAccount struct {
		Email string       `json:"email"`
		Name  string       `json:"name"`
		Role  account.Role `json:"role"`
	}
	// AccountChange is what is to be changed of an account.
	AccountChange struct {
		ID       string        `path:"id" json:"-" doc:"Id of the account."`
		Email    *string       `json:"email,omitempty" doc:"By which the person signs in from then on."`
		Name     *string       `json:"name,omitempty"`
		Role     *account.Role `json:"role,omitempty"`
		Disabled *bool         `json:"disabled,omitempty"`
	}
	// AccountRemoval says what becomes of the meetings of an account that goes.
	AccountRemoval struct {
		ID   string       `path:"id" json:"-" doc:"Id of the account."`
		Heir id.AccountID `json:"heir,omitempty" doc:"Account that gets the meetings."`
		Drop bool         `json:"dropMeetings,omitempty" doc:"The meetings go too."`
	}
	// LinkWish says what a link shall do.
	LinkWish struct {
		ID          string `path:"id" json:"-" doc:"Id of the account."`
		ClearFactor bool   `json:"clearSecondFactor,omitempty" doc:"Using it removes the second factor, for whoever has lost it."`
	}
	// AccountLink is a one-time link that was made.
	AccountLink struct {
		Address string          `json:"address" doc:"The link."`
		Code    string          `json:"code" doc:"What stands behind #, in groups, to be read out or typed at /enter."`
		Purpose account.Purpose `json:"purpose"`
		Ends    time.Time       `json:"ends"`
	}
	// AccountSlip is an account with its first-login link.
	AccountSlip struct {
		Account AccountInfo `json:"account"`
		Link    AccountLink `json:"link"`
	}
	// AccountListText is a list of accounts as tables are saved.
	AccountListText struct {
		List string `json:"list" doc:"CSV in UTF-8, with a first line that names the columns: email, name and, if wanted, role."`
		Days int    `json:"days,omitempty" doc:"How many days the links last, 1 to 14."`
	}
	// AccountSlips are told once.
	AccountSlips struct {
		Slips []AccountSlip `json:"slips"`
	}
	// HostInfo is somebody who may hold meetings.
	HostInfo struct {
		ID   id.AccountID `json:"id"`
		Name string       `json:"name"`
	}
	// HostSearch is whom one has in mind.
	HostSearch struct {
		Text string `json:"text" doc:"Beginnings of words of a name, or of an address."`
	}
	// FoundHost is somebody who may hold meetings, with what tells two of the same name apart.
	FoundHost struct {
		ID    id.AccountID `json:"id"`
		Name  string       `json:"name"`
		Email string       `json:"email"`
	}
	// FoundHosts lists them.
	FoundHosts struct {
		Hosts []FoundHost `json:"hosts"`
	}
	// HostList lists them.
	HostList struct {
		Hosts []HostInfo `json:"hosts"`
	}
)

func accountInfo(a account.Account) AccountInfo {
	return AccountInfo{a.ID, a.Email.Reveal(), a.Name.Reveal(), a.Role, a.Disabled, a.HasPassword, a.HasFactor, a.Created}
}

func (c *Call) linkInfo(l account.Link) AccountLink {
	return AccountLink{l.Address(c.Site), account.Spaced(l.Code), l.Purpose, l.Ends}
}

// by is the account that asks, for the trail.
func (c *Call) by() account.Actor { return account.By(c.Account().ID) }

func (a administration) list(c *Call, _ Nothing) (AccountList, error) {
	out := AccountList{Accounts: []AccountInfo{}}
	list, err := a.accounts.List(c)
	for _, one := range list {
		out.Accounts = append(out.Accounts, accountInfo(one))
	}
	return out, err
}

func (a administration) show(c *Call, in AccountChoice) (AccountInfo, error) {
	one, err := a.accounts.Account(c, id.AccountID(in.ID))
	return accountInfo(one), err
}

func (a administration) add(c *Call, in NewAccount) (AccountSlip, error) {
	slip, err := a.accounts.Invite(c, c.by(), account.Newcomer{Email: pii.Text(in.Email), Name: pii.Name(in.Name), Role: in.Role})
	return AccountSlip{accountInfo(slip.Account), c.linkInfo(slip.Link)}, err
}

func (a administration) importList(c *Call, in AccountListText) (AccountSlips, error) {
	out := AccountSlips{Slips: []AccountSlip{}}
	slips, err := a.accounts.Import(c, c.by(), []byte(in.List), time.Duration(min(in.Days, 14))*24*time.Hour)
	for _, s := range slips {
		out.Slips = append(out.Slips, AccountSlip{accountInfo(s.Account), c.linkInfo(s.Link)})
	}
	return out, err
}

func (a administration) change(c *Call, in AccountChange) (AccountInfo, error) {
	change := account.Change{Role: in.Role, Disabled: in.Disabled}
	if in.Name != nil {
		name := pii.Name(*in.Name)
		change.Name = &name
	}
	if in.Email != nil {
		email := pii.Text(*in.Email)
		change.Email = &email
	}
	one, err := a.accounts.Change(c, c.by(), id.AccountID(in.ID), change)
	return accountInfo(one), err
}

func (a administration) remove(c *Call, in AccountRemoval) (Nothing, error) {
	return Nothing{}, a.accounts.Remove(c, c.by(), id.AccountID(in.ID), account.Leave{Heir: in.Heir, Drop: in.Drop})
}

func (a administration) link(c *Call, in LinkWish) (AccountLink, error) {
	l, err := a.accounts.MakeLink(c, c.by(), id.AccountID(in.ID), in.ClearFactor)
	return c.linkInfo(l), err
}

func (a administration) endLogins(c *Call, in AccountChoice) (Nothing, error) {
	return Nothing{}, a.accounts.EndLogins(c, c.by(), id.AccountID(in.ID))
}

func (a administration) hosts(c *Call, _ Nothing) (HostList, error) {
	out := HostList{Hosts: []HostInfo{}}
	list, err := a.accounts.List(c)
	for _, one := range list {
		if one.MayHost() {
			out.Hosts = append(out.Hosts, HostInfo{one.ID, one.Name.Reveal()})
		}
	}
	return out, err
}

func (a administration) findHosts(c *Call, in HostSearch) (FoundHosts, error) {
	out := FoundHosts{Hosts: []FoundHost{}}
	list, err := a.accounts.FindHosts(c, pii.Text(in.Text))
	for _, one := range list {
		out.Hosts = append(out.Hosts, FoundHost{one.ID, one.Name.Reveal(), one.Email.Reveal()})
	}
	return out, err
}
