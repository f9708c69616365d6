package api

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"konklave/internal/account"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

const (
	goodPassword  = "grüne Wiesen am Morgen"
	otherPassword = "blaue Berge am Abend"
)

// site is the whole API over a database, at a time that the test sets.
type site struct {
	*testing.T
	stored   *store.Store
	accounts *account.Service
	handler  http.Handler
	at       time.Time
	log      bytes.Buffer
}

func onSite(t *testing.T, test func(s *site)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, stored *store.Store) { test(newSite(t, stored)) })
}

func newSite(t *testing.T, stored *store.Store) *site {
	s := &site{T: t, stored: stored, at: time.Date(2026, 3, 2, 10, 20, 0, 0, time.UTC)}
	now := func() time.Time { return s.at }
	s.accounts = account.New(account.Config{Store: stored, Hasher: account.CheapHasher(), Now: now})
	a := New(Config{Logins: s.accounts, PublicURL: "https://meet.example.org", Log: slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: now})
	for _, routes := range areas(stored, s.accounts) {
		a.Add(routes)
	}
	s.handler = a.Handler()
	return s
}

// areas are those of the whole API, but for meetings.
func areas(stored *store.Store, accounts *account.Service) [][]Route {
	if accounts == nil {
		accounts = account.New(account.Config{Store: stored})
	}
	return [][]Route{Login(accounts), Self(accounts), Accounts(accounts), Installation(accounts), Periods(stored, account.Retentions()), ConnectionHelp(accounts, &fakeHelp{})}
}

// browser keeps cookies as browsers do.
type browser struct {
	*site
	source  string
	cookies map[string]string
}

func (s *site) browser(source string) *browser {
	return &browser{site: s, source: source, cookies: map[string]string{}}
}

// ask sends a request and gives status and body.
func (b *browser) ask(method, path string, body any) (int, map[string]any) {
	b.Helper()
	w := b.send(method, path, body)
	fields := map[string]any{}
	if w.Body.Len() > 0 && strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(w.Body.Bytes(), &fields); err != nil {
			b.Fatalf("%s %s: %s", method, path, w.Body)
		}
	}
	return w.Code, fields
}

func (b *browser) send(method, path string, body any) *httptest.ResponseRecorder {
	b.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.Fatal(err)
	}
	req := httptest.NewRequest(method, path, bytes.NewReader(text))
	req.RemoteAddr = b.source
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0")
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, req)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return w
}

// must wants a status.
func (b *browser) must(status int, method, path string, body any) map[string]any {
	b.Helper()
	got, fields := b.ask(method, path, body)
	if got != status {
		b.Fatalf("%s %s: %d %v, want %d", method, path, got, fields, status)
	}
	return fields
}

// refused wants a code.
func (b *browser) refused(code account.Code, method, path string, body any) map[string]any {
	b.Helper()
	status, fields := b.ask(method, path, body)
	if fields["code"] != string(code) || status != statuses[string(code)] {
		b.Errorf("%s %s: %d %v, want %s", method, path, status, fields, code)
	}
	return fields
}

type given map[string]any

// appCode is what an app shows for a secret.
func (s *site) appCode(secret any) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret.(string))
	if err != nil {
		s.Fatal(err)
	}
	return account.AppCode(key, s.at)
}

// enrol sets a second factor up and gives its secret and the recovery codes.
func (b *browser) enrol() (secret any, codes []any) {
	b.Helper()
	secret = b.must(200, "POST", "/api/me/factor", given{"password": goodPassword})["secret"]
	done := b.must(200, "POST", "/api/me/factor/confirm", given{"code": b.appCode(secret)})
	return secret, done["recoveryCodes"].([]any)
}

// administrator sets the installation up.
func (s *site) administrator() *browser {
	s.Helper()
	link, err := s.accounts.MakeSetupLink(context.Background())
	if err != nil {
		s.Fatal(err)
	}
	b := s.browser("203.0.113.1")
	b.must(200, "POST", "/api/links/setup", given{"code": link.Code.Reveal(), "email": "root@example.org", "name": "Planted Root", "password": goodPassword})
	b.enrol()
	return b
}

// person has an administrator make an account, and its owner enter it.
func (b *browser) person(name string, role account.Role) *browser {
	b.Helper()
	slip := b.must(201, "POST", "/api/accounts", given{"email": name + "@example.org", "name": "Planted " + name, "role": role})
	_, code, _ := strings.Cut(slip["link"].(map[string]any)["address"].(string), "#")
	p := b.browser("203.0.113.2")
	p.must(200, "POST", "/api/links/enter", given{"code": code, "password": goodPassword})
	return p
}

