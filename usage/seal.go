package usage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// Sealer encrypts text to a key of which it has the public half only, so that
// the gateway can't read back what it wrote. Each segment has a data key of its
// own (AES-256-GCM), which the log holds wrapped with RSA-OAEP-256.
type Sealer struct {
	public *rsa.PublicKey
	with   string // ID of the wrapping key

	mu   sync.Mutex
	keys []sealKey // the one before, then the current
}

type sealKey struct {
	name string
	aead cipher.AEAD
	wrap []byte
}

// NewSealer seals to a public key of at least 2048 bits; id says which it is to
// those who will open it: the Key Vault key with its version.
func NewSealer(public *rsa.PublicKey, id string) (*Sealer, error) {
	if public.N.BitLen() < 2048 {
		return nil, errors.New("the key has fewer than 2048 bits")
	}
	s := &Sealer{public: public, with: id}
	return s, s.next()
}

// next makes another data key the current one.
func (s *Sealer) next() error {
	var secret [32]byte
	var name [8]byte
	if _, err := io.ReadFull(rand.Reader, secret[:]); err != nil {
		return err
	}
	if _, err := io.ReadFull(rand.Reader, name[:]); err != nil {
		return err
	}
	aead, err := newAEAD(secret[:])
	if err != nil {
		return err
	}
	wrap, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, s.public, secret[:], nil)
	if err != nil {
		return err
	}
	clear(secret[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append(s.keys[max(0, len(s.keys)-1):], sealKey{hex.EncodeToString(name[:]), aead, wrap})
	return nil
}

func newAEAD(secret []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// events say which keys text may be sealed with from now on.
func (s *Sealer) events(now time.Time) []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Event
	for _, k := range s.keys {
		all = append(all, Event{Event: EventKey, Time: now, Key: k.name, With: s.with, Wrap: k.wrap})
	}
	return all
}

// Seal encrypts one text of a record: member is "prompt" or "answer". Neither
// can be put in another's place.
func (s *Sealer) Seal(record, member string, text []byte) Text {
	s.mu.Lock()
	k := s.keys[len(s.keys)-1]
	s.mu.Unlock()
	sealed := make([]byte, k.aead.NonceSize(), k.aead.NonceSize()+len(text)+k.aead.Overhead())
	_, _ = rand.Read(sealed)
	sealed = k.aead.Seal(sealed, sealed, text, sealedTo(record, member))
	return Text{Sealed: sealed, Key: k.name, Bytes: int64(len(text))}
}

func sealedTo(record, member string) []byte {
	return []byte("palisade usage\n" + record + "\n" + member)
}

// Unwrapper has the private half of the keys that text is sealed to.
type Unwrapper interface {
	// Unwrap decrypts a data key with RSA-OAEP-256.
	Unwrap(with string, wrapped []byte) ([]byte, error)
}

// Opener decrypts text. It asks the Unwrapper once for each data key.
type Opener struct {
	unwrapper Unwrapper
	wrapped   map[string]Event
	keys      map[string]cipher.AEAD
}

// NewOpener opens what was sealed to the Unwrapper's keys.
func NewOpener(u Unwrapper) *Opener {
	return &Opener{u, map[string]Event{}, map[string]cipher.AEAD{}}
}

// Learn takes the events of a log, of which it keeps the keys.
func (o *Opener) Learn(e *Event) {
	if e.Event == EventKey {
		kept := *e
		kept.Wrap = slices.Clone(e.Wrap)
		o.wrapped[e.Key] = kept
	}
}

// Open decrypts one text of a record.
func (o *Opener) Open(record, member string, t *Text) ([]byte, error) {
	aead, err := o.key(t.Key)
	if err != nil {
		return nil, err
	}
	n := aead.NonceSize()
	if len(t.Sealed) < n {
		return nil, errors.New("sealed text is too short")
	}
	text, err := aead.Open(nil, t.Sealed[:n], t.Sealed[n:], sealedTo(record, member))
	if err != nil {
		return nil, errors.New("the text can't be opened: it was changed, or sealed with another key")
	}
	return text, nil
}

func (o *Opener) key(name string) (cipher.AEAD, error) {
	if aead := o.keys[name]; aead != nil {
		return aead, nil
	}
	e, ok := o.wrapped[name]
	if !ok {
		return nil, fmt.Errorf("the log doesn't hold data key %s", name)
	}
	secret, err := o.unwrapper.Unwrap(e.With, e.Wrap)
	if err != nil {
		return nil, fmt.Errorf("data key %s: %w", name, err)
	}
	aead, err := newAEAD(secret)
	if err == nil {
		o.keys[name] = aead
	}
	return aead, err
}
