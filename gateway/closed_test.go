package gateway

import (
	"strings"
	"testing"

	"palisade/gateway/caller/issuertest"
	"palisade/gateway/route"
)

// Each route, with each kind of credential that isn't good, is refused before
// anything else is looked at, and never reaches the upstream.
func TestEveryRouteWithoutACaller(t *testing.T) {
	r := start(t)
	c := r.issuer.ServiceClaims("2.0")
	none := r.issuer.Key().Sign(issuertest.Claims{"alg": "none"}, c)
	bad := []struct{ name, token, reason string }{
		{"missing", "", "token_missing"},
		{"expired", r.issuer.Token(c.With(issuertest.Claims{"exp": 1_600_000_000, "nbf": 1_500_000_000, "iat": 1_500_000_000})), "token_expired"},
		{"wrong tenant", r.issuer.Token(c.With(issuertest.Claims{"tid": issuertest.Other, "iss": "https://login.microsoftonline.com/" + issuertest.Other + "/v2.0"})), "token_"},
		{"wrong audience", r.issuer.Token(c.With(issuertest.Claims{"aud": "https://graph.microsoft.com"})), "token_audience"},
		{"unsigned", none[:strings.LastIndexByte(none, '.')+1], "token_"},
		{"a key", "0123456789abcdef0123456789abcdef", "key_disabled"},
	}
	table := route.NewTable(route.Options{})
	tried := 0
	for _, op := range table.Operations() {
		for _, path := range paths(&op) {
			for _, b := range bad {
				a := r.call(op.Method, path, b.token, bodyFor(&op))
				tried++
				if a.status != 401 && a.status != 403 || !strings.HasPrefix(a.reason(), b.reason) {
					t.Errorf("%s %s, %s: %d %s", op.Method, path, b.name, a.status, a.reason())
				}
			}
		}
	}
	if n := r.backend.count(); n != 0 {
		t.Errorf("the upstream was asked %d times", n)
	}
	t.Logf("%d calls refused", tried)
}

func bodyFor(op *route.Operation) string {
	if op.Body == route.JSONBody {
		return chatBody
	}
	return ""
}

func TestEveryWrongToken(t *testing.T) {
	r := start(t)
	for _, w := range r.issuer.Wrong(t) {
		if strings.ContainsAny(w.Token, "\x00\r\n\x7f") {
			continue // net/http doesn't send these
		}
		a := r.chat(w.Token)
		if a.status != 401 && a.status != 431 && a.status != 403 {
			t.Errorf("%s: %d %s", w.Name, a.status, a.body)
		}
	}
	if n := r.backend.count(); n != 0 {
		t.Errorf("the upstream was asked %d times", n)
	}
}

// Each route that isn't in the table is refused, also to a caller who may do
// all that there is.
func TestUnknownRoutes(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, path := range []string{"/", "/openai", "/openai/", "/openai/v1", "/openai/v1/", "/v1/chat/completions", "/metrics", "/healthz", "/readyz",
		"/openai/v1/organization/admin_api_keys", "/openai/deployments", "/openai/v1/chat", "/openai/v2/chat/completions", "/debug/pprof/", "/demo/jwks",
		"/openai/v1/fine_tuning/alpha", "/openai/deployments/gpt/extensions/chat/completions?api-version=2024-10-21"} {
		for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
			a := r.call(method, path, r.service(), "")
			if a.status < 400 || a.status >= 500 || a.reason() == "" {
				t.Errorf("%s %s: %d %s", method, path, a.status, a.body)
			}
		}
	}
	if n := r.backend.count(); n != 0 {
		t.Errorf("the upstream was asked %d times", n)
	}
}

func TestChatPasses(t *testing.T) {
	r := start(t)
	for _, path := range []string{"/openai/v1/chat/completions", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21"} {
		if a := r.call("POST", path, r.service(), chatBody); a.status != 200 || !strings.Contains(a.body, "chatcmpl-1") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := r.call("POST", "/openai/v1/chat/completions", r.issuer.PersonToken("2.0"), chatBody); a.status != 401 || a.reason() == "" {
		t.Errorf("a person who isn't in the team: %d %s", a.status, a.body)
	}
	team := r.issuer.Token(r.issuer.PersonClaims("2.0").With(issuertest.Claims{"groups": []string{issuertest.Team}}))
	if a := r.chat(team); a.status != 200 {
		t.Errorf("a person in the team: %d %s", a.status, a.body)
	}
}
