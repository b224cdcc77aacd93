package limit

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// naive is the reference: a list of all charges that there ever were, which is
// added up again for each question.
type naive struct {
	now     func() time.Time
	charges []naiveCharge
	parts   []*naiveLease // that got less than they wanted, somewhere
}

type naiveCharge struct {
	key    string
	unit   Unit
	period Period
	at     time.Time
	amount int64
}

type naiveLease struct {
	ask     Ask
	buckets []Bucket
	at      time.Time
	indices []int // in charges
	short   map[Bucket]bool
	settled bool
}

// counts reports whether a charge at a time still counts.
func counts(p Period, at, now time.Time) bool {
	switch p {
	case Day:
		return at.Format("2006-01-02") == now.Format("2006-01-02")
	case Month:
		return at.Format("2006-01") == now.Format("2006-01")
	}
	return now.Before(at.Truncate(5 * time.Second).Add(65 * time.Second))
}

func (n *naive) used(b Bucket, now time.Time) (sum int64) {
	for _, c := range n.charges {
		if c.key == b.Key && c.unit == b.Unit && c.period == b.Period && counts(c.period, c.at, now) {
			sum += c.amount
		}
	}
	return sum
}

// wait tries one second after the other.
func (n *naive) wait(b Bucket, least int64) time.Duration {
	now := n.now()
	switch b.Period {
	case InFlight:
		return time.Second
	case Day:
		return now.Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now)
	case Month:
		return time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC).Sub(now)
	}
	for t := now.Truncate(5 * time.Second); ; t = t.Add(5 * time.Second) {
		if t.After(now) && b.Limit-n.used(b, t) >= least {
			return t.Sub(now)
		}
	}
}

// busy asks all calls that ever got a part.
func (n *naive) busy(b Bucket) bool {
	for _, l := range n.parts {
		if l.short[b] && !l.settled && n.now().Sub(l.at) < testTTL {
			return true
		}
	}
	return false
}

func (n *naive) reserve(buckets []Bucket, ask Ask) (*naiveLease, *Exceeded) {
	var worst *Exceeded
	got := ask
	for _, b := range buckets {
		want, least := ask.of(b.Unit)
		left := b.Limit - n.used(b, n.now())
		busy := least <= left && want > left && n.busy(b)
		if want > 0 && (least > left || busy) {
			e := &Exceeded{Bucket: b, Asked: least, Left: max(left, 0), Busy: busy}
			if least > b.Limit {
				e.Never = true
			} else if busy {
				e.RetryAfter = time.Second
			} else {
				e.RetryAfter = n.wait(b, least)
			}
			if worst == nil || !worst.Never && (e.Never || e.RetryAfter > worst.RetryAfter) {
				worst = e
			}
		}
		if b.Unit == Tokens && want > 0 {
			got.Tokens = min(got.Tokens, left)
		}
		if b.Unit == Cost && want > 0 {
			got.Cost = min(got.Cost, left)
		}
	}
	if worst != nil {
		return nil, worst
	}
	l := &naiveLease{ask: got, buckets: buckets, at: n.now(), short: map[Bucket]bool{}}
	for _, b := range buckets {
		amount, _ := ask.of(b.Unit)
		if left := b.Limit - n.used(b, n.now()); amount > left {
			amount, l.short[b] = left, true
			n.parts = append(n.parts, l)
		}
		l.indices = append(l.indices, len(n.charges))
		n.charges = append(n.charges, naiveCharge{b.Key, b.Unit, b.Period, n.now(), amount})
	}
	return l, nil
}

func (n *naive) settle(l *naiveLease, u Used) {
	l.settled = true
	for i, b := range l.buckets {
		c := &n.charges[l.indices[i]]
		want, _ := l.ask.of(b.Unit)
		used := u.of(b.Unit)
		if want == 0 {
			continue
		}
		switch {
		case used > c.amount:
			n.charges = append(n.charges, naiveCharge{b.Key, b.Unit, b.Period, n.now(), used - c.amount})
		case n.now().Sub(l.at) < testTTL:
			c.amount = used
		}
	}
}

