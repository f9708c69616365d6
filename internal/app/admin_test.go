package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"konklave/internal/config"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// desk is a person at the command line of `konklave admin`.
type desk struct {
	*testing.T
	cfg config.Config
}

// types runs a command as it is typed, with text on standard input, and gives what it prints.
func (d desk) types(in string, args ...string) (string, error) {
	d.Helper()
	var cli struct {
		Admin AdminRequest `cmd:""`
	}
	parser, err := kong.New(&cli)
	if err != nil {
		d.Fatal(err)
	}
	command, err := parser.Parse(append([]string{"admin"}, args...))
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = Admin(d.Context(), d.cfg, command.Command(), cli.Admin, strings.NewReader(in), &out)
	return out.String(), err
}

func (d desk) must(in string, args ...string) string {
	d.Helper()
	out, err := d.types(in, args...)
	if err != nil {
		d.Fatalf("%v: %v", args, err)
	}
	return out
}

// refuses wants an error that says something.
func (d desk) refuses(want, in string, args ...string) {
	d.Helper()
	if out, err := d.types(in, args...); err == nil || !strings.Contains(err.Error(), want) {
		d.Errorf("%v: %v %q, want %q", args, err, out, want)
	}
}

// TestAdminCommands runs every command beside a server that has the database open.
func TestAdminCommands(t *testing.T) {
	storetest.EachOption(t, func(t *testing.T, o store.Options) {
		storetest.Open(t, o)
		d := desk{t, config.Config{DataDir: o.Dir, Database: o.Database, Port: 7880, Bind: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}}
		if link := d.must("", "setup-link"); !strings.HasPrefix(link, "http://localhost:7880/enter#") || !strings.Contains(link, "used once") {
			t.Errorf("%q", link)
		}
		d.refuses("no password", "", "account", "add", "--email", "root@example.org", "--role", "admin")
		d.refuses("at least 12", "kurz\n", "account", "add", "--email", "root@example.org", "--role", "admin")
		d.refuses("must be one of", "", "account", "add", "--email", "root@example.org", "--role", "chief")
		d.must("grüne Wiesen am Morgen\r\n", "account", "add", "--email", "root@example.org", "--role", "admin")
		d.refuses("there is an administrator already", "", "setup-link")
		d.refuses("another account has", "grüne Wiesen am Morgen\n", "account", "add", "--email", "ROOT@example.org", "--role", "host")
		if out := d.must("", "account", "add", "--email", "ada@example.org", "--role", "host", "--link"); !strings.Contains(out, "/enter#") {
			t.Errorf("%q", out)
		}
		table := filepath.Join(t.TempDir(), "list.csv")
		slips := filepath.Join(t.TempDir(), "slips.html")
		if err := os.WriteFile(table, []byte("email;name\nada@example.org;Ada\n;Bob\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		d.refuses("line 3, column 1: email", "", "account", "import", table, "--slips", slips)
		if _, err := os.Stat(slips); err == nil {
			t.Error("a page is left of a list that was refused")
		}
		if out := d.must("email;name\nbob@example.org;Bob\n", "account", "import", "-", "--slips", slips); strings.Contains(out, "#") {
			t.Errorf("the links are printed too: %q", out)
		}
		if info, err := os.Stat(slips); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
		d.refuses("cannot be made", "email;name\neve@example.org;Eve\n", "account", "import", "-", "--slips", slips)
		d.refuses("--days is 1 to 14", "", "account", "import", table, "--days", "15")
		d.refuses("cannot be read", "", "account", "import", table+"x")

		var list []printedAccount
		if err := json.Unmarshal([]byte(d.must("", "account", "list", "--json")), &list); err != nil || len(list) != 3 || list[2].Email != "root@example.org" || !list[2].HasPassword {
			t.Errorf("%v %+v", err, list)
		}
		if out := d.must("", "account", "list"); !strings.Contains(out, "bob@example.org") || !strings.Contains(out, "has no password yet") {
			t.Errorf("%q", out)
		}
		var link printedLink
		if err := json.Unmarshal([]byte(d.must("", "account", "reset-link", "bob@example.org", "--clear-second-factor", "--json")), &link); err != nil || len(link.Code) != 32 {
			t.Errorf("%v %+v", err, link)
		}
		d.refuses("no such account", "", "account", "reset-link", "nobody@example.org")
		d.refuses("nothing is to be changed", "", "account", "change", "ada@example.org")
		d.refuses("another account has", "", "account", "change", "ada@example.org", "--email", "BOB@example.org")
		d.refuses("nobody who can sign in", "", "account", "change", "root@example.org", "--role", "host")
		if out := d.must("", "account", "change", "ada@example.org", "--email", "lovelace@example.org", "--name", "Ada L."); out != "lovelace@example.org, Ada L., host.\n" {
			t.Errorf("%q", out)
		}
		d.refuses("no such account", "", "account", "reset-link", "ada@example.org")
		d.refuses("nobody who can sign in", "", "account", "remove", "root@example.org")
		d.refuses("the heir: no such account", "", "account", "remove", "bob@example.org", "--heir", "nobody@example.org")
		d.must("", "account", "remove", "bob@example.org")
		if out := d.must("", "trail", "list"); !strings.Contains(out, "account_removed") || !strings.Contains(out, "email_changed") || strings.Contains(out, "bob") || strings.Contains(out, "lovelace") {
			t.Errorf("%s", out)
		}
		var verdict struct {
			Intact bool
			Mark   string
		}
		if err := json.Unmarshal([]byte(d.must("", "trail", "verify", "--json")), &verdict); err != nil || !verdict.Intact {
			t.Errorf("%v %+v", err, verdict)
		}
		d.must("", "trail", "verify", "--mark", verdict.Mark)
		d.refuses("not the one that was noted", "", "trail", "verify", "--mark", verdict.Mark[:len(verdict.Mark)-4]+"0000")
		d.refuses("looks like", "", "trail", "verify", "--mark", "yesterday")
	})
}

func TestAdminMakesNoDatabase(t *testing.T) {
	dir := t.TempDir()
	d := desk{t, config.Config{DataDir: dir, Bind: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}}
	if _, err := d.types("", "setup-link"); !errors.Is(err, errNoDatabase) {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// TestDemonstrationIsForThisMachine says where there is a demonstration host, and where not.
func TestDemonstrationIsForThisMachine(t *testing.T) {
	stored := storetest.Open(t, storetest.SQLite(t))
	accounts, planned := newStored(config.Config{}, stored, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = planned.Close(context.Background()) })
	tests := []struct {
		name string
		cfg  config.Config
		bind string
		made bool
	}{
		{"this machine", config.Config{Demo: true}, "127.0.0.1", true},
		{"this machine, both families", config.Config{Demo: true}, "127.0.0.1 ::1", true},
		{"not asked for", config.Config{}, "127.0.0.1", false},
		{"with a public address", config.Config{Demo: true, PublicURL: "https://meet.example.org"}, "127.0.0.1", false},
		{"every address", config.Config{Demo: true}, "0.0.0.0", false},
		{"one of others", config.Config{Demo: true}, "127.0.0.1 192.0.2.1", false},
	}
	for _, test := range tests {
		for text := range strings.FieldsSeq(test.bind) {
			test.cfg.Bind = append(test.cfg.Bind, netip.MustParseAddr(text))
		}
		address, err := demonstrate(context.Background(), test.cfg, accounts, "http://localhost:7880")
		if err != nil || (address != "") != test.made {
			t.Errorf("%s: %q, %v", test.name, address, err)
		}
		var out bytes.Buffer
		if err := announceHosts(context.Background(), &out, test.cfg, accounts, "http://localhost:7880"); err != nil {
			t.Error(err)
		}
		if want := map[bool]string{true: "/enter#", false: "no administrator yet"}[test.made]; !strings.Contains(out.String(), want) {
			t.Errorf("%s: %q", test.name, out.String())
		}
	}
}

// TestTheAPIIsServed asks a whole server: its headers are on the answers, and what is counted and logged is the route, not who
// was asked for.
func TestTheAPIIsServed(t *testing.T) {
	page, metrics, end := start(t, local(t))
	get := func(address string) (*http.Response, string) {
		answer, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return answer, string(text)
	}
	if answer, text := get(page + "/api/operator"); answer.StatusCode != http.StatusOK || !strings.Contains(text, `"organisation"`) {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
	if answer, text := get(page + "/api/docs"); !strings.Contains(answer.Header.Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(text, "POST /api/login") {
		t.Errorf("%v %s", answer.Header, text)
	}
	if answer, text := get(page + "/api/accounts/planted"); answer.StatusCode != http.StatusUnauthorized || !strings.Contains(text, "signed_out") {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
	if answer, _ := get(page + "/enter"); answer.StatusCode == http.StatusNotFound {
		t.Error("one-time links lead nowhere")
	}
	if _, text := get(metrics); !strings.Contains(text, `route="GET /api/accounts/{id}"`) || strings.Contains(text, "planted") {
		t.Errorf("the metrics:\n%s", text)
	}
	if err := end(); err != nil {
		t.Error(err)
	}
}
