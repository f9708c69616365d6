package account

import (
	"slices"
	"testing"
)

// TestRolesCellByCell says again, in another form than the table, what each role may do.
func TestRolesCellByCell(t *testing.T) {
	tests := map[Operation]string{ // a admin, h host, r reception, u auditor
		HostMeetings:     "ah--",
		PlanForOthers:    "--r-",
		ListHosts:        "a-r-",
		FindHosts:        "ahr-",
		TakeOverMeetings: "a---",
		ManageAccounts:   "a---",
		EditOperator:     "a---",
		ReadTrail:        "a--u",
		ReadPapers:       "a--u",
		HelpConnections:  "a---",
	}
	if len(tests) != len(Operations()) {
		t.Errorf("%d of %d operations are tested", len(tests), len(Operations()))
	}
	for op, cells := range tests {
		for i, role := range Roles() {
			want := cells[i] != '-'
			if got := role.May(op); got != want {
				t.Errorf("%s may %s: %v", role, op, got)
			}
			if (Account{Role: role, Disabled: true}).May(op) {
				t.Errorf("%s may %s while disabled", role, op)
			}
			for _, stage := range []Stage{StageFactor, StageEnrol, ""} {
				if (Login{Account: Account{Role: role}, Stage: stage}).May(op) {
					t.Errorf("%s may %s at stage %q", role, op, stage)
				}
			}
		}
		if Role("").May(op) || Role("owner").May(op) {
			t.Errorf("no role may %s", op)
		}
	}
}

func TestRolesAreListed(t *testing.T) {
	var names []string
	for _, r := range Roles() {
		names = append(names, string(r))
	}
	if !slices.Equal(names, Role("").Values()) {
		t.Errorf("%v and %v", names, Role("").Values())
	}
}
