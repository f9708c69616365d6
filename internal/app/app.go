// Package app is the only place that builds the parts of the program: it makes them in order, hands each what it
// needs, and closes them in the reverse order. It also holds what only the command line does, such as making an access
// token.
//
// It must not decide anything about rooms, meetings or media. Reading files, the environment and the machine's
// addresses belongs here, so that the packages below need not.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	ampel "konklave/internal/ampel/site"
	"konklave/internal/config"
	"konklave/internal/drain"
	"konklave/internal/meeting"
	"konklave/internal/relay"
	"konklave/internal/room"
	"konklave/internal/roomservice"
	"konklave/internal/server"
	"konklave/internal/session"
	"konklave/internal/supervisor"
	"konklave/internal/webhook"
	"konklave/internal/wire"
	"konklave/web"
)

// How long each part may take to close. Together they stay below the ten seconds after which service managers and
// container platforms begin to kill.
const (
	closeHTTP     = 1 * time.Second
	closeControl  = 1 * time.Second
	closeChecks   = 500 * time.Millisecond
	closeMeetings = 1 * time.Second
	closeSessions = 2 * time.Second
	closeWire     = 2500 * time.Millisecond
	closeRelay    = 1 * time.Second
	closeStore    = 1 * time.Second
	closeWebhooks = 1 * time.Second // for telling applications that rooms have ended
)

// closeAll is more than all of them together.
const closeAll = 15 * time.Second

// What clients of meetings are told about signalling, and when the server stops forwarding what a silent one sends.
const (
	meetingPing        = 2 * time.Second
	meetingPingTimeout = 4 * time.Second
	meetingSilence     = 8 * time.Second
)

// What /readyz says while nobody new is served.
var (
	errDraining = errors.New("draining") // who is in a running meeting may still come back
	errClosing  = errors.New("closing")
)

// Run is Serve where nobody asks the server to drain but the operator, and where the settings stay as they are.
func Run(ctx context.Context, cfg config.Config, out, logTo io.Writer) error {
	return Serve(ctx, nil, nil, cfg, out, logTo)
}

// Serve serves until ctx ends, or until it has drained, for which asked is closed or the operator asks, and then closes in
// order: people are told, connections end, ports and the data directory are let go. What a person at a terminal should
// read goes to out, the log to logTo. At SIGHUP reload gives the settings as they are then, of which those of addresses are taken.
func Serve(ctx context.Context, asked <-chan struct{}, reload func() (config.Config, error), cfg config.Config, out, logTo io.Writer) (err error) {
	return serve(ctx, server.NewRegistry(), asked, reload, cfg, out, logTo)
}

