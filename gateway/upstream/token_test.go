package upstream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"palisade/spec"
)

// fakeCredential gives tokens with numbers.
type fakeCredential struct {
	mu     sync.Mutex
	now    func() time.Time
	life   time.Duration
	n      int
	fail   bool
	wait   chan struct{}
	scopes []string
}

func (f *fakeCredential) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if f.wait != nil {
		<-f.wait
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.scopes = o.Scopes
	f.n++
	if f.fail {
		return azcore.AccessToken{}, errors.New("no identity here\nsecret body")
	}
	now := time.Now
	if f.now != nil {
		now = f.now
	}
	return azcore.AccessToken{Token: fmt.Sprintf("token-%d", f.n), ExpiresOn: now().Add(max(f.life, time.Minute))}, nil
}

func (f *fakeCredential) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.n
}

func (f *fakeCredential) failing(fail bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

func mustToken(t *testing.T, s *tokens) string {
	t.Helper()
	v, err := s.get(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v.header[0]
}

// TestTokenAhead holds that a token is replaced before it ends while no call
// waits, and that an outage of the issuer is survived as long as it lives.
func TestTokenAhead(t *testing.T) {
	c := newClock()
	f := &fakeCredential{now: c.now, life: time.Hour}
	s := newTokens(f, "scope", c.now)
	if got := mustToken(t, s); got != "Bearer token-1" {
		t.Fatal(got)
	}
	c.forward(44 * time.Minute)
	if mustToken(t, s); f.count() != 1 {
		t.Error("asked too early")
	}
	c.forward(time.Minute) // a quarter of its life is left
	f.failing(true)
	if got := mustToken(t, s); got != "Bearer token-1" {
		t.Error(got)
	}
	eventually(t, "the question", func() bool { return f.count() == 2 })
	for range 10 {
		mustToken(t, s)
	}
	time.Sleep(20 * time.Millisecond)
	if f.count() != 2 {
		t.Errorf("asked %d times without a pause", f.count())
	}
	f.failing(false)
	c.forward(time.Minute)
	s.refreshIfDue(t.Context())
	eventually(t, "the next token", func() bool { return mustToken(t, s) == "Bearer token-3" })
}

// TestTokenJustGiven holds that a call which saw no token, and comes to ask when
// another call has been given one, doesn't ask again.
func TestTokenJustGiven(t *testing.T) {
	f := &fakeCredential{life: time.Hour}
	s := newTokens(f, "scope", time.Now)
	mustToken(t, s)
	if s.begin(t.Context(), time.Now()) != nil || f.count() != 1 {
		t.Errorf("asked %d times", f.count())
	}
}

// TestTokenOnce holds that many calls without a token ask once.
func TestTokenOnce(t *testing.T) {
	f := &fakeCredential{wait: make(chan struct{}), life: time.Hour}
	s := newTokens(f, "scope", time.Now)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { mustToken(t, s) })
	}
	time.Sleep(20 * time.Millisecond)
	close(f.wait)
	wg.Wait()
	if f.count() != 1 {
		t.Errorf("asked %d times", f.count())
	}
}

// TestTokenExpired holds that a token that has ended isn't sent.
func TestTokenExpired(t *testing.T) {
	c := newClock()
	f := &fakeCredential{now: c.now, life: time.Hour}
	s := newTokens(f, "scope", c.now)
	mustToken(t, s)
	f.failing(true)
	c.forward(time.Hour)
	if v, err := s.get(t.Context()); err == nil {
		t.Errorf("sent %s", v.header)
	}
	if _, err := s.get(t.Context()); err != errNotYet {
		t.Errorf("asked again at once: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.wait = make(chan struct{})
	defer close(f.wait)
	c.forward(time.Minute)
	if _, err := s.get(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("waits for longer than its call: %v", err)
	}
}

// TestNoCredential holds that an upstream that the gateway has no token for is
// left out, and that the caller learns no more than that.
func TestNoCredential(t *testing.T) {
	fine := newBackend(t, says(200, "{}"))
	p := newPools(t, `{kind: azure, url: "http://127.0.0.1:1"}, `+at(fine, ", priority: 2"), "", Options{Credential: &fakeCredential{fail: true}})
	if d := do(t, p, chat(t)); d.status != 200 {
		t.Errorf("%+v", d)
	}
	alone := newPools(t, `{kind: azure, url: "http://127.0.0.1:1"}`, "", Options{Credential: &fakeCredential{fail: true}})
	if d := do(t, alone, chat(t)); d.reason() != "upstream_credential" || d.err.Status != 503 {
		t.Errorf("%+v", d)
	}
}

// TestClouds holds that tokens are for the cloud of the spec.
func TestClouds(t *testing.T) {
	for cloud, want := range map[spec.Cloud]string{
		spec.PublicCloud: "https://cognitiveservices.azure.com/.default login.microsoftonline.com:443",
		spec.USGovCloud:  "https://cognitiveservices.azure.us/.default login.microsoftonline.us:443",
		spec.ChinaCloud:  "https://cognitiveservices.azure.cn/.default login.chinacloudapi.cn:443",
	} {
		c := cloudOf(cloud)
		if got := c.scope + " " + addressOf(c.authority.ActiveDirectoryAuthorityHost); got != want {
			t.Errorf("%s: %s, want %s", cloud, got, want)
		}
	}
}

// TestWorkloadIdentity holds that a projected token is exchanged at the cloud's
// authority, over TLS that is verified, and that nobody else is asked.
func TestWorkloadIdentity(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("assertion"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AZURE_FEDERATED_TOKEN_FILE", file)
	t.Setenv("AZURE_TENANT_ID", "33333333-3333-4333-8333-333333333333")
	t.Setenv("AZURE_CLIENT_ID", "44444444-4444-4444-8444-444444444444")
	var mu sync.Mutex
	var dialed []string
	p := newPools(t, `{kind: azure, url: "http://127.0.0.1:1"}`, "", Options{Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		dialed = append(dialed, address)
		return nil, errors.New("no network")
	}})
	if _, err := p.tokens.get(t.Context()); err == nil {
		t.Error("a token from nowhere")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(dialed) == 0 {
		t.Error("nobody was asked")
	}
	for _, a := range dialed {
		if a != "login.microsoftonline.com:443" {
			t.Errorf("connected to %s", a)
		}
	}
}

func TestCutSecret(t *testing.T) {
	host, name, version, err := cutSecret("https://KV-a.vault.azure.net/secrets/llama/0123")
	if host != "kv-a.vault.azure.net" || name != "llama" || version != "0123" || err != nil {
		t.Error(host, name, version, err)
	}
	for _, ref := range []spec.SecretRef{"", "https://kv-a.vault.azure.net/keys/x", "https://kv-a.vault.azure.net/secrets", "https://kv-a.vault.azure.net/secrets/a/b/c"} {
		if _, _, _, err := cutSecret(ref); err == nil {
			t.Errorf("%s is taken", ref)
		}
	}
}
