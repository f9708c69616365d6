package api

import (
	"time"

	"konklave/internal/account"
	"konklave/internal/id"
	"konklave/internal/pii"
)

// people are the routes of those who sign in, and of what is theirs.
type people struct{ accounts *account.Service }

var everyStage = AtStage(account.StageFactor, account.StageEnrol, account.StageFull)

// Login are the routes of signing in and out.
func Login(accounts *account.Service) []Route {
	p := people{accounts}
	wrong := Codes(account.CodeSlowDown, account.CodeBusy)
	return []Route{
		Do(Route{Method: "POST", Path: "/api/login", Name: "signIn", Area: "login", Who: Anyone(), Codes: append(wrong, string(account.CodeCredentialsWrong)),
			Help: "Sign in by password. The stage that comes back says whether the second factor is missing."}, p.signIn),
		Do(Route{Method: "POST", Path: "/api/login/factor", Name: "giveSecondFactor", Area: "login", Who: AtStage(account.StageFactor),
			Codes: append(wrong, string(account.CodeCodeWrong)), Help: "Give the second factor: a code of the app, or one for recovery."}, p.factor),
		Do(Route{Method: "POST", Path: "/api/logout", Name: "signOut", Area: "login", Who: Anyone(), Help: "End this login."}, p.signOut),
		Do(Route{Method: "POST", Path: "/api/links/look", Name: "lookAtLink", Area: "login", Who: Anyone(), Codes: Codes(account.CodeLinkUnknown),
			Help: "What a one-time link leads to. It is not used up."}, p.look),
		Do(Route{Method: "POST", Path: "/api/links/setup", Name: "setUp", Area: "login", Who: Anyone(),
			Codes: Codes(account.CodeLinkUnknown, account.CodeSetUp, account.CodeEmailInvalid, account.CodeNameInvalid, account.CodePasswordWeak, account.CodeBusy),
			Help:  "Make the first administrator, by the link of konklave admin setup-link. A second factor comes next."}, p.setUp),
		Do(Route{Method: "POST", Path: "/api/links/enter", Name: "enterByLink", Area: "login", Who: Anyone(),
			Codes: Codes(account.CodeLinkUnknown, account.CodePasswordWeak, account.CodeBusy),
			Help:  "Use a first-login or reset link up: choose a password and sign in. The account's other logins end."}, p.enter),
		Do(Route{Method: "POST", Path: "/api/links/demo", Name: "enterDemo", Area: "login", Who: Anyone(), Codes: Codes(account.CodeLinkUnknown),
			Help: "Sign in as the demonstration host, where there is one, from this machine only."}, p.demo),
	}
}

type (
	// Credentials is what signing in takes.
	Credentials struct {
		Email    string `json:"email"`
		Password string `json:"password"`
		Stay     bool   `json:"stay,omitempty" doc:"Stay signed in when the browser is closed, for up to 30 days; not for administrators and auditors."`
	}
	// CodeGiven is a code of the second factor.
	CodeGiven struct {
		Code string `json:"code" doc:"Six digits of the app, or one of the recovery codes."`
	}
	// LinkCode is what stands behind # in a one-time link.
	LinkCode struct {
		Code string `json:"code" doc:"What stands behind # in the link; dashes, blanks and small letters do no harm."`
	}
	// LinkUse uses up a link.
	LinkUse struct {
		Code     string `json:"code" doc:"What stands behind # in the link."`
		Password string `json:"password" doc:"12 characters or more."`
	}
	// SetUp makes the first administrator.
	SetUp struct {
		Code     string `json:"code" doc:"What stands behind # in the link."`
		Email    string `json:"email"`
		Name     string `json:"name"`
		Password string `json:"password" doc:"12 characters or more."`
	}
	// LinkInfo is what a link leads to.
	LinkInfo struct {
		Purpose      account.Purpose `json:"purpose"`
		Email        string          `json:"email,omitempty" doc:"Of the account."`
		Name         string          `json:"name,omitempty" doc:"Of its owner."`
		ClearsFactor bool            `json:"clearsSecondFactor,omitempty" doc:"Whether using it removes the second factor."`
		Ends         *time.Time      `json:"ends,omitempty" doc:"Until when it may be used."`
	}
	// Me is who is signed in.
	Me struct {
		ID           id.AccountID        `json:"id"`
		Email        string              `json:"email"`
		Name         string              `json:"name"`
		Role         account.Role        `json:"role"`
		Stage        account.Stage       `json:"stage" doc:"How far the login has come: only full may do what the role allows."`
		May          []account.Operation `json:"may" doc:"What the role allows."`
		Login        id.LoginID          `json:"login" doc:"Id of this login among the account's."`
		HasFactor    bool                `json:"hasSecondFactor"`
		NeedsFactor  bool                `json:"needsSecondFactor" doc:"Whether the role demands one."`
		RecoveryLeft *int                `json:"recoveryCodesLeft,omitempty" doc:"How many recovery codes are left."`
		Ends         time.Time           `json:"ends" doc:"When this login ends at the latest."`
	}
)

