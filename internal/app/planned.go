package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"konklave/internal/account"
	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/meeting/plan"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// newPlan makes the stored meetings. Of accounts, which own them, it is told by what accounts later returns.
func newPlan(cfg config.Config, stored *store.Store, accounts func() *account.Service, log *slog.Logger) *plan.Service {
	return plan.New(plan.Config{
		Store: stored, Accounts: accountsOfPlan{accounts}, Use: useOf(accounts), OpenHosting: cfg.OpenHosting, Record: recordPlan, Log: log,
	})
}

// useOf asks what the operator said that the installation is for.
func useOf(accounts func() *account.Service) func(context.Context) (rules.Use, error) {
	return func(ctx context.Context) (rules.Use, error) {
		use, _, err := accounts().Operator(ctx)
		return rules.Use(use), err
	}
}

// accountsOfPlan are accounts as far as stored meetings have to know them.
type accountsOfPlan struct{ service func() *account.Service }

func (a accountsOfPlan) SignedIn(ctx context.Context, login pii.Token) (plan.Person, error) {
	if login == "" {
		return plan.Person{}, nil
	}
	found, err := a.service().ByLogin(ctx, login)
	var refused account.Failure
	switch {
	case errors.As(err, &refused):
		return plan.Person{}, nil
	case err != nil:
		return plan.Person{}, err
	}
	return personOf(found), nil
}

func (a accountsOfPlan) Person(tx *store.Tx, of id.AccountID) (plan.Person, error) {
	row, err := tx.Account(of)
	if errors.Is(err, store.ErrNone) {
		return plan.Person{}, nil
	}
	return personOf(account.Account{ID: row.ID, Name: row.Name, Role: account.Role(row.Role), Disabled: row.Disabled}), err
}

func personOf(a account.Account) plan.Person {
	if a.ID == "" {
		return plan.Person{}
	}
	return plan.Person{ID: a.ID, Name: a.Name, MayHost: a.MayHost(), MayEnter: !a.Role.May(account.PlanForOthers)}
}

// actsOfPlan are the acts of the trail.
var actsOfPlan = map[plan.Act]account.Act{
	plan.ActTakenOver: account.ActMeetingTaken,
	plan.ActPlanned:   account.ActMeetingPlanned,
	plan.ActDeleted:   account.ActMeetingDeleted,
}

// recordPlan notes in the trail what somebody did with a meeting of another.
func recordPlan(tx *store.Tx, now time.Time, by plan.Actor, what plan.Act, of id.MeetingID) error {
	actor := account.By(by.Account)
	if by.Operator {
		actor = account.CommandLine
	}
	return account.Note(tx, now, actor, actsOfPlan[what], string(of), "")
}
