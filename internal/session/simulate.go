package session

import (
	"time"

	"konklave/internal/room"
	"konklave/internal/signal/lkpb"
)

const (
	cutsSpan = 5 * time.Second // how long resumes are cut off
	maxCuts  = 3
)

// cuts are the resumes that are to fail, because the client asked for it.
type cuts struct {
	until  time.Time
	left   int
	silent bool // before anything is said
}

// simulate has something happen that the client asked for in order to test itself. Only operators can switch it on.
func (s *Session) simulate(m *lkpb.SimulateScenario) {
	if !s.service.cfg.Simulate {
		s.decline(lkpb.RequestResponse_NOT_ALLOWED, "scenarios are not simulated here", 0, nil)
		return
	}
	happens := room.Simulate{Participant: s.sid}
	switch c := m.GetScenario().(type) {
	case *lkpb.SimulateScenario_SpeakerUpdate:
		happens.Scenario, happens.Span = room.Speaking, time.Duration(c.SpeakerUpdate)*time.Second
		s.tell(happens)
	case *lkpb.SimulateScenario_NodeFailure:
		happens.Scenario = room.NodeFailure
		s.tell(happens)
	case *lkpb.SimulateScenario_LeaveRequestFullReconnect:
		happens.Scenario = room.FullReconnect
		s.tell(happens)
	case *lkpb.SimulateScenario_ServerLeave:
		s.tell(room.Leave{Participant: s.sid, Reason: room.ReasonServerShutdown})
	case *lkpb.SimulateScenario_Migration:
		s.hangUp() // the client finds its session again, as if on another machine
	case *lkpb.SimulateScenario_DisconnectSignalOnResume:
		s.cuts = cuts{until: time.Now().Add(cutsSpan), left: maxCuts}
	case *lkpb.SimulateScenario_DisconnectSignalOnResumeNoMessages:
		s.cuts = cuts{until: time.Now().Add(cutsSpan), left: maxCuts, silent: true}
	case *lkpb.SimulateScenario_SwitchCandidateProtocol:
		s.decline(lkpb.RequestResponse_UNSUPPORTED_TYPE, "clients choose between UDP and TCP themselves", 0, nil)
	default: // also subscriber_bandwidth: nothing here goes by an estimate that could be capped
		s.service.ignored.Inc()
	}
}

// hangUp closes the client's socket without a word.
func (s *Session) hangUp() {
	if s.socket != nil {
		s.socket.close()
	}
}

// cutResume hangs up on a resume that is to fail: at once, which it tells, or after the room's first messages, which
// stand in the inbox before what is posted by the function that it gives.
func (s *Session) cutResume() (now bool, later func()) {
	if s.cuts.left == 0 || time.Now().After(s.cuts.until) {
		return false, func() {}
	}
	s.cuts.left--
	if s.cuts.silent {
		s.hangUp()
		return true, func() {}
	}
	sock := s.socket
	return false, func() { s.post(sock.close) }
}
