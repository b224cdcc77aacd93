package limit

import (
	"context"
	"errors"
	"testing"
	"time"

	"palisade/spec"
)

var allLimits = spec.Limits{TokensPerMinute: 1000, TokensPerDay: 5000, TokensPerMonth: 9000, RequestsPerMinute: 60, Concurrent: 8, CostPerMonth: 1_000_000}

// broken is a store that can't be asked, or hangs.
type broken struct {
	asked int
	works bool
	inner *Memory
}

func (b *broken) Reserve(ctx context.Context, buckets []Bucket, ask Ask) (*Lease, *Exceeded, error) {
	b.asked++
	if b.works {
		return b.inner.Reserve(ctx, buckets, ask)
	}
	return nil, nil, unavailable(errors.New("no route"))
}
func (b *broken) Close() error { return nil }

func TestFailsClosed(t *testing.T) {
	store := &broken{inner: NewMemory(MemoryOptions{})}
	f := NewFallback(store, nil)
	clock := newYear()
	f.now, f.start = clock.now, clock.now()
	for range 10 {
		if l, e, err := f.Reserve(background(), []Bucket{tpm}, Ask{Tokens: 1}); l != nil || e != nil || !errors.Is(err, ErrUnavailable) {
			t.Fatalf("%v, %v, %v", l, e, err)
		}
	}
	if store.asked != 1 || f.Failures() != 1 || !f.Down() {
		t.Errorf("asked %d times in a pause", store.asked)
	}
	store.works = true
	clock.add(time.Second)
	settle(t, reserve(t, f, Ask{Tokens: 1}, tpm), Used{})
	if f.Down() {
		t.Error("still down")
	}
}

func TestCallerWhoLeavesIsNoFailure(t *testing.T) {
	f := NewFallback(&broken{}, NewMemory(MemoryOptions{}))
	ctx, cancel := context.WithCancel(background())
	cancel()
	if _, _, err := f.Reserve(ctx, []Bucket{tpm}, Ask{Tokens: 1}); err == nil {
		t.Error("no error")
	}
	if f.Failures() != 0 {
		t.Error("counted as a failure")
	}
}

// TestFailsOpenWithinBound has three gateways on one server that dies: together
// they grant at most one limit from the server and one each.
func TestFailsOpenWithinBound(t *testing.T) {
	s := startRedis(t)
	var gateways []*Fallback
	for range 3 {
		r := NewRedis(dial(t, Server{Address: s.addr(), Timeout: 100 * time.Millisecond}), RedisOptions{Timeout: 200 * time.Millisecond})
		gateways = append(gateways, NewFallback(r, NewMemory(MemoryOptions{})))
	}
	var granted int64
	fill := func() {
		for _, g := range gateways {
			for {
				l, e, err := g.Reserve(background(), []Bucket{tpm}, Ask{Tokens: 50})
				if err != nil {
					t.Fatal(err)
				}
				if e != nil {
					break
				}
				granted += l.Tokens
			}
		}
	}
	fill()
	if granted != tpm.Limit {
		t.Fatalf("granted %d with the server", granted)
	}
	s.stop()
	fill()
	if bound := 4 * tpm.Limit; granted > bound {
		t.Errorf("granted %d, bound %d", granted, bound)
	}
	t.Logf("granted %d on a limit of %d by 3 gateways whose server died (bound: %d)", granted, tpm.Limit, 4*tpm.Limit)
	s.start()
	time.Sleep(1100 * time.Millisecond)
	for _, g := range gateways {
		settle(t, reserve(t, g, Ask{Tokens: 1}, tpm), Used{})
		if g.Down() {
			t.Error("still down after the server is back")
		}
	}
}

func TestBuckets(t *testing.T) {
	if n := len(Buckets("x", allLimits)); n != 6 {
		t.Errorf("%d buckets", n)
	}
	if b := Buckets("x", spec.Limits{}); b != nil {
		t.Errorf("buckets of nothing: %v", b)
	}
	got := ""
	for _, b := range Buckets("x", allLimits) {
		got += b.Reason() + " "
	}
	if want := "concurrent requests_per_minute tokens_per_minute tokens_per_day tokens_per_month cost_per_month "; got != want {
		t.Errorf("reasons %q", got)
	}
}
