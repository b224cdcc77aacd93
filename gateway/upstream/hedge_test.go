package upstream

import (
	"net/http"
	"testing"
	"time"
)

func TestHedge(t *testing.T) {
	cancelled := make(chan struct{}, 8)
	slow := newBackend(t, func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		cancelled <- struct{}{}
	})
	quick := newBackend(t, says(200, `{"from":"quick"}`))
	p := newPools(t, at(slow, "")+", "+at(quick, ", priority: 2"), "  retry: {hedgeAfter: 30ms}", Options{})
	d := do(t, p, chat(t))
	if d.status != 200 || !d.choice.Hedged || d.choice.Attempts != 2 || d.choice.Priority != 2 {
		t.Errorf("%+v", d)
	}
	select {
	case <-cancelled:
	case <-time.After(time.Second):
		t.Error("the slower call goes on")
	}
	if s := p.Status()[0]; s.Failures != 0 {
		t.Errorf("being slower counts as a failure: %+v", s)
	}
	d = do(t, p, call(t, "POST", "/openai/v1/embeddings", `{"model":"gpt","input":"x"}`))
	if d.status != 200 || !d.choice.Hedged {
		t.Errorf("embeddings: %+v", d)
	}
}

// TestNoHedge holds that what leaves something behind is asked of one upstream.
func TestNoHedge(t *testing.T) {
	slow := newBackend(t, func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(100 * time.Millisecond)
		w.Write([]byte("{}"))
	})
	quick := newBackend(t, says(200, "{}"))
	p := newPools(t, at(slow, "")+", "+at(quick, ", priority: 2"), "  retry: {hedgeAfter: 10ms}", Options{})
	for _, body := range []string{`{"model":"gpt","input":"x"}`, `{"model":"gpt","input":"x","background":true,"store":false}`} {
		if d := do(t, p, call(t, "POST", "/openai/v1/responses", body)); d.status != 200 || d.choice.Hedged || quick.asked.Load() != 0 {
			t.Errorf("%+v", d)
		}
	}
}

// TestHedgeOfFailures holds that a hedge that fails too is no answer.
func TestHedgeOfFailures(t *testing.T) {
	slowly := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(40 * time.Millisecond)
		says(500, "{}")(w, r)
	}
	a, b, c := newBackend(t, slowly), newBackend(t, slowly), newBackend(t, says(200, "{}"))
	p := newPools(t, at(a, "")+", "+at(b, ", priority: 2")+", "+at(c, ", priority: 3"), "  retry: {hedgeAfter: 10ms}", Options{})
	if d := do(t, p, chat(t)); d.status != 200 || d.choice.Attempts != 3 {
		t.Errorf("%+v", d)
	}
}
