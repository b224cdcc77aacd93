package caller

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"palisade/gateway/caller/issuertest"
)

const entraKeys = "/discovery/v2.0/keys"

// settled waits until no fetch runs.
func (w *world) settled() {
	for _, set := range w.issuers.sets {
		set.mu.Lock()
		running := set.running
		set.mu.Unlock()
		if running != nil {
			<-running
		}
	}
}

func TestUnknownKeyIsFetched(t *testing.T) {
	w := newWorld(t, file())
	w.mustPass(t, w.server.PersonToken("2.0"))
	w.server.Roll(t, "RS256")
	text := w.server.PersonToken("2.0")
	_, err := w.token(text)
	wantRefusal(t, err, TokenSignature) // too early for another fetch
	w.clock.step(refetchEvery)
	w.mustPass(t, text)
	if n := w.server.Fetches(entraKeys); n != 2 {
		t.Errorf("%d fetches", n)
	}
}

// TestForgedKeysAreNoNuisance: however many unknown keys are named, the issuer
// is called once in a while.
func TestForgedKeysAreNoNuisance(t *testing.T) {
	w := newWorld(t, file())
	for range 50 {
		forged := issuertest.NewKey(t, "ES256").Sign(nil, w.server.PersonClaims("2.0"))
		_, err := w.token(forged)
		wantRefusal(t, err, TokenSignature, forged)
		w.clock.step(time.Second)
	}
	if n := w.server.Fetches(entraKeys); n != 2 {
		t.Errorf("%d fetches in 50 seconds", n)
	}
}

func TestOutage(t *testing.T) {
	w := newWorld(t, file())
	w.mustPass(t, w.server.PersonToken("2.0"))
	w.server.Down(true)
	w.clock.step(12 * time.Hour)
	w.mustPass(t, w.server.PersonToken("2.0")) // by a stale key
	w.settled()
	if s := w.Keys()[0]; s.Failures != 1 || s.Err == nil || s.Keys != 1 {
		t.Errorf("status %+v", s)
	}
	w.clock.step(keepStale)
	_, err := w.token(w.server.PersonToken("2.0"))
	if r := wantRefusal(t, err, KeysUnavailable); r.Status != 503 {
		t.Errorf("status %d", r.Status)
	}
	w.server.Down(false)
	w.clock.step(maxBackoff)
	w.mustPass(t, w.server.PersonToken("2.0"))
}

func TestOutageAtStart(t *testing.T) {
	w := newWorld(t, file())
	w.server.Down(true)
	err := w.Prefetch(background())
	if err == nil || strings.Count(err.Error(), "status 503") != 3 {
		t.Errorf("prefetch says %v", err)
	}
	_, err = w.token(w.server.PersonToken("2.0"))
	wantRefusal(t, err, KeysUnavailable)
	w.server.Down(false)
	w.clock.step(firstBackoff)
	w.mustPass(t, w.server.PersonToken("2.0"))
	w.clock.step(firstBackoff)
	if err := w.Prefetch(background()); err != nil {
		t.Error(err)
	}
}

func TestBackoff(t *testing.T) {
	w := newWorld(t, file())
	w.server.Down(true)
	text := w.server.PersonToken("2.0")
	for range 600 { // ten minutes: at 0, 1, 3, 7, 15, 31, 63, 127, 255, 511 seconds
		_, err := w.token(text)
		wantRefusal(t, err, KeysUnavailable)
		w.clock.step(time.Second)
	}
	if n := w.server.Fetches("/.well-known/"); n != 10 {
		t.Errorf("%d tries", n)
	}
	s := &keySet{failures: 1000}
	if s.pause() != maxBackoff {
		t.Errorf("pause %s", s.pause())
	}
}

// TestRemovedKey: what a key has signed ends with the key, remembered or not.
func TestRemovedKey(t *testing.T) {
	w := newWorld(t, file())
	text := w.server.PersonToken("2.0")
	w.mustPass(t, text)
	w.server.Publish(issuertest.NewKey(t, "RS256"))
	w.mustPass(t, text) // nobody has looked yet
	w.clock.step(refreshAfter - time.Minute)
	w.issuers.sets[0].refreshIfDue(w.issuers.sets[0].state.Load())
	w.clock.step(time.Minute)
	w.issuers.sets[0].refreshIfDue(w.issuers.sets[0].state.Load())
	w.settled()
	_, err := w.token(w.server.Token(w.server.PersonClaims("2.0")))
	if err != nil {
		t.Errorf("the new key's token: %v", err)
	}
	_, err = w.token(text)
	if err == nil {
		t.Error("a token outlives its key")
	}
}

