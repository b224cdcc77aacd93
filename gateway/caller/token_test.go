package caller

import (
	"strings"
	"testing"
	"time"

	"palisade/gateway/caller/demoissuer"
	"palisade/gateway/caller/issuertest"
	"palisade/spec"

	"github.com/golang-jwt/jwt/v5"
)

func TestEntraCallers(t *testing.T) {
	w := newWorld(t, file())
	s := w.server
	long := strings.Repeat("x", 2000)
	tests := []struct {
		name   string
		claims issuertest.Claims
		kind   Kind
		id     string
	}{
		{"user, 1.0", s.PersonClaims("1.0"), User, issuertest.Person},
		{"user, 2.0", s.PersonClaims("2.0"), User, issuertest.Person},
		{"user with idtyp", s.PersonClaims("2.0").With(issuertest.Claims{"idtyp": "user"}), User, issuertest.Person},
		{"application, 1.0", s.ServiceClaims("1.0"), App, issuertest.Service},
		{"application, 2.0", s.ServiceClaims("2.0"), App, issuertest.Service},
		{"application with idtyp", s.ServiceClaims("2.0").With(issuertest.Claims{"idtyp": "app", "sub": "other"}), App, issuertest.Service},
		{"managed identity", s.IdentityClaims(), ManagedIdentity, issuertest.Service},
		{"audience with a slash", s.PersonClaims("1.0").With(issuertest.Claims{"aud": issuertest.Audience + "/"}), User, issuertest.Person},
		{"the other audience without its slash", s.PersonClaims("1.0").With(issuertest.Claims{"aud": "https://ai.azure.com"}), User, issuertest.Person},
		{"identifiers in upper case", s.PersonClaims("2.0").With(issuertest.Claims{"oid": strings.ToUpper(issuertest.Person), "tid": strings.ToUpper(issuertest.Tenant)}), User, issuertest.Person},
		{"end with a fraction", s.PersonClaims("2.0").With(issuertest.Claims{"exp": float64(s.Now().Unix()) + 60.5}), User, issuertest.Person},
		{"unknown claims", s.PersonClaims("2.0").With(issuertest.Claims{"x": map[string]any{"iss": 1}, "Iss": "y", "long": long}), User, issuertest.Person},
		{"expired within the skew", s.PersonClaims("2.0").With(issuertest.Claims{"exp": s.Now().Unix() - 59}), User, issuertest.Person},
		{"not yet valid within the skew", s.PersonClaims("2.0").With(issuertest.Claims{"nbf": s.Now().Unix() + 60}), User, issuertest.Person},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := w.mustPass(t, s.Token(tt.claims))
			if c.Kind != tt.kind || c.ObjectID != tt.id || c.Tenant != issuertest.Tenant || c.AppID != issuertest.Client {
				t.Errorf("got %+v", *c)
			}
			if c.ID != "entra:"+issuertest.Tenant+"/"+tt.id || c.TokenID != "uti-1" || c.Issuer != tt.claims["iss"] || c.Expires.IsZero() {
				t.Errorf("got %+v", *c)
			}
			if (c.Kind == ManagedIdentity) != strings.HasSuffix(c.Resource, "/chat") {
				t.Errorf("resource %q of %s", c.Resource, c.Kind)
			}
		})
	}
}

func TestClaimsOfCaller(t *testing.T) {
	w := newWorld(t, file())
	c := w.mustPass(t, w.server.Token(w.server.PersonClaims("2.0").With(issuertest.Claims{
		"roles": []string{"Reader", "Writer"}, "scp": "a b", "xms_cc": []string{"CP1"},
		"groups": []string{strings.ToUpper(issuertest.Team)},
	})))
	if strings.Join(c.Roles, " ") != "Reader Writer" || strings.Join(c.Scopes, " ") != "a b" || !c.HandlesClaims {
		t.Errorf("got %+v", *c)
	}
	if len(c.Groups) != 1 || c.Groups[0] != issuertest.Team || !c.GroupsComplete {
		t.Errorf("groups %v, complete %t", c.Groups, c.GroupsComplete)
	}
}

