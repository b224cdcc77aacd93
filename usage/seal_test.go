package usage

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"math/big"
	"strings"
	"testing"
)

// vaultKey has the private half of a key, as a vault does.
type vaultKey struct {
	private *rsa.PrivateKey
	asked   int
}

func (v *vaultKey) Unwrap(with string, wrapped []byte) ([]byte, error) {
	if v.asked++; with != "https://kv.vault.azure.net/keys/prompts/1" {
		return nil, errors.New("no such key")
	}
	return rsa.DecryptOAEP(sha256.New(), nil, v.private, wrapped, nil)
}

func newVaultKey(t *testing.T) (*vaultKey, *Sealer) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSealer(&private.PublicKey, "https://kv.vault.azure.net/keys/prompts/1")
	if err != nil {
		t.Fatal(err)
	}
	return &vaultKey{private: private}, s
}

// Text that is sealed can be read with the vault's key, over rotations and
// restarts, and the log itself holds none of it.
func TestSealedText(t *testing.T) {
	dir := t.TempDir()
	vault, sealer := newVaultKey(t)
	o := quick()
	o.Rotate = 4 << 10
	for start := range 2 {
		o.Sealer = sealer
		l := open(t, dir, o)
		for i := range 20 {
			r := typical(start*20 + i)
			r.Prompt = sealer.Seal(r.ID, "prompt", []byte("the secret prompt"))
			r.Answer = sealer.Seal(r.ID, "answer", []byte("the secret answer"))
			if err := l.Append(r); err != nil {
				t.Fatal(err)
			}
			if err := l.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		closed(t, l)
		again, err := NewSealer(&vault.private.PublicKey, "https://kv.vault.azure.net/keys/prompts/1")
		if err != nil {
			t.Fatal(err)
		}
		sealer = again
	}
	if r := verified(t, dir); r.Segments < 4 {
		t.Errorf("%+v", r)
	}
	opener, opened := NewOpener(vault), 0
	for e, err := range Entries(dir) {
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(e.Raw), "secret") {
			t.Fatalf("in the clear: %s", e.Raw)
		}
		if e.Event != nil {
			opener.Learn(e.Event)
			continue
		}
		prompt, err := opener.Open(e.Record.ID, "prompt", &e.Record.Prompt)
		if err != nil || string(prompt) != "the secret prompt" {
			t.Fatal(string(prompt), err)
		}
		opened++
		if _, err := opener.Open(e.Record.ID, "answer", &e.Record.Prompt); err == nil {
			t.Fatal("a prompt was opened as an answer")
		}
		if _, err := opener.Open("other", "prompt", &e.Record.Prompt); err == nil {
			t.Fatal("a prompt was opened as another record's")
		}
	}
	if opened != 40 || vault.asked >= opened {
		t.Errorf("%d opened, the vault was asked %d times", opened, vault.asked)
	}
}

func TestSmallKeysAreRefused(t *testing.T) {
	if _, err := NewSealer(&rsa.PublicKey{N: vaultModulus(1024), E: 65537}, "x"); err == nil {
		t.Error("1024 bits were taken")
	}
}

// vaultModulus is a number of so many bits.
func vaultModulus(bits uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), bits-1) }
