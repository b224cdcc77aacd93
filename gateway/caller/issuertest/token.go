package issuertest

import (
	"strings"
	"time"
)

// PersonClaims are the claims of a user's token of version 1.0 or 2.0.
func (s *Server) PersonClaims(version string) Claims {
	return s.entra(version).With(Claims{
		"oid": Person, "sub": "pairwise-subject", "scp": "user_impersonation",
		"upn": "person@contoso.com", "amr": []string{"pwd", "mfa"}, "ipaddr": "203.0.113.7",
	})
}

// ServiceClaims are the claims of an application's token of version 1.0 or 2.0.
// As Entra does by default, they have no idtyp.
func (s *Server) ServiceClaims(version string) Claims {
	return s.entra(version).With(Claims{"oid": Service, "sub": Service})
}

// IdentityClaims are the claims of a managed identity's token, version 1.0.
func (s *Server) IdentityClaims() Claims {
	return s.ServiceClaims("1.0").With(Claims{"idtyp": "app", "xms_mirid": "/subscriptions/11111111-1111-4111-8111-111111111111" +
		"/resourcegroups/apps/providers/Microsoft.ManagedIdentity/userAssignedIdentities/chat"})
}

// entra are the claims that all of Entra's access tokens have.
func (s *Server) entra(version string) Claims {
	c := s.times(time.Hour).With(Claims{
		"tid": Tenant, "ver": version, "uti": "uti-1", "rh": "0.AAA.", "aio": "E2Zg",
	})
	if version == "1.0" {
		return c.With(Claims{"iss": "https://sts.windows.net/" + Tenant + "/", "aud": Audience, "appid": Client, "appidacr": "1"})
	}
	return c.With(Claims{"iss": "https://login.microsoftonline.com/" + Tenant + "/v2.0", "aud": AudienceID, "azp": Client, "azpacr": "1"})
}

// WorkloadClaims are the claims of another issuer's token.
func (s *Server) WorkloadClaims(issuer, subject, audience string) Claims {
	return s.times(10 * time.Minute).With(Claims{"iss": issuer, "sub": subject, "aud": audience, "jti": "jti-1"})
}

func (s *Server) times(lifetime time.Duration) Claims {
	now := s.Now()
	return Claims{"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(lifetime).Unix()}
}

// Token signs claims with the key that signs now.
func (s *Server) Token(c Claims) string { return s.Key().Sign(nil, c) }

// PersonToken and ServiceToken are good tokens of a user and an application.
func (s *Server) PersonToken(version string) string { return s.Token(s.PersonClaims(version)) }

// ServiceToken is a good token of an application.
func (s *Server) ServiceToken(version string) string { return s.Token(s.ServiceClaims(version)) }

// Overage takes the groups out of claims and says instead that they are too
// many, as Entra does.
func Overage(c Claims) Claims {
	return c.With(Claims{
		"groups":       nil,
		"_claim_names": map[string]string{"groups": "src1"},
		"_claim_sources": map[string]any{"src1": map[string]string{
			"endpoint": "https://graph.windows.net/" + Tenant + "/users/" + Person + "/getMemberObjects"}},
	})
}

// tampered changes a claim of a signed token and keeps its signature.
func tampered(token string, c Claims) string {
	parts := strings.Split(token, ".")
	return parts[0] + "." + encode([]byte(marshal(c))) + "." + parts[2]
}
