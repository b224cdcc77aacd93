package upstream

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"
)

// seeded is a random source that gives the same in each run.
func seeded() func(int) int {
	r := rand.New(rand.NewPCG(1, 2))
	return r.IntN
}

// TestTiersAndWeights holds that calls go to the lowest tier, by weight in it,
// and to the next when all of it is at its limit.
func TestTiersAndWeights(t *testing.T) {
	c := newClock()
	a, b, spill := newBackend(t, says(200, "{}")), newBackend(t, says(200, "{}")), newBackend(t, says(200, "{}"))
	p := newPools(t, strings.Join([]string{at(spill, ", priority: 2"), at(a, ", weight: 3"), at(b, ", weight: 1, region: westeurope")}, ", "),
		"  retry: {maxWait: 0s}", Options{Now: c.now, Rand: seeded()})
	const n = 800
	for range n {
		if d := do(t, p, chat(t)); d.status != 200 || d.choice.Priority != 1 {
			t.Fatal(d)
		}
	}
	if got := a.asked.Load(); got < n*70/100 || got > n*80/100 {
		t.Errorf("of %d calls %d went to the upstream with weight 3 of 4", n, got)
	}
	if spill.asked.Load() != 0 {
		t.Error("the second tier was asked while the first works")
	}
	tooMuch := says(429, "{}", "retry-after-ms", "20000")
	a.answers(tooMuch)
	b.answers(tooMuch)
	d := do(t, p, chat(t))
	if d.status != 200 || d.choice.Priority != 2 || d.choice.Attempts != 3 {
		t.Errorf("spill-over: %+v", d)
	}
	before := a.asked.Load() + b.asked.Load()
	if d := do(t, p, chat(t)); d.choice.Priority != 2 || d.choice.Attempts != 1 || a.asked.Load()+b.asked.Load() != before {
		t.Errorf("upstreams at their limit were asked again: %+v", d)
	}
	c.forward(20 * time.Second)
	a.answers(says(200, "{}"))
	b.answers(says(200, "{}"))
	if d := do(t, p, chat(t)); d.choice.Priority != 1 {
		t.Errorf("not back at the first tier after Retry-After: %+v", d)
	}
}

// TestSticky holds that a call about a stored thing goes where that is, whatever
// the health of the others, and nowhere else.
func TestSticky(t *testing.T) {
	a, b := newBackend(t, says(200, "{}")), newBackend(t, says(200, "{}"))
	p := newPools(t, at(a, "")+", "+at(b, ", priority: 2"), "", Options{})
	place := strings.TrimPrefix(b.URL, "http://") + "/v1"
	for range 5 {
		o := call(t, "GET", "/openai/v1/responses/resp_1", "")
		o.Place = place
		if d := do(t, p, o); d.choice.Place != place || b.asked.Load() == 0 || a.asked.Load() != 0 {
			t.Fatalf("%+v", d)
		}
	}
	b.answers(says(503, "{}"))
	o := call(t, "GET", "/openai/v1/responses/resp_1", "")
	o.Place = place
	if d := do(t, p, o); d.status != 503 || a.asked.Load() != 0 {
		t.Errorf("%+v, and the other was asked %d times", d, a.asked.Load())
	}
	o.Place = "elsewhere.example"
	if d := do(t, p, o); d.reason() != "upstream_gone" || d.err.Status != http.StatusNotFound {
		t.Errorf("%+v", d)
	}
}

func TestNames(t *testing.T) {
	p := newPools(t, `{kind: openai, url: "http://localhost:1/v1"}, {kind: openai, url: "http://LOCALHOST:1/v1/"}, {kind: echo}, {kind: azure, url: "https://A.openai.azure.com/openai/v1/", deployment: d}`,
		"", Options{Credential: &fakeCredential{}})
	var names []string
	for _, s := range p.Status() {
		names = append(names, s.Upstream)
	}
	const want = "localhost:1/v1/gpt localhost:1/v1/gpt#2 echo a.openai.azure.com/d"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
