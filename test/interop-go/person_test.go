package interop

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/auth"
	"github.com/livekit/protocol/livekit"

	"konklave/test/interop-go/member"
)

// person is a member whose faults fail the test.
type person struct {
	*member.Member
	t    *testing.T
	name string
}

// modes are the ways in which the SDK connects; dual is its own choice.
var modes = []string{"dual", "single"}

func ticket(t *testing.T, room, identity string) string {
	t.Helper()
	token, err := auth.NewAccessToken(key, secret).SetIdentity(identity).SetValidFor(time.Hour).
		SetVideoGrant(&auth.VideoGrant{RoomJoin: true, Room: room}).ToJWT()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func enter(t *testing.T, url, identity, mode string) *person {
	t.Helper()
	m, err := member.Enter(url, ticket(t, "hall", identity), mode == "single")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Leave)
	return &person{Member: m, t: t, name: identity}
}

// publish sends sound and pictures.
func (p *person) publish() {
	p.t.Helper()
	if err := p.Publish(); err != nil {
		p.t.Fatal(err)
	}
}

// gets waits until more of tracks comes than what came so far.
func (p *person) gets(limit time.Time, tracks ...string) {
	p.t.Helper()
	before := p.Look().Packets
	defer func() {
		if p.t.Failed() {
			p.t.Logf("%s had %v and has %v", p.name, before, p.Look())
		}
	}()
	for _, what := range tracks {
		within(p.t, limit, what+" at "+p.name, func() bool { return p.Look().Packets[what] >= before[what]+10 })
	}
}

func (p *person) told(limit time.Time, what string) {
	p.t.Helper()
	within(p.t, limit, what+" at "+p.name, func() bool {
		return slices.ContainsFunc(p.Look().Events, func(e string) bool { return strings.HasPrefix(e, what) })
	})
}

// says sends a text and waits until another has it.
func (p *person) says(limit time.Time, text string, reliable bool, to *person) {
	p.t.Helper()
	if err := p.Say(text, reliable); err != nil {
		p.t.Fatal(err)
	}
	within(p.t, limit, text+" at "+to.name, func() bool { return slices.Contains(to.Look().Data, p.name+" "+text) })
}

// meet has two who publish see, hear and write to each other.
func meet(limit time.Time, a, b *person, text string) {
	a.t.Helper()
	a.gets(limit, b.name+" audio", b.name+" video")
	b.gets(limit, a.name+" audio", a.name+" video")
	a.says(limit, text, true, b)
	b.says(limit, text, true, a)
}

// sees waits for one layer of somebody's camera, after asking for it.
func (p *person) sees(from *person, quality livekit.VideoQuality, width uint16) {
	p.t.Helper()
	if err := p.Choose(from.name, quality); err != nil {
		p.t.Fatal(err)
	}
	until(p.t, "layer "+quality.String()+" of "+from.name, func() bool { return p.Look().Widths[from.name] == width })
}

func soon() time.Time { return time.Now().Add(patience) }
