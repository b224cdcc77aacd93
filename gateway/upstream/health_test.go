package upstream

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

func TestBreaker(t *testing.T) {
	c := newClock()
	b := newBackend(t, says(500, "{}"))
	p := newPools(t, at(b, ""), "  retry: {attempts: 1, maxWait: 0s}\n  breaker: {failures: 3, pause: 30s}", Options{Now: c.now})
	for range 3 {
		if d := do(t, p, chat(t)); d.status != 500 {
			t.Fatal(d)
		}
	}
	d := do(t, p, chat(t))
	if d.reason() != "upstream_exhausted" || d.err.Status != 503 || d.err.Wait != 30*time.Second || b.asked.Load() != 3 {
		t.Fatalf("open breaker: %+v, asked %d", d, b.asked.Load())
	}
	if s := p.Status()[0]; s.State != "open" || s.Failures != 3 {
		t.Errorf("%+v", s)
	}
	c.forward(30 * time.Second)
	do(t, p, chat(t)) // the probe fails
	if d := do(t, p, chat(t)); d.reason() != "upstream_exhausted" || b.asked.Load() != 4 {
		t.Fatalf("after a failed probe: %+v, asked %d", d, b.asked.Load())
	}
	c.forward(30 * time.Second)
	b.answers(says(200, "{}"))
	for range 2 {
		if d := do(t, p, chat(t)); d.status != 200 {
			t.Fatal(d)
		}
	}
	if s := p.Status()[0]; s.State != "closed" || s.Failures != 0 {
		t.Errorf("%+v", s)
	}
}

// TestOneProbe holds that of many calls one finds out whether an upstream works
// again.
func TestOneProbe(t *testing.T) {
	c := newClock()
	release := make(chan struct{})
	b := newBackend(t, says(503, "{}"))
	p := newPools(t, at(b, ""), "  retry: {attempts: 1, maxWait: 0s}\n  breaker: {failures: 1, pause: 5s}", Options{Now: c.now})
	do(t, p, chat(t))
	c.forward(5 * time.Second)
	b.answers(func(w http.ResponseWriter, _ *http.Request) { <-release; w.Write([]byte("{}")) })
	var wg sync.WaitGroup
	for range 20 {
		o := chat(t)
		wg.Go(func() { do(t, p, o) })
	}
	eventually(t, "the probe", func() bool { return b.asked.Load() == 2 })
	time.Sleep(50 * time.Millisecond)
	if got := b.asked.Load(); got != 2 {
		t.Errorf("%d calls at once to an upstream that may not work yet", got-1)
	}
	close(release)
	wg.Wait()
}

func TestRetryAfterIsBounded(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"3": 3 * time.Second, "0": 0, "-1": 0, "x": 0, "1e300": 365 * 24 * time.Hour, "NaN": 0, "Inf": 365 * 24 * time.Hour,
		now.Add(time.Minute).Format(http.TimeFormat): time.Minute, now.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("Retry-After %s: %s, want %s", text, got, want)
		}
	}
	if got := retryAfter(http.Header{"Retry-After": {"60"}, "Retry-After-Ms": {"250"}}, now); got != 250*time.Millisecond {
		t.Errorf("retry-after-ms: %s", got)
	}
	h := &health{limit: 5, pause: time.Second}
	h.throttled(now, 24*time.Hour)
	if ok, when := h.ready(now); ok || when.Sub(now) != longestRest {
		t.Errorf("throttled for a day: ready %v, until %s", ok, when)
	}
	if ok, _ := h.ready(now.Add(longestRest)); !ok || h.troubled.Load() {
		t.Error("never ready again")
	}
}

// TestLateSuccess holds that an answer to an old call doesn't close a breaker.
func TestLateSuccess(t *testing.T) {
	now := time.Now()
	h := &health{limit: 1, pause: time.Minute}
	h.failed(now, 0)
	h.worked()
	if ok, _ := h.ready(now); ok {
		t.Error("closed by an answer from before")
	}
	if !h.take(now.Add(time.Minute)) || h.take(now.Add(time.Minute)) {
		t.Error("not exactly one probe")
	}
	h.gaveUp()
	if !h.take(now.Add(time.Minute)) {
		t.Error("a probe that showed nothing blocks the next")
	}
	h.worked()
	if ok, _ := h.ready(now); !ok {
		t.Error("not closed by its probe")
	}
}