func TestAlgorithms(t *testing.T) {
	for _, alg := range algorithms {
		t.Run(alg, func(t *testing.T) {
			w := newWorld(t, file())
			w.server.Publish(issuertest.NewKey(t, alg))
			text := w.server.PersonToken("2.0")
			w.mustPass(t, text)
			// A second opinion on the issuer that the other tests rely on.
			key, err := w.issuers.sets[0].key(background(), w.server.Key().ID)
			if err != nil {
				t.Fatal(err)
			}
			_, err = jwt.Parse(text, func(*jwt.Token) (any, error) { return key.public, nil },
				jwt.WithValidMethods([]string{alg}), jwt.WithTimeFunc(w.clock.now), jwt.WithAudience(issuertest.AudienceID))
			if err != nil {
				t.Errorf("the library alone says %v", err)
			}
		})
	}
}

func TestWorkloads(t *testing.T) {
	w := newWorld(t, file())
	actions := w.server.WorkloadClaims(issuertest.Actions, "repo:contoso/app:ref:refs/heads/main", "https://ai.contoso.com")
	c := w.mustPass(t, w.server.Token(actions))
	if c.Kind != Workload || c.IssuerName != "github" || c.Subject != "repo:contoso/app:ref:refs/heads/main" || c.TokenID != "jti-1" {
		t.Errorf("got %+v", *c)
	}
	cluster := w.server.WorkloadClaims(issuertest.Cluster, "system:serviceaccount:evals:runner", "").With(issuertest.Claims{
		"aud": []string{"other", "palisade"}, "groups": "any kind of claim", "kubernetes.io": map[string]any{"namespace": "evals"},
	})
	if c := w.mustPass(t, w.server.Key().Sign(issuertest.Claims{"typ": nil}, cluster)); c.ID != "oidc:cluster/system:serviceaccount:evals:runner" {
		t.Errorf("got %+v", *c)
	}
	if n := w.server.Fetches("/cluster-1/.well-known"); n != 0 {
		t.Errorf("metadata was read %d times though the key set is known", n)
	}
	for reason, claims := range map[Reason]issuertest.Claims{
		TokenAudience:  actions.With(issuertest.Claims{"aud": "palisade"}), // good for cluster only
		TokenMalformed: actions.With(issuertest.Claims{"sub": nil}),
		TokenIssuer:    actions.With(issuertest.Claims{"iss": issuertest.Actions + "/"}),
		TokenExpired:   actions.With(issuertest.Claims{"exp": w.server.Now().Unix() - 60}),
	} {
		text := w.server.Token(claims)
		_, err := w.token(text)
		wantRefusal(t, err, reason, text)
	}
}

func TestWrongTokens(t *testing.T) {
	w := newWorld(t, file())
	for _, wrong := range w.server.Wrong(t) {
		t.Run(wrong.Name, func(t *testing.T) {
			for range 2 { // the second time it might be remembered
				_, err := w.token(wrong.Token)
				wantRefusal(t, err, Reason(wrong.Reason), canaries(wrong.Token)...)
			}
		})
	}
	// Only the one that is good on another connection may be remembered.
	if n := w.memory.len(); n != 1 {
		t.Errorf("%d wrong tokens are remembered", n)
	}
	w.mustPass(t, w.server.PersonToken("2.0"))
}

// canaries are what no text may repeat: the token, its parts, and what is in it.
func canaries(token string) []string {
	all := append(strings.Split(token, "."), token, issuertest.Person, issuertest.Service, "evil.example", "contoso")
	var long []string
	for _, c := range all {
		if len(c) > 3 {
			long = append(long, c)
		}
	}
	return long
}

