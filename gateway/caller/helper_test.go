package caller

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"palisade/gateway/caller/issuertest"
	"palisade/spec"
)

// clock is a clock that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Unix(1_800_000_000, 0)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// file is a spec with a tenant and two other issuers.
func file() *spec.Spec {
	return &spec.Spec{
		Cloud: spec.PublicCloud, Tenant: issuertest.Tenant,
		Issuers: []spec.Issuer{
			{Name: "github", URL: issuertest.Actions, Audiences: []string{"https://ai.contoso.com"}},
			{Name: "cluster", URL: issuertest.Cluster, Audiences: []string{"https://ai.contoso.com", "palisade"}, JWKS: issuertest.Cluster + "/openid/v1/jwks"},
		},
		Gateway: spec.Gateway{Kind: spec.PalisadeGateway, Tokens: spec.Tokens{
			Audiences: []string{issuertest.Audience, issuertest.AudienceID, "https://ai.azure.com/"},
			Skew:      spec.Duration(time.Minute),
		}},
	}
}

// world is an authenticator with its issuers and clock.
type world struct {
	*Authenticator
	server *issuertest.Server
	clock  *clock
}

func newWorld(t testing.TB, s *spec.Spec, change ...func(*Options)) *world {
	t.Helper()
	w := &world{server: issuertest.New(t), clock: newClock()}
	w.server.Now = w.clock.now
	o := Options{Now: w.clock.now, Client: w.server.Client}
	for _, c := range change {
		c(&o)
	}
	var err error
	if w.Authenticator, err = New(s, o); err != nil {
		t.Fatal(err)
	}
	return w
}

// home is where test calls come from.
var home = Source{Addr: netip.MustParseAddr("10.20.4.5"), Via: ViaConnection}

func call(headers ...string) *http.Request {
	r := httptest.NewRequest("POST", "https://gateway.example/openai/v1/responses", nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func (w *world) token(text string) (*Caller, error) {
	return w.Authenticate(call("Authorization", "Bearer "+text), home)
}

func (w *world) mustPass(t *testing.T, text string) *Caller {
	t.Helper()
	c, err := w.token(text)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	return c
}

// wantRefusal holds that an error is a refusal for a reason, and says nothing
// that the call said.
func wantRefusal(t *testing.T, err error, reason Reason, secrets ...string) *Refusal {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want a refusal for %s", err, reason)
	}
	if r.Reason != reason {
		t.Fatalf("refused for %s, want %s", r.Reason, reason)
	}
	if r.Status < 400 || r.Code == "" || r.Message == "" || (r.Status == 401) != (strings.HasPrefix(r.Challenge, "Bearer")) {
		t.Errorf("refusal isn't whole: %+v", *r)
	}
	for _, secret := range secrets {
		if secret != "" && strings.Contains(r.Error()+r.Code+r.Challenge, secret) {
			t.Errorf("the refusal for %s repeats what the call said", reason)
		}
	}
	return r
}

func background() context.Context { return context.Background() }

// len counts what is remembered.
func (m *memory) len() int {
	n := 0
	for i := range m.parts {
		m.parts[i].mu.Lock()
		n += m.parts[i].recent.Len()
		m.parts[i].mu.Unlock()
	}
	return n
}
