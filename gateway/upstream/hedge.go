package upstream

import (
	"context"
	"time"

	"palisade/gateway/route"
)

// mayHedge reports whether two upstreams may be asked at once: for answers that
// are generated and not kept. Both are paid for.
func (t *tries) mayHedge() bool {
	switch t.o.Match.Meter {
	case route.ChatMeter, route.CompletionsMeter, route.EmbeddingsMeter, route.ResponsesMeter:
		return t.o.Place == "" && !t.o.changes() && t.o.again()
	}
	return false
}

// hedge asks a second upstream too if the first hasn't answered after a while.
// The first good answer wins; the other call is cancelled.
func (t *tries) hedge(first *Upstream, after time.Duration) result {
	results := make(chan result, 2)
	cancelFirst := t.start(first, results)
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case r := <-results:
		return r
	case <-timer.C:
	}
	if t.n >= t.pools.retry.Attempts {
		return <-results
	}
	second, _ := t.pool.pick(t.pools.options.Now(), "", t.not|tried(first.bit), t.pools.options.Rand)
	if second == nil {
		return <-results
	}
	t.choice.Hedged = true
	cancelSecond := t.start(second, results)
	r := <-results
	if r.verdict != good {
		t.not |= tried(r.u.bit)
		r.discard()
		return <-results
	}
	if r.u == first {
		cancelSecond()
	} else {
		cancelFirst()
	}
	go func() {
		loser := <-results
		loser.discard()
	}()
	return r
}

// start asks an upstream in the background.
func (t *tries) start(u *Upstream, results chan<- result) context.CancelFunc {
	t.n++
	ctx, cancel := context.WithCancel(t.ctx)
	go func() { results <- t.send(ctx, cancel, u) }()
	return cancel
}
