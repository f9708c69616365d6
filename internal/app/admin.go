package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"konklave/internal/account"
	"konklave/internal/backup"
	"konklave/internal/config"
	"konklave/internal/id"
	"konklave/internal/meeting/plan"
	"konklave/internal/pii"
	"konklave/internal/store"
)

// AdminRequest is what `konklave admin` may be told. The tags are for the command line. All of it works beside a running
// server and without one.
type AdminRequest struct {
	SetupLink struct{ asJSON } `cmd:"" help:"Print the one-time link by which the first administrator is made. It lasts a day."`
	Account   struct {
		Add       adminAdd         `cmd:"" help:"Make an account. Its password is read from standard input."`
		List      struct{ asJSON } `cmd:"" help:"List all accounts."`
		Change    adminChange      `cmd:"" help:"Change address, name or role of an account."`
		Remove    adminRemove      `cmd:"" help:"Delete an account and everything stored about it."`
		ResetLink adminReset       `cmd:"" help:"Print a one-time link by which the owner chooses another password. It lasts a day."`
		Import    adminImport      `cmd:"" help:"Make accounts from a table, all or none, and print their first-login links."`
	} `cmd:"" help:"Accounts."`
	Meeting MeetingRequest `cmd:"" help:"Meetings."`
	Trail   struct {
		List struct {
			Most int `default:"50" help:"How many entries, the newest first."`
			asJSON
		} `cmd:"" help:"Print what administrators did."`
		Verify struct {
			Mark string `placeholder:"MARK" help:"A mark that an earlier verification printed: is it still there?"`
			asJSON
		} `cmd:"" help:"Tell whether the trail is as it was written."`
	} `cmd:"" help:"The trail of what administrators did."`
}

type asJSON struct {
	JSON bool `name:"json" help:"Print JSON."`
}

type adminAdd struct {
	Email string `required:"" help:"Address by which the person signs in."`
	Role  string `required:"" enum:"admin,host,reception,auditor" help:"What the account is for: admin, host, reception or auditor."`
	Name  string `help:"Name that others see. Default: what stands before the @."`
	Link  bool   `help:"Read no password: print a first-login link, which lasts a day."`
	asJSON
}

type adminChange struct {
	Email   string `arg:"" help:"Address of the account."`
	Address string `name:"email" help:"Its new address, by which the person signs in from then on."`
	Name    string `help:"Its new name, that others see."`
	Role    string `enum:",admin,host,reception,auditor" default:"" help:"Its new role: admin, host, reception or auditor. It signs the account out."`
	asJSON
}

type adminRemove struct {
	Email string `arg:"" help:"Address of the account."`
	Heir  string `xor:"what" help:"Address of the account that gets its meetings."`
	Drop  bool   `xor:"what" name:"drop-meetings" help:"Its meetings go too."`
	asJSON
}

type adminReset struct {
	Email       string `arg:"" help:"Address of the account."`
	ClearFactor bool   `name:"clear-second-factor" help:"Using the link removes the second factor, for whoever has lost it."`
	asJSON
}

type adminImport struct {
	File  string `arg:"" help:"Table as CSV in UTF-8 with a first line that names the columns email, name and, if wanted, role; - is standard input."`
	Slips string `placeholder:"FILE" help:"Write a page to print to this file, a slip for each account, and print no links."`
	Days  int    `default:"1" help:"How many days the links last, 1 to 14."`
	asJSON
}

// adminRun is one run of a command.
type adminRun struct {
	accounts *account.Service
	meetings *plan.Service
	site     string // address of the server, for links
	in       io.Reader
	out      io.Writer
}

// Admin carries out `konklave admin COMMAND` on the database itself.
func Admin(ctx context.Context, cfg config.Config, command string, r AdminRequest, in io.Reader, out io.Writer) error {
	if err := backup.Unfinished(cfg.DataDir); err != nil {
		return err
	}
	if cfg.Database == "" {
		if _, err := os.Stat(filepath.Join(cfg.DataDir, store.FileName)); err != nil {
			return errNoDatabase
		}
	}
	stored, err := store.Open(ctx, store.Options{Dir: cfg.DataDir, Database: cfg.Database})
	if err != nil {
		return err
	}
	run := adminRun{site: siteOf(cfg), in: in, out: out}
	run.accounts, run.meetings = newStored(cfg, stored, slog.New(slog.DiscardHandler))
	name, _, _ := strings.Cut(strings.TrimPrefix(command, "admin "), " <")
	return errors.Join(plainFaults(run.do(ctx, name, r)), run.meetings.Close(ctx), stored.Close())
}

func (a adminRun) do(ctx context.Context, name string, r AdminRequest) error {
	switch name {
	case "setup-link":
		return a.setupLink(ctx, r.SetupLink.JSON)
	case "account add":
		return a.add(ctx, r.Account.Add)
	case "account list":
		return a.list(ctx, r.Account.List.JSON)
	case "account change":
		return a.change(ctx, r.Account.Change)
	case "account remove":
		return a.remove(ctx, r.Account.Remove)
	case "account reset-link":
		return a.reset(ctx, r.Account.ResetLink)
	case "account import":
		return a.importTable(ctx, r.Account.Import)
	case "meeting add":
		return a.addMeeting(ctx, r.Meeting.Add)
	case "meeting list":
		return a.listMeetings(ctx, r.Meeting.List.JSON)
	case "meeting remove":
		return a.removeMeeting(ctx, r.Meeting.Remove)
	case "trail list":
		return a.trail(ctx, r.Trail.List.Most, r.Trail.List.JSON)
	case "trail verify":
		return a.verify(ctx, r.Trail.Verify.Mark, r.Trail.Verify.JSON)
	}
	return fmt.Errorf("there is no command admin %s", name)
}

