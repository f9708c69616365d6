package plan

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/meeting"
	"konklave/internal/meeting/calendar"
	"konklave/internal/meeting/rules"
	"konklave/internal/pii"
	"konklave/internal/store"
	"konklave/internal/store/storetest"
)

// TestWhoComesAsWhat knocks as everybody at every kind of meeting, in the middle of its date.
func TestWhoComesAsWhat(t *testing.T) {
	r := sqlite(t)
	tests := []struct {
		kind                                                    rules.Kind
		guest, person, colleague, owner, host, reception, audit string
	}{
		{rules.Discussion, "participant", "participant", "participant", "owner", "moderator", "not_allowed", "participant"},
		{rules.Class, "participant", "participant", "participant", "owner", "moderator", "not_allowed", "participant"},
		{rules.Consultation, "invited_only", "participant", "participant", "owner", "moderator", "not_allowed", "participant"},
		{rules.Talk, "participant", "participant", "participant", "owner", "moderator", "not_allowed", "participant"},
		{rules.Council, "viewer", "participant", "participant", "owner", "moderator", "not_allowed", "participant"},
	}
	for _, test := range tests {
		r.at("2026-11-26 12:00")
		m := r.make(ada, Draft{Kind: test.kind, Schedule: monday(), Hosts: []id.AccountID{"eve"}})
		people, err := r.Invite(t.Context(), ada, m.ID, []string{"Mia Kurz"})
		if err != nil {
			t.Fatal(err)
		}
		r.at("2026-11-30 10:10")
		for name, c := range map[string]struct {
			knock meeting.Knock
			want  string
		}{
			"a guest":                  {meeting.Knock{Link: m.Link}, test.guest},
			"a guest who claims it":    {meeting.Knock{Link: m.Link, Host: "me"}, test.guest},
			"a guest, forged login":    {meeting.Knock{Link: m.Link, Login: "in:mallory"}, test.guest},
			"a person of the list":     {meeting.Knock{Link: people[0].Link}, test.person},
			"a colleague":              {meeting.Knock{Link: m.Link, Login: "in:zoe"}, test.colleague},
			"an administrator":         {meeting.Knock{Link: m.Link, Login: "in:root"}, test.colleague},
			"the owner":                {meeting.Knock{Link: m.Link, Login: "in:ada"}, test.owner},
			"the owner by another's":   {meeting.Knock{Link: people[0].Link, Login: "in:ada"}, test.owner},
			"a host":                   {meeting.Knock{Link: m.Link, Login: "in:eve"}, test.host},
			"reception":                {meeting.Knock{Link: m.Link, Login: "in:kim"}, test.reception},
			"an auditor":               {meeting.Knock{Link: m.Link, Login: "in:audit"}, test.audit},
			"nobody knows this link":   {meeting.Knock{Link: id.NewLinkID()}, "meeting_unknown"},
			"no link":                  {meeting.Knock{Link: "x' OR 1=1 --"}, "meeting_unknown"},
			"the meeting's id as link": {meeting.Knock{Link: id.LinkID(m.ID)}, "meeting_unknown"},
		} {
			if got := r.knock(c.knock); got != c.want {
				t.Errorf("%s, %s: %s, want %s", test.kind, name, got, c.want)
			}
		}
	}
	if _, _, err := r.Knock(t.Context(), meeting.Knock{Link: r.make(ada, Draft{}).Link, Login: "broken"}); !errors.Is(err, store.Busy) {
		t.Errorf("a store that fails: %v", err)
	}
}

