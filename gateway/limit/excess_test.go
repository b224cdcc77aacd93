package limit

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// counted is a bucket, and what calls did use of it.
type counted struct {
	Bucket
	served atomic.Int64
	excess atomic.Int64 // the most that one call used beyond what it had reserved
}

// TestOneCallsError holds the promise of the package comment: of any mix of
// calls, each of which uses at most what it wants, no bucket gives more than its
// limit and the largest excess of one call.
func TestOneCallsError(t *testing.T) {
	t.Run("memory", func(t *testing.T) { mixes(t, 12, NewMemory(MemoryOptions{})) })
	t.Run("redis, 3 gateways", func(t *testing.T) { mixes(t, 4, threeGateways(t)...) })
}

func mixes(t *testing.T, rounds int, gateways ...Limiter) {
	exceeded := 0
	for round := range rounds {
		all := []*counted{
			{Bucket: Bucket{fmt.Sprint("all", round), Tokens, Day, 4000}},
			{Bucket: Bucket{fmt.Sprint("a", round), Tokens, Day, 1500}},
			{Bucket: Bucket{fmt.Sprint("b", round), Tokens, Day, 2000}},
			{Bucket: Bucket{fmt.Sprint("all", round), Cost, Month, 6000}},
			{Bucket: Bucket{fmt.Sprint("a", round), Tokens, Month, 1500}},
		}
		var wait sync.WaitGroup
		for i := range 64 {
			wait.Go(func() { callOften(t, gateways[i%len(gateways)], all) })
		}
		wait.Wait()
		for _, b := range all {
			over := b.served.Load() - b.Limit
			if over > b.excess.Load() {
				t.Errorf("%s of %s: served %d of %d; the largest excess of a call was %d", b.Reason(), b.Key, b.served.Load(), b.Limit, b.excess.Load())
			}
			if over > 0 {
				exceeded++
			}
		}
	}
	if exceeded == 0 {
		t.Error("no limit was ever exceeded: the test shows nothing")
	}
	t.Logf("%d of %d limits exceeded", exceeded, 5*rounds)
}

// callOften makes calls in random buckets, with or without a firm bound.
func callOften(t *testing.T, l Limiter, all []*counted) {
	for range 25 {
		want := 50 + rand.Int64N(400)
		ask := Ask{Requests: 1, Tokens: want, Cost: 2 * want}
		if rand.IntN(2) == 0 {
			ask.LeastTokens, ask.LeastCost = 1+rand.Int64N(40), 1+rand.Int64N(40)
		}
		picked := rand.Perm(len(all))[:1+rand.IntN(len(all))]
		var buckets []Bucket
		for _, i := range picked {
			buckets = append(buckets, all[i].Bucket)
		}
		lease, e, err := l.Reserve(background(), buckets, ask)
		if err != nil {
			t.Error(err)
			return
		}
		if e != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		time.Sleep(time.Duration(rand.IntN(4)) * time.Millisecond)
		used := randomPart(want, ask.LeastTokens > 0)
		noteUse(lease, picked, all, used)
		if err := lease.Settle(background(), used); err != nil {
			t.Error(err)
		}
	}
}

// randomPart is nearly all for calls without a firm bound, and little for the
// others, which makes room for the former.
func randomPart(want int64, unfirm bool) Used {
	n := want / 8
	if unfirm {
		n = want - rand.Int64N(20)
	}
	return Used{1, n, 2 * n}
}

func noteUse(l *Lease, picked []int, all []*counted, used Used) {
	for _, h := range l.holds {
		b := all[picked[h.bucket]]
		n := used.of(b.Unit)
		b.served.Add(n)
		raise(&b.excess, n-h.amount)
	}
}
