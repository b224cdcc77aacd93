package limit

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// workload is what 64 connections ask for on a limit of 1,000 tokens a minute.
type workload struct {
	name string
	ask  func(prompt, answer int64) Ask
	most int64 // the longest answer
}

var workloads = []workload{
	{"max_tokens given", func(prompt, answer int64) Ask { return Ask{Requests: 1, Tokens: prompt + 120} }, 120},
	{"max_tokens not given", func(prompt, answer int64) Ask {
		return Ask{Requests: 1, Tokens: prompt + 1000, LeastTokens: prompt + 1}
	}, 400},
	{"both", func(prompt, answer int64) Ask {
		if rand.IntN(2) == 0 {
			return Ask{Requests: 1, Tokens: prompt + 120}
		}
		return Ask{Requests: 1, Tokens: prompt + 1000, LeastTokens: prompt + 1}
	}, 120},
}

// TestOvershoot measures how many tokens are served beyond a limit of 1,000 by
// 64 connections that call as fast as they can.
func TestOvershoot(t *testing.T) {
	for _, w := range workloads {
		t.Run(w.name+", memory", func(t *testing.T) { overshoot(t, w, NewMemory(MemoryOptions{})) })
		t.Run(w.name+", redis, 3 gateways", func(t *testing.T) { overshoot(t, w, threeGateways(t)...) })
	}
}

// threeGateways count on one server.
func threeGateways(t *testing.T) []Limiter {
	s := startRedis(t)
	three := make([]Limiter, 3)
	for i := range three {
		three[i] = NewRedis(dial(t, Server{Address: s.addr(), Timeout: 2 * time.Second}), RedisOptions{Timeout: 5 * time.Second})
	}
	return three
}

func overshoot(t *testing.T, w workload, gateways ...Limiter) {
	var served, calls, refusals, worst atomic.Int64
	end := time.Now().Add(700 * time.Millisecond)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for time.Now().Before(end) {
				prompt, answer := 5+rand.Int64N(20), 1+rand.Int64N(w.most)
				l, e, err := gateways[i%len(gateways)].Reserve(background(), []Bucket{tpm}, w.ask(prompt, answer))
				if err != nil {
					t.Error(err)
					return
				}
				if e != nil {
					refusals.Add(1)
					time.Sleep(time.Millisecond)
					continue
				}
				time.Sleep(time.Duration(1+rand.IntN(5)) * time.Millisecond)
				served.Add(prompt + answer)
				calls.Add(1)
				raise(&worst, prompt+answer-l.Tokens)
				if err := l.Settle(background(), Used{1, prompt + answer, 0}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	t.Logf("64 connections, 1,000 tokens a minute, %s: %d calls served %d tokens (%.2fx), %d refused; a call's largest error: %d tokens",
		w.name, calls.Load(), served.Load(), float64(served.Load())/1000, refusals.Load(), worst.Load())
	if served.Load() > 1000+max(worst.Load(), 0) {
		t.Errorf("more than one call's error over the limit")
	}
	if served.Load() < 700 {
		t.Errorf("the limit isn't used")
	}
}

func raise(worst *atomic.Int64, to int64) {
	for old := worst.Load(); to > old && !worst.CompareAndSwap(old, to); old = worst.Load() {
	}
}
