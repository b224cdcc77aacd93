package telemetry

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	metricservice "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	traceservice "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// receiver is a collector that decodes what it gets.
type receiver struct {
	t      *testing.T
	server *httptest.Server

	mu      sync.Mutex
	spans   []*traces.Span
	metrics []*metrics.Metric // of the last time
	names   []string          // of resources
	raw     strings.Builder
	status  int
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{t: t, status: http.StatusOK}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status != http.StatusOK {
		w.WriteHeader(r.status)
		return
	}
	z, err := gzip.NewReader(q.Body)
	if err != nil {
		r.t.Error(err)
		return
	}
	body, err := io.ReadAll(z)
	if err != nil || q.Header.Get("Content-Type") != "application/x-protobuf" {
		r.t.Error(err, q.Header)
	}
	r.raw.Write(body)
	switch q.URL.Path {
	case "/base/v1/traces":
		r.gotTraces(body)
	case "/base/v1/metrics":
		r.gotMetrics(body)
	default:
		r.t.Error("path", q.URL.Path)
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func (r *receiver) gotTraces(body []byte) {
	var x traceservice.ExportTraceServiceRequest
	if err := proto.Unmarshal(body, &x); err != nil {
		r.t.Error(err)
	}
	for _, of := range x.ResourceSpans {
		r.names = append(r.names, attributes(of.Resource.Attributes)["service.name"].GetStringValue())
		for _, in := range of.ScopeSpans {
			r.spans = append(r.spans, in.Spans...)
		}
	}
}

func (r *receiver) gotMetrics(body []byte) {
	var x metricservice.ExportMetricsServiceRequest
	if err := proto.Unmarshal(body, &x); err != nil {
		r.t.Error(err)
	}
	r.metrics = nil
	for _, of := range x.ResourceMetrics {
		r.names = append(r.names, attributes(of.Resource.Attributes)["service.name"].GetStringValue())
		for _, in := range of.ScopeMetrics {
			r.metrics = append(r.metrics, in.Metrics...)
		}
	}
}

func attributes(list []*common.KeyValue) map[string]*common.AnyValue {
	m := map[string]*common.AnyValue{}
	for _, x := range list {
		m[x.Key] = x.Value
	}
	return m
}

// points are the points of a histogram, by their attributes as one text.
func (r *receiver) points(name string) map[string]*metrics.HistogramDataPoint {
	m := map[string]*metrics.HistogramDataPoint{}
	for _, x := range r.metrics {
		if x.Name != name {
			continue
		}
		for _, p := range x.GetHistogram().DataPoints {
			var key []string
			for _, a := range p.Attributes {
				key = append(key, a.Key+"="+a.Value.GetStringValue())
			}
			m[strings.Join(key, " ")] = p
		}
	}
	return m
}
