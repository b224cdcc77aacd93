package issuertest

import (
	"encoding/base64"
	"strings"
	"testing"
)

// Wrong is a token that has to be refused, and the reason.
type Wrong struct{ Name, Token, Reason string }

// Wrong makes tokens of every kind that has to be refused by a gateway of the
// tenant Tenant with the default audiences and a skew of at most ten minutes.
func (s *Server) Wrong(t testing.TB) []Wrong {
	all := s.wrongForms()
	all = append(all, s.wrongSignatures(t)...)
	all = append(all, s.wrongIssuers()...)
	all = append(all, s.wrongClaims()...)
	return append(all, s.wrongTimes()...)
}

func (s *Server) wrongForms() []Wrong {
	good, k := s.PersonToken("2.0"), s.Key()
	parts := strings.Split(good, ".")
	claims := s.PersonClaims("2.0")
	body := marshal(claims)
	header := `{"alg":"` + k.Alg + `","kid":"` + k.ID + `","typ":"JWT"}`
	return []Wrong{
		{"one part", "eyJhbGciOiJSUzI1NiJ9", "token_malformed"},
		{"two parts", parts[0] + "." + parts[1], "token_malformed"},
		{"five parts as of an encrypted token", good + ".a.b", "token_malformed"},
		{"empty parts", "..", "token_malformed"},
		{"padding", good + "==", "token_malformed"},
		{"standard base64", parts[0] + "." + parts[1] + "." + base64.StdEncoding.EncodeToString([]byte("\xfb\xff\xfe")), "token_malformed"},
		{"not ASCII", good[:20] + "é" + good[20:], "token_malformed"},
		{"too long", good + strings.Repeat("A", 20<<10), "token_malformed"},
		{"header not JSON", k.SignRaw("alg", body), "token_malformed"},
		{"header null", k.SignRaw("null", body), "token_malformed"},
		{"claims not JSON", k.SignRaw(header, "claims"), "token_malformed"},
		{"claims a list", k.SignRaw(header, "["+body+"]"), "token_malformed"},
		{"claims null", k.SignRaw(header, "null"), "token_issuer"},
		{"claims not UTF-8", k.SignRaw(header, strings.Replace(body, "person@", "\xff@", 1)), "token_malformed"},
		{"claim twice", k.SignRaw(header, `{"iss":"`+Actions+`",`+body[1:]), "token_malformed"},
		{"claims twice", k.SignRaw(header, body+body), "token_malformed"},
		{"names in another case", k.SignRaw(header, strings.Replace(body, `"iss"`, `"Iss"`, 1)), "token_issuer"},
		{"no key name", k.Sign(Claims{"kid": nil}, claims), "token_malformed"},
		{"key name a number", k.Sign(Claims{"kid": 7}, claims), "token_malformed"},
		{"critical extension", k.Sign(Claims{"crit": []string{"b64"}, "b64": false}, claims), "token_malformed"},
		{"signed request", k.Sign(Claims{"typ": "pop"}, claims), "token_type"},
		{"logout token", k.Sign(Claims{"typ": "logout+jwt"}, claims), "token_type"},
	}
}

func (s *Server) wrongSignatures(t testing.TB) []Wrong {
	claims, k := s.PersonClaims("2.0"), s.Key()
	good := k.Sign(nil, claims)
	cut := good[:strings.LastIndexByte(good, '.')+1]
	stranger := NewKey(t, "RS256")
	imposter := *stranger
	imposter.ID = k.ID
	curve := NewKey(t, "ES256")
	curve.ID = k.ID
	return []Wrong{
		{"no signature", cut, "token_signature"},
		{"short signature", cut + encode(make([]byte, 255)), "token_signature"},
		{"signature of zeros", cut + encode(make([]byte, 256)), "token_signature"},
		{"changed claims", tampered(good, claims.With(Claims{"oid": Service})), "token_signature"},
		{"unknown key", stranger.Sign(nil, claims), "token_signature"},
		{"another key by the same name", imposter.Sign(nil, claims), "token_signature"},
		{"key in the header", imposter.Sign(Claims{"jwk": imposter.JWK(), "jku": "https://evil.example/keys", "x5u": "https://evil.example/cert"}, claims), "token_signature"},
		{"alg none", k.Sign(Claims{"alg": "none"}, claims), "token_algorithm"},
		{"alg none, unsigned", encode([]byte(`{"alg":"none","kid":"`+k.ID+`"}`)) + "." + encode([]byte(marshal(claims))) + ".", "token_algorithm"},
		{"alg NONE", k.Sign(Claims{"alg": "NONE"}, claims), "token_algorithm"},
		{"HS256 with the public key", k.HMAC(claims), "token_algorithm"},
		{"RS384", k.Sign(Claims{"alg": "RS384"}, claims), "token_algorithm"},
		{"EdDSA", k.Sign(Claims{"alg": "EdDSA"}, claims), "token_algorithm"},
		{"no alg", k.Sign(Claims{"alg": nil}, claims), "token_malformed"},
		{"elliptic curve under the name of an RSA key", curve.Sign(nil, claims), "token_algorithm"},
		{"PS256 said, RS256 done", k.Sign(Claims{"alg": "PS256"}, claims), "token_signature"},
	}
}

