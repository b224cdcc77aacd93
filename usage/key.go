package usage

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Files beside the segments.
const (
	KeyFile = "checkpoint.key" // signs checkpoints; never leaves the machine
	PubFile = "checkpoint.pub" // checks them
)

// signingKey is the key of a log, made at the first start.
func signingKey(dir, given, name string, isNew bool) (note.Signer, error) {
	if given != "" {
		return note.NewSigner(strings.TrimSpace(given))
	}
	path := filepath.Join(dir, KeyFile)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && isNew:
		return makeKey(dir, name)
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s is gone, and the log can't go on without it: put it back, or begin another log in an empty folder", path)
	case err != nil:
		return nil, err
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%s may be read by others: chmod 600 it", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := note.NewSigner(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("%s isn't a signing key", path)
	}
	return s, nil
}

// makeKey makes a key whose name no other log has, and writes both halves.
func makeKey(dir, name string) (note.Signer, error) {
	var unique [6]byte
	if _, err := rand.Read(unique[:]); err != nil {
		return nil, err
	}
	private, public, err := note.GenerateKey(rand.Reader, keyName(name)+"-"+hex.EncodeToString(unique[:]))
	if err != nil {
		return nil, err
	}
	if err := writeWhole(filepath.Join(dir, PubFile), []byte(public+"\n"), 0o644); err != nil {
		return nil, err
	}
	if err := writeWhole(filepath.Join(dir, KeyFile), []byte(private+"\n"), 0o600); err != nil {
		return nil, err
	}
	return note.NewSigner(private)
}

// keyName is a name as notes allow it, without spaces and plus signs.
func keyName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, name)
	if clean == "" {
		return "palisade"
	}
	return clean
}

// writeWhole writes a file so that it is there whole or not at all.
func writeWhole(path string, b []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path+newEnd, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path + newEnd)
		return err
	}
	if err := os.Rename(path+newEnd, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// PublicKey reads the public key of a log that lies beside it.
func PublicKey(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, PubFile))
	if err != nil {
		return "", err
	}
	key := strings.TrimSuffix(string(text), "\n")
	if _, err := NewVerifier(key); err != nil || key+"\n" != string(text) {
		return "", &Damage{File: filepath.Join(dir, PubFile), Line: 1, What: "not a public key"}
	}
	return key, nil
}

// NewVerifier reads a public key, in the one form that it is written in.
func NewVerifier(key string) (note.Verifier, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(key, fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash())) {
		return nil, errors.New("not a public key")
	}
	return v, nil
}

// verifierOf is the public half of a signer that lies beside the log.
func verifierOf(dir string, s note.Signer) (note.Verifiers, error) {
	key, err := PublicKey(dir)
	if err != nil {
		return nil, err
	}
	v, err := NewVerifier(key)
	if err != nil {
		return nil, err
	}
	if v.Name() != s.Name() || v.KeyHash() != s.KeyHash() {
		return nil, fmt.Errorf("%s and %s don't belong together", PubFile, KeyFile)
	}
	return note.VerifierList(v), nil
}
