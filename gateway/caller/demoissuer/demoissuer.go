// Package demoissuer is a small OpenID Connect issuer for "palisade serve
// --demo": a key that lives as long as the process, the two documents by which
// a gateway finds it, and tokens that only the process itself can ask for.
package demoissuer

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Issuer signs tokens with ES256. It is an http.Handler and can be called
// without a network through Client.
type Issuer struct {
	url      string
	path     string
	key      *ecdsa.PrivateKey
	kid      string
	metadata []byte
	jwks     []byte
}

// New makes an issuer with a new key. url is its iss claim; it serves below
// that URL's path.
func New(address string) (*Issuer, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the issuer's URL: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, fmt.Errorf("writing the key: %w", err)
	}
	sum := sha256.Sum256(point)
	i := &Issuer{url: address, path: strings.TrimSuffix(parsed.Path, "/"), key: key, kid: hex.EncodeToString(sum[:8])}
	return i, i.write(point)
}

// write makes the two documents. A point is 4, x and y (SEC 1 section 2.3.3).
func (i *Issuer) write(point []byte) (err error) {
	i.metadata, err = json.Marshal(map[string]any{
		"issuer":                                i.url,
		"jwks_uri":                              strings.TrimSuffix(i.url, "/") + "/jwks",
		"response_types_supported":              []string{"id_token"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{"ES256"},
	})
	if err != nil {
		return err
	}
	i.jwks, err = json.Marshal(map[string]any{"keys": []map[string]string{{
		"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": i.kid,
		"x": encode(point[1:33]), "y": encode(point[33:]),
	}}})
	return err
}

// document is what the issuer publishes at a path, or nil.
func (i *Issuer) document(r *http.Request) []byte {
	if r.Method != http.MethodGet {
		return nil
	}
	switch strings.TrimPrefix(r.URL.Path, i.path) {
	case "/.well-known/openid-configuration":
		return i.metadata
	case "/jwks":
		return i.jwks
	}
	return nil
}

// ServeHTTP serves the metadata and the public key, and nothing else.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := i.document(r)
	if body == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(body)
}

// Client calls the issuer within the process, whatever the host: a gateway in
// the same process needs no listener for it.
func (i *Issuer) Client() *http.Client { return &http.Client{Transport: inProcess{i}} }

type inProcess struct{ issuer *Issuer }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := http.StatusOK, p.issuer.document(r)
	if body == nil {
		status = http.StatusNotFound
	}
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)),
		Body: io.NopCloser(bytes.NewReader(body)), Request: r,
	}, nil
}

// Token is a token for a subject and an audience, valid from now on.
func (i *Issuer) Token(subject, audience string, now time.Time, lifetime time.Duration) (string, error) {
	header, err := json.Marshal(map[string]string{"alg": "ES256", "typ": "JWT", "kid": i.kid})
	if err != nil {
		return "", err
	}
	id := make([]byte, 8)
	rand.Read(id) // never fails: crypto/rand
	payload, err := json.Marshal(map[string]any{
		"iss": i.url, "sub": subject, "aud": audience, "jti": hex.EncodeToString(id),
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(lifetime).Unix(),
	})
	if err != nil {
		return "", err
	}
	text := encode(header) + "." + encode(payload)
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, i.key, sum[:])
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	signature := make([]byte, 64) // r and s, 32 bytes each: RFC 7518 section 3.4
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return text + "." + encode(signature), nil
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