func serve(ctx context.Context, registry *prometheus.Registry, asked <-chan struct{}, reload func() (config.Config, error), cfg config.Config, out, logTo io.Writer) (err error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	var parts closers
	log := newLogger(cfg.Log, logTo)
	defer func() { err = errors.Join(err, parts.close(log)) }()

	data, err := claimDataDir(cfg)
	if err != nil {
		return err
	}
	parts.add("data directory", 0, func(context.Context) error { return data.close() })
	identity, err := identify(cfg, data.path, log)
	if err != nil {
		return err
	}
	keys, err := apiKeys(cfg, data.path, log)
	if err != nil {
		return err
	}
	stored, err := openStore(ctx, cfg, data.path, retentions(), registry, log, &parts)
	if err != nil {
		return err
	}

	accounts, planned := newStored(cfg, stored, log)

	own := follower{cfg: cfg, load: reload, lookUp: lookUp, log: log}
	own.resolve()
	at, err := ownAddresses(cfg, own.named)
	if err != nil {
		return err
	}
	media, err := listenMedia(cfg.RTC, at.announced, registry, log)
	if err != nil {
		return err
	}
	parts.add("media ports", closeWire, func(context.Context) error { return media.Close() })
	relays, cfg, err := newRelay(cfg, media, log, &parts)
	if err != nil {
		return err
	}
	own.cfg = cfg

	rooms, err := newRooms(cfg, keys, registry, log, &parts)
	if err != nil {
		return err
	}
	if err := registry.Register(newRoomMetrics(rooms)); err != nil {
		return err
	}
	rooms.Limit(room.Limits{
		Rooms: cfg.Limits.Rooms, Participants: cfg.Limits.RoomParticipants, Voices: cfg.Limits.RoomVoices,
	})
	sessions, err := newSessions(cfg, keys, media, relays, rooms, registry, log)
	if err != nil {
		return err
	}
	parts.add("sessions", closeSessions, sessions.Close)

	meetings, controls, err := newMeetings(ctx, cfg, data.path, planned, sessions, log, &parts)
	if err != nil {
		return err
	}
	tellAudience(rooms, meetings)
	parts.add("control connections", closeControl, func(ctx context.Context) error {
		controls.Close(ctx)
		return nil
	})

	service, err := supervisor.Connect(os.Getenv)
	if err != nil {
		return err
	}
	parts.add("service manager", 0, func(context.Context) error { return service.Close() })
	exit := drain.New(house{rooms, sessions, meetings}, tellOf(service), log)
	parts.add("drain", 0, func(context.Context) error { exit.Close(); return nil })
	ready := func() error {
		switch {
		case ctx.Err() != nil:
			return errClosing
		case rooms.Draining():
			return errDraining
		}
		return nil
	}
	checks := newChecks(cfg, media, relays)
	parts.add("checks", closeChecks, func(context.Context) error {
		checks.Close()
		return nil
	})

	api := http.NewServeMux()
	controls.Register(api)
	checks.Register(api)
	ampel.New(ampel.Config{Public: cfg.Ampel.Public, SignedIn: signedIn(accounts)}).Register(api)
	calls := roomservice.New(roomservice.Config{
		Log: log, Rooms: rooms, Sessions: sessions, Keys: plain(keys), Reserved: meeting.RoomPrefix,
		RemoteUnmute: cfg.Rooms.RemoteUnmute,
	})
	if err := identity.register(registry); err != nil {
		return err
	}
	routes := server.Routes{
		RTC: sessions, Calls: calls, Control: api, Files: api, Checks: api, API: newAPI(cfg, accounts, planned, meetings, stored, log).Handler(), Ampel: api, Web: web.Files(), Ready: ready,
		Trouble: func() string { return troubleOf(stored) }, Strict: identity.strict,
		Proxies: cfg.TrustedProxies, PublicURL: cfg.PublicURL, Hosting: cfg.OpenHosting,
	}
	site, err := server.Listen(cfg.Bind, cfg.Port, identity.secure(cfg), server.Handler(routes, server.NewRequests(registry), log), log)
	if err != nil {
		return advise(err, "--port", "--bind")
	}
	parts.add("HTTP", closeHTTP, site.Close)
	where := listening{page: site.Port(), identity: identity}
	if relays != nil {
		where.relay = relayURLs(cfg, at, site.Port())
		relays.Announce(where.relay)
		if cfg.TURN.TLS {
			site.Divert(relays.Offer)
		}
	}
	if cfg.TLS.HTTPPort != 0 {
		plain, err := server.Listen(cfg.Bind, cfg.TLS.HTTPPort, nil, identity.plain(cfg, site.Port()), log)
		if err != nil {
			return advise(err, "--tls-http-port", "--bind")
		}
		parts.add("plain HTTP", closeHTTP, plain.Close)
		plain.Serve()
	}
	if cfg.Metrics.Bind.IsValid() {
		metrics, err := server.ListenMetrics(cfg.Metrics.Bind, registry, log)
		if err != nil {
			return advise(err, "--metrics-bind", "--metrics-bind")
		}
		parts.add("metrics", closeHTTP, metrics.Close)
		where.metrics = metrics.Port()
		metrics.Serve()
	}
	own.now, own.url, own.tell = at, cfg.PublicURL, func(cfg config.Config, at addresses) {
		media.Announce(at.announced)
		if relays != nil {
			relays.Announce(relayURLs(cfg, at, site.Port()))
		}
	}
	own.follow(&parts)
	site.Serve()
	if acme := identity.acme; acme != nil {
		parts.add("certificate", 0, func(context.Context) error { acme.Close(); return nil })
		if err := acme.Start(ctx); err != nil {
			return err
		}
	}
	openOperatorsDoor(data.path, exit, stored, log, &parts)
	watch(exit, service, &parts)
	where.media = media.Candidates()
	announceReady(out, cfg, where)
	if err := announceHosts(ctx, out, cfg, accounts, where.site(cfg)); err != nil {
		log.Warn("how to host could not be said", "why", err) // the database fails, which is told elsewhere
	}
	service.Ready()

	awaitEnd(ctx, asked, exit, cfg.Drain, log)
	end() // from now on nobody is served
	service.Stopping(closeAll)
	log.Info("closing")
	return nil
}

