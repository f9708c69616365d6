package api

import (
	"time"

	"konklave/internal/account"
	"konklave/internal/id"
	"konklave/internal/pii"
)

// Self are the routes of what is somebody's own: their login, password and second factor, and all that is stored about them.
func Self(accounts *account.Service) []Route {
	p := people{accounts}
	confirmed := Codes(account.CodePasswordWrong, account.CodeSlowDown, account.CodeBusy)
	with := func(codes ...account.Code) []string { return append(Codes(codes...), confirmed...) }
	enrolling := AtStage(account.StageEnrol, account.StageFull)
	return []Route{
		Do(Route{Method: "GET", Path: "/api/me", Name: "getMe", Area: "self", Who: everyStage, Help: "Who is signed in, and how far."}, p.me),
		Do(Route{Method: "PATCH", Path: "/api/me", Name: "renameMe", Area: "self", Who: SignedIn(), Codes: Codes(account.CodeNameInvalid),
			Help: "Change the name that others see."}, p.rename),
		Do(Route{Method: "POST", Path: "/api/me/email", Name: "changeEmail", Area: "self", Who: SignedIn(),
			Codes: with(account.CodeEmailInvalid, account.CodeEmailTaken), Help: "Change the address by which you sign in. It is noted in the trail, without the address."}, p.email),
		Do(Route{Method: "POST", Path: "/api/me/password", Name: "changePassword", Area: "self", Who: SignedIn(), Codes: with(account.CodePasswordWeak),
			Help: "Choose another password. The account's other logins end."}, p.password),
		Do(Route{Method: "POST", Path: "/api/me/factor", Name: "beginSecondFactor", Area: "self", Who: enrolling, Codes: with(account.CodeFactorSet),
			Help: "Begin to set up a second factor. Who is signed in whole gives the password; whose role demands one and has none yet need not."}, p.beginFactor),
		Do(Route{Method: "POST", Path: "/api/me/factor/confirm", Name: "confirmSecondFactor", Area: "self", Who: enrolling,
			Codes: Codes(account.CodeCodeWrong, account.CodeFactorUnset, account.CodeFactorSet, account.CodeSlowDown),
			Help:  "Give the first code of the app. The recovery codes that come back are told once."}, p.confirmFactor),
		Do(Route{Method: "POST", Path: "/api/me/factor/remove", Name: "removeSecondFactor", Area: "self", Who: SignedIn(),
			Codes: with(account.CodeCodeWrong, account.CodeFactorUnset),
			Help:  "Remove the second factor. Whose role demands one sets up another next."}, p.removeFactor),
		Do(Route{Method: "POST", Path: "/api/me/recovery", Name: "renewRecoveryCodes", Area: "self", Who: SignedIn(),
			Codes: with(account.CodeCodeWrong, account.CodeFactorUnset), Help: "Make other recovery codes; the old ones are worth nothing any more."}, p.recovery),
		Do(Route{Method: "GET", Path: "/api/me/logins", Name: "listMyLogins", Area: "self", Who: SignedIn(),
			Help: "Browsers and programs that are signed in, with hours only."}, p.logins),
		Do(Route{Method: "DELETE", Path: "/api/me/logins", Name: "endMyOtherLogins", Area: "self", Who: SignedIn(), Help: "End every login but this one."}, p.endOthers),
		Do(Route{Method: "DELETE", Path: "/api/me/logins/{id}", Name: "endMyLogin", Area: "self", Who: SignedIn(), Codes: Codes(account.CodeLoginUnknown),
			Help: "End one login."}, p.endLogin),
		Do(Route{Method: "GET", Path: "/api/me/data", Name: "getMyData", Area: "self", Who: SignedIn(), Help: "Everything that is stored about you, by area."}, p.data),
		Do(Route{Method: "GET", Path: "/api/me/archive", Name: "getMyArchive", Area: "self", Who: SignedIn(),
			Help: "The same as a ZIP file, with a JSON file for each area."}, p.archive),
		Do(Route{Method: "POST", Path: "/api/me/delete", Name: "deleteMe", Area: "self", Who: AtStage(account.StageEnrol, account.StageFull),
			Codes: with(account.CodeOwnsMeetings, account.CodeHeirInvalid, account.CodeLastAdministrator),
			Help:  "Delete the account and everything stored about you. The trail keeps that an account was deleted, with its id."}, p.delete),
	}
}

