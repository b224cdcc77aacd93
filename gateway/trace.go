package gateway

import (
	"context"
	"net"
	"net/http"
	"strconv"

	"palisade/gateway/route"
	"palisade/gateway/telemetry"
)

// openTelemetry starts to send to the collector of the spec, if it names one.
func (s *Server) openTelemetry() error {
	set := s.current.Load()
	if set.spec.Logging.OTLP == nil {
		return nil
	}
	var err error
	s.telemetry, err = telemetry.Start(set.spec.Logging.OTLP, telemetry.Options{Version: s.options.Version, Name: set.spec.Name, Log: s.log})
	return err
}

func (s *Server) closeTelemetry() error {
	if s.telemetry == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastMoments)
	defer cancel()
	return s.telemetry.Stop(ctx)
}

// beginTrace continues the caller's trace, or begins one.
func (c *call) beginTrace() {
	if c.server.telemetry != nil {
		c.trace = telemetry.Begin(c.r.Header)
	}
}

// traceHeader are the headers by which the upstream's work belongs to the call.
func (c *call) traceHeader() http.Header {
	if c.server.telemetry == nil {
		return nil
	}
	h := http.Header{}
	c.trace.Set(h)
	return h
}

// exportTrace hands the finished call to telemetry.
func (c *call) exportTrace() {
	if c.server.telemetry == nil {
		return
	}
	t := telemetry.Call{
		Trace: c.trace, ID: c.record, Operation: c.operationName(), Model: c.model, Began: c.began, Ended: c.server.now(),
		Stream: c.facts.Stream == route.Yes, Status: c.w.status,
		UsageKnown: c.outcome.used.known, InputTokens: c.outcome.used.input, CachedTokens: c.outcome.used.cached, OutputTokens: c.outcome.used.output,
	}
	if c.refusal != nil {
		t.Reason = c.refusal.reason
	}
	if !c.w.first.IsZero() {
		t.FirstByte = c.w.first.Sub(c.w.began)
	}
	if a := c.outcome.answer; a != nil {
		t.ResponseModel = a.Model
	}
	t.Host, t.Port = hostPort(c.outcome.place)
	c.server.telemetry.Call(t)
}

// hostPort takes a place apart: a host, perhaps with a port and a path.
func hostPort(place string) (string, int) {
	for i := range len(place) {
		if place[i] == '/' {
			place = place[:i]
			break
		}
	}
	host, port, err := net.SplitHostPort(place)
	if err != nil {
		return place, 443
	}
	n, _ := strconv.Atoi(port)
	return host, n
}
