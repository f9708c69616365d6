package server

import (
	"bytes"
	"context"
	"fmt"
	stdlog "log"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"
)

// observe counts and logs what was answered: the pattern of the route, the status and the time it took. It never
// looks at the path, the query or the address, which say who meets whom.
func observe(next http.Handler, requests *Requests, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		answer := &answerWriter{ResponseWriter: w}
		defer func() {
			if cause := recover(); cause != nil {
				if cause == http.ErrAbortHandler {
					panic(cause) // net/http's own way to cut a connection; it says nothing about it
				}
				logPanic(log, r.Pattern, cause)
				if answer.status == 0 {
					http.Error(answer, "internal error", http.StatusInternalServerError)
				}
			}
			status := answer.status
			if status == 0 {
				status = http.StatusOK // an empty answer, or a connection that a WebSocket took over
			}
			route := r.Pattern
			if route == "" {
				route = "none"
			}
			took := time.Since(begin)
			requests.count(route, status)
			level := slog.LevelDebug
			if status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable {
				level = slog.LevelWarn
			}
			log.Log(context.Background(), level, "HTTP answer", "route", route, "status", status, "took", took.Round(time.Microsecond))
		}()
		next.ServeHTTP(answer, r)
	})
}

// answerWriter remembers the status. Unwrap lets WebSockets reach the connection below.
type answerWriter struct {
	http.ResponseWriter
	status int // 0 until the header is written
}

// WriteHeader remembers the first final status; 1xx are not final, except 101.
func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write stands for an implicit 200, as net/http has it.
func (w *answerWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController and the WebSocket library.
func (w *answerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// logPanic writes where a handler broke. The value it panicked with may hold what people sent, so only its type is
// named, except for the runtime's own errors, whose texts have indices and types in them and no content.
func logPanic(log *slog.Logger, route string, cause any) {
	what := fmt.Sprintf("%T", cause)
	if err, ok := cause.(runtime.Error); ok {
		what = err.Error()
	}
	log.Error("an HTTP handler panicked", "route", route, "cause", what, "stack", string(debug.Stack()))
}

// quietLogger takes what net/http wants to log. Those lines carry addresses, so only their kind is kept.
func quietLogger(log *slog.Logger) *stdlog.Logger {
	return stdlog.New(writerFunc(func(line []byte) (int, error) {
		kind := "other"
		for _, known := range []string{"TLS handshake error", "panic serving", "Accept error", "superfluous", "URL query"} {
			if bytes.Contains(line, []byte(known)) {
				kind = known
			}
		}
		log.Debug("HTTP connection trouble", "kind", kind)
		return len(line), nil
	}), "", 0)
}

type writerFunc func([]byte) (int, error)

// Write calls the function.
func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