func TestRefusalNamesProvedCaller(t *testing.T) {
	w := newWorld(t, file())
	expired := w.server.PersonClaims("2.0").With(issuertest.Claims{"exp": w.server.Now().Unix() - 3600})
	_, err := w.token(w.server.Token(expired))
	if r := wantRefusal(t, err, TokenExpired); r.Caller == nil || r.Caller.ObjectID != issuertest.Person {
		t.Errorf("caller %+v", r.Caller)
	}
	forged := issuertest.NewKey(t, "ES256").Sign(nil, expired)
	_, err = w.token(forged)
	if r := wantRefusal(t, err, TokenSignature); r.Caller != nil {
		t.Errorf("a forged token names %+v", r.Caller)
	}
}

// TestKeyOfAnotherIssuer: Entra lists keys that are for other tenants.
func TestKeyOfAnotherIssuer(t *testing.T) {
	for issuer, ok := range map[string]bool{
		"": true,
		"https://login.microsoftonline.com/{tenantid}/v2.0":                           true,
		"https://sts.windows.net/{tenantid}/":                                         true,
		"https://login.microsoftonline.com/" + issuertest.Tenant + "/v2.0":            true,
		"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0": false,
	} {
		w := newWorld(t, file())
		key := issuertest.NewKey(t, "RS256")
		key.Issuer = issuer
		w.server.Publish(key)
		_, err := w.token(w.server.PersonToken("2.0"))
		if ok && err != nil {
			t.Errorf("%q: %v", issuer, err)
		} else if !ok {
			wantRefusal(t, err, TokenSignature)
		}
	}
}

func TestSovereignClouds(t *testing.T) {
	for cloud, want := range map[spec.Cloud][2]string{
		spec.USGovCloud: {"https://sts.windows.net/", "https://login.microsoftonline.us/"},
		spec.ChinaCloud: {"https://sts.chinacloudapi.cn/", "https://login.partner.microsoftonline.cn/"},
	} {
		t.Run(string(cloud), func(t *testing.T) {
			s := file()
			s.Cloud = cloud
			w := newWorld(t, s)
			w.mustPass(t, w.server.Token(w.server.PersonClaims("1.0").With(issuertest.Claims{"iss": want[0] + issuertest.Tenant + "/"})))
			w.mustPass(t, w.server.Token(w.server.PersonClaims("2.0").With(issuertest.Claims{"iss": want[1] + issuertest.Tenant + "/v2.0"})))
			_, err := w.token(w.server.PersonToken("2.0"))
			wantRefusal(t, err, TokenIssuer)
		})
	}
}

func TestSecondTenant(t *testing.T) {
	s := file()
	s.Gateway.Tokens.Tenants = []spec.GUID{issuertest.Other}
	w := newWorld(t, s)
	other := w.server.PersonClaims("1.0").With(issuertest.Claims{"tid": issuertest.Other, "iss": "https://sts.windows.net/" + issuertest.Other + "/"})
	if c := w.mustPass(t, w.server.Token(other)); c.Tenant != issuertest.Other {
		t.Errorf("tenant %s", c.Tenant)
	}
	_, err := w.token(w.server.Token(other.With(issuertest.Claims{"tid": issuertest.Tenant})))
	wantRefusal(t, err, TokenTenant)
}

func TestDemoIssuer(t *testing.T) {
	demo, err := demoissuer.New("http://127.0.0.1:8080/demo")
	if err != nil {
		t.Fatal(err)
	}
	s := &spec.Spec{Issuers: []spec.Issuer{{Name: "demo", URL: "http://127.0.0.1:8080/demo", Audiences: []string{"palisade-demo"}}}}
	a, err := New(s, Options{Client: demo.Client()})
	if err != nil {
		t.Fatal(err)
	}
	text, err := demo.Token("alice", "palisade-demo", time.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Authenticate(call("Authorization", "Bearer "+text), home)
	if err != nil || c.ID != "oidc:demo/alice" {
		t.Errorf("got %+v, %v", c, err)
	}
	late, _ := demo.Token("alice", "palisade-demo", time.Now().Add(-2*time.Hour), time.Hour)
	_, err = a.Authenticate(call("Authorization", "Bearer "+late), home)
	wantRefusal(t, err, TokenExpired, late)
}
