package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"konklave/internal/account"
	"konklave/internal/pii"
)

// fakeLogins knows tokens by heart.
type fakeLogins map[pii.Token]account.Login

func (f fakeLogins) LoginOf(_ context.Context, token pii.Token) (account.Login, error) {
	if token == "broken" {
		return account.Login{}, errors.New("no store today")
	}
	if l, ok := f[token]; ok {
		return l, nil
	}
	return account.Login{}, account.Failure{Code: account.CodeSignedOut}
}

type sampleIn struct {
	ID    string `path:"id" doc:"Which."`
	Most  int    `query:"most" doc:"How many."`
	Title string `json:"title" doc:"What it is called."`
	Role  account.Role
}

type sampleOut struct {
	ID    string       `json:"id"`
	Most  int          `json:"most"`
	Title string       `json:"title,omitempty"`
	Role  account.Role `json:"role"`
	Site  string       `json:"site"`
}

var errPlanted = errors.New("planted trouble")

func sample() []Route {
	route := func(method, path, name string, who Who) Route {
		return Route{Method: method, Path: path, Name: name, Area: "sample", Who: who, Help: "A sample."}
	}
	small := route("POST", "/api/sample/{id}", "makeSample", May(account.ManageAccounts))
	small.Body, small.Status = 100, http.StatusCreated
	return []Route{
		Do(small, func(c *Call, in sampleIn) (sampleOut, error) {
			return sampleOut{ID: in.ID, Most: in.Most, Title: in.Title, Role: c.Account().Role, Site: c.Site}, nil
		}),
		Do(route("GET", "/api/sample/{id}", "showSample", SignedIn()), func(c *Call, in sampleGet) (sampleOut, error) {
			return sampleOut{ID: in.ID}, nil
		}),
		Do(route("GET", "/api/sample", "failSample", Anyone()), func(*Call, Nothing) (Nothing, error) { return Nothing{}, errPlanted }),
		Do(route("DELETE", "/api/sample", "waitSample", Anyone()), func(c *Call, _ Nothing) (Nothing, error) {
			return Nothing{}, account.Failure{Code: account.CodeSlowDown, Wait: 1500 * time.Millisecond}
		}),
		Do(route("PUT", "/api/sample", "signInSample", Anyone()), func(c *Call, _ Nothing) (Nothing, error) {
			c.SignIn("fresh", c.Now.Add(time.Hour), true)
			c.Remember("mark", time.Hour)
			return Nothing{}, nil
		}),
		Do(route("GET", "/api/sample/file", "fileSample", AtStage(account.StageFactor)), func(*Call, Nothing) (File, error) {
			return File{Type: "text/plain", Name: "a b.txt", Content: []byte("content")}, nil
		}),
	}
}

type sampleGet struct {
	ID string `path:"id"`
}

// frameRig is an API with the sample area.
type frameRig struct {
	*testing.T
	handler http.Handler
	log     bytes.Buffer
}

func newFrameRig(t *testing.T) *frameRig {
	rig := &frameRig{T: t}
	login := func(role account.Role, stage account.Stage) account.Login {
		return account.Login{ID: "l", Account: account.Account{ID: "a", Role: role}, Stage: stage}
	}
	a := New(Config{PublicURL: "https://meet.example.org", Log: slog.New(slog.NewTextHandler(&rig.log, nil)),
		Logins: fakeLogins{
			"admin": login(account.Admin, account.StageFull), "host": login(account.Host, account.StageFull),
			"half": login(account.Admin, account.StageFactor), "fresh": login(account.Admin, account.StageEnrol),
		}})
	a.Add(sample())
	rig.handler = a.Handler()
	return rig
}

// ask sends a request; headers are pairs.
func (r *frameRig) ask(method, path, token, body string, headers ...string) *httptest.ResponseRecorder {
	r.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.RemoteAddr = "203.0.113.7"
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.AddCookie(&http.Cookie{Name: sessionCookie, Value: token})
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, req)
	return w
}

