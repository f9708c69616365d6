package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"konklave/internal/account"
	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/plan"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// roster is the accounts of the tests; the token of a login is the id.
type roster map[id.AccountID]account.Account

func (p roster) LoginOf(_ context.Context, token pii.Token) (account.Login, error) {
	a, ok := p[id.AccountID(token)]
	if !ok {
		return account.Login{}, account.Failure{Code: account.CodeSignedOut}
	}
	return account.Login{ID: "l", Account: a, Stage: account.StageFull}, nil
}

func (p roster) ByEmail(_ context.Context, email pii.Text) (account.Account, error) {
	for _, a := range p {
		if a.Email == email {
			return a, nil
		}
	}
	return account.Account{}, account.Failure{Code: account.CodeAccountUnknown}
}

func (p roster) SignedIn(_ context.Context, login pii.Token) (plan.Person, error) {
	return p.Person(nil, id.AccountID(login))
}

func (p roster) Person(_ *store.Tx, of id.AccountID) (plan.Person, error) {
	a, ok := p[of]
	if !ok {
		return plan.Person{}, nil
	}
	return plan.Person{ID: a.ID, Name: a.Name, MayHost: a.MayHost(), MayEnter: !a.May(account.PlanForOthers)}, nil
}

// fakeConduct says that so many are in every meeting.
type fakeConduct struct {
	people   int
	draining bool
}

func (f *fakeConduct) Presence(context.Context, id.MeetingID) (meeting.Presence, error) {
	return meeting.Presence{People: f.people}, nil
}
func (f *fakeConduct) Draining(context.Context) (bool, error) { return f.draining, nil }

// meetingsRig is the API of meetings with a store.
type meetingsRig struct {
	*frameRig
	plan    *plan.Service
	conduct fakeConduct
	now     time.Time
}

func newMeetingsRig(t *testing.T) *meetingsRig {
	accounts := roster{}
	for name, role := range map[string]account.Role{"ada": account.Host, "eve": account.Host, "kim": account.Reception, "root": account.Admin, "audit": account.Auditor} {
		accounts[id.AccountID(name)] = account.Account{ID: id.AccountID(name), Name: pii.Name("Frau " + name), Email: pii.Text(name + "@example.org"), Role: role}
	}
	rig := &meetingsRig{frameRig: &frameRig{T: t}, now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}
	log := slog.New(slog.NewTextHandler(&rig.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	clock := func() time.Time { return rig.now }
	rig.plan = plan.New(plan.Config{Store: storetest.Open(t, storetest.SQLite(t)), Accounts: accounts, OpenHosting: true, Log: log, Now: clock})
	t.Cleanup(func() { _ = rig.plan.Close(context.Background()) })
	a := New(Config{PublicURL: "https://meet.example.org", Logins: accounts, Log: log, Now: clock})
	a.Add(Meetings(rig.plan, &rig.conduct, accounts))
	rig.handler = a.Handler()
	return rig
}

// call asks and reads the answer.
func (r *meetingsRig) call(token, method, path string, body any, status int, into any) {
	r.Helper()
	text := ""
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			r.Fatal(err)
		}
		text = string(b)
	}
	w := r.ask(method, path, token, text)
	if w.Code != status {
		r.Fatalf("%s %s as %s: %d %s, want %d", method, path, token, w.Code, w.Body, status)
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			r.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
		}
	}
}

type body map[string]any

var schedule = body{"form": "series", "date": "2026-11-30", "time": "10:00", "minutes": 45, "zone": "Europe/Berlin", "rule": body{"every": "week", "count": 20}}

func (r *meetingsRig) made(token string, with body) MeetingView {
	r.Helper()
	var made madeMeeting
	if with["title"] == nil {
		with["title"] = "Mathe 7b"
	}
	r.call(token, "POST", "/api/meetings", with, 201, &made)
	return *made.Meeting
}