func (s *Server) wrongIssuers() []Wrong {
	v1, v2 := s.PersonClaims("1.0"), s.PersonClaims("2.0")
	sign := func(name string, c Claims, reason string) Wrong { return Wrong{name, s.Token(c), reason} }
	return []Wrong{
		sign("another tenant, 1.0", v1.With(Claims{"tid": Other, "iss": "https://sts.windows.net/" + Other + "/"}), "token_tenant"),
		sign("another tenant, 2.0", v2.With(Claims{"tid": Other, "iss": "https://login.microsoftonline.com/" + Other + "/v2.0"}), "token_tenant"),
		sign("another tenant's tid", v2.With(Claims{"tid": Other}), "token_tenant"),
		sign("no tid", v2.With(Claims{"tid": nil}), "token_tenant"),
		sign("common", v2.With(Claims{"iss": "https://login.microsoftonline.com/common/v2.0"}), "token_issuer"),
		sign("pattern", v2.With(Claims{"iss": "https://login.microsoftonline.com/{tenantid}/v2.0"}), "token_issuer"),
		sign("no final slash, 1.0", v1.With(Claims{"iss": "https://sts.windows.net/" + Tenant}), "token_issuer"),
		sign("final slash, 2.0", v2.With(Claims{"iss": "https://login.microsoftonline.com/" + Tenant + "/v2.0/"}), "token_issuer"),
		sign("issuer in upper case", v2.With(Claims{"iss": strings.ToUpper("https://login.microsoftonline.com/" + Tenant + "/v2.0")}), "token_issuer"),
		sign("issuer as a prefix", v2.With(Claims{"iss": "https://login.microsoftonline.com/" + Tenant + "/v2.0.evil.example"}), "token_issuer"),
		sign("another cloud", v2.With(Claims{"iss": "https://login.microsoftonline.us/" + Tenant + "/v2.0"}), "token_issuer"),
		sign("no issuer", v2.With(Claims{"iss": nil}), "token_issuer"),
		sign("issuer a list", v2.With(Claims{"iss": []string{"https://login.microsoftonline.com/" + Tenant + "/v2.0"}}), "token_malformed"),
		sign("1.0 claims from the 2.0 issuer", v2.With(Claims{"ver": "1.0", "appid": Client}), "token_issuer"),
		sign("2.0 claims from the 1.0 issuer", v1.With(Claims{"ver": "2.0", "azp": Client}), "token_issuer"),
		sign("no version", v2.With(Claims{"ver": nil}), "token_issuer"),
	}
}

func (s *Server) wrongClaims() []Wrong {
	v1, v2, app := s.PersonClaims("1.0"), s.PersonClaims("2.0"), s.ServiceClaims("2.0")
	sign := func(name string, c Claims, reason string) Wrong { return Wrong{name, s.Token(c), reason} }
	return []Wrong{
		sign("for ARM", v1.With(Claims{"aud": "https://management.azure.com/"}), "token_audience"),
		sign("for Graph", v1.With(Claims{"aud": "https://graph.microsoft.com"}), "token_audience"),
		sign("for another application", v2.With(Claims{"aud": Client}), "token_audience"),
		sign("audience as a prefix", v1.With(Claims{"aud": Audience + ".evil.example"}), "token_audience"),
		sign("audience with two slashes", v1.With(Claims{"aud": Audience + "//"}), "token_audience"),
		sign("audience in upper case", v1.With(Claims{"aud": strings.ToUpper(Audience)}), "token_audience"),
		sign("no audience", v2.With(Claims{"aud": nil}), "token_audience"),
		sign("audience an object", v2.With(Claims{"aud": map[string]any{}}), "token_malformed"),
		sign("ID token", v2.With(Claims{"scp": nil, "nonce": "n"}), "token_type"),
		sign("device", app.With(Claims{"idtyp": "device"}), "token_type"),
		sign("application that says it is delegated", app.With(Claims{"scp": "user_impersonation", "idtyp": "app"}), "token_type"),
		sign("user without a scope", v2.With(Claims{"scp": nil, "idtyp": "user"}), "token_type"),
		sign("no object", v2.With(Claims{"oid": nil}), "token_malformed"),
		sign("object not a GUID", v2.With(Claims{"oid": "person@contoso.com"}), "token_malformed"),
		sign("object a number", v2.With(Claims{"oid": 1}), "token_malformed"),
		sign("no subject", v2.With(Claims{"sub": nil}), "token_malformed"),
		sign("no client", v2.With(Claims{"azp": nil}), "token_malformed"),
		sign("roles a text", v2.With(Claims{"roles": "Owner"}), "token_malformed"),
		sign("bound to a certificate", v2.With(Claims{"cnf": map[string]string{"x5t#S256": encode(make([]byte, 32))}}), "token_binding"),
		sign("bound to a key", v2.With(Claims{"cnf": map[string]string{"jkt": "key"}}), "token_binding"),
		sign("bound to nothing", v2.With(Claims{"cnf": map[string]string{}}), "token_binding"),
		sign("bound to a text", v2.With(Claims{"cnf": "key"}), "token_binding"),
	}
}

func (s *Server) wrongTimes() []Wrong {
	v2, now := s.PersonClaims("2.0"), s.Now().Unix()
	const hour = 3600
	sign := func(name string, c Claims, reason string) Wrong { return Wrong{name, s.Token(c), reason} }
	return []Wrong{
		sign("expired", v2.With(Claims{"exp": now - hour, "nbf": now - 2*hour, "iat": now - 2*hour}), "token_expired"),
		sign("not yet valid", v2.With(Claims{"nbf": now + hour, "exp": now + 2*hour}), "token_not_yet_valid"),
		sign("issued in the future", v2.With(Claims{"iat": now + hour, "exp": now + 2*hour}), "token_not_yet_valid"),
		sign("no end", v2.With(Claims{"exp": nil}), "token_malformed"),
		sign("end a text", v2.With(Claims{"exp": "4102444800"}), "token_malformed"),
		sign("end beyond all times", v2.With(Claims{"exp": 1e300}), "token_malformed"),
		sign("end before all times", v2.With(Claims{"exp": -1}), "token_malformed"),
		sign("start a list", v2.With(Claims{"nbf": []int64{now}}), "token_malformed"),
	}
}