// listenMedia opens the media ports and lets metrics read their counters.
func listenMedia(cfg config.RTC, announce []netip.Addr, registry prometheus.Registerer, log *slog.Logger) (*wire.Wire, error) {
	settings := wire.Config{
		Bind: cfg.Bind, UDPPort: cfg.UDPPort, TCPPort: cfg.TCPPort, Announce: announce, Shards: cfg.Shards,
		NoGSO: !cfg.GSO, NoGRO: !cfg.GRO, RelayOnly: cfg.ForceRelay,
	}
	if cfg.ForceRelay {
		settings.TCPPort = 0
	}
	w, err := wire.Listen(settings, log)
	switch {
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%w: media are bound to an address that is none of this machine: choose others with --rtc-bind", err)
	case err != nil:
		return nil, fmt.Errorf("%w: other media ports are chosen with --rtc-udp-port and --rtc-tcp-port", err)
	}
	return w, errors.Join(registry.Register(newWireMetrics(w.Stats)), registry.Register(newLineMetrics(w.EachLine)))
}

// newRooms makes the registry of rooms. Applications are told what happens in them when there is somewhere to tell.
func newRooms(cfg config.Config, keys config.Keys, registry prometheus.Registerer, log *slog.Logger, parts *closers) (*room.Registry, error) {
	if len(cfg.Webhook.URLs) == 0 {
		return room.NewRegistry(log), nil
	}
	key, secret, err := webhookKey(cfg.Webhook.APIKey, keys)
	if err != nil {
		return nil, err
	}
	webhooks, err := webhook.New(webhook.Config{
		Log: log, URLs: cfg.Webhook.URLs, Key: key, Secret: secret.Reveal(), Reserved: meeting.RoomPrefix,
	}, registry)
	if err != nil {
		return nil, err
	}
	parts.add("webhooks", closeWebhooks, webhooks.Close) // after the sessions, so that the ends of rooms are told too
	return room.NewRegistry(log, webhooks), nil
}

// newSessions makes the media server. It has a key of its own for meetings, which no file and no person knows.
func newSessions(cfg config.Config, keys config.Keys, media *wire.Wire, relays *relay.Server, rooms *room.Registry, registry prometheus.Registerer, log *slog.Logger) (*session.Service, error) {
	meetings := room.DefaultOptions()
	meetings.Guarded = true
	meetings.PingInterval, meetings.PingTimeout, meetings.SignalLossLimit = meetingPing, meetingPingTimeout, meetingSilence
	return session.New(session.Config{
		Log: log, Wire: media, Rooms: rooms, Keys: plain(keys),
		Reserved: meeting.RoomPrefix, Internal: session.Key{Name: meeting.RoomPrefix, Secret: rand.Text() + rand.Text()},
		Relay: relays, ForceRelay: cfg.RTC.ForceRelay,
		MeetingOptions: meetings, MaxParticipants: cfg.Limits.Participants,
		NoAutoCreate: !cfg.Rooms.AutoCreate, AllowHidden: cfg.Rooms.AllowHidden, Simulate: cfg.Rooms.Simulate,
	}, registry)
}
