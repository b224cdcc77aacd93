package limit

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

//go:embed window.lua
var windowLua string

//go:embed reserve.lua
var reserveLua string

//go:embed settle.lua
var settleLua string

// RedisOptions are the choices of a Redis limiter. Zero values are the
// defaults.
type RedisOptions struct {
	// TTL is how long a lease may be held; see MemoryOptions. All gateways of
	// one server use the same.
	TTL time.Duration
	// Timeout is how long one round trip may take, with retries; 500 ms by
	// default.
	Timeout time.Duration
	// Name is what keys begin with; "palisade" by default. Gateways with one
	// name count together. All keys are in one hash slot, so that a script can
	// take them all at once.
	Name string
	// Now replaces the server's clock in tests.
	Now func() time.Time
}

// Redis counts on a Redis or Valkey server, for several gateways together: one
// round trip for a reservation and one for a settlement, each an atomic script
// on the server's clock. Both may be sent again after a broken connection
// without counting twice.
type Redis struct {
	client  redis.UniversalClient
	ttl     time.Duration
	timeout time.Duration
	prefix  string
	now     func() time.Time
	reserve *redis.Script
	settled *redis.Script
}

// NewRedis makes a limiter on a client, which it closes in the end. Dial makes
// a fitting client.
func NewRedis(client redis.UniversalClient, o RedisOptions) *Redis {
	if o.TTL <= 0 {
		o.TTL = 15 * time.Minute
	}
	if o.Timeout <= 0 {
		o.Timeout = 500 * time.Millisecond
	}
	if o.Name == "" {
		o.Name = "palisade"
	}
	return &Redis{
		client: client, ttl: o.TTL, timeout: o.Timeout, now: o.Now,
		prefix:  "{" + o.Name + "}:",
		reserve: redis.NewScript(windowLua + reserveLua),
		settled: redis.NewScript(windowLua + settleLua),
	}
}

// Close closes the client.
func (r *Redis) Close() error { return r.client.Close() }

// Ping reports whether the server answers.
func (r *Redis) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	return unavailable(r.client.Ping(ctx).Err())
}

// Reserve implements Limiter. After an error it isn't known whether the server
// has reserved; if it has, the reservation counts as used.
func (r *Redis) Reserve(ctx context.Context, buckets []Bucket, ask Ask) (*Lease, *Exceeded, error) {
	ask.bounded()
	l := &Lease{settler: r, buckets: buckets, Tokens: ask.Tokens, Cost: ask.Cost, id: newID()}
	l.holds = l.inline[:0]
	for i := range buckets {
		if want, _ := ask.of(buckets[i].Unit); want > 0 {
			l.holds = append(l.holds, hold{bucket: int32(i)})
		}
	}
	if len(l.holds) == 0 {
		return l, nil, nil
	}
	answer, err := r.run(ctx, r.reserve, l, r.reserveArgs(l, &ask)).Text()
	if err != nil {
		return nil, nil, unavailable(err)
	}
	return r.read(l, &ask, answer)
}

func newID() string {
	return strconv.FormatUint(rand.Uint64(), 36) + strconv.FormatUint(rand.Uint64(), 36)
}

// unavailable marks what the server or the way to it did.
func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// run runs a script on the lease and its buckets.
func (r *Redis) run(ctx context.Context, s *redis.Script, l *Lease, args []any) *redis.Cmd {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	keys := make([]string, 1, len(l.holds)+1)
	keys[0] = r.prefix + "lease:" + l.id
	for _, h := range l.holds {
		keys = append(keys, r.key(&l.buckets[h.bucket]))
	}
	return s.Run(ctx, r.client, keys, args...)
}

// key is where a bucket is kept, such as {palisade}:tokens_per_minute:model/gpt-4o.
func (r *Redis) key(b *Bucket) string { return r.prefix + b.Reason() + ":" + b.Key }

func (r *Redis) reserveArgs(l *Lease, ask *Ask) []any {
	args := make([]any, 2, 2+4*len(l.holds))
	args[0], args[1] = r.clock(), r.ttl.Milliseconds()
	for _, h := range l.holds {
		b := &l.buckets[h.bucket]
		want, least := ask.of(b.Unit)
		args = append(args, r.kind(b.Period), b.Limit, want, least)
	}
	return args
}

// clock is the time in milliseconds, or nothing for the server's own.
func (r *Redis) clock() any {
	if r.now == nil {
		return ""
	}
	return r.now().UnixMilli()
}

// kind says how a period is divided into slots.
func (r *Redis) kind(p Period) any {
	switch p {
	case Day:
		return "day"
	case Month:
		return "month"
	}
	return max((p.width(r.ttl) + time.Millisecond - 1).Milliseconds(), 1)
}

var errAnswer = errors.New("the server's answer can't be read")

// read reads the answer of reserve.lua.
func (r *Redis) read(l *Lease, ask *Ask, answer string) (*Lease, *Exceeded, error) {
	word, rest, _ := strings.Cut(answer, " ")
	n, err := numbers(rest, 1+3*len(l.holds))
	if err != nil || word != "ok" && word != "no" {
		return nil, nil, unavailable(errAnswer)
	}
	wall := time.UnixMilli(n[0])
	if word == "no" {
		return nil, l.refused(ask, n[1:], wall), nil
	}
	for i := range l.holds {
		h := &l.holds[i]
		b := &l.buckets[h.bucket]
		want, _ := ask.of(b.Unit)
		h.slot, h.amount = n[1+3*i+1], n[1+3*i+2]
		h.partial = h.amount < want
		l.granted(b, h.amount, n[1+3*i])
	}
	return l, nil, nil
}

// refused makes the refusal from what the server saw.
func (l *Lease) refused(ask *Ask, seen []int64, wall time.Time) *Exceeded {
	looks := make([]look, len(l.buckets))
	for i, b := range l.buckets {
		looks[i].left = b.Limit
	}
	for i, h := range l.holds {
		p := l.buckets[h.bucket].Period
		k := look{left: seen[3*i], wait: time.Duration(seen[3*i+2]) * time.Millisecond, busy: seen[3*i+2] < 0}
		switch p {
		case InFlight:
			k.wait = inFlightWait
		case Day, Month:
			k.wait = p.next(wall)
		}
		looks[h.bucket] = k
	}
	return exceeded(l.buckets, looks, ask)
}

// numbers reads n numbers.
func numbers(text string, n int) ([]int64, error) {
	out := make([]int64, 0, n)
	for field := range strings.FieldsSeq(text) {
		v, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	if len(out) != n {
		return nil, errAnswer
	}
	return out, nil
}

// settle implements settler. After an error the reservation stays counted as
// used.
func (r *Redis) settle(ctx context.Context, l *Lease, u Used) error {
	if len(l.holds) == 0 {
		return nil
	}
	args := make([]any, 2, 2+5*len(l.holds))
	args[0], args[1] = r.clock(), r.ttl.Milliseconds()
	for _, h := range l.holds {
		b := &l.buckets[h.bucket]
		args = append(args, r.kind(b.Period), h.slot, h.amount, u.of(b.Unit), h.partial)
	}
	return unavailable(r.run(ctx, r.settled, l, args).Err())
}
