package caller

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"palisade/gateway/caller/issuertest"
	"palisade/spec"
)

func encodeURL(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func TestChallengeOfRefusals(t *testing.T) {
	w := newWorld(t, file())
	_, err := w.Authenticate(call(), home)
	if r := wantRefusal(t, err, TokenMissing); r.Challenge != `Bearer authorization_uri="https://login.microsoftonline.com/`+issuertest.Tenant+`/oauth2/v2.0/authorize"` {
		t.Errorf("challenge %s", r.Challenge)
	}
	_, err = w.token("a.b.c")
	if r := wantRefusal(t, err, TokenMalformed); !strings.HasSuffix(r.Challenge, `, error="invalid_token"`) {
		t.Errorf("challenge %s", r.Challenge)
	}
	s := file()
	s.Tenant = ""
	w = newWorld(t, s)
	_, err = w.token("a.b.c")
	if r := wantRefusal(t, err, TokenMalformed); r.Challenge != `Bearer error="invalid_token"` {
		t.Errorf("challenge %s", r.Challenge)
	}
}

func TestClaimsChallenge(t *testing.T) {
	a, err := New(&spec.Spec{Tenant: issuertest.Tenant}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	claims := base64.StdEncoding.EncodeToString([]byte(`{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}`))
	ours := `Bearer authorization_uri="https://login.microsoftonline.com/` + issuertest.Tenant + `/oauth2/v2.0/authorize", error="insufficient_claims", claims="`
	list := base64.StdEncoding.EncodeToString([]byte(`[1]`))
	double := base64.StdEncoding.EncodeToString([]byte(`{"a":1} {`))
	tests := []struct {
		name, header string
		want         string // the claims
	}{
		{"as Entra's services write it", `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="` + claims + `"`, claims},
		{"other order and spaces", `bearer claims = "` + claims + `" ,error=insufficient_claims`, claims},
		{"second challenge", `PoP nonce="x", Bearer error="insufficient_claims", claims="` + claims + `"`, claims},
		{"first challenge", `Bearer error="insufficient_claims", claims="` + claims + `", PoP nonce="x"`, claims},
		{"without padding", `Bearer error="insufficient_claims", claims="` + strings.TrimRight(claims, "=") + `"`, strings.TrimRight(claims, "=")},
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
			want := tt.want
			if want != "" {
				want = ours + want + `"`
			}
			if got := a.ClaimsChallenge(401, http.Header{"Www-Authenticate": {tt.header}}); got != want {
				t.Errorf("got %s", got)
			}
			if a.ClaimsChallenge(403, http.Header{"Www-Authenticate": {tt.header}}) != "" {
				t.Error("a challenge of another status")
			}
		})
	}
}
