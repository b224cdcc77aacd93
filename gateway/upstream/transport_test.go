package upstream

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// TestTLS holds that certificates are verified, and that each call has a
// connection to itself: HTTP/1.1, also where HTTP/2 is offered.
func TestTLS(t *testing.T) {
	proto := make(chan string, 8)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proto <- r.Proto
		w.Write([]byte("{}"))
	}))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = quiet()
	s.StartTLS()
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	up := `{kind: openai, url: "` + s.URL + `/v1"}`
	if d := do(t, newPools(t, up, "", Options{Roots: roots}), chat(t)); d.status != 200 || <-proto != "HTTP/1.1" {
		t.Errorf("%+v", d)
	}
	d := do(t, newPools(t, up, "  retry: {attempts: 1}", Options{}), chat(t))
	var unknown x509.UnknownAuthorityError
	if d.reason() != "upstream_unreachable" || !errors.As(d.err, &unknown) {
		t.Errorf("a certificate that nobody vouches for: %+v", d)
	}
}

// TestConnectTimeout holds that a host that doesn't answer is given up in time,
// and that another is asked.
func TestConnectTimeout(t *testing.T) {
	fine := newBackend(t, says(200, "{}"))
	p := newPools(t, `{kind: openai, url: "https://stuck.example/v1"}, `+at(fine, ", priority: 2"), "  timeouts: {connect: 100ms}", Options{
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			if address == "stuck.example:443" {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}})
	began := time.Now()
	if d := do(t, p, call(t, "POST", "/openai/v1/responses", `{"model":"gpt","input":"x"}`)); d.status != 200 || time.Since(began) > time.Second {
		t.Errorf("%+v after %s", d, time.Since(began))
	}
}

// TestReload holds that a new configuration keeps the connections and the health
// of upstreams that stay, what echo models have stored, and tokens.
func TestReload(t *testing.T) {
	b := newBackend(t, says(200, "{}"))
	f := &fakeCredential{life: time.Hour}
	text := `{kind: azure, url: "` + b.URL + `"}, {kind: echo, priority: 2}`
	first := newPools(t, text, "  breaker: {failures: 1, pause: 30s}", Options{Credential: f})
	do(t, first, chat(t))
	first.all[0].health.failed(time.Now(), 0)
	next, err := New(parse(t, text+", {kind: echo, priority: 3}", "  breaker: {failures: 1, pause: 30s}"), Options{Credential: f, Earlier: first})
	if err != nil {
		t.Fatal(err)
	}
	if next.Status()[0].State != "open" || next.echo != first.echo || next.options.Earlier != nil {
		t.Errorf("%+v", next.Status()[0])
	}
	next.all[0].health.worked()
	next.all[0].health.mu.Lock()
	next.all[0].health.open, next.all[0].health.failures = time.Time{}, 0
	next.all[0].health.mu.Unlock()
	first.Close()
	if d := do(t, next, chat(t)); d.status != 200 || b.conns.Load() != 1 || f.count() != 1 {
		t.Errorf("%+v, %d connections, %d tokens", d, b.conns.Load(), f.count())
	}
}

// TestReloadOfTwins holds that upstreams of one model at the same place keep what
// is each's own.
func TestReloadOfTwins(t *testing.T) {
	b := newBackend(t, says(200, "{}"))
	text := at(b, "") + ", " + at(b, ", priority: 2")
	first := newPools(t, text, "", Options{})
	next := newPools(t, text, "", Options{Earlier: first})
	for i, u := range next.all {
		if u.lines != first.all[i].lines || u.health != first.all[i].health {
			t.Errorf("%s has another's", u.name)
		}
	}
}

// TestIdentityConnects holds that the gateway's identity is asked for where the
// host says, by client ID, and nowhere else.
func TestIdentityConnects(t *testing.T) {
	const client = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
	var asked *http.Request
	endpoint := newBackend(t, nil)
	endpoint.answers(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Clone(context.Background())
		says(200, `{"access_token":"of-the-host","expires_on":"4102444800","resource":"r","token_type":"Bearer"}`)(w, r)
	})
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", "")
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:3128")
	t.Setenv("IDENTITY_ENDPOINT", endpoint.URL+"/msi/token")
	t.Setenv("IDENTITY_HEADER", "h")
	var mu sync.Mutex
	var dialed []string
	p := newPools(t, `{kind: azure, url: "http://127.0.0.1:1"}`, "  identity: "+client, Options{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		dialed = append(dialed, address)
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}})
	if got := mustToken(t, p.tokens); got != "Bearer of-the-host" {
		t.Error(got)
	}
	if q := asked.URL.Query(); q.Get("client_id") != client || q.Get("resource") != "https://cognitiveservices.azure.com" {
		t.Error(asked.URL)
	}
	if len(dialed) != 1 || "http://"+dialed[0] != endpoint.URL {
		t.Errorf("connected to %s", dialed)
	}
	r, _ := http.NewRequest("GET", "http://192.0.2.9/", nil)
	if _, err := p.identity.transport.RoundTrip(r); err == nil || len(dialed) != 1 {
		t.Errorf("another host: %v", err)
	}
}

// TestNoIdentity holds that a machine outside of Azure is found out at once.
func TestNoIdentity(t *testing.T) {
	p := &probed{&fakeCredential{}, func(ctx context.Context, _, _ string) (net.Conn, error) { return nil, errors.New("no route") }}
	if _, err := p.GetToken(t.Context(), policy.TokenRequestOptions{}); err == nil {
		t.Error("a token from nowhere")
	}
}
