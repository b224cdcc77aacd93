package upstream

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"palisade/gateway/route"
	"palisade/spec"
)

// backend is an upstream on loopback that counts what it is asked.
type backend struct {
	*httptest.Server
	asked   atomic.Int64
	conns   atomic.Int64
	mu      sync.Mutex
	handler http.HandlerFunc
	last    *http.Request
	body    string
}

func newBackend(t testing.TB, h http.HandlerFunc) *backend {
	b := &backend{handler: h}
	b.Server = httptest.NewUnstartedServer(http.HandlerFunc(b.serve))
	b.start(t)
	return b
}

func (b *backend) start(t testing.TB) {
	b.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			b.conns.Add(1)
		}
	}
	b.Start()
	t.Cleanup(b.Close)
}

func (b *backend) serve(w http.ResponseWriter, r *http.Request) {
	b.asked.Add(1)
	body, _ := io.ReadAll(r.Body)
	b.mu.Lock()
	b.last, b.body = r.Clone(context.Background()), string(body)
	h := b.handler
	b.mu.Unlock()
	h(w, r)
}

func (b *backend) answers(h http.HandlerFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handler = h
}

func (b *backend) seen() (*http.Request, string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last, b.body
}

func says(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// clock is a clock that a test sets forward.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// parse makes a spec of the upstreams of the model gpt and what stands in
// gateway.
func parse(t testing.TB, upstreams, gateway string) *spec.Spec {
	t.Helper()
	text := fmt.Sprintf(`name: test
tenant: 33333333-3333-4333-8333-333333333333
models:
  gpt:
    upstreams: [%s]
access:
  team: {who: [{app: 77777777-7777-4777-8777-777777777777}], models: [gpt], role: Cognitive Services OpenAI User}
gateway:
  kind: palisade
%s
`, upstreams, gateway)
	s, problems := spec.Parse("test.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems, "\n", text)
	}
	return s
}

func newPools(t testing.TB, upstreams, gateway string, o Options) *Pools {
	t.Helper()
	p, err := New(parse(t, upstreams, gateway), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// at is an upstream of the spec that speaks OpenAI's API.
func at(b *backend, more string) string {
	return fmt.Sprintf(`{kind: openai, url: "%s/v1"%s}`, b.URL, more)
}

var table = route.NewTable(route.Options{})

// call is a request of a caller's, as the gateway sends it on.
func call(t testing.TB, method, path, body string, header ...string) *Outgoing {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body == "" {
		r = httptest.NewRequest(method, path, nil)
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	m, refusal := table.Match(r)
	if refusal != nil {
		t.Fatal(refusal)
	}
	o := &Outgoing{Match: &m, Model: "gpt", Header: r.Header}
	if body != "" {
		read, err := route.ReadBody(strings.NewReader(body), int64(len(body)), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(read.Release)
		o.Facts = &route.Facts{}
		if refusal := route.Scan(read.Bytes, o.Facts); refusal != nil {
			t.Fatal(refusal)
		}
		o.Payload = &route.JSON{Body: read, Facts: o.Facts}
	}
	return o
}

const (
	chatPath = "/openai/v1/chat/completions"
	chatBody = `{"model":"gpt","messages":[{"role":"user","content":"hi"}]}`
)

func chat(t testing.TB) *Outgoing { return call(t, "POST", chatPath, chatBody) }

// did is how a call ended.
type did struct {
	status int
	body   string
	choice Choice
	err    *Failure
	header http.Header
}

func do(t testing.TB, p *Pools, o *Outgoing) did {
	t.Helper()
	return doIn(t, context.Background(), p, o)
}

func doIn(t testing.TB, ctx context.Context, p *Pools, o *Outgoing) did {
	t.Helper()
	resp, choice, err := p.Do(ctx, o)
	if err != nil {
		f, ok := err.(*Failure)
		if !ok {
			t.Fatalf("%T %v", err, err)
		}
		return did{choice: choice, err: f}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return did{resp.StatusCode, string(body), choice, nil, resp.Header}
}

func (d did) reason() string {
	if d.err == nil {
		return ""
	}
	return d.err.Reason
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for range 200 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("never: " + what)
}

// quiet is a log of a test server that nobody reads.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
