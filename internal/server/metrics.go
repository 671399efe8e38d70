package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"liasse/internal/rule"
	"liasse/registry/sqlstore"
)

// metrics are what GET /metrics shows (Prometheus text). Labels never hold identifiers of patients or documents.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	findings *prometheus.CounterVec
	refused  *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "liasse_requests_total",
			Help: "SOAP requests answered, by transaction (ITI-41, …), HTTP status and outcome (success, warning, failure, fault, http).",
		}, []string{"transaction", "status", "outcome"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "liasse_request_seconds",
			Help:    "Time from the request's head to the end of its answer, in seconds, by transaction.",
			Buckets: []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60},
		}, []string{"transaction"}),
		findings: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "liasse_findings_total",
			Help: "Findings reported, by rule id and severity.",
		}, []string{"rule", "severity"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "liasse_handshakes_refused_total",
			Help: "Connections refused, and requests refused for the certificate they came with, by rule id.",
		}, []string{"rule"}),
	}
	m.registry.MustRegister(m.requests, m.duration, m.findings, m.refused,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// expiry shows until when the certificate of the server is valid.
func (m *metrics) expiry(notAfter func() time.Time) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "liasse_tls_certificate_expiry_seconds", Help: "When the certificate of the server ends, in seconds since 1970.",
	}, func() float64 { return float64(notAfter().Unix()) }))
}

// watch shows the counters of the registry's commit queue.
func (m *metrics) watch(stats func() sqlstore.Stats) {
	counter := func(name, help string, value func(sqlstore.Stats) int64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(value(stats())) }))
	}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "liasse_queue_waiting", Help: "Submissions that wait for the registry's writer.",
	}, func() float64 { return float64(stats().Waiting) }))
	counter("liasse_submissions_total", "Submissions committed.", func(s sqlstore.Stats) int64 { return s.Submissions })
	counter("liasse_commits_total", "Durable commits; one serves the submissions that came together.", func(s sqlstore.Stats) int64 { return s.Commits })
	counter("liasse_audit_records_total", "Audit records committed.", func(s sqlstore.Stats) int64 { return s.Records })
	counter("liasse_queue_refused_total", "Submissions refused because the queue was full.", func(s sqlstore.Stats) int64 { return s.Refused })
	counter("liasse_conflicts_total", "Commits repeated after a conflict with another process.", func(s sqlstore.Stats) int64 { return s.Conflicts })
}

func (m *metrics) observe(transaction string, status int, outcome string, took time.Duration, findings rule.Findings) {
	m.requests.WithLabelValues(transaction, strconv.Itoa(status), outcome).Inc()
	m.duration.WithLabelValues(transaction).Observe(took.Seconds())
	for i := range findings {
		m.findings.WithLabelValues(findings[i].Rule.ID, findings[i].Severity.String()).Inc()
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
