package upstream

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"palisade/spec"
)

// Times of keys.
const (
	keyLife    = 5 * time.Minute  // a key is read again after that
	keyWait    = 10 * time.Second // for one answer of the vault
	keyRefused = 10 * time.Second // a refused key is read again at most so often
)

// key keeps a key that is in a Key Vault. It is read again every few minutes,
// and at once when an upstream refuses it, so that it can be rotated. While the
// vault can't be read the last key is used.
type key struct {
	ref  spec.SecretRef
	read func(ctx context.Context, ref spec.SecretRef) (string, error)
	now  func() time.Time
	log  *slog.Logger

	held     atomic.Pointer[keyValue]
	mu       sync.Mutex // held while the vault is asked
	after    time.Time
	fails    int
	rereadAt time.Time
	running  atomic.Bool
}

// keyValue is a key as it is sent.
type keyValue struct {
	plain, bearer []string
	due           time.Time
}

// key is the key of a reference, which all upstreams share that name it.
func (p *Pools) key(ref spec.SecretRef) (*key, error) {
	if k := p.keys[ref]; k != nil {
		return k, nil
	}
	if e := p.options.Earlier; e != nil && e.keys[ref] != nil && e.spec.Gateway.Identity == p.spec.Gateway.Identity && e.spec.Cloud == p.spec.Cloud {
		p.keys[ref] = e.keys[ref]
		return p.keys[ref], nil
	}
	read := p.options.Secret
	if read == nil {
		v, err := p.vaults()
		if err != nil {
			return nil, err
		}
		read = v.read
	}
	k := &key{ref: ref, read: read, now: p.options.Now, log: p.options.Log}
	p.keys[ref] = k
	return k, nil
}

// get is the key. It waits for the vault only if there is none yet.
func (k *key) get(ctx context.Context) (*keyValue, error) {
	held := k.held.Load()
	if held == nil {
		return k.fetch(ctx, nil)
	}
	if !k.now().Before(held.due) {
		k.refreshIfDue(ctx)
	}
	return held, nil
}

// refreshIfDue reads the key again in the background.
func (k *key) refreshIfDue(ctx context.Context) {
	held := k.held.Load()
	if held != nil && k.now().Before(held.due) || !k.running.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer k.running.Store(false)
		_, _ = k.fetch(context.WithoutCancel(ctx), held)
	}()
}

// fetch asks the vault, unless somebody did so since old was held.
func (k *key) fetch(ctx context.Context, old *keyValue) (*keyValue, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if held := k.held.Load(); held != nil && held != old {
		return held, nil
	}
	now := k.now()
	if now.Before(k.after) {
		return old, errNotYet
	}
	ctx, cancel := context.WithTimeout(ctx, keyWait)
	defer cancel()
	text, err := k.read(ctx, k.ref)
	if err == nil && !isKey(text) {
		err = errors.New("the secret isn't a key: empty, too long, or with characters that no header takes")
	}
	if err != nil {
		k.after = now.Add(min(longPause, firstPause<<min(k.fails, pausesKnown)))
		k.fails++
		k.log.Error("key of an upstream not read", "error", err, "failures", k.fails, "kept", old != nil)
		return old, err
	}
	k.fails, k.after = 0, time.Time{}
	v := &keyValue{plain: []string{text}, bearer: []string{"Bearer " + text}, due: now.Add(keyLife)}
	k.held.Store(v)
	return v, nil
}

// readAgain reads a key that was refused, and reports whether another is there
// now.
func (k *key) readAgain(ctx context.Context, sent string, azure bool) bool {
	held := k.held.Load()
	if held == nil || held.is(sent, azure) {
		if !k.mayRead() {
			return false
		}
		held, _ = k.fetch(ctx, held)
	}
	return held != nil && !held.is(sent, azure)
}

func (v *keyValue) is(sent string, azure bool) bool {
	if azure {
		return v.plain[0] == sent
	}
	return v.bearer[0] == sent
}

// mayRead bounds how often refusals make the vault be asked.
func (k *key) mayRead() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if now.Before(k.rereadAt) {
		return false
	}
	k.rereadAt = now.Add(keyRefused)
	return true
}

// isKey reports whether a secret can be sent in a header.
func isKey(s string) bool {
	return s != "" && len(s) <= 8<<10 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
