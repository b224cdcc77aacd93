package gateway

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"palisade/gateway/limit"
)

// A caller who hangs up while the upstream works has used what was reserved:
// otherwise limits could be gone around by not waiting for answers.
func TestHangingUpIsNotFree(t *testing.T) {
	r := start(t, "{grant}", "    limits: {tokensPerMinute: 1000}")
	begun := make(chan struct{}, 1)
	r.backend.answers(func(w http.ResponseWriter, req *http.Request) {
		begun <- struct{}{}
		<-req.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	body := strings.Replace(chatBody, `"max_tokens":10`, `"max_tokens":900`, 1)
	req, err := http.NewRequestWithContext(ctx, "POST", r.url+"/openai/v1/chat/completions", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+r.service())
	go func() { <-begun; cancel() }()
	if _, err := r.client.Do(req); err == nil {
		t.Fatal("the call has an answer")
	}
	r.backend.answers(nil)
	for range 100 {
		if r.metrics.running.Load() == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if a := r.call("POST", "/openai/v1/chat/completions", r.service(), body); a.reason() != "limit_tokens_per_minute" {
		t.Errorf("after a call for 900 of 1000 tokens that was left, another of 900: %d %s", a.status, a.reason())
	}
	all := r.recorded()
	if x := all[0]; x.Tokens.Output != 900 || x.Tokens.Input == 0 || !x.Tokens.Estimated {
		t.Errorf("the record doesn't say what was charged: %+v", x.Tokens)
	}
}

// An answer that isn't a stream and breaks off counts for what was reserved, and
// its record says that, and that nobody knows better.
func TestBrokenAnswersAreRecordedAsCharged(t *testing.T) {
	r := start(t, "{model}", "    limits: {tokensPerMinute: 10k, concurrent: 1}")
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "500")
		io.WriteString(w, `{"id":"half","usage":`)
	})
	resp := r.open("/openai/v1/chat/completions", chatBody)
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	charged := r.used()
	all := r.recorded()
	x := all[0]
	if charged < 11 || x.Tokens.Input+x.Tokens.Output != charged || x.Tokens.Output != 10 || !x.Tokens.Estimated || x.Cost == 0 {
		t.Errorf("charged %d, recorded %+v that cost %d", charged, x.Tokens, x.Cost)
	}
}

// A call that doesn't say max_tokens learns that saying it would help.
func TestRefusedForAnothersPart(t *testing.T) {
	l := limit.NewMemory(limit.MemoryOptions{})
	buckets := []limit.Bucket{{Key: "gpt", Unit: limit.Tokens, Period: limit.Minute, Limit: 1000}}
	ask := limit.Ask{Requests: 1, Tokens: 950, LeastTokens: 10}
	firm, _, _ := l.Reserve(t.Context(), buckets, limit.Ask{Requests: 1, Tokens: 900})
	if _, over, err := l.Reserve(t.Context(), buckets, ask); over != nil || err != nil {
		t.Fatal(over, err)
	}
	firm.Cancel(t.Context())
	_, over, err := l.Reserve(t.Context(), buckets, ask)
	if over == nil || err != nil {
		t.Fatal("two calls run on a part", err)
	}
	r := exceeded(over)
	if r.reason != "limit_tokens_per_minute" || !strings.Contains(r.message, "max_tokens") || r.header.Get("Retry-After") != "1" {
		t.Errorf("%+v", r)
	}
}