// TestFirstRun walks the way of the first administrator and the first host.
func TestFirstRun(t *testing.T) {
	onSite(t, func(s *site) {
		link, err := s.accounts.MakeSetupLink(t.Context())
		if err != nil {
			s.Fatal(err)
		}
		code := given{"code": link.Code.Reveal()}
		root := s.browser("203.0.113.1")
		if i := root.must(200, "POST", "/api/links/look", code); i["purpose"] != "setup" {
			s.Errorf("%v", i)
		}
		me := root.must(200, "POST", "/api/links/setup", given{"code": code["code"], "email": "root@example.org", "name": "Root", "password": goodPassword})
		if me["stage"] != "enrol" || me["needsSecondFactor"] != true {
			s.Errorf("%v", me)
		}
		root.refused(account.CodeEnrolNeeded, "GET", "/api/accounts", nil)
		early := root.cookies[sessionCookie]
		secret, codes := root.enrol()
		if len(codes) != 10 || root.cookies[sessionCookie] == early {
			s.Errorf("%d codes; the token is the old one: %v", len(codes), root.cookies[sessionCookie] == early)
		}
		root.refused(account.CodeLinkUnknown, "POST", "/api/links/look", code)
		if use := root.must(200, "GET", "/api/operator", nil); use["complete"] != nil {
			s.Errorf("%v", use)
		}
		root.must(204, "PUT", "/api/operator", given{"use": "school", "details": given{"organisation": "Schule", "address": "Weg 1", "email": "a@b.c", "dataProtectionContact": "d"}})
		if use := s.browser("").must(200, "GET", "/api/operator", nil); use["use"] != "school" || use["complete"] != true {
			s.Errorf("%v", use)
		}
		ada := root.person("ada", account.Host)
		if me := ada.must(200, "GET", "/api/me", nil); me["stage"] != "full" || fmt.Sprint(me["may"]) != "[host_meetings find_hosts]" {
			s.Errorf("%v", me)
		}
		root.must(204, "POST", "/api/logout", nil)
		root.refused(account.CodeSignedOut, "GET", "/api/me", nil)
		s.at = s.at.Add(time.Minute)
		if me := root.must(200, "POST", "/api/login", given{"email": "ROOT@example.org", "password": goodPassword}); me["stage"] != "factor" {
			s.Errorf("%v", me)
		}
		root.refused(account.CodeFactorNeeded, "GET", "/api/accounts", nil)
		root.refused(account.CodeCodeWrong, "POST", "/api/login/factor", given{"code": "000000"})
		root.must(200, "POST", "/api/login/factor", given{"code": s.appCode(secret)})
		list := root.must(200, "GET", "/api/accounts", nil)["accounts"].([]any)
		verdict := root.must(200, "GET", "/api/trail/verify", nil)
		if len(list) != 2 || verdict["intact"] != true || verdict["entries"] != 4.0 {
			s.Errorf("%v %v", list, verdict)
		}
		if list := root.must(200, "GET", "/api/periods", nil)["periods"].([]any); len(list) != 4 || list[0].(map[string]any)["ran"] != nil {
			s.Errorf("before any rule ran: %v", list)
		}
		if _, err := s.stored.Purge(t.Context(), account.Retentions(), s.at); err != nil {
			s.Fatal(err)
		}
		if list := root.must(200, "GET", "/api/periods", nil)["periods"].([]any); list[0].(map[string]any)["ran"] == nil {
			s.Errorf("after they ran: %v", list)
		}
		if trail := root.must(200, "GET", "/api/trail?most=2", nil)["entries"].([]any); len(trail) != 2 || trail[0].(map[string]any)["actorName"] != "Root" {
			s.Errorf("%v", trail)
		}
	})
}

// TestOwnAffairs goes through what a person may do about their own account.
func TestOwnAffairs(t *testing.T) {
	onSite(t, func(s *site) {
		root := s.administrator()
		ada := root.person("ada", account.Host)
		phone := s.browser("203.0.113.3")
		phone.must(200, "POST", "/api/login", given{"email": "ada@example.org", "password": goodPassword, "stay": true})
		logins := ada.must(200, "GET", "/api/me/logins", nil)["logins"].([]any)
		if len(logins) != 2 || logins[0].(map[string]any)["device"] != "Firefox, Linux" {
			s.Errorf("%v", logins)
		}
		for _, l := range logins {
			if l := l.(map[string]any); l["this"] != true {
				ada.must(204, "DELETE", "/api/me/logins/"+l["id"].(string), nil)
			}
		}
		phone.refused(account.CodeSignedOut, "GET", "/api/me", nil)
		ada.refused(account.CodeLoginUnknown, "DELETE", "/api/me/logins/none", nil)
		ada.must(204, "PATCH", "/api/me", given{"name": "Ada Lovelace"})
		ada.refused(account.CodePasswordWrong, "POST", "/api/me/password", given{"old": otherPassword, "new": otherPassword})
		ada.must(200, "POST", "/api/me/password", given{"old": goodPassword, "new": otherPassword})
		data := ada.must(200, "GET", "/api/me/data", nil)
		if a := data["account"].(map[string]any); a["name"] != "Ada Lovelace" || a["email"] != "ada@example.org" || len(data["logins"].([]any)) != 1 {
			s.Errorf("%v", data)
		}
		file := ada.send("GET", "/api/me/archive", nil)
		z, err := zip.NewReader(bytes.NewReader(file.Body.Bytes()), int64(file.Body.Len()))
		if err != nil || len(z.File) != len(data) {
			s.Errorf("%v, %d files", err, len(z.File))
		}
		ada.refused(account.CodePasswordWrong, "POST", "/api/me/delete", given{"password": goodPassword})
		ada.must(204, "POST", "/api/me/delete", given{"password": otherPassword})
		if _, still := ada.cookies[sessionCookie]; still {
			s.Error("the cookie of an account that is gone stays")
		}
		if list := root.must(200, "GET", "/api/accounts", nil)["accounts"].([]any); len(list) != 1 {
			s.Errorf("%v", list)
		}
		root.refused(account.CodeLastAdministrator, "POST", "/api/me/delete", given{"password": goodPassword})
	})
}

