package gateway

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"palisade/gateway/caller/issuertest"
	"palisade/gateway/route"
)

// running is a gateway in a test: its issuer, its upstream, its log.
type running struct {
	*Server
	t       testing.TB
	issuer  *issuertest.Server
	backend *backend
	log     *safeBuffer
	url     string
	admin   string
	path    string // of palisade.yaml
	folder  string // of the usage log
	stop    func()
	client  *http.Client
}

// safeBuffer is a buffer that several goroutines write to.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// backend is an upstream that remembers what it was asked.
type backend struct {
	*httptest.Server
	mu      sync.Mutex
	asked   []string // method and path
	bodies  []string
	headers []http.Header
	answer  http.HandlerFunc // nil: an answer in chat's shape
}

func newBackend(t testing.TB) *backend {
	b := &backend{}
	b.Server = httptest.NewServer(http.HandlerFunc(b.serve))
	t.Cleanup(b.Close)
	return b
}

func (b *backend) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	b.mu.Lock()
	b.asked = append(b.asked, r.Method+" "+r.URL.Path)
	b.bodies = append(b.bodies, string(body))
	b.headers = append(b.headers, r.Header.Clone())
	answer := b.answer
	b.mu.Unlock()
	if answer != nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, `{"id":"chatcmpl-1","object":"chat.completion","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}`)
}

func (b *backend) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.asked)
}

func (b *backend) answers(h http.HandlerFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = h
}

func (b *backend) last() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.bodies) == 0 {
		return ""
	}
	return b.bodies[len(b.bodies)-1]
}

// testYAML is a gateway with one model at the backend. The team may use it, and
// so may the service.
const testYAML = `name: test
tenant: ` + issuertest.Tenant + `
models:
  gpt:
    price: {input: 2, output: 10}
    upstreams: [{kind: openai, url: "{backend}/v1"}]
{model}
issuers:
  github: {url: "` + issuertest.Actions + `", audiences: [palisade]}
access:
  team:
    who: [{group: ` + issuertest.Team + `}, {app: ` + issuertest.Service + `}]
    models: [gpt]
    role: Cognitive Services OpenAI Contributor
{grant}
gateway:
  kind: palisade
  listeners: [{address: "{listen}"}]
  admin: {address: "{admin}"}
{gateway}
logging:
  file: {path: "{folder}"}
`

// start runs a gateway from testYAML; more are pairs of a place in it and what
// stands there.
func start(t testing.TB, more ...string) *running {
	return startYAML(t, testYAML, more...)
}

func startYAML(t testing.TB, yaml string, more ...string) *running {
	t.Helper()
	return startWith(t, yaml, nil, more...)
}

// startWith runs a gateway whose options the test changes.
func startWith(t testing.TB, yaml string, change func(*Options), more ...string) *running {
	t.Helper()
	dir := t.TempDir()
	r := &running{t: t, issuer: issuertest.New(t), backend: newBackend(t), log: &safeBuffer{}, path: filepath.Join(dir, "palisade.yaml"), folder: filepath.Join(dir, "usage")}
	const listen = "127.0.0.1:0"
	pairs := append(more, "{listen}", listen, "{admin}", freeAddress(t), "{backend}", r.backend.URL, "{folder}", r.folder, "{model}", "", "{grant}", "", "{gateway}", "")
	r.write(strings.NewReplacer(pairs...).Replace(yaml))
	var err error
	o := Options{Path: r.path, Log: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})), IssuerClient: r.issuer.Client, Poll: 20 * time.Millisecond}
	if change != nil {
		change(&o)
	}
	r.Server, err = New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, nil) }()
	var once sync.Once
	r.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(r.stop)
	r.url, r.admin = "http://"+r.Address(listen), "http://"+r.AdminAddress()
	r.client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	t.Cleanup(r.client.CloseIdleConnections)
	return r
}

// text is the palisade.yaml that is there.
func (r *running) text() string {
	r.t.Helper()
	text, err := os.ReadFile(r.path)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

func (r *running) write(yaml string) {
	r.t.Helper()
	if err := os.WriteFile(r.path+".new", []byte(yaml), 0o600); err != nil {
		r.t.Fatal(err)
	}
	if err := os.Rename(r.path+".new", r.path); err != nil {
		r.t.Fatal(err)
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// service is the token of an application that may use the model.
func (r *running) service() string { return r.issuer.ServiceToken("2.0") }

// answered is an answer that has been read.
type answered struct {
	status int
	header http.Header
	body   string
}

func (a answered) reason() string { return a.header.Get(reasonHeader) }

const chatBody = `{"model":"gpt","messages":[{"role":"user","content":"hi"}],"max_tokens":10}`

func (r *running) call(method, path, token, body string) answered {
	r.t.Helper()
	req, err := http.NewRequest(method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if body == "" {
		req.Body, req.ContentLength = nil, 0
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return r.do(req)
}

func (r *running) do(req *http.Request) answered {
	r.t.Helper()
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answered{resp.StatusCode, resp.Header, string(body)}
}

func (r *running) chat(token string) answered {
	return r.call("POST", "/openai/v1/chat/completions", token, chatBody)
}

// paths are all paths of an operation, in the forms that it has.
func paths(op *route.Operation) []string {
	path := op.Path
	for strings.Contains(path, "{") {
		i, j := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:i] + "x1" + path[j+1:]
	}
	var all []string
	if op.Forms&route.Deployment != 0 {
		all = append(all, "/openai/deployments/gpt"+path+"?api-version=2024-10-21")
	}
	if op.Forms&route.Resource != 0 {
		all = append(all, "/openai"+path+"?api-version=2024-10-21&deployment=gpt")
	}
	if op.Forms&route.V1 != 0 {
		all = append(all, "/openai/v1"+path+"?model=gpt")
	}
	return all
}

// tlsFront is a TLS server in front of an address.
func tlsFront(t testing.TB, address string) *httptest.Server {
	t.Helper()
	to, err := url.Parse("http://" + address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1
	s := httptest.NewTLSServer(proxy)
	t.Cleanup(s.Close)
	return s
}
