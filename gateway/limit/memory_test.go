package limit

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestMemoryIsBounded(t *testing.T) {
	clock := newYear()
	m := NewMemory(MemoryOptions{Now: clock.now, Buckets: 640})
	full := 0
	for i := range 2000 {
		_, _, err := m.Reserve(background(), []Bucket{{fmt.Sprint("caller/", i), Tokens, Minute, 10}}, Ask{Tokens: 1})
		if errors.Is(err, ErrUnavailable) {
			full++
		}
	}
	if n := m.table.len(); n > 640 || full == 0 {
		t.Fatalf("%d buckets, %d refused", n, full)
	}
	clock.add(2 * time.Minute)
	for i := range 500 {
		if _, _, err := m.Reserve(background(), []Bucket{{fmt.Sprint("new/", i%100), Tokens, Minute, 100}}, Ask{Tokens: 1}); err != nil {
			t.Fatalf("old buckets don't make room: %v", err)
		}
	}
}

// TestRetiredCell settles leases whose bucket was removed and made again.
func TestRetiredCell(t *testing.T) {
	clock := newYear()
	m := NewMemory(MemoryOptions{Now: clock.now, Buckets: 1, TTL: time.Hour})
	under, over := reserve(t, m, Ask{Tokens: 400}, tpm), reserve(t, m, Ask{Tokens: 400}, tpm)
	clock.add(2 * time.Minute)
	for i := range m.table.shards {
		m.table.shards[i].sweep(m.clock(), m.ttl)
	}
	if m.table.len() != 0 {
		t.Fatal("the bucket is still there")
	}
	settle(t, under, Used{Tokens: 1})
	settle(t, over, Used{Tokens: 900})
	if got := left(t, m, tpm); got != 500 {
		t.Errorf("left %d", got)
	}
}

// TestMemoryConcurrent has many calls in buckets that are named in different
// orders, while cells are removed, and counts in the end.
func TestMemoryConcurrent(t *testing.T) {
	m := NewMemory(MemoryOptions{Buckets: 100_000})
	buckets := []Bucket{{"a", Tokens, Day, 1_000_000_000}, {"b", Tokens, Day, 1_000_000_000}, {"c", Requests, Day, 1_000_000_000}, {"d", Calls, InFlight, 3}}
	var wg sync.WaitGroup
	var mu sync.Mutex
	calls := int64(0)
	for g := range 8 {
		wg.Go(func() {
			mine := append(buckets[g%4:len(buckets):len(buckets)], buckets[:g%4]...)
			for range 2000 {
				l, e, err := m.Reserve(background(), mine, Ask{Requests: 1, Tokens: 10})
				if err != nil {
					t.Error(err)
					return
				}
				if e != nil {
					continue
				}
				mu.Lock()
				calls++
				mu.Unlock()
				for range 2 {
					wg.Go(func() { l.Settle(background(), Used{Requests: 1, Tokens: 7}) })
				}
			}
		})
	}
	wg.Wait()
	for i, want := range []int64{7 * calls, 7 * calls, calls} {
		if got := 1_000_000_000 - left(t, m, buckets[i]); got != want {
			t.Errorf("bucket %d: used %d, want %d", i, got, want)
		}
	}
	for range 3 {
		reserve(t, m, Ask{}, buckets[3])
	}
}

func TestSaveAndLoad(t *testing.T) {
	clock := newYear()
	m := NewMemory(MemoryOptions{Now: clock.now})
	all := Buckets("team/t", allLimits)
	settle(t, reserve(t, m, Ask{Requests: 1, Tokens: 100, Cost: 700}, all...), Used{1, 90, 600})
	var text bytes.Buffer
	if err := m.Save(&text); err != nil {
		t.Fatal(err)
	}
	const want = `{"key":"team/t","unit":1,"period":1,"slot":20818,"used":90}
{"key":"team/t","unit":1,"period":2,"slot":24323,"used":90}
{"key":"team/t","unit":2,"period":2,"slot":24323,"used":600}
`
	if text.String() != want {
		t.Errorf("saved\n%s", text.String())
	}
	again := NewMemory(MemoryOptions{Now: clock.now})
	if err := again.Load(&text); err != nil {
		t.Fatal(err)
	}
	if got := left(t, again, all[3]); got != 4910 {
		t.Errorf("left of the day: %d", got)
	}
	clock.add(2 * time.Hour)
	next := NewMemory(MemoryOptions{Now: clock.now})
	if err := next.Load(strings.NewReader(want)); err != nil {
		t.Fatal(err)
	}
	if got := left(t, next, all[3]); got != 5000 {
		t.Errorf("left of the next day: %d", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, bad := range []string{"x", `{"key":"a","unit":9,"period":1}`, `{"key":"a","unit":1,"period":0}`, `{"key":"a","unit":1,"period":1,"used":-1}`} {
		if err := NewMemory(MemoryOptions{}).Load(strings.NewReader(bad)); err == nil {
			t.Errorf("%s loaded", bad)
		}
	}
}
