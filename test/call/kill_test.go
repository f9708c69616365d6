package call

import (
	"context"
	"strings"
	"testing"
	"time"

	"konklave/internal/id"
	"konklave/internal/store"
	"konklave/internal/testkit"
)

// TestEverybodyIsBackAfterAKill kills the server with SIGKILL in the middle of a call that has hosts, a lobby that its owner switched
// on, people who wait and one who was sent back. When it is started again all come as clients do, by the tickets that they have:
// each has its role, who waited waits, and pictures flow within ten seconds.
func TestEverybodyIsBackAfterAKill(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	p := startProcess(t)
	host, link := hosting(t, ctx, p.server)
	guest := func(name string) map[string]string { return map[string]string{"link": link, "name": name} }
	people := map[string]*testkit.Visitor{"Host": host}
	for _, name := range []string{"Ann", "Ben", "Cid", "Eve"} {
		people[name] = knock(t, ctx, p.server, guest(name), "welcome")
	}
	for name, role := range map[string]string{"Ann": "moderator", "Ben": "presenter", "Cid": "viewer"} {
		send(t, host, map[string]any{"type": "appoint", "id": people[name].ID, "role": role})
		if err := people[name].Admitted(ctx); err != nil || people[name].Role != role {
			t.Fatalf("%s is %s, %v", name, people[name].Role, err)
		}
	}
	send(t, host, map[string]any{"type": "to_lobby", "ids": []string{people["Eve"].ID}})
	changeSettings(t, ctx, host, map[string]any{"lobby": "all", "people": "hosts"})
	knock(t, ctx, p.server, guest("Dora"), "lobby")
	if m, err := people["Eve"].Wait(ctx, "lobby"); err != nil || m.Why != "back" {
		t.Fatalf("%+v, %v", m, err)
	}
	shows(t, ctx, p.server, host, people["Ann"], 1)
	noted(t, ctx, p, link, `"back"`, `"change"`)

	p.kill()
	began := time.Now()
	p.begin()
	ticketed := func(name string) map[string]string {
		join := guest(name)
		join["ticket"] = people[name].Ticket
		return join
	}
	roles := map[string]string{"Host": "owner", "Ann": "moderator", "Ben": "presenter", "Cid": "viewer"}
	for _, name := range []string{"Host", "Ann", "Ben", "Cid"} {
		people[name] = knock(t, ctx, p.server, ticketed(name), "welcome")
		if got := people[name].Role; got != roles[name] {
			t.Errorf("%s came back as %s, was %s", name, got, roles[name])
		}
	}
	forged := guest("Mallory")
	forged["ticket"] = strings.ToUpper(people["Host"].Ticket)
	for why, join := range map[string]map[string]string{"back": ticketed("Eve"), "lobby": guest("Dora"), "forged": forged} {
		v := knock(t, ctx, p.server, join, "lobby")
		defer v.Close()
		if m, err := people["Ann"].Wait(ctx, "knocked"); err != nil || m.Person.Name != join["name"] {
			t.Errorf("%s: a moderator is told %+v, %v", why, m, err)
		}
	}
	shows(t, ctx, p.server, people["Host"], people["Ann"], 2)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("back after %v", took)
	} else {
		t.Logf("back after %v", took)
	}
}

// shows has one send a camera, and another see it.
func shows(t *testing.T, ctx context.Context, s *server, from, to *testkit.Visitor, mark uint32) {
	t.Helper()
	with := func(v *testkit.Visitor) func(*testkit.Options) {
		return func(o *testkit.Options) { o.Token = v.MediaToken }
	}
	publish(t, ctx, s.join(ctx, from.ID, with(from)), testkit.TrackOptions{Source: camera, Mark: mark})
	sees(t, ctx, s.join(ctx, to.ID, with(to)), from.ID, camera, mark)
}

// noted waits until what a running meeting must not forget is in the database: nobody else is told when that is.
func noted(t *testing.T, ctx context.Context, p *process, link string, what ...string) {
	t.Helper()
	stored, err := store.Open(ctx, store.Options{Dir: p.data()})
	if err != nil {
		t.Fatal(err)
	}
	defer stored.Close()
	for missing := what; len(missing) > 0; time.Sleep(10 * time.Millisecond) {
		err := stored.Read(ctx, func(tx *store.Tx) error {
			m, err := tx.MeetingByLink(id.LinkID(link))
			missing = nil
			for _, w := range what {
				if !strings.Contains(m.Condition, w) {
					missing = append(missing, w)
				}
			}
			return err
		})
		if err != nil {
			t.Fatalf("%q is not noted: %v", missing, err)
		}
	}
}
