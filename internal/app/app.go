// Package app is the only place that builds the parts of the program: it makes them in order, hands each what it
// needs, and closes them in the reverse order. It also holds what only the command line does, such as making an access
// token.
//
// It must not decide anything about rooms, meetings or media. Reading files, the environment and the machine's
// addresses belongs here, so that the packages below need not.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"konklave/internal/config"
	"konklave/internal/server"
	"konklave/web"
)

// How long each part may take to close. The sum bounds the time between SIGTERM and the end of the process.
const (
	closeHTTP     = 1 * time.Second
	closeSessions = 3 * time.Second
	closeMeetings = 3 * time.Second
)

// errClosing is what /readyz says while the server closes.
var errClosing = errors.New("closing")

// Run serves until ctx ends and then closes in order: people are told, connections end, ports and the data directory
// are let go. What a person at a terminal should read goes to out, the log to logTo.
func Run(ctx context.Context, cfg config.Config, out, logTo io.Writer) (err error) {
	var parts closers
	log := newLogger(cfg.Log, logTo)
	defer func() { err = errors.Join(err, parts.close(log)) }()

	data, err := openDataDir(cfg.DataDir)
	if err != nil {
		return err
	}
	parts.add("data directory", 0, func(context.Context) error { return data.close() })
	keys, err := apiKeys(cfg, data.path, log)
	if err != nil {
		return err
	}
	_ = keys

	registry := server.NewRegistry()
	ready := func() error {
		if ctx.Err() != nil {
			return errClosing
		}
		return nil
	}
	routes := server.Routes{Web: web.Files(), Ready: ready}
	handler := server.Handler(routes, server.NewRequests(registry), log)

	site, err := server.Listen(cfg.Bind, cfg.Port, handler, log)
	if err != nil {
		return advise(err, "--port", "--bind")
	}
	parts.add("HTTP", closeHTTP, site.Close)
	var metricsPort uint16
	if cfg.Metrics.Bind.IsValid() {
		metrics, err := server.ListenMetrics(cfg.Metrics.Bind, registry, log)
		if err != nil {
			return advise(err, "--metrics-bind", "--metrics-bind")
		}
		parts.add("metrics", closeHTTP, metrics.Close)
		metrics.Serve()
		metricsPort = metrics.Port()
	}
	site.Serve()
	announceReady(out, cfg, site.Port(), metricsPort)

	<-ctx.Done()
	log.Info("closing")
	return nil
}

// closers are the parts that were built so far.
type closers []closer

type closer struct {
	name   string
	within time.Duration // 0: it cannot wait for anybody
	close  func(context.Context) error
}

func (c *closers) add(name string, within time.Duration, close func(context.Context) error) {
	*c = append(*c, closer{name, within, close})
}

// close closes all parts, the last one first. A part that fails does not keep the others open.
func (c *closers) close(log *slog.Logger) error {
	var failed []error
	for i := len(*c) - 1; i >= 0; i-- {
		part := (*c)[i]
		begin := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), part.within)
		if err := part.close(ctx); errors.Is(err, context.DeadlineExceeded) {
			// Somebody did not let go in time and was cut off. That is how a bounded end works, not a failure.
			log.Warn("a part was cut off while closing", "part", part.name)
		} else if err != nil {
			failed = append(failed, fmt.Errorf("closing %s: %w", part.name, err))
		}
		cancel()
		log.Debug("closed", "part", part.name, "took", time.Since(begin).Round(time.Millisecond))
	}
	return errors.Join(failed...)
}
