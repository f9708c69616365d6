package describe

import (
	"strings"
	"testing"

	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

// The reasons in logs have the names of the protocol.
func TestReasonsHaveTheirNames(t *testing.T) {
	named := 0
	for number, name := range lkpb.DisconnectReason_name {
		got := room.DisconnectReason(number).String()
		if number != 0 && got == "unknown" {
			continue // the room never gives it
		}
		named++
		if want := strings.TrimSuffix(strings.ToLower(name), "_reason"); got != want {
			t.Errorf("%d is %s, want %s", number, got, want)
		}
	}
	if named < 13 {
		t.Errorf("only %d reasons have names", named)
	}
}