// client is who asks, for the limits and the list of logins.
func (c *Call) client() account.Client {
	return account.Client{Source: c.Source, Agent: c.Agent, Known: c.Known}
}

// begin hands the token of a login to the browser.
func (c *Call) begin(in account.SignedIn, err error) (Me, error) {
	if err != nil {
		return Me{}, err
	}
	c.SignIn(in.Token, in.Login.Ends, in.Stays)
	if in.Mark != "" {
		c.Remember(in.Mark, account.MarkLasts)
	}
	return meOf(in.Login), nil
}

func meOf(l account.Login) Me {
	a := l.Account
	may := []account.Operation{}
	for _, op := range account.Operations() {
		if a.May(op) {
			may = append(may, op)
		}
	}
	return Me{
		ID: a.ID, Email: a.Email.Reveal(), Name: a.Name.Reveal(), Role: a.Role, Stage: l.Stage, May: may, Login: l.ID,
		HasFactor: a.HasFactor, NeedsFactor: a.Role.NeedsFactor(), Ends: l.Ends,
	}
}

func (p people) signIn(c *Call, in Credentials) (Me, error) {
	// Whoever was signed in before is not any more: nobody shall act in the name of another by mistake.
	if c.Token != "" {
		_ = p.accounts.SignOut(c, c.Token) // where it fails it ends by itself
	}
	return c.begin(p.accounts.SignIn(c, pii.Text(in.Email), pii.Token(in.Password), in.Stay, c.client()))
}

func (p people) factor(c *Call, in CodeGiven) (Me, error) {
	return c.begin(p.accounts.Factor(c, c.Token, pii.Token(in.Code), c.client()))
}

func (p people) signOut(c *Call, _ Nothing) (Nothing, error) {
	c.SignOut()
	if c.Token == "" {
		return Nothing{}, nil
	}
	return Nothing{}, p.accounts.SignOut(c, c.Token)
}

func (p people) look(c *Call, in LinkCode) (LinkInfo, error) {
	i, err := p.accounts.Look(c, pii.Token(in.Code))
	out := LinkInfo{Purpose: i.Purpose, Email: i.Email.Reveal(), Name: i.Name.Reveal(), ClearsFactor: i.ClearsFactor}
	if !i.Ends.IsZero() {
		out.Ends = &i.Ends
	}
	return out, err
}

func (p people) setUp(c *Call, in SetUp) (Me, error) {
	n := account.Newcomer{Email: pii.Text(in.Email), Name: pii.Name(in.Name)}
	return c.begin(p.accounts.SetUp(c, pii.Token(in.Code), n, pii.Token(in.Password), c.client()))
}

func (p people) enter(c *Call, in LinkUse) (Me, error) {
	return c.begin(p.accounts.Enter(c, pii.Token(in.Code), pii.Token(in.Password), c.client()))
}

func (p people) demo(c *Call, in LinkCode) (Me, error) {
	return c.begin(p.accounts.EnterDemo(c, pii.Token(in.Code), c.client()))
}
