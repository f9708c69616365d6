package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"konklave/internal/account"
	"konklave/internal/pii"
	"konklave/internal/store/storetest"
)

// visitors are who may ask: n nobody, f the second factor is missing, e it is to be set up, a administrator, h host, r reception,
// u auditor.
var visitors = map[rune]pii.Token{'n': "", 'f': "half", 'e': "enrolling", 'a': "admin", 'h': "host", 'r': "reception", 'u': "auditor"}

// admitted says again, in another form than the routes do, who is let in where.
var admitted = map[string]string{
	"getDescription": "nfeahru", "getDocumentation": "nfeahru", "getDocumentationStyle": "nfeahru",
	"signIn": "nfeahru", "signOut": "nfeahru", "lookAtLink": "nfeahru", "setUp": "nfeahru", "enterByLink": "nfeahru", "enterDemo": "nfeahru",
	"giveSecondFactor": "f", "getMe": "feahru",
	"renameMe": "ahru", "changeEmail": "ahru", "changePassword": "ahru", "beginSecondFactor": "eahru", "confirmSecondFactor": "eahru", "removeSecondFactor": "ahru",
	"renewRecoveryCodes": "ahru", "listMyLogins": "ahru", "endMyOtherLogins": "ahru", "endMyLogin": "ahru", "getMyData": "ahru",
	"getMyArchive": "ahru", "deleteMe": "eahru",
	"listAccounts": "a", "addAccount": "a", "importAccounts": "a", "getAccount": "a", "changeAccount": "a", "removeAccount": "a", "makeLink": "a",
	"endLogins": "a", "listHosts": "ar", "findHosts": "ahr",
	"getOperator": "nfeahru", "setOperator": "a", "listTrail": "au", "listPeriods": "au", "verifyTrail": "au",
	"seeConnection": "a",
}

// TestWhoIsLetInCellByCell asks every route as everybody.
func TestWhoIsLetInCellByCell(t *testing.T) {
	known := fakeLogins{}
	for role, token := range map[account.Role]pii.Token{account.Admin: "admin", account.Host: "host", account.Reception: "reception", account.Auditor: "auditor"} {
		known[token] = account.Login{ID: "l", Account: account.Account{ID: "a", Role: role}, Stage: account.StageFull}
	}
	known["half"] = account.Login{ID: "l", Account: account.Account{ID: "a", Role: account.Admin}, Stage: account.StageFactor}
	known["enrolling"] = account.Login{ID: "l", Account: account.Account{ID: "a", Role: account.Admin}, Stage: account.StageEnrol}
	a := New(Config{Logins: known, Log: slog.New(slog.DiscardHandler)})
	for _, routes := range areas(storetest.Open(t, storetest.SQLite(t)), nil) {
		a.Add(routes)
	}
	handler, cells := a.Handler(), 0
	for _, r := range a.routes {
		want, listed := admitted[r.Name]
		if !listed {
			t.Errorf("%s is not in the table", r.Name)
		}
		for letter, token := range visitors {
			req := httptest.NewRequest(r.Method, strings.ReplaceAll(r.Path, "{id}", "none"), nil)
			if token != "" {
				req.AddCookie(&http.Cookie{Name: sessionCookie, Value: token.Reveal()})
			}
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, req)
			var p Problem
			_ = json.Unmarshal(w.Body.Bytes(), &p)
			if let := !slices.Contains(whenNamed, p.Code); let != strings.ContainsRune(want, letter) {
				t.Errorf("%s as %c: %d %s", r.Name, letter, w.Code, p.Code)
			}
			cells++
		}
	}
	if len(a.routes) != len(admitted) || cells < 200 {
		t.Errorf("%d routes, %d in the table, %d cells", len(a.routes), len(admitted), cells)
	}
}

// TestTheDescriptionIsWhole compares what is described with what answers.
func TestTheDescriptionIsWhole(t *testing.T) {
	a := New(Config{Logins: fakeLogins{}, Log: slog.New(slog.DiscardHandler)})
	for _, routes := range areas(storetest.Open(t, storetest.SQLite(t)), nil) {
		a.Add(routes)
	}
	handler, document, described := a.Handler(), a.Document(), 0
	names := map[string]bool{}
	for path, methods := range document["paths"].(object) {
		for method, op := range methods.(object) {
			described++
			name := op.(object)["operationId"].(string)
			if names[name] {
				t.Errorf("two routes are called %s", name)
			}
			names[name] = true
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest(strings.ToUpper(method), strings.NewReplacer("{", "", "}", "").Replace(path), nil))
			if body := w.Body.String(); strings.Contains(body, codeNothingHere) || w.Code == http.StatusMethodNotAllowed {
				t.Errorf("%s %s is described and does not answer: %s", method, path, body)
			}
			if _, ok := op.(object)["responses"].(object)["429"]; !ok || op.(object)["summary"] == "" {
				t.Errorf("%s %s is not described whole", method, path)
			}
		}
	}
	if described != len(a.routes) {
		t.Errorf("%d routes, %d are described", len(a.routes), described)
	}
	for _, r := range a.routes {
		for _, code := range r.refusals() {
			if _, ok := statuses[code]; !ok {
				t.Errorf("%s may answer with %s, which has no status", r.Name, code)
			}
		}
	}
}

// TestEveryChangeIsRefusedToOtherSites sends each request that changes something as a page of another site would, with the
// cookie of somebody who may.
func TestEveryChangeIsRefusedToOtherSites(t *testing.T) {
	known := fakeLogins{"admin": account.Login{ID: "l", Account: account.Account{ID: "a", Role: account.Admin}, Stage: account.StageFull}}
	a := New(Config{Logins: known, Log: slog.New(slog.DiscardHandler)})
	for _, routes := range areas(storetest.Open(t, storetest.SQLite(t)), nil) {
		a.Add(routes)
	}
	handler, changes := a.Handler(), 0
	for _, r := range a.routes {
		for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://elsewhere.test"}} {
			req := httptest.NewRequest(r.Method, strings.ReplaceAll(r.Path, "{id}", "none"), strings.NewReader("{}"))
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set(header[0], header[1])
			req.AddCookie(&http.Cookie{Name: sessionCookie, Value: "admin"})
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, req)
			refused := strings.Contains(w.Body.String(), codeCrossSite) && w.Code == http.StatusForbidden
			if changes++; r.Method == http.MethodGet {
				changes--
			}
			if refused != (r.Method != http.MethodGet) {
				t.Errorf("%s with %s: %d %s", r.Name, header, w.Code, w.Body)
			}
		}
	}
	if changes < 60 {
		t.Errorf("only %d requests change something", changes)
	}
}
