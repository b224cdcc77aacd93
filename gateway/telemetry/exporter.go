package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"palisade/spec"
)

const scope = "palisade/gateway"

// Bounds of an Exporter.
const (
	maxQueued = 4096 // calls that wait to be looked at
	maxSpans  = 8192 // spans that wait to be sent
	batch     = 512  // spans that are sent together
	timeout   = 10 * time.Second
)

// Options are what an Exporter needs beside the spec.
type Options struct {
	Version string // of the program
	Name    string // of the gateway
	// How often spans and metrics are sent; 5 and 30 seconds if 0.
	SpansEvery, MetricsEvery time.Duration
	// Told when the collector goes away and when it is back. May be nil.
	Log *slog.Logger
	// For tests; a transport of the Exporter's own without it.
	Transport http.RoundTripper
}

// Lost is what never reached the collector.
type Lost struct {
	Calls   uint64 // that weren't looked at, since too many came at a time
	Spans   uint64 // that had no room or weren't taken
	Metrics uint64 // times that metrics weren't taken; what they say is sent the next time
}

// Exporter sends. It may be used by many goroutines at a time.
type Exporter struct {
	queue  chan Call
	stop   chan struct{}
	cancel context.CancelFunc // ends what is being sent
	group  sync.WaitGroup
	once   sync.Once
	log    *slog.Logger

	tracer  trace.Tracer
	spans   *otlptrace.Exporter // nil without traces
	metrics *otlpmetrichttp.Exporter
	meter   *meter // nil without metrics

	mu      sync.Mutex // of meter and waiting
	waiting []sdktrace.ReadOnlySpan
	full    chan struct{} // there is a batch

	calls, lostSpans, lostMetrics atomic.Uint64
	away                          atomic.Bool
}

// Start begins to send to the collector of the spec. It doesn't wait for it.
func Start(s *spec.OTLP, o Options) (*Exporter, error) {
	e := &Exporter{queue: make(chan Call, maxQueued), stop: make(chan struct{}), full: make(chan struct{}, 1), log: o.Log}
	if o.Transport == nil {
		o.Transport = &http.Transport{MaxIdleConnsPerHost: 2, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: timeout, ForceAttemptHTTP2: true}
	}
	client := &http.Client{Transport: o.Transport, Timeout: timeout, CheckRedirect: stay}
	res := resource.NewSchemaless(attribute.String("service.name", "palisade"),
		attribute.String("service.version", o.Version), attribute.String("service.instance.id", o.Name))
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	if err := e.open(ctx, s, client, res); err != nil {
		cancel()
		return nil, fmt.Errorf("starting OTLP: %w", err)
	}
	e.group.Go(e.look)
	e.group.Go(func() { e.send(ctx, orElse(o.SpansEvery, 5*time.Second), orElse(o.MetricsEvery, 30*time.Second)) })
	return e, nil
}

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func orElse(d, other time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return other
}

// open makes the SDK's parts. They share no state with others in the process,
// and try again by themselves only as long as a timeout.
func (e *Exporter) open(ctx context.Context, s *spec.OTLP, client *http.Client, res *resource.Resource) error {
	if s.Traces {
		if err := e.openTraces(ctx, endpoint(s.URL, "/v1/traces"), client, res); err != nil {
			return err
		}
	}
	if !s.Metrics {
		return nil
	}
	var err error
	if e.meter, err = newMeter(res); err != nil {
		return err
	}
	e.metrics, err = otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(endpoint(s.URL, "/v1/metrics")),
		otlpmetrichttp.WithHTTPClient(client), otlpmetrichttp.WithCompression(otlpmetrichttp.GzipCompression),
		otlpmetrichttp.WithRetry(otlpmetrichttp.RetryConfig{Enabled: true, InitialInterval: time.Second, MaxInterval: timeout / 2, MaxElapsedTime: timeout}))
	return err
}

func (e *Exporter) openTraces(ctx context.Context, to string, client *http.Client, res *resource.Resource) error {
	var err error
	e.spans, err = otlptrace.New(ctx, otlptracehttp.NewClient(otlptracehttp.WithEndpointURL(to),
		otlptracehttp.WithHTTPClient(client), otlptracehttp.WithCompression(otlptracehttp.GzipCompression),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: true, InitialInterval: time.Second, MaxInterval: timeout / 2, MaxElapsedTime: timeout})))
	if err != nil {
		return err
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithIDGenerator(given{}), sdktrace.WithSampler(sdktrace.AlwaysSample()),
		sdktrace.WithResource(res), sdktrace.WithSpanProcessor(keeper{e}))
	e.tracer = provider.Tracer(scope)
	return nil
}

// endpoint is where a signal goes: the path of the specification behind the
// URL's own.
func endpoint(u spec.URL, path string) string {
	p, err := url.Parse(string(u))
	if err != nil {
		return string(u) + path
	}
	p.Path = strings.TrimSuffix(p.Path, "/") + path
	return p.String()
}

