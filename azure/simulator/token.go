package simulator

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// audience is that of Resource Manager's tokens.
const audience = "https://management.core.windows.net/"

// claims are what a simulated token says. It isn't signed.
type claims struct {
	Audience string `json:"aud"`
	Object   string `json:"oid"`
	Tenant   string `json:"tid"`
}

// credential gives tokens for one principal.
type credential struct{ object, tenant string }

// Credential is what the principal with that object id logs in with.
func (s *Simulator) Credential(object string) azcore.TokenCredential {
	return credential{object, s.options.Tenant}
}

func (c credential) GetToken(_ context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	aud := ""
	if len(o.Scopes) > 0 {
		aud = strings.TrimSuffix(o.Scopes[0], ".default")
	}
	return azcore.AccessToken{Token: tokenOf(claims{aud, c.object, c.tenant}), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// tokenOf is a token that says c.
func tokenOf(c claims) string {
	text, _ := json.Marshal(c) // of text alone
	return "e30." + base64.RawURLEncoding.EncodeToString(text) + "."
}

// caller is the object id of who sent the request.
func caller(r *http.Request) (string, *Failure) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return "", failf(http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
	}
	var c claims
	parts := strings.Split(token, ".")
	if len(parts) == 3 {
		text, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil || json.Unmarshal(text, &c) != nil {
			c = claims{}
		}
	}
	if c.Object == "" {
		return "", failf(http.StatusUnauthorized, "InvalidAuthenticationToken", "The access token is invalid.")
	}
	if strings.TrimRight(c.Audience, "/") != strings.TrimRight(audience, "/") {
		return "", failf(http.StatusUnauthorized, "InvalidAuthenticationTokenAudience",
			"The access token has been obtained for wrong audience or resource '%s'.", c.Audience)
	}
	return c.Object, nil
}
