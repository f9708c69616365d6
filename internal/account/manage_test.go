package account

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/pii"
	"konklave/internal/store"
)

func TestFirstAdministrator(t *testing.T) {
	onBoth(t, func(r *rig) {
		old, err := r.MakeSetupLink(r.Context())
		r.must(err)
		link, err := r.MakeSetupLink(r.Context())
		r.must(err)
		if address := link.Address("https://meet.example.org/"); address != "https://meet.example.org/enter#"+link.Code.Reveal() {
			r.Errorf("the link is %s", address)
		}
		n := Newcomer{Email: "ada@example.org", Name: "Ada"}
		setUp := func(code, password pii.Token) (SignedIn, error) {
			return r.SetUp(r.Context(), code, n, password, Client{})
		}
		_, err = setUp(old.Code, goodPassword)
		r.refused("a link that was replaced", err, CodeLinkUnknown)
		_, err = setUp("", goodPassword)
		r.refused("no link", err, CodeLinkUnknown)
		_, err = setUp(link.Code, "")
		r.refused("no password", err, CodePasswordWeak)
		_, err = r.Enter(r.Context(), link.Code, goodPassword, Client{})
		r.refused("as if it were for an account", err, CodeLinkUnknown)
		in, err := setUp(pii.Token(strings.ToLower(Spaced(link.Code))), goodPassword)
		r.must(err)
		if in.Login.Stage != StageEnrol || in.Login.Account.Role != Admin || in.Login.May(ManageAccounts) {
			r.Errorf("%+v", in.Login)
		}
		_, _, in = r.enrol(in)
		if !in.Login.May(ManageAccounts) {
			r.Error("with the second factor the administrator may not administer")
		}
		_, err = setUp(link.Code, goodPassword)
		r.refused("the same link again", err, CodeLinkUnknown)
		_, err = r.MakeSetupLink(r.Context())
		r.refused("another link", err, CodeSetUp)
	})
}