func TestFrame(t *testing.T) {
	tests := []struct {
		name, method, path, token, body string
		headers                         []string
		status                          int
		want                            string // part of the body
	}{
		{"made", "POST", "/api/sample/x?most=3", "admin", `{"title":"T"}`, nil, 201, `{"id":"x","most":3,"title":"T","role":"admin","site":"https://meet.example.org"}`},
		{"own page", "POST", "/api/sample/x", "admin", `{"title":"T"}`, []string{"Sec-Fetch-Site", "same-origin"}, 201, ""},
		{"the public address behind a proxy", "POST", "/api/sample/x", "admin", `{"title":"T"}`, []string{"Origin", "https://meet.example.org"}, 201, ""},
		{"another site", "POST", "/api/sample/x", "admin", `{"title":"T"}`, []string{"Sec-Fetch-Site", "cross-site"}, 403, `"cross_site"`},
		{"another origin", "POST", "/api/sample/x", "admin", `{"title":"T"}`, []string{"Origin", "https://elsewhere.test"}, 403, `"cross_site"`},
		{"a neighbour's site", "POST", "/api/sample/x", "admin", `{"title":"T"}`, []string{"Sec-Fetch-Site", "same-site"}, 403, `"cross_site"`},
		{"a form", "POST", "/api/sample/x", "admin", `{"title":"T"}`, []string{"Content-Type", "text/plain"}, 400, `"bad_request"`},
		{"no JSON", "POST", "/api/sample/x", "admin", `{"title":`, nil, 400, `"bad_request"`},
		{"unknown field", "POST", "/api/sample/x", "admin", `{"titel":"T"}`, nil, 400, `there is no field \"titel\"`},
		{"wrong type", "POST", "/api/sample/x", "admin", `{"title":4}`, nil, 400, "title has another type"},
		{"two bodies", "POST", "/api/sample/x", "admin", `{"title":"T"}{}`, nil, 400, "behind the JSON"},
		{"long body", "POST", "/api/sample/x", "admin", `{"title":"` + strings.Repeat("a", 100) + `"}`, nil, 413, `"too_large"`},
		{"a number that is none", "POST", "/api/sample/x?most=many", "admin", `{"title":"T"}`, nil, 400, "most"},
		{"wrong role", "POST", "/api/sample/x", "host", `{"title":"T"}`, nil, 403, `"forbidden"`},
		{"second factor missing", "POST", "/api/sample/x", "half", `{"title":"T"}`, nil, 403, `"factor_needed"`},
		{"second factor to be set up", "POST", "/api/sample/x", "fresh", `{"title":"T"}`, nil, 403, `"enrol_needed"`},
		{"nobody", "POST", "/api/sample/x", "", `{"title":"T"}`, nil, 401, `"signed_out"`},
		{"unknown token", "POST", "/api/sample/x", "guess", `{"title":"T"}`, nil, 401, `"signed_out"`},
		{"long token", "POST", "/api/sample/x", strings.Repeat("a", 300), `{"title":"T"}`, nil, 401, `"signed_out"`},
		{"store broken", "GET", "/api/sample/x", "broken", "", nil, 500, `"internal"`},
		{"store broken, everybody may", "PUT", "/api/sample", "broken", "", nil, 204, ""},
		{"failure", "GET", "/api/sample", "", "", nil, 500, `{"code":"internal","message":"the server failed"}`},
		{"file at its stage", "GET", "/api/sample/file", "half", "", nil, 200, "content"},
		{"file at another stage", "GET", "/api/sample/file", "admin", "", nil, 403, `"forbidden"`},
		{"no such path", "GET", "/api/nothing", "admin", "", nil, 404, `"nothing_here"`},
		{"no such method", "PATCH", "/api/sample", "admin", "", nil, 405, `"method_unknown"`},
	}
	rig := newFrameRig(t)
	for _, test := range tests {
		w := rig.ask(test.method, test.path, test.token, test.body, test.headers...)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
			t.Errorf("%s: %d %s", test.name, w.Code, w.Body)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached", test.name)
		}
		if strings.Contains(w.Body.String(), "planted") {
			t.Errorf("%s tells the client %s", test.name, w.Body)
		}
	}
	if log := rig.log.String(); !strings.Contains(log, "planted trouble") || strings.Contains(log, "203.0.113.7") {
		t.Errorf("the log:\n%s", log)
	}
}

