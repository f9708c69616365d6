package room

import (
	"testing"
	"time"
)

func TestSimulatedSpeaking(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	alice.publish("mic")
	sc.do(Simulate{alice.sid, Speaking, 2 * time.Second})
	sc.do(Tick{})
	sc.wantSome("alice bob < speakers alice=0.875")
	sc.wait(time.Second, alice, bob)
	sc.wantNone("speakers")
	sc.wait(2*time.Second, alice, bob)
	sc.wantSome("alice bob < speakers alice=0.000")
}

func TestSimulatedEnds(t *testing.T) {
	sc := newScene(t, Options{})
	alice, bob := sc.active("alice"), sc.active("bob")
	sc.active("carol")
	sc.do(Simulate{Participant: alice.sid, Scenario: NodeFailure})
	sc.want("alice < CLOSE reason=6", "bob carol < update alice left")
	sc.do(Simulate{Participant: bob.sid, Scenario: FullReconnect})
	sc.want("bob < leave reason=6 action=2", "bob < CLOSE reason=6", "carol < update bob left")
}
