package caller

import (
	"encoding/base64"
	"strings"
	"testing"

	"palisade/gateway/caller/issuertest"
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
