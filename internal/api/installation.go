package api

import (
	"time"

	"konklave/internal/account"
)

// Installation are the routes of who runs it, and of the trail of what administrators did.
func Installation(accounts *account.Service) []Route {
	a := administration{accounts}
	return []Route{
		Do(Route{Method: "GET", Path: "/api/operator", Name: "getOperator", Area: "installation", Who: Anyone(),
			Help: "Who runs this installation and what for: the legal notice and the privacy notice are made of it."}, a.operator),
		Do(Route{Method: "PUT", Path: "/api/operator", Name: "setOperator", Area: "installation", Who: May(account.EditOperator),
			Codes: Codes(account.CodeDetailsInvalid, account.CodeDetailsMissing, account.CodeEmailInvalid), Help: "Write who runs this installation. It is published."}, a.setOperator),
		Do(Route{Method: "GET", Path: "/api/trail", Name: "listTrail", Area: "installation", Who: May(account.ReadTrail),
			Help: "What administrators did, the newest first."}, a.trail),
		Do(Route{Method: "GET", Path: "/api/trail/verify", Name: "verifyTrail", Area: "installation", Who: May(account.ReadTrail),
			Help: "Whether the trail is as it was written, from its oldest entry to its end."}, a.verify),
	}
}

type (
	// Operator is who runs the installation.
	Operator struct {
		Use      account.Use     `json:"use" doc:"What the installation is for; empty: not decided yet."`
		Details  account.Details `json:"details"`
		Complete bool            `json:"complete,omitempty" doc:"Whether what a legal notice needs is there. Not read."`
	}
	// TrailQuery chooses entries.
	TrailQuery struct {
		Before int64 `query:"before" doc:"Only entries with a smaller number; for the next page."`
		Most   int   `query:"most" doc:"How many, 100 unless said otherwise, 500 at most."`
	}
	// TrailEntry is one act.
	TrailEntry struct {
		Seq        int64         `json:"seq"`
		At         time.Time     `json:"at" doc:"The minute."`
		Actor      account.Actor `json:"actor" doc:"Id of an account, command line, or setup link."`
		ActorName  string        `json:"actorName,omitempty" doc:"While the account is there."`
		Act        account.Act   `json:"act"`
		Target     string        `json:"target,omitempty" doc:"Id of an account or a meeting."`
		TargetName string        `json:"targetName,omitempty" doc:"While the account is there."`
		Detail     string        `json:"detail,omitempty"`
		Hash       string        `json:"hash"`
	}
	// Trail is a page of it.
	Trail struct {
		Entries []TrailEntry `json:"entries"`
	}
	// TrailMark is a place in the trail that was noted before.
	TrailMark struct {
		Mark string `query:"mark" doc:"As an earlier verification gave it: is it still there?"`
	}
	// TrailVerdict is what a look through the trail found.
	TrailVerdict struct {
		Intact  bool   `json:"intact"`
		Fault   string `json:"fault,omitempty" doc:"The first that was found, in English."`
		Entries int64  `json:"entries"`
		Oldest  int64  `json:"oldest" doc:"Number of the oldest entry that is kept."`
		Mark    string `json:"mark" doc:"The end of the trail, to be noted elsewhere and compared later."`
	}
)

func (a administration) operator(c *Call, _ Nothing) (Operator, error) {
	use, details, err := a.accounts.Operator(c)
	return Operator{Use: use, Details: details, Complete: details.Complete()}, err
}

func (a administration) setOperator(c *Call, in Operator) (Nothing, error) {
	return Nothing{}, a.accounts.SetOperator(c, c.by(), in.Use, in.Details)
}

func (a administration) trail(c *Call, in TrailQuery) (Trail, error) {
	most := in.Most
	if most <= 0 {
		most = 100
	}
	out := Trail{Entries: []TrailEntry{}}
	list, names, err := a.accounts.Trail(c, max(0, in.Before), min(most, 500))
	for _, e := range list {
		out.Entries = append(out.Entries, TrailEntry{
			Seq: e.Seq, At: e.At, Actor: e.Actor, ActorName: names[string(e.Actor)].Reveal(), Act: e.Act,
			Target: e.Target, TargetName: names[e.Target].Reveal(), Detail: e.Detail, Hash: e.Hash,
		})
	}
	return out, err
}

func (a administration) verify(c *Call, in TrailMark) (TrailVerdict, error) {
	var noted account.Mark
	if in.Mark != "" {
		var err error
		if noted, err = account.ReadMark(in.Mark); err != nil {
			return TrailVerdict{}, Refusal{codeBadRequest, err.Error()}
		}
	}
	v, err := a.accounts.VerifyTrail(c, noted)
	return TrailVerdict{Intact: v.Fault == "", Fault: v.Fault, Entries: v.Entries, Oldest: v.Oldest, Mark: v.Head.String()}, err
}
