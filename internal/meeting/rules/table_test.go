package rules

import (
	"reflect"
	"strings"
	"testing"
)

// TestMay asks for every cell of the table, with settings that permit everything and with those that permit nothing.
func TestMay(t *testing.T) {
	all := Settings{People: SightAll, Speak: FloorAll, Camera: FloorAll, Share: ShareAll, Chat: ReachAll, Direct: ReachAll, Files: ReachAll,
		Hands: HandsOn, Reactions: true, Rename: true}
	none := Settings{People: SightHosts, Speak: FloorCalled, Camera: FloorCalled, Share: ShareHosts, Chat: ReachOff, Direct: ReachOff,
		Files: ReachOff, Hands: HandsOff}
	cells := 0
	for _, row := range Table() {
		for i, k := range Kinds() {
			for _, r := range Roles() {
				cells++
				letter := letters[r]
				always := strings.Contains(row.Cells[i], letter)
				sometimes := always || strings.Contains(row.Cells[i], strings.ToLower(letter))
				if got := May(r, row.Action, k, all); got != sometimes {
					t.Errorf("%s, %s, %s where all is permitted: %v", row.Action, k, r, got)
				}
				if got := May(r, row.Action, k, none); got != always {
					t.Errorf("%s, %s, %s where nothing is permitted: %v", row.Action, k, r, got)
				}
			}
			if strings.ToUpper(row.Cells[i]) != row.Cells[i] && row.Condition == "" {
				t.Errorf("%s, %s: a small letter without a condition", row.Action, k)
			}
		}
	}
	if want := len(Actions()) * len(Kinds()) * len(Roles()); cells != want || len(Actions()) != 31 {
		t.Errorf("%d cells, %d actions", cells, len(Actions()))
	}
}

// TestNobodyMay asks for what must never be.
func TestNobodyMay(t *testing.T) {
	for _, k := range Kinds() {
		s := Preset(k, DefaultLevel(k))
		for _, a := range []Action{Admit, Mute, Remove, Lock, Hold, End, HandOver, AppointHost, Appoint, SeeWaiting, ChangeSettings, DeleteChat} {
			for _, r := range []Role{Presenter, Participant, Viewer, "", "admin"} {
				if May(r, a, k, s) {
					t.Errorf("%s: %q may %s", k, r, a)
				}
			}
		}
		if May(Owner, "unmute", k, s) || May(Moderator, HandOver, k, s) || May(Viewer, Speak, k, s) {
			t.Errorf("%s: somebody may too much", k)
		}
	}
	if May(Owner, End, "party", Settings{}) {
		t.Error("in a kind that does not exist somebody may something")
	}
}

func TestFloor(t *testing.T) {
	talk := Preset(Talk, Open)
	if May(Participant, Speak, Talk, talk) || May(Participant, Camera, Talk, talk) {
		t.Error("the audience speaks without being called up")
	}
	if !MayWithFloor(Participant, Speak, Talk, talk) || !MayWithFloor(Viewer, Camera, Talk, talk) || MayWithFloor(Viewer, Share, Talk, talk) {
		t.Error("being called up is for speaking and the camera")
	}
	if council := Preset(Council, Open); May(Participant, Speak, Council, council) || May(Viewer, RaiseHand, Council, council) {
		t.Error("in a council members speak when it is their turn, guests watch")
	}
}

func TestWhoSeesWhom(t *testing.T) {
	class, talk, discussion := Preset(Class, Internal), Preset(Talk, Open), Preset(Discussion, Internal)
	tests := []struct {
		name string
		got  bool
		want bool
	}{
		{"pupils know of each other", Sees(Participant, Participant, false, class), true},
		{"a pupil does not see another's camera", SeesCamera(Participant, Participant, false, class), false},
		{"also not when the other is asked something", SeesCamera(Participant, Participant, true, class), false},
		{"a presenting pupil does not see the others'", SeesCamera(Presenter, Participant, false, class), false},
		{"the teacher sees all", SeesCamera(Owner, Participant, false, class), true},
		{"all see the teacher", SeesCamera(Participant, Owner, false, class), true},
		{"the audience does not know of each other", Sees(Participant, Participant, false, talk), false},
		{"but sees who was called up", SeesCamera(Participant, Participant, true, talk), true},
		{"and the speaker sees the audience", Sees(Presenter, Participant, false, talk), true},
		{"in a discussion everybody sees everybody", SeesCamera(Participant, Viewer, false, discussion), true},
		{"questions do not get to the audience", Reaches(Participant, Participant, Chat, talk), false},
		{"but to the speaker", Reaches(Participant, Presenter, Chat, talk), true},
		{"pupils do not write to each other", Reaches(Participant, Participant, ChatPrivate, class), false},
		{"nor to a pupil who presents", Reaches(Participant, Presenter, ChatPrivate, class), false},
		{"but to the teacher", Reaches(Participant, Owner, ChatPrivate, class), true},
		{"who answers", Reaches(Moderator, Participant, ChatPrivate, class), true},
		{"files in a discussion", Reaches(Participant, Viewer, SendFile, discussion), true},
		{"nothing by another action", Reaches(Owner, Owner, Mute, discussion), false},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: %v", test.name, test.got)
		}
	}
}

func TestTableIsACopy(t *testing.T) {
	first := Table()
	first[0].Cells[0] = ""
	if reflect.DeepEqual(first, Table()) {
		t.Error("readers can change the table")
	}
}
