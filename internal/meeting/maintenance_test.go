package meeting

import (
	"slices"
	"testing"
	"time"
)

// listener is an Outlet that keeps what it is sent.
type listener struct{ got []Message }

func (l *listener) Send(f Frame) {
	if f.message != nil { // the rest are events
		l.got = append(l.got, f.message)
	}
}
func (*listener) Close(Code) {}

// last gives the newest message of a type, and forgets all.
func last[M Message](l *listener) (m M, ok bool) {
	for _, one := range slices.Backward(l.got) {
		if m, ok = one.(M); ok {
			break
		}
	}
	l.got = nil
	return m, ok
}

func TestMaintenance(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	r := quiet()
	const running, other = "board", "choir"
	ann, bob, cem := &listener{}, &listener{}, &listener{}
	enterAs(r, now, ann, running, "Ann")
	if _, told := last[Maintenance](ann); told || r.people() != 1 {
		t.Fatalf("told of maintenance without any, or %d people", r.people())
	}

	ann.got = nil
	r.announce(Maintenance{Active: true})
	r.announce(Maintenance{Active: true}) // nothing new
	if len(ann.got) != 1 {
		t.Errorf("who is in was told %d things", len(ann.got))
	}
	if m, _ := last[Maintenance](ann); !m.Active || m.Until != 0 {
		t.Errorf("who is in was told %+v", m)
	}
	r.announce(Maintenance{Active: true, Until: 5})
	if m, _ := last[Maintenance](ann); m.Until != 5 {
		t.Errorf("who is in was told %+v", m)
	}

	// A meeting that runs can be joined, and whoever comes is told.
	enterAs(r, now, bob, running, "Bob")
	welcome, _ := bob.got[0].(Welcome)
	if m, _ := last[Maintenance](bob); m.Until != 5 || welcome.Self == "" {
		t.Errorf("a newcomer was told %+v, %+v", welcome, m)
	}
	r.gone(now, bob)
	if r.people() != 2 {
		t.Errorf("who may come back is not counted: %d", r.people())
	}
	r.handle(now, cem, RejoinRequest{Link: running, Session: welcome.Session, Seq: welcome.Seq})
	if m, told := last[Maintenance](cem); !told || !m.Active {
		t.Error("who came back was not told")
	}

	// Others are not started.
	dora := &listener{}
	enterAs(r, now, dora, other, "Dora")
	if e, _ := last[Refusal](dora); e.Code != CodeDraining || r.people() != 2 {
		t.Errorf("a meeting was started: %+v", e)
	}

	// Between the last one's leaving and the end of the room somebody may come back.
	r.handle(now, ann, LeaveRequest{})
	r.handle(now, cem, LeaveRequest{})
	if r.people() != 0 {
		t.Errorf("%d people", r.people())
	}
	enterAs(r, now, ann, running, "Ann")
	if r.people() != 1 {
		t.Error("nobody came back")
	}

	r.announce(Maintenance{})
	if m, told := last[Maintenance](ann); !told || m.Active {
		t.Error("the end was not told")
	}
	enterAs(r, now, dora, other, "Dora")
	if r.people() != 2 {
		t.Error("nothing starts after the end")
	}
	if _, told := last[Maintenance](dora); told {
		t.Error("told of maintenance that is over")
	}
}
