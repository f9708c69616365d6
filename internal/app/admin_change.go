package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"konklave/internal/account"
	"konklave/internal/pii"
)

func (a adminRun) change(ctx context.Context, r adminChange) error {
	one, err := a.accounts.ByEmail(ctx, pii.Text(r.Email))
	if err != nil {
		return err
	}
	var c account.Change
	if r.Address != "" {
		address := pii.Text(r.Address)
		c.Email = &address
	}
	if r.Name != "" {
		name := pii.Name(r.Name)
		c.Name = &name
	}
	if r.Role != "" {
		role := account.Role(r.Role)
		c.Role = &role
	}
	if c == (account.Change{}) {
		return errors.New("nothing is to be changed: give --email, --name or --role")
	}
	if one, err = a.accounts.Change(ctx, account.CommandLine, one.ID, c); err != nil {
		return err
	}
	if r.JSON {
		return a.printJSON(printable(one))
	}
	_, err = fmt.Fprintf(a.out, "%s, %s, %s.\n", one.Email.Reveal(), one.Name.Reveal(), one.Role)
	return err
}

func (a adminRun) remove(ctx context.Context, r adminRemove) error {
	one, err := a.accounts.ByEmail(ctx, pii.Text(r.Email))
	if err != nil {
		return err
	}
	leave := account.Leave{Drop: r.Drop}
	if r.Heir != "" {
		heir, err := a.accounts.ByEmail(ctx, pii.Text(r.Heir))
		if err != nil {
			return fmt.Errorf("the heir: %w", err)
		}
		leave.Heir = heir.ID
	}
	err = a.accounts.Remove(ctx, account.CommandLine, one.ID, leave)
	var refused account.Failure
	if errors.As(err, &refused) && refused.Code == account.CodeOwnsMeetings {
		return fmt.Errorf("%w, with --heir or --drop-meetings", err)
	}
	if err != nil {
		return err
	}
	if r.JSON {
		return a.printJSON(map[string]any{"removed": one.ID})
	}
	_, err = fmt.Fprintln(a.out, "The account and everything stored about it is deleted.")
	return err
}

func (a adminRun) reset(ctx context.Context, r adminReset) error {
	one, err := a.accounts.ByEmail(ctx, pii.Text(r.Email))
	if err != nil {
		return err
	}
	l, err := a.accounts.MakeLink(ctx, account.CommandLine, one.ID, r.ClearFactor)
	if err != nil {
		return err
	}
	return a.printLink(l, r.JSON)
}

// mostTable bounds a table, in case a wrong path leads to something huge.
const mostTable = 4 << 20

func (a adminRun) importTable(ctx context.Context, r adminImport) error {
	if r.Days < 1 || r.Days > 14 {
		return errors.New("--days is 1 to 14")
	}
	text, err := a.readTable(r.File)
	if err != nil {
		return err
	}
	page, err := newPage(r.Slips) // before accounts are made whose links would be lost
	if err != nil {
		return err
	}
	slips, err := a.accounts.Import(ctx, account.CommandLine, text, time.Duration(r.Days)*24*time.Hour)
	if err != nil {
		page.discard()
		return err
	}
	if err := page.write(slips, a.site); err != nil {
		return fmt.Errorf("the accounts are made, but not the page: %w: konklave admin account reset-link makes a new link for each", err)
	}
	if r.JSON {
		return a.printSlips(slips, r.Slips == "")
	}
	if r.Slips != "" {
		_, err := fmt.Fprintf(a.out, "%d accounts are made. %s has a slip for each: whoever reads it can use it, so delete it once it is printed.\n", len(slips), r.Slips)
		return err
	}
	table := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, s := range slips {
		fmt.Fprintf(table, "%s\t%s\n", s.Account.Email.Reveal(), s.Link.Address(a.site))
	}
	return table.Flush()
}

func (a adminRun) printSlips(slips []account.Slip, links bool) error {
	list := []printedAccount{}
	for _, s := range slips {
		one := printable(s.Account)
		if links {
			one.Link = a.printableLink(s.Link)
		}
		list = append(list, one)
	}
	return a.printJSON(list)
}

func (a adminRun) readTable(name string) ([]byte, error) {
	in := a.in
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("the table %s cannot be read: %w", name, cause(err))
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, mostTable))
	if err != nil {
		return nil, fmt.Errorf("reading the table: %w", err)
	}
	return text, nil
}

// slipsPage is the file of slips to print; nil is none.
type slipsPage struct{ file *os.File }

// newPage makes the file, for this user only. It must not be there yet.
func newPage(name string) (*slipsPage, error) {
	if name == "" {
		return nil, nil
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the page %s cannot be made: %w", name, cause(err))
	}
	return &slipsPage{file}, nil
}

func (p *slipsPage) discard() {
	if p != nil {
		_ = p.file.Close()
		_ = os.Remove(p.file.Name())
	}
}

func (p *slipsPage) write(slips []account.Slip, site string) error {
	if p == nil {
		return nil
	}
	page, err := account.Slips(slips, site)
	if err == nil {
		_, err = p.file.Write(page)
	}
	return errors.Join(err, p.file.Close())
}

func (a adminRun) trail(ctx context.Context, most int, asJSON bool) error {
	if most < 1 || most > 10_000 {
		return errors.New("--most is 1 to 10000")
	}
	entries, names, err := a.accounts.Trail(ctx, 0, most)
	if err != nil {
		return err
	}
	if asJSON {
		list := []map[string]any{}
		for _, e := range entries {
			list = append(list, map[string]any{"seq": e.Seq, "at": e.At, "actor": e.Actor, "act": e.Act, "target": e.Target, "detail": e.Detail, "hash": e.Hash})
		}
		return a.printJSON(list)
	}
	who := func(text string) string {
		if name := names[text]; name != "" {
			return name.Reveal()
		}
		return text
	}
	table := tabwriter.NewWriter(a.out, 0, 8, 2, ' ', 0)
	for _, e := range entries {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.At.Format("2006-01-02 15:04"), who(string(e.Actor)), e.Act, who(e.Target), e.Detail)
	}
	return table.Flush()
}

func (a adminRun) verify(ctx context.Context, mark string, asJSON bool) error {
	var noted account.Mark
	if mark != "" {
		var err error
		if noted, err = account.ReadMark(mark); err != nil {
			return err
		}
	}
	v, err := a.accounts.VerifyTrail(ctx, noted)
	if err != nil {
		return err
	}
	if asJSON {
		err = a.printJSON(map[string]any{"intact": v.Fault == "", "fault": v.Fault, "entries": v.Entries, "oldest": v.Oldest, "mark": v.Head.String()})
	} else if v.Fault == "" {
		_, err = fmt.Fprintf(a.out, "The trail is as it was written: %d entries, from number %d.\nNote this mark elsewhere, and give it with --mark next time: %s\n", v.Entries, v.Oldest, v.Head)
	}
	if v.Fault != "" {
		err = errors.Join(err, errors.New("the trail is not as it was written: "+v.Fault))
	}
	return err
}