func TestWhatComesWithAKnock(t *testing.T) {
	r := sqlite(t)
	m := r.make(ada, Draft{Title: "Mathe", Kind: rules.Class})
	people, err := r.Invite(t.Context(), ada, m.ID, []string{"Mia Kurz", "Mia Klein", "Bo"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []pii.Name{"Mia K.", "Mia K.\u00a02", "Bo"} {
		d, pass, err := r.Knock(t.Context(), meeting.Knock{Link: people[i].Link})
		if err != nil || pass.Name != want || pass.Personal == "" || pass.Role != rules.Participant || pass.SkipLobby || pass.Account != "" {
			t.Errorf("%+v (%s), %v", pass, pass.Name.Reveal(), err)
		}
		if d.ID != m.ID || d.Title.Reveal() != "Mathe" || d.Host.Reveal() != "Frau ada" || d.Settings != m.Settings || !d.EndsAt.IsZero() || d.KeptAfter != keepAlways || !d.KeptUntil.IsZero() {
			t.Errorf("%+v", d)
		}
	}
	if _, pass, _ := r.Knock(t.Context(), meeting.Knock{Link: m.Link, Login: "in:ada"}); !pass.SkipLobby || pass.Name != "Frau ada" || pass.Account != "ada" {
		t.Errorf("the owner: %+v", pass)
	}
	if _, pass, _ := r.Knock(t.Context(), meeting.Knock{Link: m.Link, Login: "in:zoe"}); pass.SkipLobby || pass.Name != "Frau zoe" || pass.Account != "zoe" {
		t.Errorf("a colleague: %+v", pass)
	}
	if _, pass, _ := r.Knock(t.Context(), meeting.Knock{Link: m.Link}); pass.SkipLobby || pass.Name != "" {
		t.Errorf("a guest: %+v", pass)
	}

	// What was taken back leads nowhere, and what was renewed by the new link only.
	if err := errors.Join(r.Revoke(t.Context(), ada, m.ID, people[0].ID), r.RenewPersonal(t.Context(), ada, m.ID, people[1].ID)); err != nil {
		t.Fatal(err)
	}
	list, _ := r.Personal(t.Context(), ada, m.ID)
	if len(list) != 2 || list[0].Link == people[1].Link || list[0].Name != people[1].Name {
		t.Errorf("%+v", list)
	}
	renewed, err := r.RenewLink(t.Context(), ada, m.ID)
	if err != nil || renewed.Sequence != 1 {
		t.Fatal(err)
	}
	for link, want := range map[id.LinkID]string{people[0].Link: "meeting_unknown", people[1].Link: "meeting_unknown", list[0].Link: "participant", m.Link: "meeting_unknown", renewed.Link: "participant"} {
		if got := r.knock(meeting.Knock{Link: link}); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	r.wantRefusal("what was taken back", r.Revoke(t.Context(), ada, m.ID, people[0].ID), meeting.CodePersonalUnknown)
	other := r.make(eve, Draft{})
	r.wantRefusal("what is another's", r.Revoke(t.Context(), eve, other.ID, people[2].ID), meeting.CodePersonalUnknown)
}

func TestAppointments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRig(t, s)
		m := r.make(ada, Draft{Title: "Onkologie", Kind: rules.Consultation, Schedule: weekly(3)})
		list, err := r.Appoint(t.Context(), ada, m.ID, Appointments{Date: monday().Date, Time: 540, Minutes: 20, Pause: 5, Count: 3})
		if err != nil || len(list) != 3 || list[2].Start.In(r.place("Europe/Berlin")).Format("15:04") != "09:50" || list[2].End.Sub(list[2].Start) != 20*time.Minute {
			t.Fatalf("%+v, %v", list, err)
		}
		second := meeting.Knock{Link: list[1].Link} // 9:25 to 9:45
		for _, step := range []struct{ at, want string }{
			{"2026-11-27 09:30", "not_yet"}, {"2026-11-30 09:09", "not_yet"}, {"2026-11-30 09:10", "participant"}, {"2026-11-30 09:44", "participant"},
			{"2026-11-30 10:14", "participant"}, {"2026-11-30 10:15", "expired"}, {"2026-12-07 09:30", "expired"},
		} {
			r.at(step.at)
			if got := r.knock(second); got != step.want {
				t.Errorf("at %s: %s, want %s", step.at, got, step.want)
			}
		}
		r.at("2026-11-30 09:30")
		d, pass, err := r.Knock(t.Context(), second)
		if err != nil || pass.Slot != string(list[1].ID) || !pass.SlotAt.Equal(list[1].Start) || !pass.Until.Equal(list[1].End.Add(30*time.Minute)) || pass.Name != "" || pass.SkipLobby || d.EndsAt.In(r.place("Europe/Berlin")).Format("15:04") != "11:30" || !d.KeptUntil.Equal(m.Erase) || d.KeptAfter != 0 {
			t.Errorf("%+v %+v, %v", d, pass, err)
		}
		r.at("2026-11-30 11:30")
		if d, _, _ := r.Knock(t.Context(), meeting.Knock{Link: m.Link, Login: "in:ada"}); !d.EndsAt.IsZero() {
			t.Errorf("who comes after the end is put out at once: %v", d.EndsAt)
		}
		r.at("2026-11-30 09:30")
		g, err := r.Look(t.Context(), list[2].Link, "", "")
		if err != nil || g.Title != "" || g.Refusal != meeting.CodeNotYet || !g.Start.Equal(list[2].Start) || !g.Opens.Equal(list[2].Start.Add(-15*time.Minute)) {
			t.Errorf("before the appointment: %+v, %v", g, err)
		}
		for name, a := range map[string]Appointments{
			"none":          {Date: monday().Date, Time: 540, Minutes: 20},
			"too many":      {Date: monday().Date, Time: 540, Minutes: 20, Count: 101},
			"too short":     {Date: monday().Date, Time: 540, Minutes: 1, Count: 1},
			"too long":      {Date: monday().Date, Time: 540, Minutes: 600, Count: 1},
			"back in time":  {Date: monday().Date, Time: 540, Minutes: 20, Pause: -20, Count: 2},
			"over":          {Date: calendar.Date{Year: 2026, Month: 11, Day: 1}, Time: 540, Minutes: 20, Count: 1},
			"no such zone":  {Date: monday().Date, Time: 540, Minutes: 20, Count: 1, Zone: "Mars/North"},
			"no day at all": {Time: 540, Minutes: 20, Count: 1},
		} {
			_, err := r.Appoint(t.Context(), ada, m.ID, a)
			r.wantRefusal(name, err, meeting.CodeScheduleInvalid)
		}
		for range 4 {
			_, err = r.Appoint(t.Context(), ada, m.ID, Appointments{Date: monday().Date, Time: 600, Minutes: 5, Count: 100})
		}
		if err == nil {
			_, err = r.Appoint(t.Context(), ada, m.ID, Appointments{Date: monday().Date, Time: 600, Minutes: 5, Count: 98})
		}
		r.wantRefusal("more than 500 in all", err, meeting.CodeLimitReached)
	})
}

