package app

import (
	"strings"
	"time"

	"konklave/internal/config"
	"konklave/internal/doctor"
	"konklave/internal/relay"
	"konklave/internal/sfu"
	"konklave/internal/wire"
)

// newChecks makes the connection doctor, which steps back as soon as meetings get less than they could.
func newChecks(cfg config.Config, media *wire.Wire, relays *relay.Server) *doctor.Service {
	settings := doctor.Config{
		Fingerprint:  media.Fingerprint(),
		Candidates:   media.Candidates,
		NewTransport: func(p wire.TransportParams) doctor.Link { return media.NewTransport(p) },
		RelayOnly:    cfg.RTC.ForceRelay,
		PublicURL:    cfg.PublicURL,
		Overloaded:   func() bool { return media.Stats().Shed > sfu.ShedNothing },
	}
	if relays != nil {
		settings.Relays = func() ([]doctor.Relay, func()) {
			grant := relays.Admit()
			return relayPaths(grant.AccessFor(relayCheck)), grant.End
		}
	}
	return doctor.New(settings)
}

// relayCheck is how long a check may begin to use a relay.
const relayCheck = time.Minute

// relayPaths has each way to the relay tried alone.
func relayPaths(access relay.Access) (paths []doctor.Relay) {
	for _, name := range []string{doctor.PathTURNUDP, doctor.PathTURNTCP, doctor.PathTURNTLS} {
		path := doctor.Relay{Path: name, Username: access.Username, Credential: access.Password}
		for _, address := range access.URLs {
			if relayPath(address) == name {
				path.URLs = append(path.URLs, address)
			}
		}
		if len(path.URLs) > 0 {
			paths = append(paths, path)
		}
	}
	return paths
}

// relayPath is the way that an address of a relay stands for (RFC 7065).
func relayPath(address string) string {
	switch {
	case strings.HasPrefix(address, "turns:"):
		return doctor.PathTURNTLS
	case strings.HasSuffix(address, "?transport=tcp"):
		return doctor.PathTURNTCP
	}
	return doctor.PathTURNUDP
}
