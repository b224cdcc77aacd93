package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// serveRole is this program as the mock upstream, the bare proxy or the relay.
func serveRole(role string, args []string) error {
	flags := flag.NewFlagSet(role, flag.ExitOnError)
	listen := flags.String("listen", "", "")
	to := flags.String("to", "", "")
	_ = flags.Parse(args)
	if role == "relay" {
		return relay(*listen, *to)
	}
	if role == "proxy" {
		target, err := url.Parse(*to)
		if err != nil {
			return err
		}
		proxy := httputil.NewSingleHostReverseProxy(target)
		proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}
		return http.ListenAndServe(*listen, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// Without this, answers are cut that come before the body has been
			// read to its end (golang/go#40747).
			_ = http.NewResponseController(w).EnableFullDuplex()
			proxy.ServeHTTP(w, r)
		}))
	}
	m, err := newMock(*listen)
	if err != nil {
		return err
	}
	return http.ListenAndServe(*listen, m)
}

// asksForStream finds the name however a gateway may have written it anew.
var asksForStream = regexp.MustCompile(`"stream"\s*:\s*true`)

// mock is the upstream of all targets, and the issuer of the token that
// Palisade's caller shows.
type mock struct {
	key    *rsa.PrivateKey
	issuer string
}

func newMock(address string) (*mock, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	return &mock{key: key, issuer: "http://" + address + "/issuer"}, err
}

func (m *mock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/chat/completions"):
		m.chat(w, r)
	case r.URL.Path == "/issuer/.well-known/openid-configuration":
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, m.issuer, m.issuer+"/keys")
	case r.URL.Path == "/issuer/keys":
		m.keys(w)
	case r.URL.Path == "/issuer/token":
		m.token(w)
	case strings.HasSuffix(r.URL.Path, "/models"):
		io.WriteString(w, `{"object":"list","data":[{"id":"gpt-4o","object":"model"}]}`)
	default:
		http.NotFound(w, r)
	}
}

func (m *mock) chat(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if !asksForStream.Match(body) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, chatAnswer)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flush := http.NewResponseController(w)
	for range chunks {
		io.WriteString(w, chunkText)
		_ = flush.Flush()
	}
	io.WriteString(w, chunkStop+chunkUsed+chunkDone)
}

func (m *mock) keys(w http.ResponseWriter) {
	e := big.NewInt(int64(m.key.E)).Bytes()
	_ = json.NewEncoder(w).Encode(map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "bench",
		"n": base64.RawURLEncoding.EncodeToString(m.key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(e),
	}}})
}

// token issues the caller's token.
func (m *mock) token(w http.ResponseWriter) {
	now := time.Now().Unix()
	claims := fmt.Sprintf(`{"iss":%q,"aud":"bench","sub":"caller","iat":%d,"nbf":%d,"exp":%d}`, m.issuer, now, now-60, now+7200)
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT","kid":"bench"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, m.key, crypto.SHA256, sum[:])
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	io.WriteString(w, text+"."+base64.RawURLEncoding.EncodeToString(signature))
}