func TestDatesOpenAndExpire(t *testing.T) {
	r := sqlite(t)
	class := r.make(ada, Draft{Kind: rules.Class, Schedule: weekly(2)})     // opens 15 minutes before
	team := r.make(ada, Draft{Kind: rules.Discussion, Schedule: weekly(2)}) // whenever somebody comes
	for _, step := range []struct{ at, class, team, owner string }{
		{"2026-11-27 12:00", "not_yet", "participant", "owner"},
		{"2026-11-30 09:44", "not_yet", "participant", "owner"},
		{"2026-11-30 09:45", "participant", "participant", "owner"},
		{"2026-11-30 12:59", "participant", "participant", "owner"},
		{"2026-11-30 13:00", "not_yet", "participant", "owner"},
		{"2026-12-07 12:59", "participant", "participant", "owner"},
		{"2026-12-07 13:00", "expired", "expired", "owner"},
	} {
		r.at(step.at)
		if class, team, owner := r.knock(meeting.Knock{Link: class.Link}), r.knock(meeting.Knock{Link: team.Link}), r.knock(meeting.Knock{Link: class.Link, Login: "in:ada"}); class != step.class || team != step.team || owner != step.owner {
			t.Errorf("at %s: %s, %s, %s", step.at, class, team, owner)
		}
	}
}

// withCode makes a meeting with an access code.
func (r *rig) withCode() Meeting {
	settings := rules.Preset(rules.Discussion, rules.Internal)
	settings.Code = true
	return r.make(ada, Draft{Settings: &settings})
}

