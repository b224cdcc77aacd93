package limit

import (
	"context"
	"sync/atomic"
	"time"
)

// Fallback is a limiter whose store may fail: it fails closed, or open by
// counting on this machine alone for as long as the store can't be asked.
type Fallback struct {
	store Limiter
	local *Memory // nil fails closed
	pause time.Duration
	now   func() time.Time
	start time.Time
	until atomic.Int64 // ns since start; until then the store isn't asked
	fails atomic.Uint64
}

// NewFallback makes a limiter over store. Without local it fails closed, with
// ErrUnavailable. After a failure the store is left alone for a second, so that
// calls don't each wait for its timeout; then one call tries it.
func NewFallback(store Limiter, local *Memory) *Fallback {
	return &Fallback{store: store, local: local, pause: time.Second, now: time.Now, start: time.Now()}
}

// Failures is how often the store couldn't be asked.
func (f *Fallback) Failures() uint64 { return f.fails.Load() }

// Down reports whether the store is left alone now.
func (f *Fallback) Down() bool { return int64(f.now().Sub(f.start)) < f.until.Load() }

// Reserve implements Limiter.
func (f *Fallback) Reserve(ctx context.Context, buckets []Bucket, ask Ask) (*Lease, *Exceeded, error) {
	if !f.mayAsk() {
		return f.without(ctx, buckets, ask, ErrUnavailable)
	}
	l, e, err := f.store.Reserve(ctx, buckets, ask)
	if err == nil {
		f.until.Store(0)
		return l, e, nil
	}
	if ctx.Err() != nil {
		return nil, nil, err // the caller has left; that says nothing about the store
	}
	f.fails.Add(1)
	f.until.Store(int64(f.now().Sub(f.start) + f.pause))
	return f.without(ctx, buckets, ask, err)
}

// mayAsk lets everybody ask a store that works, and one call at a time after a
// pause.
func (f *Fallback) mayAsk() bool {
	until := f.until.Load()
	if until == 0 {
		return true
	}
	now := int64(f.now().Sub(f.start))
	return now >= until && f.until.CompareAndSwap(until, now+int64(f.pause))
}

func (f *Fallback) without(ctx context.Context, buckets []Bucket, ask Ask, err error) (*Lease, *Exceeded, error) {
	if f.local == nil {
		return nil, nil, err
	}
	return f.local.Reserve(ctx, buckets, ask)
}

// Close closes the store.
func (f *Fallback) Close() error { return f.store.Close() }
