package caller

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// refreshAfter is the age at which keys are read again ahead of need.
	// Entra asks for once a day at least; a removed key should go sooner.
	refreshAfter = time.Hour
	// keepStale is how long keys are used when the issuer can't be reached.
	// It is longer than any token of Entra lives (28 hours).
	keepStale = 48 * time.Hour
	// refetchEvery is the least time between two fetches for keys that
	// aren't known, so that forged tokens can't make the gateway a nuisance.
	refetchEvery = 30 * time.Second
	// firstBackoff and maxBackoff are the waits after failures: doubled each time.
	firstBackoff = time.Second
	maxBackoff   = 5 * time.Minute
)

var (
	errUnknownKey   = errors.New("unknown key")
	errKeysNotKnown = errors.New("keys not known")
)

// keySet is the rolling set of an issuer's keys. It is safe for concurrent use,
// and reading a known key takes no lock.
type keySet struct {
	at     endpoint
	client *http.Client
	now    func() time.Time

	state atomic.Pointer[keyState] // nil until the first fetch that worked

	mu       sync.Mutex
	running  chan struct{} // closed when the running fetch ends; nil if none runs
	tried    time.Time
	failures int
	err      error
}

type keyState struct {
	keys    map[string]*signingKey
	fetched time.Time
}

// key finds a key by its name. A name that isn't known has the keys fetched
// again, as often as that is allowed; meanwhile the call waits. Keys that are
// known are given at once, though old ones are also fetched again.
func (s *keySet) key(ctx context.Context, kid string) (*signingKey, error) {
	state := s.state.Load()
	if known := state.key(kid, s.now()); known != nil {
		s.refreshIfDue(state)
		return known, nil
	}
	if done := s.refetch(); done != nil {
		select {
		case <-done:
		case <-ctx.Done():
			return nil, errKeysNotKnown
		}
	}
	state = s.state.Load()
	if known := state.key(kid, s.now()); known != nil {
		return known, nil
	}
	if state == nil || !state.usable(s.now()) {
		return nil, errKeysNotKnown
	}
	return nil, errUnknownKey
}

func (k *keyState) key(kid string, now time.Time) *signingKey {
	if k == nil || !k.usable(now) {
		return nil
	}
	return k.keys[kid]
}

func (k *keyState) usable(now time.Time) bool { return now.Sub(k.fetched) < keepStale }

// refreshIfDue fetches keys again that are old, without waiting. A clock that
// was set back makes them due too.
func (s *keySet) refreshIfDue(state *keyState) {
	if state == nil || !within(s.now().Sub(state.fetched), refreshAfter) {
		s.refetch()
	}
}

// within reports whether a time that has passed is shorter than a limit. It
// can't be negative unless a clock was set back.
func within(passed, limit time.Duration) bool { return passed >= 0 && passed < limit }

// refetch begins a fetch, or joins the one that runs. It is nil when it is too
// early for another.
func (s *keySet) refetch() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		return s.running
	}
	now := s.now()
	if !s.tried.IsZero() && within(now.Sub(s.tried), s.pause()) {
		return nil
	}
	s.tried = now
	done := make(chan struct{})
	s.running = done
	go s.fetch(done)
	return done
}

// pause is the wait until the next fetch.
func (s *keySet) pause() time.Duration {
	if s.failures == 0 {
		return refetchEvery
	}
	return min(firstBackoff<<min(s.failures-1, 20), maxBackoff)
}

// fetch doesn't use the context of the call that began it: others wait too.
func (s *keySet) fetch(done chan struct{}) {
	keys, err := s.at.fetch(context.Background(), s.client)
	s.mu.Lock()
	defer s.mu.Unlock()
	defer close(done)
	s.running, s.err = nil, err
	if err != nil {
		s.failures++
		return
	}
	s.failures = 0
	s.state.Store(&keyState{keys: s.roll(keys), fetched: s.now()})
}

// roll keeps the keys that are still listed, and marks the others as gone, so
// that what was verified with them is forgotten.
func (s *keySet) roll(keys map[string]*signingKey) map[string]*signingKey {
	old := s.state.Load()
	if old == nil {
		return keys
	}
	for kid, before := range old.keys {
		if after := keys[kid]; after != nil && after.same(before) {
			keys[kid] = before
		} else {
			before.gone.Store(true)
		}
	}
	return keys
}

// wait fetches the keys if there are none yet, and reports how that went.
func (s *keySet) wait(ctx context.Context) error {
	if s.state.Load() != nil {
		return nil
	}
	if done := s.refetch(); done != nil {
		select {
		case <-done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if s.state.Load() != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// KeyStatus is how it stands with the keys of one issuer.
type KeyStatus struct {
	// Issuer is what its metadata calls itself.
	Issuer string
	// Keys is how many are known; Fetched is when they were read.
	Keys    int
	Fetched time.Time
	// Failures in a row since then, and the last of them.
	Failures int
	Err      error
}

func (s *keySet) status() KeyStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := KeyStatus{Issuer: s.at.issuer, Failures: s.failures, Err: s.err}
	if state := s.state.Load(); state != nil {
		status.Keys, status.Fetched = len(state.keys), state.fetched
	}
	return status
}