func TestChangedKeyOfTheSameName(t *testing.T) {
	w := newWorld(t, file())
	claims := w.server.PersonClaims("2.0").With(issuertest.Claims{"exp": w.server.Now().Add(24 * time.Hour).Unix()})
	text := w.server.Token(claims)
	w.mustPass(t, text)
	changed := issuertest.NewKey(t, "ES256")
	changed.ID = w.server.Key().ID
	w.server.Publish(changed)
	w.clock.step(refreshAfter)
	w.issuers.sets[0].refreshIfDue(w.issuers.sets[0].state.Load())
	w.settled()
	_, err := w.token(text)
	wantRefusal(t, err, TokenAlgorithm)
}

func TestEmptyKeySetIsAnOutage(t *testing.T) {
	w := newWorld(t, file())
	w.mustPass(t, w.server.PersonToken("2.0"))
	good := w.server.Key()
	w.server.Publish()
	w.clock.step(refreshAfter)
	w.issuers.sets[0].refreshIfDue(w.issuers.sets[0].state.Load())
	w.settled()
	w.mustPass(t, good.Sign(nil, w.server.PersonClaims("2.0")))
}

func TestOneFetchForAll(t *testing.T) {
	w := newWorld(t, file())
	release := w.server.Hold()
	text := w.server.PersonToken("2.0")
	var wait sync.WaitGroup
	for range 64 {
		wait.Go(func() {
			if _, err := w.token(text); err != nil {
				t.Error(err)
			}
		})
	}
	impatient, cancel := context.WithCancel(background())
	cancel()
	_, err := w.Authenticate(call("Authorization", "Bearer "+text).WithContext(impatient), home)
	wantRefusal(t, err, KeysUnavailable)
	release()
	wait.Wait()
	if n := w.server.Fetches(entraKeys); n != 1 {
		t.Errorf("%d fetches", n)
	}
}

// TestRollUnderLoad has keys come and go while calls go on.
func TestRollUnderLoad(t *testing.T) {
	w := newWorld(t, file())
	w.mustPass(t, w.server.PersonToken("2.0"))
	first := w.server.Key()
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				text := first.Sign(nil, w.server.PersonClaims("2.0").With(issuertest.Claims{"exp": 1_900_000_000, "uti": strconv.Itoa(i % 8)}))
				if _, err := w.token(text); err != nil {
					t.Errorf("call %d: %v", i, err)
					return
				}
			}
		})
	}
	for i := range 10 {
		w.server.Down(i%3 == 1)
		w.server.Publish(first, issuertest.NewKey(t, "ES256"))
		w.clock.step(refreshAfter)
		time.Sleep(5 * time.Millisecond)
	}
	close(stop)
	wait.Wait()
	w.settled()
}

func TestClockSetBack(t *testing.T) {
	w := newWorld(t, file())
	text := w.server.PersonToken("2.0")
	w.mustPass(t, text)
	w.clock.step(-time.Hour)
	_, err := w.token(text)
	wantRefusal(t, err, TokenNotYetValid)
	w.settled()
	if n := w.server.Fetches(entraKeys); n != 2 {
		t.Errorf("%d fetches: keys of the future weren't fetched again", n)
	}
	w.server.Roll(t, "ES256")
	w.clock.step(refetchEvery)
	w.mustPass(t, w.server.PersonToken("2.0"))
	w.clock.step(time.Hour - refetchEvery)
	w.mustPass(t, text)
}

func TestMetadata(t *testing.T) {
	for name, claim := range map[string][2]string{
		"of another issuer":        {"https://evil.example/v2.0", ""},
		"of another tenant":        {"https://login.microsoftonline.com/" + issuertest.Other + "/v2.0", ""},
		"keys on another host":     {"", "https://evil.example/discovery/v2.0/keys"},
		"keys in plain":            {"", "http://login.microsoftonline.com/discovery/v2.0/keys"},
		"keys with a user":         {"", "https://user@login.microsoftonline.com/discovery/v2.0/keys"},
		"keys nowhere":             {"", "/discovery/v2.0/keys"},
		"keys are the metadata":    {"", "https://login.microsoftonline.com/x/.well-known/openid-configuration"},
		"keys that don't exist":    {"", "https://login.microsoftonline.com/nowhere"},
		"keys at an impossible :/": {"", "https://login.microsoftonline.com:x/keys"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, file())
			w.server.Claim(claim[0], claim[1])
			_, err := w.token(w.server.PersonToken("2.0"))
			wantRefusal(t, err, KeysUnavailable)
			if w.Keys()[0].Err == nil {
				t.Error("no error for the operator")
			}
		})
	}
}

