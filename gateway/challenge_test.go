package gateway

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// claimsIdentity has another token for claims, or not.
type claimsIdentity struct{ renewed string }

func (i claimsIdentity) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token := "first"
	if o.Claims != "" {
		token = i.renewed
	}
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// A challenge is for the gateway's own token: it is met with another token, or
// the caller learns that the upstream denies, and never gets the challenge, which
// no token of the caller's could meet.
func TestClaimsChallengeOfAnUpstream(t *testing.T) {
	t.Parallel()
	yaml := strings.Replace(testYAML, `kind: openai, url: "{backend}/v1"`, `kind: azure, url: "{backend}"`, 1)
	challenge := `Bearer error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte(`{"access_token":{"nbf":{"value":"1"}}}`)) + `"`
	for renewed, status := range map[string]int{"second": 200, "first": 502} {
		r := startWith(t, yaml, func(o *Options) { o.Upstreams.Credential = claimsIdentity{renewed} })
		r.backend.answers(func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if req.Header.Get("Authorization") != "Bearer second" {
				w.Header().Set("Www-Authenticate", challenge)
				w.WriteHeader(401)
			}
			w.Write([]byte(`{"id":"c","choices":[]}`))
		})
		a := r.chat(r.service())
		if a.status != status || status == 502 && a.reason() != "upstream_denied" {
			t.Errorf("%s: %d %s %s", renewed, a.status, a.reason(), a.body)
		}
		if a.header.Get("Www-Authenticate") != "" || strings.Contains(a.body, "insufficient") {
			t.Errorf("%s: the challenge is passed on: %v", renewed, a.header)
		}
	}
}
