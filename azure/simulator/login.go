package simulator

import (
	"net/http"
	"net/url"
	"strings"
)

// The application that may log in; its tokens are those of Owner.
const (
	ClientID     = "66666666-6666-4666-8666-666666666666"
	ClientSecret = "a-secret-of-the-simulator"
)

// login answers as the login service does: where its endpoints are, and tokens
// for the application's secret (Microsoft Learn, "Microsoft identity platform
// and the OAuth 2.0 client credentials flow"). isLogin is false for requests
// that are Resource Manager's.
func (s *Simulator) login(r *http.Request, text []byte) (_ answer, isLogin bool) {
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case r.Method == http.MethodGet && rest == "v2.0/.well-known/openid-configuration":
		return ok(s.openID(tenant)), true
	case r.Method == http.MethodPost && rest == "oauth2/v2.0/token":
		return s.token(tenant, text), true
	}
	return answer{}, false
}

func (s *Simulator) openID(tenant string) object {
	at := s.server.URL + "/" + tenant
	return object{
		"issuer":                 at + "/v2.0",
		"authorization_endpoint": at + "/oauth2/v2.0/authorize",
		"token_endpoint":         at + "/oauth2/v2.0/token",
		"jwks_uri":               at + "/discovery/v2.0/keys",
	}
}

func (s *Simulator) token(tenant string, text []byte) answer {
	form, err := url.ParseQuery(string(text))
	switch {
	case err != nil || form.Get("grant_type") != "client_credentials":
		return refused(http.StatusBadRequest, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.")
	case tenant != s.options.Tenant:
		return refused(http.StatusBadRequest, "invalid_request", "AADSTS90002: Tenant '"+tenant+"' not found.")
	case form.Get("client_id") != ClientID:
		return refused(http.StatusBadRequest, "unauthorized_client", "AADSTS700016: The application wasn't found in the directory.")
	case form.Get("client_secret") != ClientSecret:
		return refused(http.StatusUnauthorized, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
	}
	for _, scope := range strings.Fields(form.Get("scope")) {
		if aud, found := strings.CutSuffix(scope, ".default"); found {
			return ok(object{"token_type": "Bearer", "expires_in": 3600, "access_token": tokenOf(claims{aud, Owner, tenant})})
		}
	}
	return refused(http.StatusBadRequest, "invalid_scope", "AADSTS1002012: The provided value for scope isn't valid.")
}

func refused(status int, code, text string) answer {
	return answer{status: status, body: object{"error": code, "error_description": text}}
}