// siteOf is where people reach the server, for links that are printed.
func siteOf(cfg config.Config) string {
	if site, err := ownAddress(cfg); err == nil {
		return site
	}
	scheme := "http"
	if cfg.TLS.Active() {
		scheme = "https"
	}
	return scheme + "://localhost:" + strconv.Itoa(int(cfg.Port))
}

// plainFaults says every mistake of a table in a line of its own.
func plainFaults(err error) error {
	var f account.Failure
	if !errors.As(err, &f) || len(f.Faults) == 0 {
		return err
	}
	text := f.Error()
	for _, fault := range f.Faults {
		at := fmt.Sprintf("line %d", fault.Line)
		if fault.Column > 0 {
			at += fmt.Sprintf(", column %d", fault.Column)
		}
		text += "\n" + at + ": " + fault.Problem
	}
	return errors.New(text)
}

// printJSON writes one value, indented as people read it.
func (a adminRun) printJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// What is printed as JSON.
type (
	printedAccount struct {
		ID          id.AccountID `json:"id"`
		Email       string       `json:"email"`
		Name        string       `json:"name"`
		Role        account.Role `json:"role"`
		Disabled    bool         `json:"disabled"`
		HasPassword bool         `json:"hasPassword"`
		HasFactor   bool         `json:"hasSecondFactor"`
		Created     time.Time    `json:"created"`
		Link        *printedLink `json:"link,omitempty"`
	}
	printedLink struct {
		Address string    `json:"address"`
		Code    string    `json:"code"`
		Ends    time.Time `json:"ends"`
	}
)

func printable(a account.Account) printedAccount {
	return printedAccount{a.ID, a.Email.Reveal(), a.Name.Reveal(), a.Role, a.Disabled, a.HasPassword, a.HasFactor, a.Created, nil}
}

func (a adminRun) printableLink(l account.Link) *printedLink {
	return &printedLink{l.Address(a.site), account.Spaced(l.Code), l.Ends}
}

// printLink says a link, and how long it may be used.
func (a adminRun) printLink(l account.Link, asJSON bool) error {
	if asJSON {
		return a.printJSON(a.printableLink(l))
	}
	_, err := fmt.Fprintf(a.out, "%s\nIt can be used once, until %s.\n", l.Address(a.site), l.Ends.Local().Format("2 January 2006 15:04 MST"))
	return err
}

func (a adminRun) setupLink(ctx context.Context, asJSON bool) error {
	l, err := a.accounts.MakeSetupLink(ctx)
	var refused account.Failure
	if errors.As(err, &refused) && refused.Code == account.CodeSetUp {
		return fmt.Errorf("%w: konklave admin account reset-link helps one who cannot get in, konklave admin account add makes another", err)
	}
	if err != nil {
		return err
	}
	return a.printLink(l, asJSON)
}

// mostPassword is more than any password has.
const mostPassword = 4 << 10

// password reads the first line of standard input. An argument could be read by every process of the machine.
func (a adminRun) password() (pii.Token, error) {
	text, err := io.ReadAll(io.LimitReader(a.in, mostPassword))
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" {
		return "", errors.New("standard input has no password: konklave admin account add ... < file, or --link for a first-login link")
	}
	return pii.Token(line), nil
}

func (a adminRun) add(ctx context.Context, r adminAdd) error {
	if r.Name == "" {
		r.Name, _, _ = strings.Cut(r.Email, "@")
	}
	n := account.Newcomer{Email: pii.Text(r.Email), Name: pii.Name(r.Name), Role: account.Role(r.Role)}
	var made printedAccount
	if r.Link {
		slip, err := a.accounts.Invite(ctx, account.CommandLine, n)
		if err != nil {
			return err
		}
		if !r.JSON {
			return a.printLink(slip.Link, false)
		}
		made = printable(slip.Account)
		made.Link = a.printableLink(slip.Link)
	} else {
		password, err := a.password()
		if err != nil {
			return err
		}
		one, err := a.accounts.Add(ctx, account.CommandLine, n, password)
		if err != nil {
			return err
		}
		made = printable(one)
	}
	if r.JSON {
		return a.printJSON(made)
	}
	_, err := fmt.Fprintf(a.out, "%s may sign in as %s.\n", made.Email, made.Role)
	return err
}

func (a adminRun) list(ctx context.Context, asJSON bool) error {
	all, err := a.accounts.List(ctx)
	if err != nil {
		return err
	}
	list := []printedAccount{}
	for _, one := range all {
		list = append(list, printable(one))
	}
	if asJSON {
		return a.printJSON(list)
	}
	table := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "EMAIL\tNAME\tROLE\tSTATE")
	for _, one := range list {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", one.Email, one.Name, one.Role, stateOf(one))
	}
	return table.Flush()
}

// stateOf says what is special about an account.
func stateOf(a printedAccount) string {
	var words []string
	if a.Disabled {
		words = append(words, "disabled")
	}
	if !a.HasPassword {
		words = append(words, "has no password yet")
	}
	if a.HasFactor {
		words = append(words, "second factor")
	}
	return strings.Join(words, ", ")
}
