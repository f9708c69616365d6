package session

import "konklave/internal/signal/lkpb"

// relayOf tells the client of the relay, with credentials of its own, and whether it must use it. There are no servers
// of others in it, ever: those would learn who speaks with whom.
func (s *Session) relayOf(servers *[]*lkpb.ICEServer, configuration **lkpb.ClientConfiguration) {
	server := s.service.cfg.Relay
	if server == nil {
		return
	}
	if s.relay == nil {
		grant := server.Admit()
		s.relay = &grant
	}
	access := s.relay.Access()
	*servers = []*lkpb.ICEServer{{Urls: access.URLs, Username: access.Username, Credential: access.Password}}
	if s.service.cfg.ForceRelay {
		*configuration = &lkpb.ClientConfiguration{ForceRelay: lkpb.ClientConfigSetting_ENABLED}
	}
}

// leaveRelay takes back what the client was granted.
func (s *Session) leaveRelay() {
	if s.relay != nil {
		s.relay.End()
	}
}