func TestHeadersOfAnswers(t *testing.T) {
	rig := newFrameRig(t)
	if w := rig.ask("DELETE", "/api/sample", "", ""); w.Code != 429 || w.Header().Get("Retry-After") != "2" || !strings.Contains(w.Body.String(), `"wait":2`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := rig.ask("PATCH", "/api/sample", "", ""); w.Header().Get("Allow") != "DELETE, GET, PUT" {
		t.Errorf("Allow: %q", w.Header().Get("Allow"))
	}
	if w := rig.ask("GET", "/api/sample/file", "half", ""); w.Header().Get("Content-Disposition") != `attachment; filename="a b.txt"` {
		t.Errorf("%v", w.Header())
	}
	cookies := func(headers ...string) string {
		return strings.Join(rig.ask("PUT", "/api/sample", "", "", headers...).Header().Values("Set-Cookie"), "\n")
	}
	const plain = "konklave=fresh; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax\n" +
		"konklave-known=mark; Path=/api/login; Max-Age=3600; HttpOnly; SameSite=Strict"
	if got := cookies(); got != plain {
		t.Errorf("over HTTP:\n%s", got)
	}
	if got := cookies("X-Forwarded-Proto", "https"); got != strings.ReplaceAll(plain, "HttpOnly", "HttpOnly; Secure") {
		t.Errorf("over HTTPS:\n%s", got)
	}
}

func TestOneSourceIsBounded(t *testing.T) {
	rig := newFrameRig(t)
	refused := 0
	for range sourceBurst + 50 {
		if w := rig.ask("PUT", "/api/sample", "", ""); w.Code == 429 {
			refused++
		}
	}
	if refused < 40 || refused > 50 {
		t.Errorf("%d of 50 too many were refused", refused)
	}
}

func TestDescription(t *testing.T) {
	rig := newFrameRig(t)
	w := rig.ask("GET", "/api/openapi.json", "", "")
	var document struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
			Responses   map[string]any
		}
		Components struct {
			Schemas map[string]struct {
				Properties map[string]map[string]any
				Required   []string
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil || document.OpenAPI != "3.1.1" {
		t.Fatalf("%v: %s", err, w.Body)
	}
	op := document.Paths["/api/sample/{id}"]["post"]
	if op.OperationID != "makeSample" || len(op.Parameters) != 2 || op.Responses["201"] == nil || op.Responses["403"] == nil {
		t.Errorf("%+v", op)
	}
	out := document.Components.Schemas["SampleOut"]
	if strings.Join(out.Required, " ") != "id most role site" || out.Properties["role"]["enum"] == nil {
		t.Errorf("%+v", out)
	}
	if in := document.Components.Schemas["SampleIn"]; len(in.Properties) != 1 {
		t.Errorf("the body has more than what comes in it: %+v", in)
	}
}

// TestDocumentationIsOurs wants a page that the strict policy shows whole: nothing inside it that it forbids, nothing from elsewhere.
func TestDocumentationIsOurs(t *testing.T) {
	rig := newFrameRig(t)
	page := rig.ask("GET", "/api/docs", "", "").Body.String()
	for _, want := range []string{"POST /api/sample/{id}", `href="/api/docs.css"`, "SampleOut", "one of admin, host, reception, auditor"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not have %s", want)
		}
	}
	for _, bad := range []string{"<script", "<style", "style=", "http://", "https://", "//", "onclick"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if css := rig.ask("GET", "/api/docs.css", "", ""); css.Header().Get("Content-Type") != "text/css; charset=utf-8" || strings.Contains(css.Body.String(), "url(") {
		t.Errorf("%v %s", css.Header(), css.Body)
	}
}

func TestEveryCodeHasAStatus(t *testing.T) {
	for _, code := range account.Codes() {
		if _, ok := statuses[string(code)]; !ok {
			t.Errorf("%s has no status", code)
		}
		if code.Message() == "" {
			t.Errorf("%s has no message", code)
		}
	}
}
