package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"

	"konklave/internal/account"
	"konklave/internal/api"
	"konklave/internal/config"
	"konklave/internal/meeting"
	"konklave/internal/meeting/plan"
	"konklave/internal/store"
)

// newStored makes what knows who may sign in and which meetings they have, for the server and for the command line alike. The
// meetings have to be closed before the store is.
func newStored(cfg config.Config, stored *store.Store, log *slog.Logger) (*account.Service, *plan.Service) {
	var accounts *account.Service
	planned := newPlan(cfg, stored, func() *account.Service { return accounts }, log)
	accounts = account.New(account.Config{Store: stored, Estates: []account.Estate{plan.Estate{Service: planned}}})
	return accounts, planned
}

// newAPI makes the REST API.
func newAPI(cfg config.Config, accounts *account.Service, planned *plan.Service, meetings *meeting.Service, stored *store.Store, log *slog.Logger) *api.API {
	a := api.New(api.Config{Logins: accounts, PublicURL: cfg.PublicURL, Log: log})
	a.Add(api.Login(accounts))
	a.Add(api.Self(accounts))
	a.Add(api.Accounts(accounts))
	a.Add(api.Installation(accounts))
	a.Add(api.Periods(stored, retentions()))
	a.Add(api.Meetings(planned, meetings, accounts))
	a.Add(api.ConnectionHelp(accounts, meetings))
	return a
}

// signedIn tells whether somebody is, for what is served to them and is not part of the API.
func signedIn(accounts *account.Service) func(*http.Request) bool {
	return func(r *http.Request) bool {
		_, err := accounts.ByLogin(r.Context(), api.TokenOf(r))
		return err == nil
	}
}

// demonstrate makes the demonstration host, where that was asked for and only this machine reaches the server.
func demonstrate(ctx context.Context, cfg config.Config, accounts *account.Service, site string) (address string, err error) {
	if !cfg.Demo || cfg.PublicURL != "" || !slices.ContainsFunc(cfg.Bind, netip.Addr.IsLoopback) || slices.ContainsFunc(cfg.Bind, notLoopback) {
		return "", nil
	}
	link, err := accounts.Demonstrate(ctx)
	if err != nil {
		return "", fmt.Errorf("making the demonstration host: %w", err)
	}
	return link.Address(site), nil
}

func notLoopback(a netip.Addr) bool { return !a.IsLoopback() }

// announceHosts says how somebody gets to host a meeting.
func announceHosts(ctx context.Context, out io.Writer, cfg config.Config, accounts *account.Service, site string) error {
	address, err := demonstrate(ctx, cfg, accounts, site)
	switch {
	case err != nil:
		return err
	case address != "":
		fmt.Fprintf(out, "  To try it as a host, on this machine: %s\n", address)
		return nil
	case cfg.Demo:
		fmt.Fprintln(out, "  There is no demonstration host: others than this machine may reach the server, or public_url is set.")
	}
	set, err := accounts.HasAdministrator(ctx)
	if err == nil && !set && !cfg.Dev {
		fmt.Fprintln(out, "  There is no administrator yet: konklave admin setup-link prints the link by which the first one is made.")
	}
	return err
}

// errNoDatabase is why the command line makes none: made by root it would not be the server's.
var errNoDatabase = errors.New("there is no database in the data directory yet: start the server once, or name another directory with --data-dir, or the server's file with --config")
