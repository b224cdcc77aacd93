package issuertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"sync"
	"testing"
)

// Key signs tokens. Its signatures are made with the standard library, so that
// they are a second opinion on the library that checks them.
type Key struct {
	ID     string
	Alg    string // RS256, PS256 or ES256
	Issuer string // the key's issuer member, as Entra writes it; "" has none
	Use    string // "" has none
	rsa    *rsa.PrivateKey
	ec     *ecdsa.PrivateKey
}

// NewKey makes a key with a random name. RSA keys are made once for the whole
// run and used again, as making one takes long.
func NewKey(t testing.TB, alg string) *Key {
	t.Helper()
	id := make([]byte, 8)
	rand.Read(id)
	k := &Key{ID: encode(id), Alg: alg, Use: "sig"}
	var err error
	if alg == "ES256" {
		k.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		k.rsa, err = pool.next()
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// keyPool makes RSA keys, at most two of them: enough for one that is right
// and one that is wrong.
type keyPool struct {
	mu   sync.Mutex
	keys []*rsa.PrivateKey
	at   int
}

var pool keyPool

func (p *keyPool) next() (*rsa.PrivateKey, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.keys) < 2 {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		p.keys = append(p.keys, k)
		return k, nil
	}
	p.at++
	return p.keys[p.at%2], nil
}

// JWK is the public key as RFC 7517 writes it.
func (k *Key) JWK() map[string]string {
	j := map[string]string{"kid": k.ID}
	if k.Use != "" {
		j["use"] = k.Use
	}
	if k.Issuer != "" {
		j["issuer"] = k.Issuer
	}
	if k.ec != nil {
		point, _ := k.ec.PublicKey.Bytes()
		j["kty"], j["crv"], j["x"], j["y"] = "EC", "P-256", encode(point[1:33]), encode(point[33:])
		return j
	}
	j["kty"], j["n"], j["e"] = "RSA", encode(k.rsa.N.Bytes()), encode(big.NewInt(int64(k.rsa.E)).Bytes())
	return j
}

// Claims are claims by name. A nil value takes a claim away.
type Claims map[string]any

// With is a copy with other claims on top.
func (c Claims) With(more Claims) Claims {
	all := Claims{}
	for _, from := range []Claims{c, more} {
		for name, value := range from {
			all[name] = value
			if value == nil {
				delete(all, name)
			}
		}
	}
	return all
}

// Sign makes a token. The header has alg, kid and typ unless it says otherwise.
func (k *Key) Sign(header, claims Claims) string {
	full := Claims{"alg": k.Alg, "kid": k.ID, "typ": "JWT"}.With(header)
	return k.SignRaw(marshal(full), marshal(claims))
}

// SignRaw signs a header and claims as they are written, by the key's own
// algorithm whatever the header says.
func (k *Key) SignRaw(header, claims string) string {
	text := encode([]byte(header)) + "." + encode([]byte(claims))
	sum := sha256.Sum256([]byte(text))
	return text + "." + encode(k.signature(sum[:]))
}

func (k *Key) signature(sum []byte) []byte {
	switch k.Alg {
	case "ES256":
		r, s, _ := ecdsa.Sign(rand.Reader, k.ec, sum)
		both := make([]byte, 64)
		r.FillBytes(both[:32])
		s.FillBytes(both[32:])
		return both
	case "PS256":
		signature, _ := rsa.SignPSS(rand.Reader, k.rsa, crypto.SHA256, sum, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		return signature
	}
	signature, _ := rsa.SignPKCS1v15(rand.Reader, k.rsa, crypto.SHA256, sum)
	return signature
}

// HMAC makes a token that is signed with HS256 and a secret that everybody
// knows: the text of the public key.
func (k *Key) HMAC(claims Claims) string {
	text := encode([]byte(marshal(Claims{"alg": "HS256", "kid": k.ID, "typ": "JWT"}))) + "." + encode([]byte(marshal(claims)))
	mac := hmac.New(sha256.New, []byte(k.JWK()["n"]))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}

func marshal(c Claims) string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // a test's own mistake
	}
	return string(text)
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
