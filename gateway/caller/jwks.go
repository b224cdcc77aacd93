package caller

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"sync/atomic"
)

const (
	minRSABits = 2048
	maxRSABits = 8192 // more would only cost time
	maxKeys    = 100  // of one issuer
)

// algorithms are the signatures that are accepted. None of them can be made
// with what everybody may read, which is what "none" and HS256 come to.
var algorithms = []string{"RS256", "PS256", "ES256"}

// signingKey is one public key of an issuer.
type signingKey struct {
	public crypto.PublicKey
	alg    string // the only algorithm it is for, or ""
	issuer string // the only issuer it is for, or ""; {tenantid} stands for the tenant
	gone   atomic.Bool
}

// fits reports whether a key may be used with an algorithm.
func (k *signingKey) fits(alg string) bool {
	if k.alg != "" && k.alg != alg {
		return false
	}
	switch k.public.(type) {
	case *rsa.PublicKey:
		return alg == "RS256" || alg == "PS256"
	case *ecdsa.PublicKey:
		return alg == "ES256"
	}
	return false
}

func (k *signingKey) same(other *signingKey) bool {
	public, ok := k.public.(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(other.public) && k.alg == other.alg && k.issuer == other.issuer
}

// jwk is a key as RFC 7517 and RFC 7518 section 6 write it; issuer is Entra's.
type jwk struct {
	Kty, Use, Kid, Alg, Issuer string
	N, E                       string
	Crv, X, Y                  string
}

var errNoKeys = errors.New("the issuer lists no key that can be used")

// parseKeys reads a JSON Web Key Set. Keys of other kinds and uses are passed
// over, and so is a name that stands for two different keys.
func parseKeys(text []byte) (map[string]*signingKey, error) {
	var set struct{ Keys []json.RawMessage }
	if json.Unmarshal(text, &set) != nil {
		return nil, errors.New("the key set isn't JSON")
	}
	if len(set.Keys) > maxKeys {
		return nil, errors.New("the key set has too many keys")
	}
	keys := map[string]*signingKey{}
	for _, raw := range set.Keys {
		var j jwk
		if json.Unmarshal(raw, &j) != nil || j.Kid == "" {
			continue
		}
		key := j.key()
		if known, twice := keys[j.Kid]; twice && (known == nil || key == nil || !known.same(key)) {
			key = nil
		}
		keys[j.Kid] = key
	}
	for kid, key := range keys {
		if key == nil {
			delete(keys, kid)
		}
	}
	if len(keys) == 0 {
		return nil, errNoKeys
	}
	return keys, nil
}

// key is nil if the key can't be used for signatures of tokens.
func (j *jwk) key() *signingKey {
	if j.Use != "" && j.Use != "sig" {
		return nil
	}
	k := &signingKey{alg: j.Alg, issuer: j.Issuer}
	switch j.Kty {
	case "RSA":
		if public := j.rsa(); public != nil {
			k.public = public
			return k
		}
	case "EC":
		if public := j.ec(); public != nil {
			k.public = public
			return k
		}
	}
	return nil
}

func (j *jwk) rsa() *rsa.PublicKey {
	n, e := number(j.N), number(j.E)
	if n == nil || e == nil || n.BitLen() < minRSABits || n.BitLen() > maxRSABits {
		return nil
	}
	if e.BitLen() > 31 || e.Int64() < 3 || e.Bit(0) == 0 {
		return nil
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}
}

func (j *jwk) ec() *ecdsa.PublicKey {
	x, errX := base64.RawURLEncoding.DecodeString(j.X)
	y, errY := base64.RawURLEncoding.DecodeString(j.Y)
	if j.Crv != "P-256" || errX != nil || errY != nil || len(x) != 32 || len(y) != 32 {
		return nil
	}
	point := append(append([]byte{4}, x...), y...)
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return nil
	}
	return public
}

func number(text string) *big.Int {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return nil
	}
	return new(big.Int).SetBytes(raw)
}
