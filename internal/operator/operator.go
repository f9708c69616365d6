// Package operator owns the way to a running server that only its operator has: a Unix socket in the data directory, which
// only the server's user and root can open. It speaks HTTP with JSON, one path for each thing there is to ask.
//
// It must not decide anything: it passes orders on and answers.
package operator

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"konklave/internal/drain"
)

// socketName is the socket's in the data directory.
const socketName = "operator.sock"

// longestPath is what the address of a Unix socket has room for, on every system. unix(7)
const longestPath = 103

var errTooLong = errors.New("its path is too long for a socket")

// waitTime bounds a request.
const waitTime = 10 * time.Second

// Order is the body of POST /drain.
type Order struct {
	Limit time.Duration `json:"limit"` // nanoseconds; 0: until everybody has left
}

// Problem is the body of a refusal.
type Problem struct {
	Message string `json:"message"`
}

// Door is the open socket.
type Door struct {
	server *http.Server
	done   chan struct{}
}

// Trouble is the body of GET /trouble.
type Trouble struct {
	What string `json:"what"` // what does not work, although the server runs; empty: nothing
}

// Open makes the socket in a directory that no other server uses, in place of one that a killed server left. Its error is
// that of the system. Trouble says what does not work.
func Open(dir string, d *drain.Drain, trouble func() string, log *slog.Logger) (*Door, error) {
	path := filepath.Join(dir, socketName)
	if len(path) > longestPath {
		return nil, errTooLong
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	listener, err := listen(path)
	if err != nil {
		return nil, err
	}
	door := &Door{done: make(chan struct{}), server: &http.Server{
		Handler: routes(d, trouble), ReadTimeout: waitTime, WriteTimeout: waitTime, IdleTimeout: waitTime,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}
	go func() {
		defer close(door.done)
		if err := door.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the operator's socket ended", "error", err)
		}
	}()
	return door, nil
}

// listen makes the socket so that at no moment others can open it.
func listen(path string) (net.Listener, error) {
	before := syscall.Umask(0o177)
	defer syscall.Umask(before)
	return net.Listen("unix", path)
}

// Close lets requests finish until ctx ends, and removes the socket.
func (d *Door) Close(ctx context.Context) error {
	err := d.server.Shutdown(ctx)
	if err != nil {
		_ = d.server.Close()
	}
	<-d.done
	return err
}

func routes(d *drain.Drain, trouble func() string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /trouble", func(w http.ResponseWriter, _ *http.Request) { respond(w, Trouble{trouble()}) })
	mux.HandleFunc("GET /drain", func(w http.ResponseWriter, r *http.Request) {
		answer(w)(d.Status(r.Context()))
	})
	mux.HandleFunc("POST /drain", func(w http.ResponseWriter, r *http.Request) {
		var order Order
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&order); err != nil || order.Limit < 0 {
			refuse(w, http.StatusBadRequest, "the order cannot be read")
			return
		}
		answer(w)(d.Begin(r.Context(), order.Limit, false))
	})
	mux.HandleFunc("DELETE /drain", func(w http.ResponseWriter, r *http.Request) {
		answer(w)(d.Cancel(r.Context()))
	})
	return mux
}

func answer(w http.ResponseWriter) func(drain.Status, error) {
	return func(s drain.Status, err error) {
		if err != nil {
			refuse(w, http.StatusConflict, err.Error())
			return
		}
		respond(w, s)
	}
}

func respond(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // fails only when the operator is gone
}

func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Problem{text})
}
