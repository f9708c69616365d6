package call

import (
	"testing"

	"konklave/internal/signal/lkpb"
	"konklave/internal/testkit"
)

func simulate(t *testing.T, p *testkit.Participant, m *lkpb.SimulateScenario) {
	t.Helper()
	if err := p.Request(&lkpb.SignalRequest{Message: &lkpb.SignalRequest_Simulate{Simulate: m}}); err != nil {
		t.Fatal(err)
	}
}

func TestScenariosAreSimulated(t *testing.T) {
	s := start(t)
	pair := func(t *testing.T) (ann, bob *testkit.Participant) {
		ctx := deadline(t)
		ann, bob = s.join(ctx, "ann"), s.join(ctx, "bob")
		until(t, ctx, ann, "bob", func(v *testkit.View) bool { return v.Others["bob"].GetState() == lkpb.ParticipantInfo_ACTIVE })
		return ann, bob
	}
	ended := func(v *testkit.View) bool { return v.Ended }
	// resumes tries to resume as long as the server hangs up, and tells how often it did.
	resumes := func(t *testing.T, p *testkit.Participant) (failed int) {
		for failed = 0; failed < 10; failed++ {
			if p.Resume(deadline(t)) == nil {
				return failed
			}
		}
		t.Fatal("no resume succeeds")
		return failed
	}
	t.Run("somebody speaks", func(t *testing.T) {
		ann, _ := pair(t)
		sid := ann.SID()
		simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_SpeakerUpdate{SpeakerUpdate: 1}})
		for _, speaks := range []bool{true, false} {
			until(t, deadline(t), ann, "the speaker", func(v *testkit.View) bool {
				known := v.Speakers[sid]
				return known != nil && known.GetActive() == speaks
			})
		}
	})
	t.Run("node fails", func(t *testing.T) {
		ann, bob := pair(t)
		simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_NodeFailure{NodeFailure: true}})
		until(t, deadline(t), ann, "the end", ended)
		ann.Look(func(v *testkit.View) {
			if v.Leave != nil {
				t.Errorf("told %v before", v.Leave)
			}
		})
		until(t, deadline(t), bob, "ann to be gone", func(v *testkit.View) bool { return v.Others["ann"] == nil })
		if ann.Resume(deadline(t)) == nil {
			t.Error("resumed at a node that failed")
		}
		ann.Look(func(v *testkit.View) {
			if v.Leave.GetAction() != lkpb.LeaveRequest_RECONNECT {
				t.Errorf("told %v", v.Leave)
			}
		})
	})
	t.Run("migration", func(t *testing.T) {
		ann, _ := pair(t)
		simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_Migration{Migration: true}})
		until(t, deadline(t), ann, "the end", ended)
		if n := resumes(t, ann); n > 0 {
			t.Errorf("%d resumes failed", n)
		}
	})
	t.Run("server leaves", func(t *testing.T) {
		ann, _ := pair(t)
		simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_ServerLeave{ServerLeave: true}})
		until(t, deadline(t), ann, "to be told", func(v *testkit.View) bool {
			return v.Leave != nil && v.Leave.GetAction() == lkpb.LeaveRequest_DISCONNECT
		})
	})
	t.Run("full reconnect", func(t *testing.T) {
		ann, _ := pair(t)
		simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_LeaveRequestFullReconnect{LeaveRequestFullReconnect: true}})
		until(t, deadline(t), ann, "to be told", func(v *testkit.View) bool {
			return v.Leave.GetAction() == lkpb.LeaveRequest_RECONNECT
		})
	})
	t.Run("resumes fail", func(t *testing.T) {
		ann, _ := pair(t)
		simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_DisconnectSignalOnResumeNoMessages{DisconnectSignalOnResumeNoMessages: true}})
		if err := ann.Ping(deadline(t)); err != nil { // so that the server knows before
			t.Fatal(err)
		}
		if n := resumes(t, ann); n != 3 {
			t.Errorf("%d resumes failed without a word", n)
		}
		simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_DisconnectSignalOnResume{DisconnectSignalOnResume: true}})
		if err := ann.Ping(deadline(t)); err != nil {
			t.Fatal(err)
		}
		_ = ann.Resume(deadline(t)) // fails or not: the server hangs up somewhere in it
		until(t, deadline(t), ann, "the end", ended)
		ann.Look(func(v *testkit.View) {
			if v.Reconnect == nil {
				t.Error("hung up before the first message")
			}
		})
	})
	t.Run("impossible", func(t *testing.T) {
		ann, _ := pair(t)
		simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_SubscriberBandwidth{SubscriberBandwidth: 1}})
		simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_SwitchCandidateProtocol{SwitchCandidateProtocol: lkpb.CandidateProtocol_TCP}})
		until(t, deadline(t), ann, "the refusal", func(v *testkit.View) bool {
			return len(v.Refusals) == 1 && v.Refusals[0].GetReason() == lkpb.RequestResponse_UNSUPPORTED_TYPE
		})
	})
}

func TestScenariosAreNotSimulatedWhereTheOperatorDoesNotWantIt(t *testing.T) {
	ctx := deadline(t)
	s := start(t, "KONKLAVE_ROOMS_SIMULATE=false")
	ann := s.join(ctx, "ann")
	simulate(t, ann, &lkpb.SimulateScenario{Scenario: &lkpb.SimulateScenario_NodeFailure{NodeFailure: true}})
	until(t, ctx, ann, "the refusal", func(v *testkit.View) bool {
		return len(v.Refusals) == 1 && v.Refusals[0].GetReason() == lkpb.RequestResponse_NOT_ALLOWED
	})
}
