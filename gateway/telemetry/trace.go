package telemetry

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/trace"
)

// Trace is where a call stands in a trace of W3C Trace Context. The zero value
// is no trace.
type Trace struct {
	parent trace.SpanContext // the caller's, if it sent one
	own    trace.SpanContext // of the call itself
}

const maxState = 512 // bytes of a tracestate that are passed on, as the standard asks for

// Begin continues the trace that a caller's header names, or begins one. A
// header that isn't right counts as none, and a caller that doesn't sample
// isn't traced.
func Begin(h http.Header) Trace {
	parent := parse(h)
	c := trace.SpanContextConfig{TraceID: parent.TraceID(), SpanID: newSpanID(), TraceFlags: trace.FlagsSampled, TraceState: parent.TraceState()}
	if parent.IsValid() {
		c.TraceFlags = parent.TraceFlags() & trace.FlagsSampled
	} else {
		c.TraceID = newTraceID()
	}
	return Trace{parent: parent, own: trace.NewSpanContext(c)}
}

// Set writes the headers of the call to an upstream, so that what happens there
// is below this call.
func (t Trace) Set(h http.Header) {
	if !t.own.IsValid() {
		return
	}
	h.Set("Traceparent", "00-"+t.own.TraceID().String()+"-"+t.own.SpanID().String()+"-"+t.own.TraceFlags().String())
	h.Del("Tracestate")
	if s := t.own.TraceState().String(); s != "" {
		h.Set("Tracestate", s)
	}
}

// ID is the trace's in hexadecimal, for logs; empty without a trace.
func (t Trace) ID() string {
	if !t.own.IsValid() {
		return ""
	}
	return t.own.TraceID().String()
}

// parse reads traceparent and tracestate (W3C Trace Context, section 3.2).
func parse(h http.Header) trace.SpanContext {
	none := trace.SpanContext{}
	if len(h["Traceparent"]) != 1 {
		return none
	}
	text := strings.TrimSpace(h["Traceparent"][0])
	parts := strings.Split(text, "-")
	if len(parts) < 4 || len(parts[0]) != 2 || parts[0] == "ff" || parts[0] == "00" && len(parts) != 4 || !isHex(text) {
		return none
	}
	id, err := trace.TraceIDFromHex(parts[1])
	if err != nil {
		return none
	}
	span, err := trace.SpanIDFromHex(parts[2])
	if err != nil || len(parts[3]) != 2 {
		return none
	}
	c := trace.SpanContextConfig{TraceID: id, SpanID: span, Remote: true}
	if strings.ContainsRune("13579bdf", rune(parts[3][1])) {
		c.TraceFlags = trace.FlagsSampled
	}
	if state := strings.Join(h["Tracestate"], ","); len(state) <= maxState {
		c.TraceState, _ = trace.ParseTraceState(state)
	}
	return trace.NewSpanContext(c)
}

func isHex(text string) bool {
	return strings.Trim(text, "0123456789abcdef-") == ""
}

func newTraceID() (id trace.TraceID) {
	for !id.IsValid() {
		put(id[:8], rand.Uint64())
		put(id[8:], rand.Uint64())
	}
	return id
}

func newSpanID() (id trace.SpanID) {
	for !id.IsValid() {
		put(id[:], rand.Uint64())
	}
	return id
}

func put(b []byte, v uint64) {
	for i := range b {
		b[i] = byte(v >> (8 * i))
	}
}

// given makes the SDK use the ids that the call already has.
type given struct{}

type ownKey struct{}

func withOwn(ctx context.Context, t Trace) context.Context {
	return context.WithValue(ctx, ownKey{}, t.own)
}

func (given) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	if own, ok := ctx.Value(ownKey{}).(trace.SpanContext); ok {
		return own.TraceID(), own.SpanID()
	}
	return newTraceID(), newSpanID()
}

func (g given) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	_, id := g.NewIDs(ctx)
	return id
}
