package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// issuer is an OpenID Connect issuer whose key set can be away, and whose keys
// roll.
type issuer struct {
	url string
	now func() time.Time

	mu    sync.Mutex
	down  bool
	keys  []*ecdsa.PrivateKey
	known int // the newest that the gateway has read
}

func newIssuer(now func() time.Time) (*issuer, error) {
	i := &issuer{now: now}
	return i, i.roll()
}

// roll publishes one more key. As issuers do, it signs with it when the gateway
// has had time to read it; only some tokens come too early. The key that signed
// before stays published.
func (i *issuer) roll() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = append(i.keys, key)
	return nil
}

func (i *issuer) setDown(down bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.down = down
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.down:
		http.Error(w, "down", http.StatusServiceUnavailable)
	case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, i.url, i.url+"/keys")
	case strings.HasSuffix(r.URL.Path, "/keys"):
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": i.published()})
	default:
		http.NotFound(w, r)
	}
}

func (i *issuer) published() (list []map[string]string) {
	from := max(0, i.known-1)
	i.known = len(i.keys) - 1
	for n := from; n < len(i.keys); n++ {
		point, _ := i.keys[n].PublicKey.Bytes()
		list = append(list, map[string]string{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig",
			"kid": kid(n), "x": encode(point[1:33]), "y": encode(point[33:])})
	}
	return list
}

func kid(n int) string { return fmt.Sprintf("soak-%d", n) }

// token is a token with an ID. It is valid from an hour ago to two hours from
// now.
func (i *issuer) token(id string, sometimesEarly bool) string {
	i.mu.Lock()
	n := i.known
	if sometimesEarly && mathrand.IntN(10) == 0 {
		n = len(i.keys) - 1
	}
	key := i.keys[n]
	i.mu.Unlock()
	now := i.now().Unix()
	text := encode([]byte(`{"alg":"ES256","typ":"JWT","kid":"`+kid(n)+`"}`)) + "." +
		encode(fmt.Appendf(nil, `{"iss":%q,"aud":"soak","sub":"caller","jti":%q,"iat":%d,"nbf":%d,"exp":%d}`, i.url, id, now-3600, now-3600, now+7200))
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		return ""
	}
	both := make([]byte, 64)
	r.FillBytes(both[:32])
	s.FillBytes(both[32:])
	return text + "." + encode(both)
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// tokenStart begins all of the tokens. It may stand in no log, metric or record.
const tokenStart = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIs"