// TestMeetingThroughTheAPI leads a meeting through its life.
func TestMeetingThroughTheAPI(t *testing.T) {
	r := newMeetingsRig(t)
	m := r.made("ada", body{"title": "<script>alert(1)</script>", "kind": "class", "schedule": schedule, "hosts": []string{"eve@example.org"}})
	if m.Title != "<script>alert(1)</script>" || m.Settings != rules.Preset(rules.Class, rules.Internal) || m.Address != "https://meet.example.org/m/"+string(m.Link) ||
		m.Hosts[0].Name != "Frau eve" || len(m.Dates) != 10 || m.Remaining != 20 || m.Mine != plan.Owns || m.Dates[0].Date.String() != "2026-11-30" {
		t.Errorf("made %+v", m)
	}
	path := "/api/meetings/" + string(m.ID)
	var list meetingList
	r.call("eve", "GET", "/api/meetings", nil, 200, &list)
	if len(list.Meetings) != 1 || list.Meetings[0].Mine != plan.Conducts {
		t.Errorf("listed %+v", list)
	}

	settings := m.Settings
	settings.Code = true
	var changed MeetingView
	r.call("eve", "PATCH", path, body{"title": "Mathe 7c", "settings": settings}, 200, &changed)
	if changed.Title != "Mathe 7c" || len(changed.Code) != 8 {
		t.Errorf("changed to %+v", changed)
	}
	var again MeetingView
	r.call("ada", "POST", path+"/code", nil, 200, &again)
	r.call("ada", "POST", path+"/link", nil, 200, &again)
	if again.Code == changed.Code || again.Link == m.Link {
		t.Errorf("renewed %+v", again)
	}
	r.call("ada", "PUT", path+"/dates/2026-12-07/substitute", body{"account": "eve"}, 200, &again)
	if len(again.Substitutes) != 1 || again.Substitutes[0].Date.String() != "2026-12-07" {
		t.Errorf("substitutes %+v", again.Substitutes)
	}
	r.call("ada", "DELETE", path+"/dates/2026-12-07/substitute", nil, 200, &again)
	if len(again.Substitutes) != 0 {
		t.Errorf("substitutes %+v", again.Substitutes)
	}
	r.call("eve", "PUT", path+"/dates/2026-12-07", body{"to": "2026-12-08", "time": "11:30"}, 200, &again)
	r.call("ada", "PUT", path+"/dates/2026-12-14", body{"out": true}, 200, &again)
	var dates dateList
	r.call("ada", "GET", path+"/dates", nil, 200, &dates)
	if moved := dates.Dates[1]; len(dates.Dates) != 20 || !moved.Moved || moved.Date.String() != "2026-12-07" || moved.Start.UTC().Format("02 15:04") != "08 10:30" || !dates.Dates[2].Out || again.Remaining != 19 {
		t.Errorf("dates %+v", dates.Dates[:3])
	}
	again = MeetingView{}
	r.call("ada", "PUT", path+"/dates/2026-12-14", body{}, 200, &again)
	if again.Remaining != 20 || !again.Dates[1].Moved || len(again.Schedule.Moved) != 1 || again.Schedule.Except != nil {
		t.Errorf("after all: %+v", again.Dates)
	}
	r.call("ada", "PUT", path+"/owner", body{"account": "eve@example.org"}, 204, nil)
	var notices meetingNotices
	r.call("eve", "GET", "/api/meeting-notices", nil, 200, &notices)
	if len(notices.Notices) != 1 || notices.Notices[0].Event != plan.Given || notices.Notices[0].Other.Name != "Frau ada" {
		t.Errorf("notices %+v", notices)
	}
	r.call("eve", "DELETE", "/api/meeting-notices/"+string(notices.Notices[0].ID), nil, 204, nil)
	r.call("ada", "GET", path, nil, 404, nil)
	r.call("eve", "DELETE", path, nil, 204, nil)
	r.call("eve", "GET", path, nil, 404, nil)
}

