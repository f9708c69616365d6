package app

import (
	"konklave/internal/config"
	"konklave/internal/doctor"
	"konklave/internal/sfu"
	"konklave/internal/wire"
)

// newChecks makes the connection doctor, which steps back as soon as meetings get less than they could.
func newChecks(cfg config.Config, media *wire.Wire) *doctor.Service {
	return doctor.New(doctor.Config{
		Fingerprint:  media.Fingerprint(),
		Candidates:   media.Candidates,
		NewTransport: func(p wire.TransportParams) doctor.Link { return media.NewTransport(p) },
		PublicURL:    cfg.PublicURL,
		Overloaded:   func() bool { return media.Stats().Shed > sfu.ShedNothing },
	})
}