func TestAccessCode(t *testing.T) {
	r := sqlite(t)
	m := r.withCode()
	people, err := r.Invite(t.Context(), ada, m.ID, []string{"Mia"})
	if err != nil {
		t.Fatal(err)
	}
	code := m.Code.Reveal()
	run := meeting.Condition{Run: "run", Void: []meeting.TicketID{"removed"}}
	r.Note(m.ID, run)
	r.flush()
	ticket := func(run, which string) *meeting.Ticket {
		return &meeting.Ticket{ID: meeting.TicketID(which), Meeting: m.ID, Run: run, Role: rules.Participant, Expires: r.now.Add(time.Hour)}
	}
	for name, test := range map[string]struct {
		knock meeting.Knock
		want  string
	}{
		"none":                      {meeting.Knock{}, "access_code_needed"},
		"right":                     {meeting.Knock{Code: code}, "participant"},
		"right, as people write it": {meeting.Knock{Code: " " + code[:4] + "-" + code[4:]}, "participant"},
		"wrong":                     {meeting.Knock{Code: "0"}, "access_code_wrong"},
		"huge":                      {meeting.Knock{Code: string(make([]byte, 10_000))}, "access_code_wrong"},
		"a colleague":               {meeting.Knock{Login: "in:zoe"}, "access_code_needed"},
		"the owner":                 {meeting.Knock{Login: "in:ada"}, "owner"},
		"a personal link":           {meeting.Knock{Link: people[0].Link}, "participant"},
		"a ticket":                  {meeting.Knock{Ticket: ticket("run", "a")}, "participant"},
		"a ticket of another run":   {meeting.Knock{Ticket: ticket("before", "a")}, "access_code_needed"},
		"a ticket of who is out":    {meeting.Knock{Ticket: ticket("run", "removed")}, "access_code_needed"},
	} {
		if test.knock.Link == "" {
			test.knock.Link = m.Link
		}
		if got := r.knock(test.knock); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
	renewed, err := r.RenewCode(t.Context(), ada, m.ID)
	if err != nil || renewed.Code == m.Code || len(renewed.Code) != codeDigits {
		t.Errorf("%v", err)
	}
	if got := r.knock(meeting.Knock{Link: m.Link, Code: code}); got != "access_code_wrong" {
		t.Errorf("the code before: %s", got)
	}
	_, err = r.RenewCode(t.Context(), ada, r.make(ada, Draft{}).ID)
	r.wantRefusal("a code where none is asked for", err, meeting.CodeNotAllowed)
}

// TestGuessing guesses as one connection, as one source, and as many.
func TestGuessing(t *testing.T) {
	r := sqlite(t)
	m := r.withCode()
	people, err := r.Invite(t.Context(), ada, m.ID, []string{"Mia"})
	if err != nil {
		t.Fatal(err)
	}
	one := meeting.Knock{Link: m.Link, Code: "1", Source: "203.0.113.1", Tries: &meeting.Tries{}}
	var delays []time.Duration
	for range 11 {
		_, _, err := r.Knock(t.Context(), one)
		var failure meeting.Failure
		if errors.As(err, &failure); failure.Code == meeting.CodeTooManyCodes {
			delays = append(delays, failure.Wait)
			r.mu.Lock()
			r.now = r.now.Add(failure.Wait)
			r.mu.Unlock()
		}
	}
	if fmt.Sprint(delays) != "[1s 2s 4s 8s]" {
		t.Errorf("the delays of one connection are %v", delays)
	}
	one.Tries = &meeting.Tries{Wrong: 40}
	if got := r.knock(one); got != "access_code_wrong" || one.Tries.After.Sub(r.now) != time.Minute {
		t.Errorf("%s; the longest delay is %v", got, one.Tries.After.Sub(r.now))
	}

	// The same source with ever new connections.
	guess := meeting.Knock{Link: m.Link, Code: "1", Source: "203.0.113.2"}
	for range codesBurst {
		if got := r.knock(guess); got != "access_code_wrong" {
			t.Fatal(got)
		}
	}
	if got := r.knock(guess); got != "too_many_codes" {
		t.Errorf("one source guesses on: %s", got)
	}
	class := guess
	class.Code = m.Code.Reveal()
	if got := r.knock(class); got != "too_many_codes" {
		t.Errorf("from the same source the right code tells what the wrong ones did not: %s", got)
	}
	for name, passes := range map[string]meeting.Knock{
		"another source":    {Link: m.Link, Code: class.Code, Source: "203.0.113.3"},
		"a personal link":   {Link: people[0].Link, Source: guess.Source},
		"the owner":         {Link: m.Link, Login: "in:ada", Source: guess.Source},
		"one more meeting?": {Link: r.make(ada, Draft{}).Link, Source: guess.Source},
	} {
		if got := r.knock(passes); got != "participant" && got != "owner" {
			t.Errorf("%s is locked out: %s", name, got)
		}
	}

	// Many sources at one meeting; another meeting is not touched.
	for i := range meetingBurst {
		guess.Source = fmt.Sprintf("198.51.%d.%d", i/250, i%250)
		r.knock(guess)
	}
	guess.Source = "192.0.2.1"
	if got := r.knock(guess); got != "too_many_codes" {
		t.Errorf("many sources guess on: %s", got)
	}
	other := r.withCode()
	if got := r.knock(meeting.Knock{Link: other.Link, Code: other.Code.Reveal(), Source: guess.Source}); got != "participant" {
		t.Errorf("another meeting: %s", got)
	}
	r.mu.Lock()
	r.now = r.now.Add(10 * time.Second)
	r.mu.Unlock()
	if got := r.knock(meeting.Knock{Link: m.Link, Code: m.Code.Reveal(), Source: "192.0.2.2"}); got != "participant" {
		t.Errorf("after a while: %s", got)
	}
}

func TestGuessingLinks(t *testing.T) {
	r := sqlite(t)
	m := r.make(ada, Draft{})
	for range linksBurst {
		if got := r.knock(meeting.Knock{Link: id.NewLinkID(), Source: "203.0.113.9"}); got != "meeting_unknown" {
			t.Fatal(got)
		}
	}
	if got := r.knock(meeting.Knock{Link: id.NewLinkID(), Source: "203.0.113.9"}); got != "rate_limited" {
		t.Errorf("who guessed goes on: %s", got)
	}
	if _, err := r.Look(t.Context(), "no link", "", "203.0.113.9"); !refused(err, meeting.CodeRateLimited) {
		t.Errorf("and looks on: %v", err)
	}
	if got := r.knock(meeting.Knock{Link: id.NewLinkID(), Source: "203.0.113.10"}); got != "meeting_unknown" {
		t.Errorf("another source: %s", got)
	}
	if got := r.knock(meeting.Knock{Link: m.Link, Source: "203.0.113.9"}); got != "participant" {
		t.Errorf("somebody else of the same house, who has the link: %s", got)
	}
}

// TestGuardForgets keeps the counts of meetings bounded.
func TestGuardForgets(t *testing.T) {
	g, now := newGuard(), time.Unix(1000, 0)
	for i := range 3 * mostGuarded {
		g.ofMeeting(id.MeetingID(fmt.Sprint(i)), now).AllowN(now, 1)
	}
	if n := len(g.meetings); n != mostGuarded {
		t.Errorf("%d meetings are counted", n)
	}
	g.ofMeeting("last", now.Add(time.Hour))
	if n := len(g.meetings); n > 1 {
		t.Errorf("%d meetings are counted that make no difference any more", n)
	}
}

// TestGlimpses looks at each kind and level from outside: what the level hides is not there.
func TestGlimpses(t *testing.T) {
	r := sqlite(t)
	for _, k := range rules.Kinds() {
		for _, l := range rules.LevelsOf(k) {
			if !l.Available() {
				continue
			}
			m := r.make(ada, Draft{Title: "Geheimnis", Kind: k, Level: l})
			g, err := r.Look(t.Context(), m.Link, "", "203.0.113.1")
			if err != nil {
				t.Fatal(err)
			}
			hidden := m.Settings.Before == rules.BeforeHost
			if hidden != (g.Title == "") || g.Number != (l == rules.Open) || g.Host.Reveal() != "Frau ada" || g.Kind != k || g.Level != l {
				t.Errorf("%s, %s: %+v", k, l, g)
			}
		}
	}
	m := r.withCode()
	if g, _ := r.Look(t.Context(), m.Link, "", ""); !g.Code || !g.Waits || g.Name != "" || g.Role != rules.Participant {
		t.Errorf("a guest sees %+v", g)
	}
	if g, _ := r.Look(t.Context(), m.Link, "in:ada", ""); g.Code || g.Waits || g.Name != "Frau ada" || g.Role != rules.Owner {
		t.Errorf("the owner sees %+v", g)
	}
	if _, err := r.Look(t.Context(), id.NewLinkID(), "", ""); !refused(err, meeting.CodeMeetingUnknown) {
		t.Errorf("no meeting: %v", err)
	}
}
