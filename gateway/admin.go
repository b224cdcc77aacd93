package gateway

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"time"

	"palisade/gateway/caller"
	"palisade/spec"
)

// adminHandler serves health and metrics, on a listener of its own.
//
//	/healthz  200 while the process works
//	/readyz   200 when calls can be served, 503 otherwise, with what is wrong
//	/metrics  Prometheus text format
func (s *Server) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", s.serveReady)
	mux.HandleFunc("GET /metrics", s.serveMetrics)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !adminMay(s.current.Load().spec.Gateway.Admin, r.RemoteAddr) {
			refusedNetwork().write(w)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// adminMay answers whether an address may ask. Without a list it is loopback
// only, whatever the listener is on.
func adminMay(a spec.Admin, remote string) bool {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	addr := at.Addr().Unmap()
	if len(a.From) == 0 {
		return addr.IsLoopback()
	}
	return caller.Source{Addr: addr}.In(a.From)
}

// readiness is what /readyz answers.
type readiness struct {
	Ready    bool     `json:"ready"`
	Problems []string `json:"problems"` // why calls, or some, can't be served
	Findings []string `json:"findings"` // what the operator should know
}

func (s *Server) readiness() readiness {
	r := readiness{Ready: true, Problems: []string{}, Findings: []string{}}
	set := s.current.Load()
	if s.stopping.Load() {
		r.Ready = false
		r.Problems = append(r.Problems, "the gateway is stopping")
	}
	usable := len(set.spec.Gateway.Keys) > 0
	for _, k := range set.auth.Keys() {
		if problem := keyProblem(k); problem != "" {
			r.Problems = append(r.Problems, problem)
		} else {
			usable = true
		}
	}
	if !usable {
		r.Ready = false
	}
	if err := s.journal.failing(); err != nil {
		r.Ready = false
		r.Problems = append(r.Problems, "usage records can't be written")
	}
	if _, since, err := s.journal.shipping(); err != nil {
		r.Findings = append(r.Findings, "the usage log isn't shipped since "+since.UTC().Format(time.RFC3339))
	}
	for _, p := range set.spec.Expired(s.now()) {
		r.Findings = append(r.Findings, p.Message)
	}
	r.Findings = append(append(r.Findings, set.findings...), set.pools.findings()...)
	if why := s.unread.Load(); why != nil {
		r.Findings = append(r.Findings, *why)
	}
	return r
}

func (s *Server) serveReady(w http.ResponseWriter, _ *http.Request) {
	r := s.readiness()
	w.Header().Set("Content-Type", "application/json")
	if !r.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(r)
}

func (s *Server) serveMetrics(w http.ResponseWriter, _ *http.Request) {
	s.metrics.open.Store(int64(s.connections.count()))
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_ = s.metrics.write(w)
	s.writeState(w)
	s.current.Load().pools.writeMetrics(w)
}

// newAdminServer bounds what the admin listener takes; its pages are small.
func (s *Server) newAdminServer() *http.Server {
	return &http.Server{
		Handler: s.adminHandler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second,
		WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 8 << 10, ErrorLog: quietLog(s.log),
	}
}
