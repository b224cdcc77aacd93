// Package issuertest is a stand-in for Entra, Microsoft Graph and other
// OpenID Connect issuers in tests: one server on loopback that answers for all
// of their host names, issues exact tokens of versions 1.0 and 2.0, rolls its
// keys, fails on demand, and makes wrong tokens of every kind.
package issuertest

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Identifiers that tests share.
const (
	Tenant  = "33333333-3333-4333-8333-333333333333"
	Other   = "99999999-9999-4999-8999-999999999999" // a tenant that nobody accepts
	Person  = "88888888-8888-4888-8888-888888888888" // object ID of a user
	Service = "77777777-7777-4777-8777-777777777777" // object ID of an application
	Client  = "66666666-6666-4666-8666-666666666666" // client ID of an application
	Team    = "22222222-2222-4222-8222-222222222222" // object ID of a group
	Actions = "https://token.actions.githubusercontent.com"
	Cluster = "https://oidc.contoso.com/cluster-1"
)

// Audience of the version 1.0 tokens, and AudienceID of the version 2.0 tokens,
// for Azure OpenAI.
const (
	Audience   = "https://cognitiveservices.azure.com"
	AudienceID = "7d312290-28c8-473c-a0ed-8e53749b6d6d"
)

// Server answers for all issuers. It is safe for concurrent use.
type Server struct {
	// Client calls it under any host name.
	Client *http.Client
	// Now is the clock that tokens are made by.
	Now func() time.Time

	mu      sync.Mutex
	keys    []*Key            // those that are published; the last signs
	down    bool              // every answer is 503
	slow    chan struct{}     // answers wait until it is closed
	moved   string            // jwks_uri in metadata, if not the usual one
	alias   string            // issuer in metadata, if not the usual one
	groups  map[string][]byte // answers of Graph, by object ID
	fetches map[string]int    // by path
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{Now: time.Now, keys: []*Key{NewKey(t, "RS256")}, groups: map[string][]byte{}, fetches: map[string]int{}}
	web := httptest.NewTLSServer(s)
	t.Cleanup(web.Close)
	address := web.Listener.Addr().String()
	s.Client = &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // its certificate can't name all hosts
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, address)
			},
		},
	}
	t.Cleanup(s.Client.CloseIdleConnections)
	return s
}

// Roll publishes one more key and signs with it.
func (s *Server) Roll(t testing.TB, alg string) *Key {
	key := NewKey(t, alg)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append(s.keys, key)
	return key
}

// Publish replaces all keys.
func (s *Server) Publish(keys ...*Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = keys
}

// Key is the key that signs.
func (s *Server) Key() *Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys[len(s.keys)-1]
}

// Down has every answer fail, or ends that.
func (s *Server) Down(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Hold has answers wait until the function that it gives is called.
func (s *Server) Hold() (release func()) {
	gate := make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slow = gate
	return sync.OnceFunc(func() { close(gate) })
}

// Claim has metadata name another issuer or key set; "" is the right one.
func (s *Server) Claim(issuer, jwks string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alias, s.moved = issuer, jwks
}

// SetGroups is what Graph says of a principal.
func (s *Server) SetGroups(objectID string, groups ...string) {
	body, _ := json.Marshal(map[string]any{"value": append([]string{}, groups...)})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[objectID] = body
}

// SetGraph is Graph's answer about a principal, as it is written.
func (s *Server) SetGraph(objectID, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[objectID] = []byte(body)
}

// Fetches counts calls to paths that contain a text.
func (s *Server) Fetches(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for p, count := range s.fetches {
		if strings.Contains(p, path) {
			n += count
		}
	}
	return n
}

// ServeHTTP answers as the host that was called would.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.fetches[r.URL.Path]++
	gate := s.slow
	s.mu.Unlock()
	if gate != nil {
		<-gate
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch {
	case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
		s.metadata(w, r)
	case strings.HasSuffix(r.URL.Path, "/keys"), strings.HasSuffix(r.URL.Path, "/jwks"):
		s.jwks(w)
	case strings.HasSuffix(r.URL.Path, "/getMemberObjects") && r.Method == http.MethodPost:
		s.members(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (s *Server) metadata(w http.ResponseWriter, r *http.Request) {
	base := "https://" + r.Host + strings.TrimSuffix(r.URL.Path, "/.well-known/openid-configuration")
	issuer, jwks := base, base+"/jwks"
	if tenant, ok := strings.CutSuffix(base, "/v2.0"); ok {
		jwks = tenant + "/discovery/v2.0/keys"
	}
	if s.alias != "" {
		issuer = s.alias
	}
	if s.moved != "" {
		jwks = s.moved
	}
	json.NewEncoder(w).Encode(map[string]string{"issuer": issuer, "jwks_uri": jwks})
}

func (s *Server) jwks(w http.ResponseWriter) {
	list := []map[string]string{}
	for _, k := range s.keys {
		list = append(list, k.JWK())
	}
	json.NewEncoder(w).Encode(map[string]any{"keys": list})
}

func (s *Server) members(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	body, found := s.groups[parts[len(parts)-2]]
	if !found || r.Header.Get("Authorization") != "Bearer graph" {
		http.NotFound(w, r)
		return
	}
	w.Write(body)
}
