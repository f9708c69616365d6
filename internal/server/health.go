package server

import (
	"io"
	"net/http"
)

// healthz says that the process answers.
func healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "ok\n")
}

// readyz says whether new people can be served: not before everything runs, nor while the server closes. What does not work
// stands in a second line.
func readyz(ready func() error, trouble func() string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if ready != nil {
			if err := ready(); err != nil {
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = io.WriteString(w, err.Error()+"\n")
				return
			}
		}
		_, _ = io.WriteString(w, "ready\n")
		if trouble != nil {
			if what := trouble(); what != "" {
				_, _ = io.WriteString(w, what+"\n")
			}
		}
	}
}