func TestPeopleThroughTheAPI(t *testing.T) {
	r := newMeetingsRig(t)
	m := r.made("ada", body{"kind": "class", "schedule": schedule})
	path := "/api/meetings/" + string(m.ID)
	var people peopleList
	r.call("ada", "POST", path+"/people", body{"list": "Mia  Kurz\r\n\n Bo\n", "names": []string{"<b>Zoe</b> Groß"}}, 201, &people)
	if len(people.People) != 3 || people.People[0].Name != "<b>Zoe</b> G." || people.People[1].Name != "Mia K." || people.People[2].Name != "Bo" {
		t.Fatalf("%+v", people)
	}
	mia := people.People[1]
	r.call("ada", "POST", path+"/people/"+string(mia.ID)+"/link", nil, 204, nil)
	r.call("ada", "DELETE", path+"/people/"+string(people.People[2].ID), nil, 204, nil)
	r.call("ada", "DELETE", path+"/people/"+string(people.People[2].ID), nil, 404, nil)
	r.call("ada", "GET", path+"/people", nil, 200, &people)
	if len(people.People) != 2 || people.People[1].Link == mia.Link {
		t.Errorf("%+v", people)
	}
	people = peopleList{}
	r.call("ada", "POST", path+"/appointments", body{"date": "2026-12-01", "time": "09:00", "minutes": 20, "pause": 10, "count": 3}, 201, &people)
	if len(people.People) != 3 || people.People[1].Start.UTC().Format("15:04") != "08:30" || people.People[0].Name != "" {
		t.Errorf("%+v", people)
	}

	var text invitation
	r.call("ada", "GET", path+"/invitation?language=en&person="+string(mia.ID), nil, 200, &text)
	if !strings.Contains(text.Text, "Frau ada invites you:") || !strings.Contains(text.Text, text.Address) || !strings.Contains(text.Text, "for you alone") || strings.Contains(text.Text, string(m.Link)) {
		t.Errorf("%s", text.Text)
	}
	file := r.ask("GET", path+"/calendar", "ada", "")
	if file.Code != 200 || file.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(file.Body.String(), "RRULE:FREQ=WEEKLY") ||
		!strings.Contains(file.Header().Get("Content-Disposition"), "konklave.ics") || strings.Contains(file.Body.String(), "UID:"+string(m.ID)) {
		t.Errorf("%d %v %s", file.Code, file.Header(), file.Body)
	}
	slot := r.ask("GET", path+"/calendar?person="+string(people.People[0].ID), "ada", "")
	if !strings.Contains(slot.Body.String(), "DTSTART;TZID=Europe/Berlin:20261201T090000") || strings.Contains(slot.Body.String(), "RRULE:FREQ=WEEKLY") {
		t.Errorf("%s", slot.Body)
	}
	picture := r.ask("GET", path+"/qr", "ada", "")
	if picture.Header().Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(picture.Body.String(), "<svg ") || strings.Contains(picture.Body.String(), "script") {
		t.Errorf("%v %s", picture.Header(), picture.Body)
	}
	always := r.made("ada", body{})
	if w := r.ask("GET", "/api/meetings/"+string(always.ID)+"/calendar", "ada", ""); w.Code != 400 || !strings.Contains(w.Body.String(), `"no_dates"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestVisitors looks at what those get who only have a link.
func TestVisitors(t *testing.T) {
	r := newMeetingsRig(t)
	r.conduct.people = 7
	for kind, want := range map[string]string{
		"talk":         `{"title":"Mathe 7b","host":"Frau ada","kind":"talk","level":"open","running":true,"people":7,"code":false,"waits":false,"role":"participant","start":"2026-11-30T10:00:00+01:00","end":"2026-11-30T10:45:00+01:00","address":"sie","notices":[]}`,
		"discussion":   `{"title":"Mathe 7b","host":"Frau ada","kind":"discussion","level":"internal","running":true,"code":false,"waits":true,"role":"participant","start":"2026-11-30T10:00:00+01:00","end":"2026-11-30T10:45:00+01:00","address":"sie","notices":[]}`,
		"consultation": `{"host":"Frau ada","kind":"consultation","level":"internal","running":true,"code":false,"waits":true,"refusal":"invited_only","start":"2026-11-30T10:00:00+01:00","end":"2026-11-30T10:45:00+01:00","address":"sie","notices":[{"de":"Nicht für Gespräche unter Schweigepflicht","en":"Not for conversations under professional secrecy"}]}`,
	} {
		m := r.made("ada", body{"kind": kind, "schedule": schedule})
		if got := strings.TrimSpace(r.ask("GET", "/api/links/"+string(m.Link), "", "").Body.String()); got != want {
			t.Errorf("%s:\n got %s\nwant %s", kind, got, want)
		}
		if w := r.ask("GET", "/api/links/"+string(m.ID), "", ""); w.Code != 404 {
			t.Errorf("the id is a link: %s", w.Body)
		}
		if w := r.ask("GET", "/api/meetings/"+string(m.ID), "", ""); w.Code != 401 {
			t.Errorf("a guest reads the meeting: %s", w.Body)
		}
	}
	var kinds kindList
	r.call("", "GET", "/api/kinds", nil, 200, &kinds)
	if len(kinds.Kinds) != 5 || kinds.Kinds[2].Kind != rules.Consultation || kinds.Kinds[2].Level != rules.Internal || kinds.Kinds[2].Levels[0].Available || len(kinds.Kinds[0].Levels[0].Limits) != 32 {
		t.Errorf("%+v", kinds)
	}
}

func TestMeetingsWithoutAccountThroughTheAPI(t *testing.T) {
	r := newMeetingsRig(t)
	var made madeMeeting
	r.call("", "POST", "/api/meetings", body{"title": "Runde"}, 201, &made)
	if !made.Link.Valid() || made.Host == "" || made.Meeting != nil {
		t.Errorf("%+v", made)
	}
	refusals := 0
	for range openSourceBurst + 5 {
		if r.ask("POST", "/api/meetings", "", `{"title":"Runde"}`).Code == 429 {
			refusals++
		}
	}
	if refusals != 6 {
		t.Errorf("%d of 6 too many were refused", refusals)
	}
	r.made("ada", body{}) // who has an account is not held up by that
	r.conduct.draining = true
	if w := r.ask("POST", "/api/meetings", "ada", `{"title":"Runde"}`); w.Code != 503 || !strings.Contains(w.Body.String(), `"draining"`) {
		t.Errorf("before the server is stopped: %d %s", w.Code, w.Body)
	}
	r.conduct.draining, r.plan.OpenHosting = false, false
	if w := r.ask("POST", "/api/meetings", "", `{"title":"Runde"}`); w.Code != 401 || !strings.Contains(w.Body.String(), `"signed_out"`) {
		t.Errorf("where it is not open: %d %s", w.Code, w.Body)
	}
}

// TestRefusalsOfMeetings sends what must not be taken.
func TestRefusalsOfMeetings(t *testing.T) {
	r := newMeetingsRig(t)
	m := r.made("ada", body{"schedule": schedule})
	path := "/api/meetings/" + string(m.ID)
	endless := `{"title":"T","schedule":{"form":"series","date":"2026-11-30","time":"10:00","minutes":45,"zone":"Europe/Berlin","rule":{"every":"day","count":10000}}}`
	tests := []struct {
		name, token, method, path, body string
		status                          int
		want                            string
	}{
		{"10,000 dates", "ada", "POST", "/api/meetings", endless, 400, `"details":[{"setting":"schedule","code":"too_many_dates"`},
		{"no title", "ada", "POST", "/api/meetings", `{"title":"\u0007"}`, 400, `"title_invalid"`},
		{"no kind", "ada", "POST", "/api/meetings", `{"title":"T","kind":"party"}`, 400, `{"setting":"kind","code":"kind_unknown"`},
		{"no encryption yet", "ada", "POST", "/api/meetings", `{"title":"T","level":"secret"}`, 400, `"code":"no_encryption","message":"cannot be chosen yet: end-to-end encryption is missing"`},
		{"settings by halves", "ada", "POST", "/api/meetings", `{"title":"T","settings":{"lobby":"off"}}`, 400, `"settings_invalid"`},
		{"a role of one's own", "ada", "POST", "/api/meetings", `{"title":"T","role":"owner"}`, 400, `there is no field \"role\"`},
		{"somebody else's", "ada", "POST", "/api/meetings", `{"title":"T","owner":"eve"}`, 403, `"not_allowed"`},
		{"whose address nobody has", "kim", "POST", "/api/meetings", `{"title":"T","owner":"x@example.org"}`, 400, `"owner_invalid"`},
		{"an auditor makes one", "audit", "POST", "/api/meetings", `{"title":"T"}`, 403, `"not_allowed"`},
		{"huge", "ada", "POST", "/api/meetings", `{"title":"` + strings.Repeat("a", 40<<10) + `"}`, 413, `"too_large"`},
		{"another's", "eve", "GET", path, "", 404, `"meeting_unknown"`},
		{"an administrator reads it", "root", "GET", path, "", 404, `"meeting_unknown"`},
		{"an administrator asks for its papers", "root", "GET", path + "/invitation", "", 404, `"meeting_unknown"`},
		{"an administrator asks for its people", "root", "GET", path + "/people", "", 404, `"meeting_unknown"`},
		{"a host lists all", "ada", "GET", "/api/admin/meetings", "", 403, `"forbidden"`},
		{"no such date", "ada", "PUT", path + "/dates/soon/substitute", `{"account":"eve"}`, 404, `"date_unknown"`},
		{"no such date to move", "ada", "PUT", path + "/dates/2026-12-01", `{"to":"2026-12-02"}`, 404, `"date_unknown"`},
		{"moved into the past", "ada", "PUT", path + "/dates/2026-12-07", `{"to":"2026-11-02"}`, 400, `"code":"move_invalid"`},
		{"another's date", "eve", "GET", path + "/dates", "", 404, `"meeting_unknown"`},
		{"no such person", "ada", "GET", path + "/qr?person=x", "", 404, `"personal_unknown"`},
		{"a date that is none", "ada", "POST", path + "/appointments", `{"date":"2026-02-30","time":"09:00","minutes":20,"count":1}`, 400, `"bad_request"`},
		{"a thousand names", "ada", "POST", path + "/people", `{"list":"` + strings.Repeat(`a\n`, 1000) + `"}`, 409, `"limit_reached"`},
		{"a name that turns the text round", "ada", "POST", path + "/people", `{"names":["a\u202eb"]}`, 400, `"name_invalid"`},
		{"no such link", "", "GET", "/api/links/AAAAAAAAAAAAAAAAAAAAAA", "", 404, `"meeting_unknown"`},
	}
	for _, test := range tests {
		w := r.ask(test.method, test.path, test.token, test.body)
		if w.Code != test.status || !strings.Contains(w.Body.String(), test.want) {
			t.Errorf("%s: %d %s", test.name, w.Code, w.Body)
		}
	}
}

// TestWhatAdministratorsSee takes a meeting over without ever seeing its link.
func TestWhatAdministratorsSee(t *testing.T) {
	r := newMeetingsRig(t)
	m := r.made("ada", body{"schedule": schedule})
	w := r.ask("GET", "/api/admin/meetings", "root", "")
	var all knownMeetings
	if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil || len(all.Meetings) != 1 || all.Meetings[0].ID != m.ID || all.Meetings[0].Next.IsZero() {
		t.Errorf("%v: %s", err, w.Body)
	}
	if strings.Contains(w.Body.String(), string(m.Link)) {
		t.Error("an administrator sees the link")
	}
	r.call("root", "PUT", "/api/meetings/"+string(m.ID)+"/owner", body{"account": "eve"}, 204, nil)
	var notices meetingNotices
	r.call("ada", "GET", "/api/meeting-notices", nil, 200, &notices)
	if len(notices.Notices) != 1 || notices.Notices[0].Event != plan.Taken {
		t.Errorf("the owner is told %+v", notices)
	}
	if log := r.log.String(); strings.Contains(log, string(m.Link)) || strings.Contains(log, "Mathe") || strings.Contains(log, "Frau") {
		t.Errorf("the log:\n%s", log)
	}
}

// TestEveryCodeOfMeetingsHasAStatus looks at what the routes say they answer with.
func TestEveryCodeOfMeetingsHasAStatus(t *testing.T) {
	for _, r := range Meetings(nil, nil, nil) {
		for _, code := range r.Codes {
			if _, ok := statuses[code]; !ok {
				t.Errorf("%s may answer with %s, which has no status", r.Name, code)
			}
			if meeting.Code(code).Message() == "" {
				t.Errorf("%s has no message", code)
			}
		}
	}
}
