package limit

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// Limiter reserves and settles. Memory, Redis and Fallback are Limiters.
type Limiter interface {
	// Reserve takes ask from all buckets, or from none. If it doesn't fit,
	// Exceeded says where and when to come back. An error means that the
	// limiter couldn't be asked; the caller decides what that means.
	//
	// The buckets may not change until the lease is settled.
	Reserve(ctx context.Context, buckets []Bucket, ask Ask) (*Lease, *Exceeded, error)
	// Close frees what the limiter holds. Leases can't be settled after it.
	Close() error
}

// ErrUnavailable means that the store of the limits can't be asked.
var ErrUnavailable = errors.New("limits can't be counted")

// Lease is a reservation.
type Lease struct {
	// Tokens is what is reserved: at most what was asked, at least the least.
	// Of several buckets it is what the tightest gave.
	Tokens int64
	// Cost is what is reserved, in millionths, as Tokens is.
	Cost int64
	// Status is what callers are told about their limits.
	Status Status

	done    atomic.Bool
	settler settler
	id      string
	expires time.Duration // of the settler's clock
	buckets []Bucket
	holds   []hold
	inline  [8]hold
}

// hold is what a lease has taken from a bucket.
type hold struct {
	cell    *cell // of Memory
	bucket  int32 // index in buckets
	partial bool  // of Redis: less than was wanted
	slot    int64
	amount  int64
}

// granted notes what a bucket gave, and what is left in it.
func (l *Lease) granted(b *Bucket, amount, left int64) {
	switch b.Unit {
	case Tokens:
		l.Tokens = min(l.Tokens, amount)
	case Cost:
		l.Cost = min(l.Cost, amount)
	}
	l.Status.see(b, left)
}

type settler interface {
	settle(ctx context.Context, l *Lease, u Used) error
}

// Settle says what the call did use. The first settlement counts; others do
// nothing. It doesn't end with ctx, since callers hang up.
func (l *Lease) Settle(ctx context.Context, u Used) error {
	if l == nil || !l.done.CompareAndSwap(false, true) {
		return nil
	}
	u.bounded()
	return l.settler.settle(context.WithoutCancel(ctx), l, u)
}

// Cancel gives everything back: the call reached no upstream.
func (l *Lease) Cancel(ctx context.Context) error { return l.Settle(ctx, Used{}) }

// Settled reports whether the lease has been settled.
func (l *Lease) Settled() bool { return l.done.Load() }

// look is what a store sees of a bucket when it is asked.
type look struct {
	left int64         // may be negative
	wait time.Duration // until the least fits, if it doesn't
	busy bool          // the least fits, but another call runs on a part already
}

// Exceeded is a refusal.
type Exceeded struct {
	// Bucket is the limit that the call doesn't fit into; of several, the one
	// that takes longest to have room.
	Bucket Bucket
	// Asked is the least that the call would have taken from it.
	Asked int64
	// Left is what was left in it.
	Left int64
	// Busy says that there is room for the least, but not for all that the call
	// may use, and that another call runs on such a part already.
	Busy bool
	// RetryAfter is when the call would fit if nobody else came, rounded up to
	// milliseconds; 0 with Never. When a running call ends nobody knows, so
	// with Busy, and for calls at once, it is a second.
	RetryAfter time.Duration
	// Never says that the call alone asks for more than the limit.
	Never bool
	// Status is what callers are told about their limits.
	Status Status
}

// Reason is the machine word of the refusal, such as tokens_per_minute.
func (e *Exceeded) Reason() string { return e.Bucket.Reason() }

// exceeded makes the refusal from what a store saw, or nil if all fits.
func exceeded(buckets []Bucket, looks []look, ask *Ask) *Exceeded {
	var worst *Exceeded
	for i, b := range buckets {
		want, least := ask.of(b.Unit)
		if want == 0 || least <= looks[i].left && !looks[i].busy {
			continue
		}
		e := &Exceeded{Bucket: b, Asked: least, Left: max(looks[i].left, 0), Busy: looks[i].busy, Never: least > b.Limit}
		if !e.Never {
			e.RetryAfter = max(looks[i].wait, time.Millisecond)
		}
		if e.Busy {
			e.RetryAfter = inFlightWait
		}
		if worst == nil || e.Never && !worst.Never || e.Never == worst.Never && e.RetryAfter > worst.RetryAfter {
			worst = e
		}
	}
	if worst != nil {
		worst.Status = status(buckets, looks)
	}
	return worst
}
