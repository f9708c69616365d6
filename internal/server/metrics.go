package server

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Requests counts HTTP answers by route and status. Its zero value counts nothing.
type Requests struct{ answers *prometheus.CounterVec }

// NewRequests registers the counter.
func NewRequests(registry *prometheus.Registry) *Requests {
	answers := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "konklave_http_answers_total", Help: "HTTP answers by the pattern of their route and their status.",
	}, []string{"route", "status"})
	registry.MustRegister(answers)
	return &Requests{answers}
}

func (q *Requests) count(route string, status int) {
	if q == nil || q.answers == nil {
		return
	}
	q.answers.WithLabelValues(route, strconv.Itoa(status)).Inc()
}

// NewRegistry makes a registry with the Go runtime's and the process's own figures. Whatever else is registered must
// have labels with a closed list of values: nothing that names or numbers people, rooms or addresses.
func NewRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// ListenMetrics binds the listener of /metrics, which has no password and so a listener of its own.
// Its error is a *ListenError.
func ListenMetrics(addr netip.AddrPort, registry *prometheus.Registry, log *slog.Logger) (*HTTP, error) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	return Listen([]netip.Addr{addr.Addr()}, addr.Port(), nil, mux, log)
}