type (
	// Rename is another name.
	Rename struct {
		Name string `json:"name"`
	}
	// NewEmail changes the address by which somebody signs in.
	NewEmail struct {
		Email    string `json:"email"`
		Password string `json:"password"`
	}
	// NewPassword changes a password.
	NewPassword struct {
		Old string `json:"old" doc:"The password until now."`
		New string `json:"new" doc:"12 characters or more."`
	}
	// PasswordGiven confirms by password.
	PasswordGiven struct {
		Password string `json:"password,omitempty"`
	}
	// Confirmed confirms by password and code.
	Confirmed struct {
		Password string `json:"password"`
		Code     string `json:"code" doc:"Six digits of the app, or one of the recovery codes."`
	}
	// Enrolment is what an app for codes must be told.
	Enrolment struct {
		Secret  string `json:"secret" doc:"To be typed into the app."`
		Address string `json:"address" doc:"To be shown as a QR code: otpauth://..."`
	}
	// Enrolled is told once a second factor is set up.
	Enrolled struct {
		Me    Me       `json:"me"`
		Codes []string `json:"recoveryCodes" doc:"Each is good for one login. They are told now and never again."`
	}
	// RecoveryCodes are told once.
	RecoveryCodes struct {
		Codes []string `json:"recoveryCodes"`
	}
	// LoginInfo is one login of an account.
	LoginInfo struct {
		ID     id.LoginID `json:"id"`
		This   bool       `json:"this" doc:"Whether it is the one that asks."`
		Device string     `json:"device" doc:"Kind of browser and system."`
		Began  time.Time  `json:"began" doc:"The hour."`
		Used   time.Time  `json:"used" doc:"The hour in which it was used last."`
		Ends   time.Time  `json:"ends" doc:"At the latest."`
	}
	// LoginList lists logins, the one used last first.
	LoginList struct {
		Logins []LoginInfo `json:"logins"`
	}
	// LoginChoice names a login.
	LoginChoice struct {
		ID string `path:"id" doc:"Id of the login."`
	}
	// Farewell deletes an account.
	Farewell struct {
		Password string       `json:"password"`
		Heir     id.AccountID `json:"heir,omitempty" doc:"Account that gets the meetings."`
		Drop     bool         `json:"dropMeetings,omitempty" doc:"The meetings go too."`
	}
)

func (p people) me(c *Call, _ Nothing) (Me, error) {
	me := meOf(c.Login)
	if !me.HasFactor || c.Login.Stage != account.StageFull {
		return me, nil
	}
	left, err := p.accounts.CountRecovery(c, c.Account())
	me.RecoveryLeft = &left
	return me, err
}

func (p people) rename(c *Call, in Rename) (Nothing, error) {
	return Nothing{}, p.accounts.Rename(c, c.Account().ID, pii.Name(in.Name))
}

func (p people) email(c *Call, in NewEmail) (Nothing, error) {
	return Nothing{}, p.accounts.Readdress(c, c.Token, pii.Token(in.Password), pii.Text(in.Email))
}

func (p people) password(c *Call, in NewPassword) (Me, error) {
	return c.begin(p.accounts.ChangePassword(c, c.Token, pii.Token(in.Old), pii.Token(in.New), c.client()))
}

func (p people) beginFactor(c *Call, in PasswordGiven) (Enrolment, error) {
	e, err := p.accounts.BeginFactor(c, c.Token, pii.Token(in.Password))
	return Enrolment{e.Secret.Reveal(), e.Address.Reveal()}, err
}

func (p people) confirmFactor(c *Call, in CodeGiven) (Enrolled, error) {
	codes, signedIn, err := p.accounts.ConfirmFactor(c, c.Token, pii.Token(in.Code), c.client())
	me, err := c.begin(signedIn, err)
	return Enrolled{me, codes}, err
}

func (p people) removeFactor(c *Call, in Confirmed) (Me, error) {
	return c.begin(p.accounts.RemoveFactor(c, c.Token, pii.Token(in.Password), pii.Token(in.Code), c.client()))
}

func (p people) recovery(c *Call, in Confirmed) (RecoveryCodes, error) {
	codes, err := p.accounts.RenewRecovery(c, c.Token, pii.Token(in.Password), pii.Token(in.Code))
	return RecoveryCodes{codes}, err
}

func (p people) logins(c *Call, _ Nothing) (LoginList, error) {
	out := LoginList{Logins: []LoginInfo{}}
	list, err := p.accounts.Logins(c, c.Account())
	for _, l := range list {
		out.Logins = append(out.Logins, LoginInfo{l.ID, l.ID == c.Login.ID, l.Device, l.Began, l.Used, l.Ends})
	}
	return out, err
}

func (p people) endOthers(c *Call, _ Nothing) (Nothing, error) {
	return Nothing{}, p.accounts.EndOthers(c, c.Login)
}

func (p people) endLogin(c *Call, in LoginChoice) (Nothing, error) {
	return Nothing{}, p.accounts.EndLogin(c, c.Account().ID, id.LoginID(in.ID))
}

func (p people) data(c *Call, _ Nothing) (map[string]any, error) {
	return p.accounts.Export(c, c.Account().ID)
}

func (p people) archive(c *Call, _ Nothing) (File, error) {
	areas, err := p.accounts.Export(c, c.Account().ID)
	if err != nil {
		return File{}, err
	}
	content, err := account.Archive(areas, c.Now)
	return File{Type: "application/zip", Name: "konklave.zip", Content: content}, err
}

func (p people) delete(c *Call, in Farewell) (Nothing, error) {
	err := p.accounts.RemoveSelf(c, c.Token, pii.Token(in.Password), account.Leave{Heir: in.Heir, Drop: in.Drop})
	if err == nil {
		c.SignOut()
	}
	return Nothing{}, err
}