func TestLinksAreForOnce(t *testing.T) {
	onBoth(t, func(r *rig) {
		slip, err := r.Invite(r.Context(), CommandLine, Newcomer{"ada@example.org", "Ada", Host})
		r.must(err)
		if i, err := r.Look(r.Context(), slip.Link.Code); err != nil || i.Purpose != ForFirst || i.Email != "ada@example.org" {
			r.Errorf("%+v, %v", i, err)
		}
		enter := func(l Link) (SignedIn, error) { return r.Enter(r.Context(), l.Code, otherPassword, Client{}) }
		_, err = r.Enter(r.Context(), slip.Link.Code, "kurz", Client{})
		r.refused("a weak password", err, CodePasswordWeak)
		in, err := enter(slip.Link)
		r.must(err)
		_, err = enter(slip.Link)
		r.refused("a second time", err, CodeLinkUnknown)
		ada := in.Login.Account

		first, err := r.MakeLink(r.Context(), CommandLine, ada.ID, false)
		r.must(err)
		link, err := r.MakeLink(r.Context(), CommandLine, ada.ID, false)
		r.must(err)
		_, err = enter(first)
		r.refused("a link that was replaced", err, CodeLinkUnknown)
		if !r.signedIn(in.Token) {
			r.Error("making a link ends logins")
		}
		r.at = r.at.Add(LinkLasts)
		_, err = enter(link)
		r.refused("after a day", err, CodeLinkUnknown)
		_, err = r.Look(r.Context(), link.Code)
		r.refused("looking at it", err, CodeLinkUnknown)

		// The second factor is lost, and the recovery codes too.
		in, err = r.SignIn(r.Context(), ada.Email, otherPassword, false, Client{})
		r.must(err)
		_, err = r.BeginFactor(r.Context(), in.Token, otherPassword)
		r.must(err)
		r.must(r.stored.Write(r.Context(), func(tx *store.Tx) error {
			f, err := tx.Factor(ada.ID)
			f.Confirmed = true
			return errors.Join(err, tx.SetFactor(f))
		}))
		keep, err := r.MakeLink(r.Context(), CommandLine, ada.ID, false)
		r.must(err)
		half, err := enter(keep)
		if err != nil || half.Login.Stage != StageFactor || r.signedIn(in.Token) {
			r.Errorf("a reset link: %v, at %s", err, half.Login.Stage)
		}
		clears, err := r.MakeLink(r.Context(), CommandLine, ada.ID, true)
		r.must(err)
		full, err := enter(clears)
		if err != nil || full.Login.Stage != StageFull || r.signedIn(half.Token) {
			r.Errorf("a link that removes the second factor: %v, at %s", err, full.Login.Stage)
		}
		_, err = r.MakeLink(r.Context(), CommandLine, "nobody", false)
		r.refused("for nobody", err, CodeAccountUnknown)
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	host, yes := Host, true
	onBoth(t, func(r *rig) {
		ada := r.person("ada", Admin)
		// Neither who is disabled nor who has never signed in could administer.
		off := r.person("off", Admin)
		_, err := r.Change(r.Context(), CommandLine, off.ID, Change{Disabled: &yes})
		r.must(err)
		_, err = r.Invite(r.Context(), CommandLine, Newcomer{"new@example.org", "New", Admin})
		r.must(err)
		heir := r.person("heir", Host)
		acts := map[string]func(Account) error{
			"demoted": func(a Account) error {
				_, err := r.Change(r.Context(), CommandLine, a.ID, Change{Role: &host})
				return err
			},
			"disabled": func(a Account) error {
				_, err := r.Change(r.Context(), CommandLine, a.ID, Change{Disabled: &yes})
				return err
			},
			"removed": func(a Account) error { return r.Remove(r.Context(), CommandLine, a.ID, Leave{Heir: heir.ID}) },
			"removes themselves": func(a Account) error {
				return r.RemoveSelf(r.Context(), r.signIn(a, Client{}).Token, goodPassword, Leave{Drop: true})
			},
		}
		for name, act := range acts {
			r.refused("the last is "+name, act(ada), CodeLastAdministrator)
		}
		if a, err := r.Account(r.Context(), ada.ID); err != nil || a.Role != Admin || a.Disabled {
			r.Errorf("%+v, %v", a, err)
		}
		for name, act := range acts {
			r.must(act(r.person("second"+strings.ReplaceAll(name, " ", ""), Admin)))
		}
	})
}

// TestAdministratorsDoNotRemoveEachOther has several demote each other at the same moment.
func TestAdministratorsDoNotRemoveEachOther(t *testing.T) {
	onBoth(t, func(r *rig) {
		var all []Account
		for i := range 4 {
			all = append(all, r.person(fmt.Sprint("admin", i), Admin))
		}
		host := Host
		demote := func(a Account) error {
			_, err := r.Change(r.Context(), CommandLine, a.ID, Change{Role: &host})
			return err
		}
		able := func() (n int) {
			list, err := r.List(r.Context())
			r.must(err)
			for _, a := range list {
				if a.Role == Admin {
					n++
				}
			}
			return n
		}
		var working sync.WaitGroup
		for _, a := range all {
			working.Go(func() { _ = demote(a) }) // the database may also say that too many are in each other's way
		}
		working.Wait()
		if able() == 0 {
			r.Fatal("no administrator is left")
		}
		for _, a := range all {
			_ = demote(a)
		}
		if n := able(); n != 1 {
			r.Errorf("%d administrators are left", n)
		}
	})
}

func TestChangesEndLogins(t *testing.T) {
	onBoth(t, func(r *rig) {
		r.person("root", Admin)
		ada := r.person("ada", Host)
		reception, yes, no, name := Reception, true, false, pii.Name("Ada Lovelace")
		chief, bad := Role("chief"), pii.Name("\u202e")
		in := r.signIn(ada, Client{})
		a, err := r.Change(r.Context(), CommandLine, ada.ID, Change{Name: &name})
		if err != nil || a.Name != name || !r.signedIn(in.Token) {
			r.Errorf("another name: %v", err)
		}
		a, err = r.Change(r.Context(), CommandLine, ada.ID, Change{Role: &reception})
		if err != nil || a.Role != Reception || r.signedIn(in.Token) {
			r.Errorf("another role: %v", err)
		}
		in = r.signIn(ada, Client{})
		_, err = r.Change(r.Context(), CommandLine, ada.ID, Change{Disabled: &yes})
		if err != nil || r.signedIn(in.Token) {
			r.Errorf("disabled: %v", err)
		}
		_, err = r.Change(r.Context(), CommandLine, ada.ID, Change{Disabled: &no})
		r.must(err)
		in = r.signIn(ada, Client{})
		r.must(r.EndLogins(r.Context(), CommandLine, ada.ID))
		if r.signedIn(in.Token) {
			r.Error("signed out everywhere, and still in")
		}
		_, err = r.Change(r.Context(), CommandLine, ada.ID, Change{Role: &chief})
		r.refused("no role", err, CodeRoleInvalid)
		_, err = r.Change(r.Context(), CommandLine, ada.ID, Change{Name: &bad})
		r.refused("no name", err, CodeNameInvalid)
		_, err = r.Change(r.Context(), CommandLine, "nobody", Change{Name: &name})
		r.refused("nobody", err, CodeAccountUnknown)
		_, err = r.Add(r.Context(), CommandLine, Newcomer{"ADA@example.org", "Other", Host}, "")
		r.refused("the same address", err, CodeEmailTaken)
	})
}

func TestLeavers(t *testing.T) {
	onBoth(t, func(r *rig) {
		r.person("root", Admin)
		heir, clerk := r.person("heir", Host), r.person("clerk", Reception)
		leaver := func(name string) Account {
			a := r.person(name, Host)
			r.estate.owned[a.ID] = 3
			return a
		}
		ada := leaver("ada")
		r.refused("nothing is said of the meetings", r.Remove(r.Context(), CommandLine, ada.ID, Leave{}), CodeOwnsMeetings)
		for name, to := range map[string]id.AccountID{"nobody": "nobody", "themselves": ada.ID, "who may not host": clerk.ID} {
			r.refused("meetings for "+name, r.Remove(r.Context(), CommandLine, ada.ID, Leave{Heir: to}), CodeHeirInvalid)
		}
		if r.estate.owned[ada.ID] != 3 {
			r.Error("meetings have gone, though it was refused")
		}
		r.must(r.Remove(r.Context(), CommandLine, ada.ID, Leave{Heir: heir.ID}))
		bob := leaver("bob")
		r.must(r.Remove(r.Context(), CommandLine, bob.ID, Leave{Drop: true}))
		if r.estate.owned[heir.ID] != 3 || len(r.estate.owned) != 1 {
			r.Errorf("%v", r.estate.owned)
		}
		r.refused("again", r.Remove(r.Context(), CommandLine, bob.ID, Leave{}), CodeAccountUnknown)
	})
}

// TestDeletedAccountLeavesNothing fills every table about an account, deletes it, and searches all that is stored.
func TestDeletedAccountLeavesNothing(t *testing.T) {
	onBoth(t, func(r *rig) {
		r.person("root", Admin)
		ada := r.person("ada", Host)
		secret, _, in := r.enrol(r.signIn(ada, Client{}))
		_, err := r.MakeLink(r.Context(), CommandLine, ada.ID, true)
		r.must(err)
		tables := map[string]string{"account": "id", "factor": "account", "recovery": "account", "login": "account", "one_time_link": "account"}
		count := func(table, column string) (n int) {
			r.must(r.stored.Read(r.Context(), func(tx *store.Tx) error {
				n, err = store.One(tx, store.Value[int], "SELECT COUNT(*) FROM "+table+" WHERE "+column+" = ?", ada.ID)
				return err
			}))
			return n
		}
		for table, column := range tables {
			if count(table, column) == 0 {
				r.Errorf("the test puts nothing into %s", table)
			}
		}
		data, err := r.Export(r.Context(), ada.ID)
		r.must(err)
		r.at = r.at.Add(time.Minute)
		r.refused("without the password", r.RemoveSelf(r.Context(), in.Token, otherPassword, Leave{}), CodePasswordWrong)
		half := r.signIn(ada, Client{})
		r.refused("without the second factor", r.RemoveSelf(r.Context(), half.Token, goodPassword, Leave{}), CodeFactorNeeded)
		r.must(r.RemoveSelf(r.Context(), in.Token, goodPassword, Leave{}))
		for table, column := range tables {
			if n := count(table, column); n > 0 {
				r.Errorf("%d rows of %s are left", n, table)
			}
		}
		entries, names, err := r.Trail(r.Context(), 0, 100)
		r.must(err)
		if names[string(ada.ID)] != "" || entries[0].Act != ActRemoved {
			r.Errorf("the trail knows the name still: %v", entries[0])
		}
		if len(secret) == 0 || data["account"] == nil || data["logins"] == nil || data["trail"] == nil || data["meetings"] == nil {
			r.Errorf("the export lacks something: %v", data)
		}
	})
}

// TestWhatExpires runs the rules of deletion at the times that the migrations state.
func TestWhatExpires(t *testing.T) {
	onBoth(t, func(r *rig) {
		ada := r.person("ada", Host)
		in := r.signIn(ada, Client{})
		_, err := r.BeginFactor(r.Context(), in.Token, goodPassword)
		r.must(err)
		_, err = r.MakeLink(r.Context(), CommandLine, ada.ID, false)
		r.must(err)
		left := func(after time.Duration) string {
			_, err := r.stored.Purge(r.Context(), Retentions(), r.at.Add(after))
			r.must(err)
			text := ""
			r.must(r.stored.Read(r.Context(), func(tx *store.Tx) error {
				text = ""
				for _, table := range []string{"login", "one_time_link", "factor", "trail"} {
					n, err := store.One(tx, store.Value[int], "SELECT COUNT(*) FROM "+table)
					if err != nil {
						return err
					}
					text += fmt.Sprint(n)
				}
				return nil
			}))
			return text
		}
		for _, step := range []struct {
			after time.Duration
			want  string
		}{
			{0, "1112"}, {12*time.Hour - time.Second, "1112"}, {12 * time.Hour, "0112"}, {24*time.Hour - time.Hour, "0112"},
			{24 * time.Hour, "0002"}, {KeepTrail - time.Hour, "0002"}, {KeepTrail, "0000"},
		} {
			if got := left(step.after); got != step.want {
				r.Errorf("after %v: %s rows are left, want %s", step.after, got, step.want)
			}
		}
	})
}

func TestImport(t *testing.T) {
	onBoth(t, func(r *rig) {
		r.person("ada", Host)
		list := "email,name,role\nbob@example.org,Bob,host\nADA@example.org,Ada,host\neve@example.org,Eve,auditor\n"
		_, err := r.Import(r.Context(), CommandLine, []byte(list), 0)
		f := r.refused("an address that is there", err, CodeListInvalid)
		if len(f.Faults) != 1 || f.Faults[0].Line != 3 || f.Faults[0].Column != 1 {
			r.Errorf("%+v", f.Faults)
		}
		if all, err := r.List(r.Context()); err != nil || len(all) != 1 {
			r.Errorf("%d accounts after a list that was refused, %v", len(all), err)
		}
		slips, err := r.Import(r.Context(), CommandLine, []byte(strings.ReplaceAll(list, "ADA", "zoe")), 100*24*time.Hour)
		r.must(err)
		if len(slips) != 3 || slips[2].Account.Role != Auditor || !slips[0].Link.Ends.Equal(r.at.Add(LongestLink)) {
			r.Errorf("%+v", slips)
		}
		for _, s := range slips {
			if _, err := r.Enter(r.Context(), s.Link.Code, goodPassword, Client{}); err != nil {
				r.Errorf("the slip of %s: %v", s.Account.Role, err)
			}
		}
		page, err := Slips(slips, "https://meet.example.org")
		if err != nil || strings.Count(string(page), "<section>") != 3 || !strings.Contains(string(page), Spaced(slips[0].Link.Code)) {
			r.Errorf("%v\n%s", err, page)
		}
		for _, foreign := range []string{"<script", "src=\"http", "@import", "url("} {
			if strings.Contains(string(page), foreign) {
				r.Errorf("the page has %s", foreign)
			}
		}
	})
}

func TestOperatorIsOverwritten(t *testing.T) {
	onBoth(t, func(r *rig) {
		if use, d, err := r.Operator(r.Context()); err != nil || use != "" || d.Complete() {
			r.Errorf("%q %+v %v", use, d, err)
		}
		r.must(r.SetOperator(r.Context(), CommandLine, School, Details{})) // the use alone, before there are details
		d := Details{Organisation: " Schule am Wald ", Address: "Waldweg 1\r\n12345 Wald", Email: "post@example.org", Protection: "dsb@example.org"}
		r.must(r.SetOperator(r.Context(), CommandLine, School, d))
		use, got, err := r.Operator(r.Context())
		if err != nil || use != School || got.Organisation != "Schule am Wald" || got.Address != "Waldweg 1\n12345 Wald" || !got.Complete() {
			r.Errorf("%q %+v %v", use, got, err)
		}
		for what, change := range map[string]func(*Details){
			"nothing more": func(d *Details) { *d = Details{} },
			"no address":   func(d *Details) { d.Address = " " },
			"no contact":   func(d *Details) { d.Protection = "" },
		} {
			less := d
			change(&less)
			r.refused(what, r.SetOperator(r.Context(), CommandLine, Club, less), CodeDetailsMissing)
		}
		wrong := d
		wrong.Email = "keine-adresse"
		r.refused("no email address", r.SetOperator(r.Context(), CommandLine, Club, wrong), CodeEmailInvalid)
		r.refused("no such use", r.SetOperator(r.Context(), CommandLine, "bank", d), CodeDetailsInvalid)
		d.Phone = "\u202e1"
		r.refused("turned text", r.SetOperator(r.Context(), CommandLine, School, d), CodeDetailsInvalid)
		d.Phone = strings.Repeat("1", longestDetail+1)
		r.refused("a long one", r.SetOperator(r.Context(), CommandLine, School, d), CodeDetailsInvalid)
	})
}

func TestDemonstration(t *testing.T) {
	onBoth(t, func(r *rig) {
		here := Client{Source: "127.0.0.1"}
		enter := func(code pii.Token, c Client) error { _, err := r.EnterDemo(r.Context(), code, c); return err }
		r.refused("before there is one", enter("", here), CodeLinkUnknown)
		link, err := r.Demonstrate(r.Context())
		r.must(err)
		if i, err := r.Look(r.Context(), link.Code); err != nil || i.Purpose != ForDemo {
			r.Errorf("%+v %v", i, err)
		}
		for range 2 { // as long as the process runs
			in, err := r.EnterDemo(r.Context(), link.Code, here)
			if err != nil || in.Login.Account.Role != Host || !r.signedIn(in.Token) {
				r.Errorf("%v", err)
			}
		}
		r.must(enter(link.Code, Client{Source: "::1"}))
		for _, source := range []string{"203.0.113.7", "192.168.1.2"} {
			r.refused("from "+source, enter(link.Code, Client{Source: source}), CodeLinkUnknown)
		}
		r.refused("a guess", enter("AAAAAAAAAAAAAAAAAAAAAAAAAA", here), CodeLinkUnknown)
		_, err = r.SignIn(r.Context(), demoEmail, "", false, here)
		r.refused("by an empty password", err, CodeCredentialsWrong)
		next, err := r.Demonstrate(r.Context()) // another start
		r.must(err)
		r.refused("the link of an earlier process", enter(link.Code, here), CodeLinkUnknown)
		r.must(enter(next.Code, here))
	})
}

// TestAnotherAddress changes addresses: by an administrator, and by the person with the password.
func TestAnotherAddress(t *testing.T) {
	onBoth(t, func(r *rig) {
		root, ada := r.person("root", Admin), r.person("ada", Host)
		taken, other := pii.Text("ROOT@example.org"), pii.Text(" Lovelace@example.org ")
		in, err := r.SignIn(r.Context(), ada.Email, goodPassword, false, Client{})
		r.must(err)

		r.refused("another's", r.Readdress(r.Context(), in.Token, goodPassword, taken), CodeEmailTaken)
		r.refused("no address", r.Readdress(r.Context(), in.Token, goodPassword, "ada"), CodeEmailInvalid)
		r.refused("without the password", r.Readdress(r.Context(), in.Token, otherPassword, other), CodePasswordWrong)
		r.refused("nobody", r.Readdress(r.Context(), "", goodPassword, other), CodeSignedOut)
		r.must(r.Readdress(r.Context(), in.Token, goodPassword, other))
		now, err := r.ByLogin(r.Context(), in.Token)
		r.must(err)
		if now.ID != ada.ID || now.Email != "Lovelace@example.org" {
			r.Errorf("who is signed in stays so: %+v", now)
		}
		_, err = r.SignIn(r.Context(), ada.Email, goodPassword, false, Client{})
		r.refused("by the address before", err, CodeCredentialsWrong)
		_, err = r.SignIn(r.Context(), "lovelace@EXAMPLE.org", goodPassword, false, Client{})
		r.must(err)

		_, err = r.Change(r.Context(), By(root.ID), ada.ID, Change{Email: &taken})
		r.refused("another's, by an administrator", err, CodeEmailTaken)
		same := pii.Text("lovelace@example.org") // its own, in another case
		changed, err := r.Change(r.Context(), By(root.ID), ada.ID, Change{Email: &same})
		r.must(err)
		if changed.Email != same {
			r.Errorf("changed to %s", changed.Email.Reveal())
		}
		entries, _, err := r.Trail(r.Context(), 0, 2)
		r.must(err)
		if entries[0].Act != ActReaddressed || entries[0].Actor != By(root.ID) || entries[1].Actor != By(ada.ID) || entries[0].Target != string(ada.ID) || entries[0].Detail != "" {
			r.Errorf("the trail has %+v", entries)
		}
	})
}
