package wire

import "testing"

func TestAlertsInTheClear(t *testing.T) {
	record := func(kind, epoch byte, length int) []byte {
		return append([]byte{kind, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 1, 0, byte(length)}, make([]byte, length)...)
	}
	join := func(list ...[]byte) (all []byte) {
		for _, b := range list {
			all = append(all, b...)
		}
		return all
	}
	for _, test := range []struct {
		name string
		b    []byte
		want bool
	}{
		{"nothing", nil, false},
		{"alert", record(21, 0, 2), true},
		{"cut alert", record(21, 0, 2)[:14], true},
		{"sealed alert", record(21, 1, 30), false},
		{"repeated flight", join(record(22, 0, 50), record(20, 0, 1), record(22, 1, 40)), false},
		{"alert behind a handshake", join(record(22, 0, 50), record(21, 0, 2)), true},
		{"alert inside of a record", record(22, 0, 30)[:20], false},
	} {
		if got := hasClearAlert(test.b); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
