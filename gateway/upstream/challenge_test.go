package upstream

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

const someClaims = `{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}`

func TestClaimsChallenge(t *testing.T) {
	claims := base64.StdEncoding.EncodeToString([]byte(someClaims))
	list := base64.StdEncoding.EncodeToString([]byte(`[1]`))
	double := base64.StdEncoding.EncodeToString([]byte(`{"a":1} {`))
	tests := []struct {
		name, header string
		want         string // the claims
	}{
		{"as Entra's services write it", `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="` + claims + `"`, someClaims},
		{"other order and spaces", `bearer claims = "` + claims + `" ,error=insufficient_claims`, someClaims},
		{"second challenge", `PoP nonce="x", Bearer error="insufficient_claims", claims="` + claims + `"`, someClaims},
		{"first challenge", `Bearer error="insufficient_claims", claims="` + claims + `", PoP nonce="x"`, someClaims},
		{"without padding", `Bearer error="insufficient_claims", claims="` + strings.TrimRight(claims, "=") + `"`, someClaims},
		{"another error", `Bearer error="invalid_token", claims="` + claims + `"`, ""},
		{"no error", `Bearer claims="` + claims + `"`, ""},
		{"another scheme", `PoP error="insufficient_claims", claims="` + claims + `"`, ""},
		{"error of another scheme", `PoP error="insufficient_claims", Bearer claims="` + claims + `"`, ""},
		{"no claims", `Bearer error="insufficient_claims"`, ""},
		{"plain JSON", `Bearer error="insufficient_claims", claims="{\"a\":1}"`, ""},
		{"not an object", `Bearer error="insufficient_claims", claims="` + list + `"`, ""},
		{"more than an object", `Bearer error="insufficient_claims", claims="` + double + `"`, ""},
		{"quotes", `Bearer error="insufficient_claims", claims="` + claims + `\" , x=\"`, ""},
		{"open quotes", `Bearer error="insufficient_claims", claims="` + claims, ""},
		{"too long", `Bearer error="insufficient_claims", claims="` + strings.Repeat("A", 20<<10) + `"`, ""},
		{"nothing", ``, ""},
		{"junk", `=,="=`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp := &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {tt.header}}}
			if got := claimsOf(resp); got != tt.want {
				t.Errorf("got %s", got)
			}
			if resp.StatusCode = 403; claimsOf(resp) != "" {
				t.Error("a challenge of another status")
			}
		})
	}
}

func FuzzClaimsChallenge(f *testing.F) {
	f.Add(`Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ=="`)
	f.Add(`PoP a=b, Bearer error=insufficient_claims,claims=eyJhIjoxfQ`)
	f.Fuzz(func(t *testing.T, line string) {
		got := claimsOf(&http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {line}}})
		if got != "" && (!json.Valid([]byte(got)) || len(got) > maxClaims || strings.TrimLeft(got, " \t\r\n")[0] != '{') {
			t.Fatalf("got %q", got)
		}
	})
}

// recalled is an identity whose first token is recalled: it gives another only
// to who names the claims.
type recalled struct {
	mu   sync.Mutex
	asks []policy.TokenRequestOptions
	same bool // it has no other token
}

func (r *recalled) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asks = append(r.asks, o)
	token := "recalled"
	if o.Claims != "" && !r.same {
		token = "renewed"
	}
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(24 * time.Hour)}, nil
}

func (r *recalled) all() []policy.TokenRequestOptions {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asks)
}

// wantsClaims takes the renewed token only.
func wantsClaims(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer renewed" {
		w.Header().Set("Www-Authenticate", `Bearer realm="", error="insufficient_claims", claims="`+base64.StdEncoding.EncodeToString([]byte(someClaims))+`"`)
		says(401, "{}")(w, r)
		return
	}
	says(200, "{}")(w, r)
}

// TestClaimsAreAskedFor holds that a token which was recalled is replaced by one
// with the claims that the upstream names, once for all calls, and that the call
// is sent once more.
func TestClaimsAreAskedFor(t *testing.T) {
	idp, b := &recalled{}, newBackend(t, wantsClaims)
	p := newPools(t, `{kind: azure, url: "`+b.URL+`"}`, "  retry: {attempts: 1}", Options{Credential: idp})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if d := do(t, p, chat(t)); d.status != 200 {
				t.Errorf("%+v", d)
			}
		})
	}
	all.Wait()
	asks := idp.all()
	if len(asks) != 2 || !asks[0].EnableCAE || asks[0].Claims != "" || asks[1].Claims != someClaims || !asks[1].EnableCAE {
		t.Errorf("asked for %+v", asks)
	}
}

// TestClaimsThatCannotBeHad holds that a challenge which the gateway can't meet
// ends in upstream_denied, and that the issuer isn't asked at each call.
func TestClaimsThatCannotBeHad(t *testing.T) {
	idp, b := &recalled{same: true}, newBackend(t, wantsClaims)
	p := newPools(t, `{kind: azure, url: "`+b.URL+`"}`, "  retry: {attempts: 1}\n  breaker: {failures: 100, pause: 1s}", Options{Credential: idp})
	for range 5 {
		if d := do(t, p, chat(t)); d.err == nil || d.err.Status != 502 || d.reason() != "upstream_denied" {
			t.Errorf("%+v", d)
		}
	}
	if n := len(idp.all()); n > 2 {
		t.Errorf("the issuer was asked %d times", n)
	}
}