func TestEarlierKeysAreTakenOver(t *testing.T) {
	w := newWorld(t, file())
	w.mustPass(t, w.server.PersonToken("2.0"))
	w.server.Down(true)
	s := file()
	s.Gateway.Tokens.Audiences = []string{"api://other"}
	next, err := New(s, Options{Now: w.clock.now, Client: w.server.Client, Earlier: w.Authenticator})
	if err != nil {
		t.Fatal(err)
	}
	text := w.server.Token(w.server.PersonClaims("1.0").With(issuertest.Claims{"aud": "api://other"}))
	if _, err := next.Authenticate(call("Authorization", "Bearer "+text), home); err != nil {
		t.Error(err)
	}
	_, err = next.Authenticate(call("Authorization", "Bearer "+w.server.PersonToken("2.0")), home)
	wantRefusal(t, err, TokenAudience)
}

func TestRunReadsKeysAhead(t *testing.T) {
	w := newWorld(t, file())
	ctx, cancel := context.WithCancel(background())
	ended := make(chan struct{})
	go func() { w.Run(ctx); close(ended) }()
	for range 200 {
		if w.Keys()[0].Keys > 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	<-ended
	if w.Keys()[0].Keys == 0 {
		t.Error("no keys")
	}
	w.settled()
}

func TestParseKeys(t *testing.T) {
	good := issuertest.NewKey(t, "RS256").JWK()["n"]
	point := issuertest.NewKey(t, "ES256").JWK()
	ec := `"kty":"EC","crv":"P-256","x":"` + point["x"] + `","y":"` + point["y"] + `"`
	rsa := `"kty":"RSA","n":"` + good + `","e":"AQAB"`
	tests := []struct {
		name, keys string
		want       string // names that can be used
	}{
		{"rsa", `{"kid":"a",` + rsa + `}`, "a"},
		{"ec", `{"kid":"a",` + ec + `}`, "a"},
		{"for encryption", `{"kid":"a","use":"enc",` + rsa + `}`, ""},
		{"symmetric", `{"kid":"a","kty":"oct","k":"AAAA"}`, ""},
		{"no name", `{` + rsa + `}`, ""},
		{"short", `{"kid":"a","kty":"RSA","n":"` + good[:170] + `","e":"AQAB"}`, ""},
		{"huge", `{"kid":"a","kty":"RSA","n":"` + strings.Repeat("_", 4000) + `","e":"AQAB"}`, ""},
		{"even exponent", `{"kid":"a","kty":"RSA","n":"` + good + `","e":"Ag"}`, ""},
		{"exponent 1", `{"kid":"a","kty":"RSA","n":"` + good + `","e":"AQ"}`, ""},
		{"huge exponent", `{"kid":"a","kty":"RSA","n":"` + good + `","e":"` + strings.Repeat("_", 40) + `"}`, ""},
		{"not base64", `{"kid":"a","kty":"RSA","n":"****","e":"AQAB"}`, ""},
		{"not on the curve", `{"kid":"a","kty":"EC","crv":"P-256","x":"` + point["y"] + `","y":"` + point["x"] + `"}`, ""},
		{"another curve", `{"kid":"a","kty":"EC","crv":"P-384","x":"` + point["x"] + `","y":"` + point["y"] + `"}`, ""},
		{"a good one beside bad ones", `7,{"kid":1},{"kid":"b","kty":"RSA"},{"kid":"a",` + rsa + `}`, "a"},
		{"the same twice", `{"kid":"a",` + rsa + `},{"kid":"a",` + rsa + `}`, "a"},
		{"two by one name", `{"kid":"a",` + rsa + `},{"kid":"a",` + ec + `},{"kid":"b",` + ec + `}`, "b"},
		{"too many", strings.Repeat(`{},`, maxKeys) + `{"kid":"a",` + rsa + `}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys, err := parseKeys([]byte(`{"keys":[` + tt.keys + `]}`))
			if (err == nil) != (tt.want != "") || len(keys) > 1 || tt.want != "" && keys[tt.want] == nil {
				t.Errorf("got %v, %v", keys, err)
			}
		})
	}
}
