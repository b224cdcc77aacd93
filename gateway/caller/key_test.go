package caller

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"palisade/gateway/caller/issuertest"
	"palisade/spec"
)

// withKey is a spec that has a key for 10.20.4.0/28 and a private endpoint.
func withKey(t testing.TB) (*spec.Spec, string) {
	key, hash, err := NewKey("legacy-batch")
	if err != nil {
		t.Fatal(err)
	}
	_, other, _ := NewKey("other")
	s := file()
	from := []spec.Source{{Prefix: netip.MustParsePrefix("10.20.4.0/28")}, {Link: 7, IsLink: true}}
	until := spec.Exception{Because: "test", Expires: spec.Date{Time: time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC)}}
	s.Gateway.Keys = []spec.GatewayKey{
		{Name: "first", Hash: other, From: from, Exception: until},
		{Name: "legacy-batch", Hash: hash, From: from, Exception: until},
		{Name: "last", Hash: other, From: from, Exception: until},
	}
	return s, key
}

func TestKeyHeaders(t *testing.T) {
	s, key := withKey(t)
	w := newWorld(t, s)
	for name, headers := range map[string][]string{
		"api-key":                   {"api-key", key},
		"Ocp-Apim-Subscription-Key": {"Ocp-Apim-Subscription-Key", key},
		"Bearer":                    {"Authorization", "Bearer " + key},
		"bearer in lower case":      {"Authorization", "bearer  " + key},
		"the same twice":            {"Authorization", "Bearer " + key, "api-key", key},
		"beside an empty one":       {"api-key", "", "Ocp-Apim-Subscription-Key", key},
	} {
		c, err := w.Authenticate(call(headers...), home)
		if err != nil || c.Kind != KeyHolder || c.Key != "legacy-batch" || c.ID != "key:legacy-batch" {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

func TestKeyIsRefused(t *testing.T) {
	s, key := withKey(t)
	w := newWorld(t, s)
	foreign, _, _ := NewKey("legacy-batch")
	cut := func(n int) string { return key[:len(key)-n] }
	for name, tt := range map[string]struct {
		key    string
		from   Source
		reason Reason
	}{
		"another key":         {foreign, home, KeyUnknown},
		"key of Azure":        {strings.Repeat("0123abcd", 4), home, KeyUnknown},
		"key of OpenAI":       {"sk-proj-" + strings.Repeat("a", 40), home, KeyUnknown},
		"a letter less":       {cut(1), home, KeyUnknown},
		"a letter more":       {key + "A", home, KeyUnknown},
		"id changed":          {strings.Replace(key, "legacy", "modern", 1), home, KeyUnknown},
		"without its prefix":  {strings.TrimPrefix(key, "pal_"), home, KeyUnknown},
		"only the prefix":     {"pal_", home, KeyUnknown},
		"the hash itself":     {string(s.Gateway.Keys[1].Hash), home, KeyUnknown},
		"too long":            {key + strings.Repeat("A", maxCredential), home, TokenMalformed},
		"another network":     {key, Source{Addr: netip.MustParseAddr("10.20.4.16")}, KeyNetwork},
		"another endpoint":    {key, Source{Addr: netip.MustParseAddr("10.9.9.9"), Link: 8, IsLink: true}, KeyNetwork},
		"link 7 that isn't":   {key, Source{Addr: netip.MustParseAddr("10.9.9.9"), Link: 7}, KeyNetwork},
		"no source":           {key, Source{}, KeyNetwork},
		"mapped IPv4 address": {key, Source{Addr: netip.MustParseAddr("::ffff:10.20.4.5")}, KeyNetwork},
	} {
		t.Run(name, func(t *testing.T) {
			for _, header := range []string{"api-key", "Ocp-Apim-Subscription-Key"} {
				_, err := w.Authenticate(call(header, tt.key), tt.from)
				wantRefusal(t, err, tt.reason, tt.key[min(4, len(tt.key)):], "legacy-batch")
			}
		})
	}
	if _, err := w.Authenticate(call("api-key", key), Source{Addr: netip.MustParseAddr("10.9.9.9"), Link: 7, IsLink: true}); err != nil {
		t.Errorf("through the private endpoint: %v", err)
	}
}

func TestKeyExpires(t *testing.T) {
	s, key := withKey(t)
	w := newWorld(t, s)
	end := time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC) // the last day is part of it
	w.clock.step(end.Add(-time.Second).Sub(w.clock.now()))
	c, err := w.Authenticate(call("api-key", key), home)
	if err != nil || !c.Expires.Equal(end) {
		t.Fatalf("on the last day: %+v, %v", c, err)
	}
	w.clock.step(time.Second)
	_, err = w.Authenticate(call("api-key", key), home)
	if r := wantRefusal(t, err, KeyExpired, key); r.Caller == nil || r.Caller.Key != "legacy-batch" {
		t.Error("the refusal doesn't say whose key it was")
	}
}

func TestKeysAreOffByDefault(t *testing.T) {
	w := newWorld(t, file())
	key, _, _ := NewKey("any")
	for _, headers := range [][]string{{"api-key", key}, {"Ocp-Apim-Subscription-Key", key}, {"Authorization", "Bearer " + key}, {"api-key", "0123456789abcdef"}} {
		_, err := w.Authenticate(call(headers...), home)
		if r := wantRefusal(t, err, KeyDisabled, key); r.Status != 403 || r.Code != "AuthenticationTypeDisabled" {
			t.Errorf("got %d %s", r.Status, r.Code)
		}
	}
}

func TestCredentials(t *testing.T) {
	s, key := withKey(t)
	w := newWorld(t, s)
	token := w.server.PersonToken("2.0")
	for name, tt := range map[string]struct {
		headers []string
		reason  Reason
	}{
		"none":                   {nil, TokenMissing},
		"empty key":              {[]string{"api-key", ""}, TokenMissing},
		"blank key":              {[]string{"api-key", "  "}, TokenMissing},
		"bearer without a value": {[]string{"Authorization", "Bearer "}, TokenMissing},
		"only a scheme":          {[]string{"Authorization", "Bearer"}, TokenMalformed},
		"basic":                  {[]string{"Authorization", "Basic dXNlcjpwYXNz"}, TokenMalformed},
		"no scheme":              {[]string{"Authorization", token}, TokenMalformed},
		"two tokens in one":      {[]string{"Authorization", "Bearer " + token + ", Bearer " + token}, TokenMalformed},
		"two tokens":             {[]string{"Authorization", "Bearer " + token, "Authorization", "Bearer " + token}, CredentialConflict},
		"token and key":          {[]string{"Authorization", "Bearer " + token, "api-key", key}, CredentialConflict},
		"two keys":               {[]string{"api-key", key, "Ocp-Apim-Subscription-Key", key + "A"}, CredentialConflict},
		"two keys in one header": {[]string{"api-key", key, "api-key", "x"}, CredentialConflict},
		"token as a key":         {[]string{"api-key", token}, KeyUnknown},
		"key in the query only":  {nil, TokenMissing},
	} {
		_, err := w.Authenticate(call(tt.headers...), home)
		t.Run(name, func(t *testing.T) { wantRefusal(t, err, tt.reason, token, key) })
	}
}

func TestNewKey(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		key, hash, err := NewKey("a-1")
		if err != nil || !isKey(key) || seen[key] || !strings.HasPrefix(key, "pal_a-1_") || !strings.HasPrefix(string(hash), "sha256:") {
			t.Fatalf("NewKey gave a bad key or one twice, and %v", err)
		}
		seen[key] = true
	}
	for _, id := range []string{"", "A", "a_b", "a b", strings.Repeat("a", 41)} {
		if _, _, err := NewKey(id); err == nil {
			t.Errorf("id %q passed", id)
		}
	}
}

// TestNobody: no authenticator without somebody to accept, no door without an
// authenticator.
func TestNobody(t *testing.T) {
	sound, _ := withKey(t)
	for name, change := range map[string]func(*spec.Spec){
		"nobody":                 func(s *spec.Spec) { *s = spec.Spec{} },
		"issuer, any audience":   func(s *spec.Spec) { s.Issuers[0].Audiences = nil },
		"two issuers of one URL": func(s *spec.Spec) { s.Issuers[1].URL = s.Issuers[0].URL },
		"Entra among the others": func(s *spec.Spec) {
			s.Issuers[0].URL = spec.URL("https://login.microsoftonline.com/" + issuertest.Tenant + "/v2.0")
		},
		"hash of no key":          func(s *spec.Spec) { s.Gateway.Keys[0].Hash = "sha256:00" },
		"key from anywhere":       func(s *spec.Spec) { s.Gateway.Keys[0].From = nil },
		"key for ever":            func(s *spec.Spec) { s.Gateway.Keys[0].Expires = spec.Date{} },
		"groups without a source": func(s *spec.Spec) { byGroup(s) },
	} {
		s := *sound
		s.Issuers, s.Gateway.Keys = append([]spec.Issuer(nil), sound.Issuers...), append([]spec.GatewayKey(nil), sound.Gateway.Keys...)
		change(&s)
		if a, err := New(&s, Options{}); err == nil || a != nil && len(a.issuers.sets) == 0 {
			t.Errorf("%s: no error", name)
		}
	}
	for _, a := range []*Authenticator{nil, {issuers: &issuers{}}} {
		if _, err := NewDoor(&spec.Listener{Address: "127.0.0.1:8080"}, a); err == nil {
			t.Error("a door without an authenticator")
		}
	}
}