// TestModel runs random schedules on a store and on the reference.
func TestModel(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		steps := 4000
		if _, slow := l.(*Redis); slow {
			steps = 2500
		}
		for seed := range uint64(3) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) { schedule(t, l, clock, seed, steps) })
		}
	})
}

type pair struct {
	real  *Lease
	model *naiveLease
	done  bool
}

func schedule(t *testing.T, l Limiter, clock *virtual, seed uint64, steps int) {
	r := rand.New(rand.NewPCG(seed, 7))
	model := &naive{now: clock.now}
	all := randomBuckets(seed)
	var open []*pair
	for step := range steps {
		switch n := r.IntN(100); {
		case n < 45:
			if p := both(t, l, model, pick(r, all), randomAsk(r)); p != nil {
				open = append(open, p)
			}
		case n < 80 && len(open) > 0:
			p := open[r.IntN(len(open))]
			u := randomUsed(r, p.real)
			settle(t, p.real, u)
			if !p.done {
				model.settle(p.model, u)
				p.done = true
			}
		case n < 98:
			clock.add(time.Duration(r.IntN(9000)) * time.Millisecond)
		case n < 99:
			clock.add(time.Duration(r.IntN(120)) * time.Second)
		default:
			clock.add(time.Duration(r.IntN(30)) * time.Hour)
			open = open[max(0, len(open)-5):]
		}
		if t.Failed() {
			t.Fatalf("seed %d, step %d, at %v", seed, step, clock.now())
		}
	}
}

func randomBuckets(seed uint64) (all []Bucket) {
	for _, key := range []string{"a", "b"} {
		key = fmt.Sprint(key, seed)
		all = append(all,
			Bucket{key, Tokens, Minute, 1000}, Bucket{key, Requests, Minute, 12}, Bucket{key, Tokens, Day, 20000},
			Bucket{key, Cost, Month, 50000}, Bucket{key, Calls, InFlight, 4}, Bucket{key, Tokens, Month, 200000})
	}
	return all
}

func pick(r *rand.Rand, all []Bucket) (some []Bucket) {
	for _, i := range r.Perm(len(all))[:1+r.IntN(6)] {
		some = append(some, all[i])
	}
	return some
}

func randomAsk(r *rand.Rand) Ask {
	a := Ask{Requests: 1, Tokens: r.Int64N(400), Cost: r.Int64N(900)}
	if r.IntN(2) == 0 {
		a.LeastTokens = r.Int64N(100)
	}
	if r.IntN(3) == 0 {
		a.LeastCost = r.Int64N(100)
	}
	if r.IntN(50) == 0 {
		a.Tokens = 5000
	}
	return a
}

func randomUsed(r *rand.Rand, l *Lease) Used {
	switch r.IntN(4) {
	case 0:
		return Used{}
	case 1:
		return Used{1, l.Tokens + r.Int64N(200), l.Cost + r.Int64N(200)}
	}
	return Used{1, r.Int64N(l.Tokens + 1), r.Int64N(l.Cost + 1)}
}

// both reserves on the store and the reference, and compares.
func both(t *testing.T, l Limiter, model *naive, buckets []Bucket, ask Ask) *pair {
	t.Helper()
	lease, e, err := l.Reserve(background(), buckets, ask)
	if err != nil {
		t.Fatal(err)
	}
	want, wantE := model.reserve(buckets, ask)
	if (e == nil) != (wantE == nil) {
		t.Errorf("ask %+v of %+v: refused %+v, want %+v", ask, buckets, e, wantE)
		return nil
	}
	if e != nil {
		e.Status = Status{}
		if *e != *wantE {
			t.Errorf("ask %+v of %+v: refusal\n%+v, want\n%+v", ask, buckets, *e, *wantE)
		}
		return nil
	}
	if lease.Tokens != want.ask.Tokens || lease.Cost != want.ask.Cost {
		t.Errorf("ask %+v of %+v: granted %d and %d, want %d and %d", ask, buckets, lease.Tokens, lease.Cost, want.ask.Tokens, want.ask.Cost)
	}
	return &pair{real: lease, model: want}
}
