package app

import (
	"encoding/json"
	"testing"

	"konklave/internal/relay"
)

func TestEachWayToTheRelayIsTriedAlone(t *testing.T) {
	paths := relayPaths(relay.Access{
		URLs: []string{
			"turn:192.0.2.1:3478?transport=udp", "turn:192.0.2.1:3478?transport=tcp", "turn:[2001:db8::1]:3478?transport=udp",
			"turns:meet.example.org:443?transport=tcp",
		},
		Username: "u", Password: "p",
	})
	got := map[string][]string{}
	for _, p := range paths {
		got[p.Path] = p.URLs
		if p.Username != "u" || p.Credential != "p" {
			t.Errorf("%s has no credentials", p.Path)
		}
	}
	text, _ := json.Marshal(got)
	want := `{"turn_tcp":["turn:192.0.2.1:3478?transport=tcp"],"turn_tls":["turns:meet.example.org:443?transport=tcp"],` +
		`"turn_udp":["turn:192.0.2.1:3478?transport=udp","turn:[2001:db8::1]:3478?transport=udp"]}`
	if string(text) != want {
		t.Errorf("got %s", text)
	}
	if len(relayPaths(relay.Access{})) != 0 {
		t.Error("without addresses there are no ways")
	}
}
