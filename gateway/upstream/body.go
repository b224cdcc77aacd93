package upstream

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"sync/atomic"
	"time"
)

// errIdle ends an answer of which nothing came for too long.
var errIdle = errors.New("nothing came from the upstream for too long")

// watch makes the answer's body end its call when it is closed, time out when
// nothing comes, and count as a failure of its upstream when it breaks off.
func (t *tries) watch(r *result) {
	b := &body{from: r.resp.Body, cancel: r.cancel, ctx: t.ctx, upstream: r.u, pools: t.pools}
	if idle := duration(t.pools.spec.Gateway.Timeouts.Idle); idle > 0 && r.resp.Body != http.NoBody {
		b.tick = max(idle/ticks, time.Millisecond)
		b.timer = time.AfterFunc(never, b.look)
		b.timer.Reset(b.tick) // only now can look run, and find the timer
	}
	r.resp.Body = b
}

// ticks is in how many steps the idle time is looked at: an answer times out
// between idle and a quarter more.
const ticks = 4

const never = time.Duration(math.MaxInt64)

// body is an answer's body. The time for which a read waits is measured by a
// timer that looks at it now and then, so that a read costs two additions.
type body struct {
	from     io.ReadCloser
	cancel   context.CancelFunc
	ctx      context.Context // of the whole call
	upstream *Upstream
	pools    *Pools

	tick   time.Duration
	timer  *time.Timer   // nil without an idle time
	reads  atomic.Uint64 // odd while one is under way
	seen   uint64        // reads, when the timer looked
	same   int           // how often it saw the same read under way
	idle   atomic.Bool
	closed atomic.Bool
	ended  bool
}

// look runs by the timer.
func (b *body) look() {
	n := b.reads.Load()
	switch {
	case n%2 == 0 || n != b.seen:
		b.seen, b.same = n, 0
	default:
		b.same++
	}
	if b.same >= ticks {
		b.idle.Store(true)
		b.cancel()
		return
	}
	if !b.closed.Load() {
		b.timer.Reset(b.tick)
	}
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.reads.Add(1)
	n, err := b.from.Read(p)
	b.reads.Add(1)
	if err == nil || b.ended {
		return n, err
	}
	b.ended = true
	if err == io.EOF {
		return n, err
	}
	if b.idle.Load() {
		err = errIdle
	}
	if b.ctx.Err() == nil {
		b.upstream.health.failed(b.pools.options.Now(), 0)
	}
	return n, err
}

// Close implements io.Closer.
func (b *body) Close() error {
	b.closed.Store(true)
	if b.timer != nil {
		b.timer.Stop()
	}
	b.ended = true
	b.cancel()
	return b.from.Close()
}