func TestAccountsOverHTTP(t *testing.T) {
	onSite(t, func(s *site) {
		root := s.administrator()
		ada := root.person("ada", account.Host)
		me := ada.must(200, "GET", "/api/me", nil)["id"].(string)
		root.refused(account.CodeEmailTaken, "POST", "/api/accounts", given{"email": "ADA@example.org", "name": "A", "role": "host"})
		root.refused(account.CodeRoleInvalid, "POST", "/api/accounts", given{"email": "b@example.org", "name": "B", "role": "chief"})
		p := root.refused(account.CodeListInvalid, "POST", "/api/accounts/import", given{"list": "email,name\nada@example.org,A\n"})
		if faults := p["faults"].([]any); fmt.Sprint(faults[0].(map[string]any)["line"]) != "2" {
			s.Errorf("%v", faults)
		}
		slips := root.must(201, "POST", "/api/accounts/import", given{"list": "email,name,role\nbob@example.org,Bob,reception\n", "days": 7})["slips"].([]any)
		if len(slips) != 1 || !strings.HasPrefix(slips[0].(map[string]any)["link"].(map[string]any)["address"].(string), "https://meet.example.org/enter#") {
			s.Errorf("%v", slips)
		}
		if one := root.must(200, "PATCH", "/api/accounts/"+me, given{"role": "auditor"}); one["role"] != "auditor" {
			s.Errorf("%v", one)
		}
		ada.refused(account.CodeSignedOut, "GET", "/api/me", nil)
		if l := root.must(201, "POST", "/api/accounts/"+me+"/link", given{"clearSecondFactor": true}); l["purpose"] != "reset" {
			s.Errorf("%v", l)
		}
		root.must(204, "DELETE", "/api/accounts/"+me+"/logins", nil)
		root.must(204, "POST", "/api/accounts/"+me+"/remove", given{})
		root.refused(account.CodeAccountUnknown, "GET", "/api/accounts/"+me, nil)
		if hosts := root.must(200, "GET", "/api/hosts", nil)["hosts"].([]any); len(hosts) != 1 {
			s.Errorf("%v", hosts)
		}
	})
}

// TestSessionsAreNotFixed has an attacker plant a token in somebody's browser, and somebody sign in where another was.
func TestSessionsAreNotFixed(t *testing.T) {
	onSite(t, func(s *site) {
		root := s.administrator()
		root.person("ada", account.Host)
		root.person("bob", account.Host)
		victim, attacker := s.browser("203.0.113.4"), s.browser("203.0.113.5")
		const planted = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		victim.cookies[sessionCookie], attacker.cookies[sessionCookie] = planted, planted
		victim.must(200, "POST", "/api/login", given{"email": "ada@example.org", "password": goodPassword})
		if victim.cookies[sessionCookie] == planted {
			s.Error("the planted token was taken")
		}
		attacker.refused(account.CodeSignedOut, "GET", "/api/me", nil)
		attacker.cookies[sessionCookie] = victim.cookies[sessionCookie] // as one who had read it before
		victim.must(200, "POST", "/api/login", given{"email": "bob@example.org", "password": goodPassword})
		attacker.refused(account.CodeSignedOut, "GET", "/api/me", nil)
	})
}

// TestGuessingOverHTTP wants the pause told, and the log to know nothing of whom.
func TestGuessingOverHTTP(t *testing.T) {
	onSite(t, func(s *site) {
		s.administrator().person("ada", account.Host)
		eve := s.browser("198.51.100.7")
		guess := given{"email": "ada@example.org", "password": "Planted Guess 1"}
		for range 5 {
			eve.refused(account.CodeCredentialsWrong, "POST", "/api/login", guess)
		}
		w := eve.send("POST", "/api/login", guess)
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
			s.Errorf("%d %v", w.Code, w.Header())
		}
		for _, secret := range []string{"lanted", "example.org", "198.51", "203.0"} {
			if strings.Contains(s.log.String(), secret) {
				s.Errorf("the log holds %q:\n%s", secret, s.log.String())
			}
		}
	})
}
