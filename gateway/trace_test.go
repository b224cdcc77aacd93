package gateway

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
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// collector is an OpenTelemetry receiver, which keeps what it gets as JSON.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	spans string
	sums  string
	all   string // as it came
}

func newCollector(t testing.TB) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		body, err := io.ReadAll(z)
		if err != nil {
			t.Error(err)
		}
		c.take(t, r.URL.Path, body)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) take(t testing.TB, path string, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var message proto.Message
	into := &c.spans
	switch path {
	case "/v1/traces":
		message = &traceservice.ExportTraceServiceRequest{}
	case "/v1/metrics":
		message, into = &metricservice.ExportMetricsServiceRequest{}, &c.sums
	default:
		t.Error("path", path)
		return
	}
	if err := proto.Unmarshal(body, message); err != nil {
		t.Error(err)
	}
	text, err := protojson.MarshalOptions{}.Marshal(message)
	if err != nil {
		t.Error(err)
	}
	*into += strings.ReplaceAll(string(text), `": `, `":`)
	c.all += string(body)
}

// Each call becomes a span that continues the caller's trace and is continued by
// the upstream, and is counted; nothing of text or credentials is in either.
func TestOpenTelemetry(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	r := startYAML(t, testYAML+`  otlp: {url: "`+c.URL+`"}`+"\n")
	token := r.service()
	req, err := http.NewRequest("POST", r.url+"/openai/v1/chat/completions", strings.NewReader(strings.Replace(chatBody, "hi", canary, 1)))
	if err != nil {
		t.Fatal(err)
	}
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	req.Header = http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + token},
		"Traceparent": {"00-" + trace + "-00f067aa0ba902b7-01"}, "Baggage": {"user=" + canary}}
	answer := r.do(req)
	if answer.status != 200 {
		t.Fatal(answer.status, answer.body)
	}
	r.backend.mu.Lock()
	sent := r.backend.headers[0]
	r.backend.mu.Unlock()
	if p := sent.Get("Traceparent"); !strings.HasPrefix(p, "00-"+trace+"-") || strings.Contains(p, "00f067aa0ba902b7") || sent.Get("Baggage") != "" {
		t.Errorf("the upstream's trace: %v", sent)
	}
	if a := r.chat(r.issuer.PersonToken("2.0")); a.status != 401 {
		t.Error(a.status)
	}
	r.stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, want := range []string{`"name":"chat gpt"`, `"parentSpanId":"APBnqgupArc="`, `"traceId":"S/kvNXezTaajzpKdDg5HNg=="`, `"key":"gen_ai.usage.input_tokens"`, answer.header.Get(recordHeader), `"grant_unknown"`} {
		if !strings.Contains(c.spans, want) {
			t.Errorf("no %s in %s", want, c.spans)
		}
	}
	for _, want := range []string{"gen_ai.client.token.usage", "gen_ai.client.operation.duration", "gen_ai.server.request.duration"} {
		if !strings.Contains(c.sums, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, secret := range []string{canary, token, token[len(token)-40:], "Bearer"} {
		if strings.Contains(c.all, secret) {
			t.Errorf("the collector got %.20s", secret)
		}
	}
}

// A collector that is down costs no call; what is lost is counted.
func TestCollectorIsDown(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	c.Close()
	r := startYAML(t, testYAML+`  otlp: {url: "`+c.URL+`"}`+"\n")
	if a := r.chat(r.service()); a.status != 200 {
		t.Error(a.status, a.body)
	}
	if page := r.scrape(); !strings.Contains(page, `palisade_telemetry_lost_total{kind="spans"}`) {
		t.Error("what is lost isn't in the metrics")
	}
}
