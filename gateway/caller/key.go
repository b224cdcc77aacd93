package caller

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"palisade/spec"
)

// Keys are written pal_ID_SECRET. ID is up to 40 lower-case letters, digits and
// -, and only there so that a person or a secret scanner can tell keys apart;
// SECRET is 32 random bytes in base64 without padding (RFC 4648 section 5), 43
// characters. A secret of that size can't be guessed, so its plain SHA-256 can
// be stored and compared at each call. Anything else isn't looked up: a short
// secret's hash could be reversed.
const (
	keyPrefix   = "pal_"
	secretBytes = 32
	secretText  = 43
	maxKeyID    = 40
)

// NewKey makes a key, and the hash by which the spec names it.
func NewKey(id string) (key string, hash spec.Hash, err error) {
	if !isKeyID(id) {
		return "", "", fmt.Errorf("the id of a key is up to %d lower-case letters, digits and -", maxKeyID)
	}
	secret := make([]byte, secretBytes)
	rand.Read(secret) // never fails: crypto/rand
	key = keyPrefix + id + "_" + base64.RawURLEncoding.EncodeToString(secret)
	sum := sha256.Sum256([]byte(key))
	return key, spec.Hash("sha256:" + hex.EncodeToString(sum[:])), nil
}

func isKeyID(id string) bool {
	return id != "" && len(id) <= maxKeyID && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// isKey reports whether a text has the form of a key. The secret may contain _.
func isKey(text string) bool {
	rest, found := strings.CutPrefix(text, keyPrefix)
	id, secret, cut := strings.Cut(rest, "_")
	if !found || !cut || !isKeyID(id) || len(secret) != secretText {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	return err == nil
}

// gatewayKey is one key of the spec.
type gatewayKey struct {
	hash    [sha256.Size]byte
	caller  Caller
	from    []spec.Source
	expires spec.Date
}

func newKeys(list []spec.GatewayKey) ([]gatewayKey, error) {
	var keys []gatewayKey
	for i := range list {
		k := &list[i]
		raw, err := hex.DecodeString(strings.TrimPrefix(string(k.Hash), "sha256:"))
		if err != nil || len(raw) != sha256.Size {
			return nil, fmt.Errorf("key %s: not a SHA-256", k.Name)
		}
		if len(k.From) == 0 || k.Expires.IsZero() {
			return nil, fmt.Errorf("key %s: it has to say from where it works and until when", k.Name)
		}
		keys = append(keys, gatewayKey{
			hash: [sha256.Size]byte(raw), from: k.From, expires: k.Expires,
			caller: Caller{Kind: KeyHolder, ID: "key:" + k.Name, Key: k.Name, GroupsComplete: true,
				Expires: k.Expires.Add(24 * time.Hour)},
		})
	}
	return keys, nil
}

// byKey finds the caller of a key. All hashes are compared, each in constant
// time, so that how long it takes says nothing.
func (a *Authenticator) byKey(text string, from Source) (*Caller, *Refusal) {
	if len(a.keys) == 0 {
		return nil, refuse(KeyDisabled)
	}
	if !isKey(text) {
		return nil, refuse(KeyUnknown)
	}
	sum := sha256.Sum256([]byte(text))
	found := -1
	for i := range a.keys {
		if subtle.ConstantTimeCompare(sum[:], a.keys[i].hash[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return nil, refuse(KeyUnknown)
	}
	k := &a.keys[found]
	switch {
	case k.expires.Over(a.now()):
		return nil, refuse(KeyExpired).of(&k.caller)
	case !from.In(k.from):
		return nil, refuse(KeyNetwork).of(&k.caller)
	}
	return &k.caller, nil
}