// Call hands over a finished call. It never waits. A nil Exporter takes
// nothing.
func (e *Exporter) Call(c Call) {
	if e == nil {
		return
	}
	select {
	case e.queue <- c:
	default:
		e.calls.Add(1)
	}
}

// Lost counts what never reached the collector.
func (e *Exporter) Lost() Lost {
	if e == nil {
		return Lost{}
	}
	return Lost{e.calls.Load(), e.lostSpans.Load(), e.lostMetrics.Load()}
}

// look turns calls into spans and metrics.
func (e *Exporter) look() {
	for {
		select {
		case c := <-e.queue:
			e.take(&c)
		case <-e.stop:
			for {
				select {
				case c := <-e.queue:
					e.take(&c)
				default:
					return
				}
			}
		}
	}
}

func (e *Exporter) take(c *Call) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.meter != nil {
		e.meter.record(c)
	}
	if e.tracer != nil && c.Trace.own.IsSampled() {
		e.trace(c)
	}
}

// trace makes the span of a call. It is kept by keeper when it ends.
func (e *Exporter) trace(c *Call) {
	ctx := withOwn(context.Background(), c.Trace)
	if c.Trace.parent.IsValid() {
		ctx = trace.ContextWithRemoteSpanContext(ctx, c.Trace.parent)
	}
	_, span := e.tracer.Start(ctx, c.spanName(), trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(c.Began), trace.WithAttributes(c.span()...))
	if c.errorType() != "" {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(c.Ended))
}

// keeper keeps spans that ended until they are sent. Its methods are called
// with mu held.
type keeper struct{ e *Exporter }

func (keeper) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (keeper) Shutdown(context.Context) error                  { return nil }
func (keeper) ForceFlush(context.Context) error                { return nil }

func (k keeper) OnEnd(s sdktrace.ReadOnlySpan) {
	e := k.e
	if len(e.waiting) >= maxSpans {
		e.lostSpans.Add(1)
		return
	}
	e.waiting = append(e.waiting, s)
	if len(e.waiting) >= batch {
		select {
		case e.full <- struct{}{}:
		default:
		}
	}
}

// send sends what is there, from time to time.
func (e *Exporter) send(ctx context.Context, spansEvery, metricsEvery time.Duration) {
	spans, metrics := time.NewTicker(spansEvery), time.NewTicker(metricsEvery)
	defer spans.Stop()
	defer metrics.Stop()
	for {
		select {
		case <-e.full:
			e.sendSpans(ctx)
		case <-spans.C:
			e.sendSpans(ctx)
		case <-metrics.C:
			e.sendMetrics(ctx)
		case <-e.stop:
			return
		}
	}
}

// sendSpans sends all spans that wait, a batch at a time. Spans that the
// collector doesn't take are lost: those that come are more than those that
// were.
func (e *Exporter) sendSpans(ctx context.Context) {
	for e.spans != nil {
		e.mu.Lock()
		n := min(batch, len(e.waiting))
		part := append([]sdktrace.ReadOnlySpan(nil), e.waiting[:n]...)
		e.waiting = append(e.waiting[:0], e.waiting[n:]...)
		clear(e.waiting[len(e.waiting):cap(e.waiting)])
		e.mu.Unlock()
		if n == 0 {
			return
		}
		err := e.spans.ExportSpans(ctx, part)
		if err != nil {
			e.lostSpans.Add(uint64(n))
		}
		e.tell(err)
	}
}

func (e *Exporter) sendMetrics(ctx context.Context) {
	if e.meter == nil {
		return
	}
	var data metricdata.ResourceMetrics
	err := e.meter.reader.Collect(ctx, &data)
	if err == nil && len(data.ScopeMetrics) > 0 {
		err = e.metrics.Export(ctx, &data)
	}
	if err != nil {
		e.lostMetrics.Add(1)
	}
	e.tell(err)
}

// tell logs the collector's coming and going, once each.
func (e *Exporter) tell(err error) {
	if e.away.Swap(err != nil) == (err != nil) || e.log == nil {
		return
	}
	if err != nil {
		e.log.Warn("the OTLP collector takes nothing", "error", err)
	} else {
		e.log.Info("the OTLP collector is back")
	}
}

// Stop sends what is left, until ctx ends, and closes. What comes after it is
// dropped.
func (e *Exporter) Stop(ctx context.Context) error {
	if e == nil {
		return nil
	}
	e.once.Do(func() {
		defer e.cancel()
		end := context.AfterFunc(ctx, e.cancel)
		defer end()
		close(e.stop)
		e.group.Wait()
		e.sendSpans(ctx)
		e.sendMetrics(ctx)
		if e.spans != nil {
			_ = e.spans.Shutdown(ctx)
		}
		if e.metrics != nil {
			_ = e.metrics.Shutdown(ctx)
		}
	})
	return ctx.Err()
}
