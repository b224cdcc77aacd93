package telemetry

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"palisade/spec"
)

func start(t testing.TB, url string, o Options) *Exporter {
	t.Helper()
	e, err := Start(&spec.OTLP{URL: spec.URL(url), Traces: true, Metrics: true}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		_ = e.Stop(ctx)
	})
	return e
}

func stop(t *testing.T, e *Exporter) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := e.Stop(ctx); err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func example(tr Trace) Call {
	return Call{
		Trace: tr, ID: "call-1", Operation: "chat.completions.create", Model: "gpt-4o", ResponseModel: "gpt-4o-2024-11-20", Host: "a.openai.azure.com", Port: 443,
		Began: noon, Ended: noon.Add(300 * time.Millisecond), FirstByte: 50 * time.Millisecond, Stream: true, Status: 200,
		UsageKnown: true, InputTokens: 100, CachedTokens: 40, OutputTokens: 20,
	}
}

func header(traceparent string) http.Header { return http.Header{"Traceparent": {traceparent}} }

func TestSpanAndMetrics(t *testing.T) {
	r := newReceiver(t)
	e := start(t, r.server.URL+"/base/", Options{Version: "1", Name: "gw"})
	in := header("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	in.Set("Tracestate", "a=b")
	tr := Begin(in)
	e.Call(example(tr))
	e.Call(Call{Trace: Begin(nil), ID: "call-2", Operation: "embeddings.create", Model: "m", Began: noon, Ended: noon.Add(time.Millisecond), Status: 429, Reason: "limit_tokens"})
	stop(t, e)

	if len(r.spans) != 2 || len(e.queue) != 0 || e.Lost() != (Lost{}) {
		t.Fatalf("%d spans, lost %+v", len(r.spans), e.Lost())
	}
	checkSpan(t, r.spans[0], tr)
	refused := attributes(r.spans[1].Attributes)
	if r.spans[1].Name != "embeddings m" || refused["error.type"].GetStringValue() != "limit_tokens" || r.spans[1].Status.GetCode() != traces.Status_STATUS_CODE_ERROR {
		t.Errorf("refusal: %v", r.spans[1])
	}
	checkMetrics(t, r)
	if slices.ContainsFunc(r.names, func(n string) bool { return n != "palisade" }) {
		t.Error("names", r.names)
	}
}

func checkSpan(t *testing.T, s *traces.Span, tr Trace) {
	t.Helper()
	out := http.Header{}
	tr.Set(out)
	if want := fmt.Sprintf("00-%x-%x-01", s.TraceId, s.SpanId); out.Get("Traceparent") != want || out.Get("Tracestate") != "a=b" {
		t.Errorf("the upstream gets %v, not %s", out, want)
	}
	if fmt.Sprintf("%x %x", s.TraceId, s.ParentSpanId) != "0af7651916cd43dd8448eb211c80319c b7ad6b7169203331" || tr.ID() != fmt.Sprintf("%x", s.TraceId) {
		t.Errorf("trace %x, parent %x", s.TraceId, s.ParentSpanId)
	}
	if s.Name != "chat gpt-4o" || s.Kind != traces.Span_SPAN_KIND_CLIENT || s.TraceState != "a=b" || s.Status.GetCode() != traces.Status_STATUS_CODE_UNSET {
		t.Errorf("span %v", s)
	}
	if int64(s.StartTimeUnixNano) != noon.UnixNano() || s.EndTimeUnixNano-s.StartTimeUnixNano != 300e6 {
		t.Errorf("times %d to %d", s.StartTimeUnixNano, s.EndTimeUnixNano)
	}
	got := attributes(s.Attributes)
	for key, want := range map[string]string{
		"gen_ai.operation.name": "chat", "gen_ai.provider.name": "azure.ai.openai", "gen_ai.request.model": "gpt-4o",
		"gen_ai.response.model": "gpt-4o-2024-11-20", "server.address": "a.openai.azure.com", "palisade.call.id": "call-1",
	} {
		if got[key].GetStringValue() != want {
			t.Errorf("%s is %v", key, got[key])
		}
	}
	for key, want := range map[string]int64{
		"server.port": 443, "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20, "gen_ai.usage.cache_read.input_tokens": 40,
		"http.response.status_code": 200,
	} {
		if got[key].GetIntValue() != want {
			t.Errorf("%s is %v", key, got[key])
		}
	}
	if got["gen_ai.response.time_to_first_chunk"].GetDoubleValue() != 0.05 || !got["gen_ai.request.stream"].GetBoolValue() || got["error.type"] != nil {
		t.Errorf("attributes %v", s.Attributes)
	}
}

func checkMetrics(t *testing.T, r *receiver) {
	t.Helper()
	const call = "gen_ai.operation.name=chat gen_ai.provider.name=azure.ai.openai gen_ai.request.model=gpt-4o gen_ai.response.model=gpt-4o-2024-11-20"
	const at = " server.address=a.openai.azure.com server.port="
	for _, x := range []struct {
		name, key string
		sum       float64
		bounds    []float64
	}{
		{"gen_ai.client.token.usage", call + " gen_ai.token.type=input" + at, 100, tokenBuckets},
		{"gen_ai.client.token.usage", call + " gen_ai.token.type=output" + at, 20, tokenBuckets},
		{"gen_ai.client.operation.duration", call + at, 0.3, durationBuckets},
		{"gen_ai.server.request.duration", call + at, 0.3, durationBuckets},
		{"gen_ai.server.time_to_first_token", call + at, 0.05, firstBuckets},
		{"gen_ai.server.request.duration", "error.type=limit_tokens gen_ai.operation.name=embeddings gen_ai.provider.name=azure.ai.openai gen_ai.request.model=m", 0.001, durationBuckets},
	} {
		p := r.points(x.name)[x.key]
		if p == nil {
			t.Errorf("no point of %s with %s; there are %v", x.name, x.key, r.points(x.name))
			continue
		}
		if p.Count != 1 || p.GetSum() != x.sum || !slices.Equal(p.ExplicitBounds, x.bounds) {
			t.Errorf("%s %s: %v", x.name, x.key, p)
		}
	}
	if n := len(r.points("gen_ai.client.operation.duration")); n != 1 {
		t.Errorf("%d series of calls that were sent; a refusal isn't sent", n)
	}
}

// TestNoText plants canaries in everything that a caller sends, and finds none
// in what the collector gets.
func TestNoText(t *testing.T) {
	r := newReceiver(t)
	e := start(t, r.server.URL+"/base", Options{})
	in := header("00-CANARY-CANARY-01")
	in.Set("Authorization", "Bearer CANARY")
	in.Set("Baggage", "prompt=CANARY")
	in.Set("Tracestate", "k=CANARY")
	e.Call(example(Begin(in)))
	stop(t, e)
	if len(r.spans) != 1 || strings.Contains(r.raw.String(), "CANARY") {
		t.Errorf("%d spans: %q", len(r.spans), r.raw.String())
	}
}

func TestUnsampledCallersAreCountedOnly(t *testing.T) {
	r := newReceiver(t)
	e := start(t, r.server.URL+"/base", Options{})
	tr := Begin(header("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"))
	e.Call(example(tr))
	stop(t, e)
	if len(r.spans) != 0 || len(r.points("gen_ai.server.request.duration")) != 1 {
		t.Errorf("%d spans, metrics %v", len(r.spans), r.metrics)
	}
	out := http.Header{}
	if tr.Set(out); !strings.HasSuffix(out.Get("Traceparent"), "-00") {
		t.Error("the upstream is told", out)
	}
}

func TestOneSignalOnly(t *testing.T) {
	r := newReceiver(t)
	for _, s := range []spec.OTLP{{Traces: true}, {Metrics: true}, {}} {
		s.URL = spec.URL(r.server.URL + "/base")
		r.spans, r.metrics = nil, nil
		e, err := Start(&s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		e.Call(example(Begin(nil)))
		stop(t, e)
		if (len(r.spans) > 0) != s.Traces || (len(r.metrics) > 0) != s.Metrics {
			t.Errorf("%+v: %d spans, %d metrics", s, len(r.spans), len(r.metrics))
		}
	}
}

// TestOutage holds that a collector that hangs slows no call, that what is lost
// is counted, and that Stop ends when it is told to.
func TestOutage(t *testing.T) {
	hang := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer server.Close()
	defer close(hang)
	e := start(t, server.URL, Options{SpansEvery: time.Millisecond, MetricsEvery: time.Millisecond})
	const calls = 3 * maxSpans
	slowest := time.Duration(0)
	for range calls {
		began := time.Now()
		e.Call(example(Begin(nil)))
		slowest = max(slowest, time.Since(began))
		if len(e.queue) > maxQueued/2 {
			time.Sleep(time.Millisecond)
		}
	}
	if slowest > 200*time.Millisecond {
		t.Errorf("a call was held for %v", slowest)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := e.Stop(ctx); err == nil || time.Since(began) > 5*time.Second {
		t.Errorf("stopped after %v with %v", time.Since(began), err)
	}
	lost := e.Lost()
	if lost.Calls+lost.Spans != calls || lost.Metrics == 0 {
		t.Errorf("of %d calls, lost %+v", calls, lost)
	}
}

func TestFloodIsCounted(t *testing.T) {
	e := &Exporter{queue: make(chan Call, 2)}
	for range 5 {
		e.Call(Call{})
	}
	if e.Lost().Calls != 3 {
		t.Errorf("%+v", e.Lost())
	}
}

func TestCollectorComesBack(t *testing.T) {
	r := newReceiver(t)
	var log bytes.Buffer
	r.status = http.StatusBadRequest
	e := start(t, r.server.URL+"/base", Options{SpansEvery: time.Hour, MetricsEvery: time.Hour, Log: slog.New(slog.NewTextHandler(&log, nil))})
	send := func(status int) {
		r.mu.Lock()
		r.status = status
		r.mu.Unlock()
		e.take(&Call{Trace: Begin(nil), Operation: "models.list", Began: noon, Ended: noon, Status: 200})
		e.sendSpans(t.Context())
		e.sendMetrics(t.Context())
	}
	send(http.StatusBadRequest)
	send(http.StatusBadRequest)
	send(http.StatusOK)
	if lost := e.Lost(); lost.Spans != 2 || lost.Metrics != 2 || len(r.spans) != 1 {
		t.Errorf("%+v, %d spans", lost, len(r.spans))
	}
	for _, p := range r.points("gen_ai.server.request.duration") {
		if p.Count != 3 {
			t.Errorf("metrics say %d calls", p.Count)
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("%d lines of log:\n%s", n, &log)
	}
}

func TestManySeries(t *testing.T) {
	r := newReceiver(t)
	e := start(t, r.server.URL+"/base", Options{})
	for i := range 3 * maxSeries {
		e.take(&Call{Operation: "chat.completions.create", ResponseModel: fmt.Sprint(i), Began: noon, Ended: noon, Status: 200})
	}
	if len(e.meter.series) > 2*maxSeries {
		t.Errorf("%d series", len(e.meter.series))
	}
}

func TestNil(t *testing.T) {
	var e *Exporter
	e.Call(Call{})
	if e.Stop(t.Context()) != nil || e.Lost() != (Lost{}) {
		t.Error("no Exporter does something")
	}
	h := http.Header{}
	if (Trace{}).Set(h); len(h) > 0 || (Trace{}).ID() != "" {
		t.Error("no trace is written")
	}
}

// TestHeadersOfTheEnvironment holds that a collector can be sent a credential,
// and that the environment can't send anything elsewhere.
func TestHeadersOfTheEnvironment(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-collector=yes")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:1/x")
	t.Setenv("OTEL_SERVICE_NAME", "other")
	t.Setenv("OTEL_TRACES_SAMPLER", "always_off")
	var n atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if n.Add(1); r.Header.Get("X-Collector") != "yes" {
			t.Error("header", r.Header)
		}
	}))
	defer server.Close()
	e := start(t, server.URL, Options{})
	e.Call(example(Begin(nil)))
	stop(t, e)
	if n.Load() != 2 || e.Lost() != (Lost{}) {
		t.Errorf("%d requests, lost %+v", n.Load(), e.Lost())
	}
}

func BenchmarkCall(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}))
	defer server.Close()
	e := start(b, server.URL, Options{})
	for name, only := range map[string]*spec.OTLP{"traces": {Traces: true}, "metrics": {Metrics: true}} {
		only.URL = spec.URL(server.URL)
		x, err := Start(only, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c := example(Begin(nil))
				x.take(&c)
			}
		})
		_ = x.Stop(b.Context())
	}
	b.Run("handing over", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e.Call(example(Begin(nil)))
		}
	})
	b.Run("looking at", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c := example(Begin(nil))
			e.take(&c)
		}
	})
}
