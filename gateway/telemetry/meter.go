package telemetry

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/resource"
)

// The conventions' bounds of buckets.
var (
	tokenBuckets    = []float64{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864}
	durationBuckets = []float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
	firstBuckets    = []float64{0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}
)

// maxSeries is how many sets of attributes are kept apart. It is also the SDK's
// limit, beyond which it counts together.
const maxSeries = 2000

// meter records metrics. Only one goroutine at a time may use it.
type meter struct {
	reader                         *sdkmetric.ManualReader
	tokens                         metric.Int64Histogram
	operation, request, firstToken metric.Float64Histogram
	series                         map[seriesKey]*series
}

// seriesKey is what attributes are made of.
type seriesKey struct {
	operation, provider, model, responseModel, host, failure string
	port                                                     int
}

// series are the ready attributes of one key.
type series struct {
	call, input, output metric.MeasurementOption
}

func newMeter(res *resource.Resource) (*meter, error) {
	m := &meter{reader: sdkmetric.NewManualReader(), series: map[seriesKey]*series{}}
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(m.reader), sdkmetric.WithResource(res),
		sdkmetric.WithExemplarFilter(exemplar.AlwaysOffFilter), sdkmetric.WithCardinalityLimit(maxSeries))
	api := provider.Meter(scope)
	var errs [4]error
	m.tokens, errs[0] = api.Int64Histogram("gen_ai.client.token.usage", metric.WithUnit("{token}"),
		metric.WithDescription("Tokens of input and output that were used."), metric.WithExplicitBucketBoundaries(tokenBuckets...))
	m.operation, errs[1] = api.Float64Histogram("gen_ai.client.operation.duration", metric.WithUnit("s"),
		metric.WithDescription("Time of a call that was sent to an upstream."), metric.WithExplicitBucketBoundaries(durationBuckets...))
	m.request, errs[2] = api.Float64Histogram("gen_ai.server.request.duration", metric.WithUnit("s"),
		metric.WithDescription("Time of a call, refusals included, until its last byte."), metric.WithExplicitBucketBoundaries(durationBuckets...))
	m.firstToken, errs[3] = api.Float64Histogram("gen_ai.server.time_to_first_token", metric.WithUnit("s"),
		metric.WithDescription("Time until a stream that succeeded began."), metric.WithExplicitBucketBoundaries(firstBuckets...))
	return m, errors.Join(errs[:]...)
}

func (m *meter) record(c *Call) {
	ctx := context.Background()
	s := m.of(c)
	seconds := c.Ended.Sub(c.Began).Seconds()
	m.request.Record(ctx, seconds, s.call)
	if c.Host != "" {
		m.operation.Record(ctx, seconds, s.call)
	}
	if c.Stream && c.FirstByte > 0 && c.errorType() == "" {
		m.firstToken.Record(ctx, c.FirstByte.Seconds(), s.call)
	}
	if c.UsageKnown {
		m.tokens.Record(ctx, c.InputTokens, s.input)
		if c.OutputTokens > 0 {
			m.tokens.Record(ctx, c.OutputTokens, s.output)
		}
	}
}

// of is the series of a call. When there are too many, its names are left out.
func (m *meter) of(c *Call) *series {
	k := seriesKey{c.operation(), c.provider(), c.Model, c.responseModel(), c.Host, c.errorType(), c.Port}
	if s, ok := m.series[k]; ok {
		return s
	}
	if len(m.series) >= maxSeries {
		c = &Call{Operation: c.Operation, Provider: c.Provider, Status: 200}
		k = seriesKey{operation: c.operation(), provider: c.provider()}
		if s, ok := m.series[k]; ok || len(m.series) >= 2*maxSeries {
			return orNone(s)
		}
	}
	s := newSeries(c)
	m.series[k] = s
	return s
}

func orNone(s *series) *series {
	if s != nil {
		return s
	}
	return newSeries(&Call{Operation: "other", Status: 200})
}

func newSeries(c *Call) *series {
	common := c.common(nil)
	with := func(more ...attribute.KeyValue) metric.MeasurementOption {
		return metric.WithAttributeSet(attribute.NewSet(append(append([]attribute.KeyValue{}, common...), more...)...))
	}
	s := &series{call: with(), input: with(attribute.String("gen_ai.token.type", "input")), output: with(attribute.String("gen_ai.token.type", "output"))}
	if e := c.errorType(); e != "" {
		s.call = with(attribute.String("error.type", e))
	}
	return s
}
