package app

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"konklave/internal/account"
	"konklave/internal/config"
	"konklave/internal/meeting/rules"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// TestAdminMeetings makes, lists and deletes meetings, and has a leaver's go to an heir, beside a server that has the database open.
func TestAdminMeetings(t *testing.T) {
	storetest.EachOption(t, func(t *testing.T, o store.Options) {
		storetest.Open(t, o)
		d := desk{t, config.Config{DataDir: o.Dir, Database: o.Database, Port: 7880, Bind: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}}
		for _, email := range []string{"ada@example.org", "eve@example.org"} {
			d.must("", "account", "add", "--email", email, "--role", "host", "--link")
		}
		d.must("", "account", "add", "--email", "kim@example.org", "--role", "reception", "--link")
		add := func(args ...string) []string {
			return append([]string{"meeting", "add", "--title", "<b>Rat</b>"}, args...)
		}
		link := d.must("", add("--kind", "talk", "--owner", "ada@example.org")...)
		if !strings.HasPrefix(link, "http://localhost:7880/m/") || len(link) != len("http://localhost:7880/m/")+23 {
			t.Errorf("%q", link)
		}
		var made struct{ ID, Link, Level string }
		if err := json.Unmarshal([]byte(d.must("", add("--owner", "ada@example.org", "--json")...)), &made); err != nil || made.ID == "" || made.Level != "internal" {
			t.Errorf("%+v, %v", made, err)
		}
		d.refuses("no such account", "", add("--owner", "nobody@example.org")...)
		d.refuses("may not host", "", add("--owner", "kim@example.org")...)
		d.refuses("level: cannot be chosen yet: end-to-end encryption is missing", "", add("--owner", "ada@example.org", "--level", "secret")...)
		d.refuses("must be one of", "", add("--owner", "ada@example.org", "--kind", "party")...)

		list := d.must("", "meeting", "list")
		if strings.Count(list, "<b>Rat</b>") != 2 || strings.Contains(list, strings.TrimSpace(link[len(link)-23:])) || strings.Contains(list, made.Link) {
			t.Errorf("the list, which holds no link: %s", list)
		}
		d.refuses("has meetings", "", "account", "remove", "ada@example.org")
		d.must("", "account", "remove", "ada@example.org", "--heir", "eve@example.org")
		d.must("", "meeting", "remove", made.ID)
		d.refuses("there is no such meeting", "", "meeting", "remove", made.ID)
		var left []struct{ Owner, Title string }
		if err := json.Unmarshal([]byte(d.must("", "meeting", "list", "--json")), &left); err != nil || len(left) != 1 || left[0].Owner != "eve" {
			t.Errorf("%+v, %v", left, err)
		}
		if trail := d.must("", "trail", "list"); !strings.Contains(trail, "meeting_deleted") || !strings.Contains(trail, "meeting_planned") || strings.Contains(trail, "Rat") {
			t.Errorf("the trail: %s", trail)
		}
	})
}

// TestUsesAreTheSame holds what an operator may say together with what meetings know of it.
func TestUsesAreTheSame(t *testing.T) {
	said := []string{""}
	for _, u := range rules.Uses() {
		said = append(said, string(u))
	}
	if known := account.Use("").Values(); !slices.Equal(said, known) {
		t.Errorf("%v and %v", said, known)
	}
}
