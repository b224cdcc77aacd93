package gateway

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// 64 connections at once against 1,000 tokens a minute: what is served beyond
// the limit is at most one call's error.
func TestOvershoot(t *testing.T) {
	for _, c := range []struct {
		name, body string
		uses       int64 // completion tokens of each call
		most       int64 // that may be served
	}{
		{"calls that say how much they want", `{"model":"gpt","max_tokens":40,"messages":[{"role":"user","content":"hi"}]}`, 40, 1000},
		{"calls that don't", `{"model":"gpt","messages":[{"role":"user","content":"hi"}]}`, 60, 1000 + 63},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, "{model}", "    limits: {tokensPerMinute: 1000}")
			r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(time.Millisecond)
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprintf(w, `{"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":%d,"total_tokens":%d}}`, c.uses, c.uses+3)
			})
			var served, refused atomic.Int64
			var all sync.WaitGroup
			token := r.service()
			for range 64 {
				all.Go(func() {
					for range 10 {
						switch a := r.call("POST", "/openai/v1/chat/completions", token, c.body); a.status {
						case 200:
							served.Add(c.uses + 3)
						case 429:
							refused.Add(1)
						default:
							t.Errorf("%d %s", a.status, a.body)
						}
					}
				})
			}
			all.Wait()
			t.Logf("%d tokens served of 1000 a minute, %d calls refused", served.Load(), refused.Load())
			if served.Load() > c.most || served.Load() < 500 || refused.Load() == 0 {
				t.Errorf("%d tokens served, %d refused", served.Load(), refused.Load())
			}
		})
	}
}

// A refusal by a limit says which, and when to come back; a call that passes
// says what is left.
func TestLimitHeaders(t *testing.T) {
	r := start(t, "{model}", "    limits: {requestsPerMinute: 2, tokensPerMinute: 10k}")
	a := r.chat(r.service())
	if a.status != 200 || a.header.Get("X-Ratelimit-Limit-Requests") != "2" || a.header.Get("X-Ratelimit-Remaining-Requests") != "1" || a.header.Get("X-Ratelimit-Limit-Tokens") != "10000" {
		t.Errorf("%d %v", a.status, a.header)
	}
	r.chat(r.service())
	a = r.chat(r.service())
	seconds, _ := strconv.Atoi(a.header.Get("Retry-After"))
	ms, _ := strconv.Atoi(a.header.Get("Retry-After-Ms"))
	if a.status != 429 || a.reason() != "limit_requests_per_minute" || seconds < 1 || seconds > 66 || ms < 1 || ms > seconds*1000 || a.header.Get("X-Ratelimit-Remaining-Requests") != "0" {
		t.Errorf("%d %s %v", a.status, a.reason(), a.header)
	}
	never := start(t, "{model}", "    limits: {tokensPerMinute: 100}")
	a = never.call("POST", "/openai/v1/chat/completions", never.service(), strings.Replace(chatBody, `"max_tokens":10`, `"max_tokens":1000`, 1))
	if a.status != 429 || a.header.Get("Retry-After") != "" {
		t.Errorf("a call that never fits: %d %v", a.status, a.header)
	}
}

// A mistake in the gateway itself settles and records the call like any other.
func TestPanicsAreSettled(t *testing.T) {
	r := start(t, "{model}", "    limits: {tokensPerMinute: 1000, concurrent: 1}")
	r.objects = nil // a method of nil panics
	if a := r.call("GET", "/openai/v1/responses/resp_1", r.service(), ""); a.status != 500 || a.reason() != "internal_error" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := r.call("POST", "/openai/v1/responses", r.service(), `{"model":"gpt","input":"hi","max_output_tokens":50}`); a.status != 500 {
		t.Errorf("after the upstream answered: %d %s", a.status, a.body)
	}
	r.objects = NewMemoryObjects(10)
	if n := r.used(); n < 1 || n > 200 {
		t.Errorf("%d tokens count", n)
	}
	if a := r.chat(r.service()); a.status != 200 {
		t.Errorf("then: %d", a.status)
	}
}

// A response in the background counts by its reservation at once, and by what
// it used when its maker reads it, once.
func TestBackgroundResponses(t *testing.T) {
	r := start(t, "{model}", "    limits: {tokensPerMinute: 10k}")
	r.backend.answers(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if req.Method == "POST" {
			io.WriteString(w, `{"id":"resp_9","status":"queued","usage":null}`)
			return
		}
		io.WriteString(w, `{"id":"resp_9","status":"completed","usage":{"input_tokens":1000,"output_tokens":2000,"total_tokens":3000}}`)
	})
	if a := r.call("POST", "/openai/v1/responses", r.service(), `{"model":"gpt","input":"hi","background":true,"max_output_tokens":100}`); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if n := r.used(); n < 100 || n > 130 {
		t.Errorf("%d tokens count at first", n)
	}
	for range 3 {
		if a := r.call("GET", "/openai/v1/responses/resp_9", r.service(), ""); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if n := r.used(); n != 3000 {
		t.Errorf("%d tokens count in the end, not 3000", n)
	}
}

// What was used of a month isn't granted anew by a restart.
func TestLimitsOutliveTheProcess(t *testing.T) {
	r := start(t, "{model}", "    limits: {tokensPerMonth: 12}")
	if a := r.chat(r.service()); a.status != 429 {
		t.Fatalf("the reservation doesn't fit, and got %d", a.status)
	}
	small := strings.Replace(chatBody, `"max_tokens":10`, `"max_tokens":1`, 1)
	again := start(t, "{model}", "    limits: {tokensPerMonth: 30}")
	if a := again.call("POST", "/openai/v1/chat/completions", again.service(), small); a.status != 200 {
		t.Fatal(a.status, a.body)
	}
	again.stop()
	s, err := New(Options{Path: again.path, IssuerClient: again.issuer.Client})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.openState(); err != nil {
		t.Fatal(err)
	}
	again.Server = s
	lease, over, err := s.limiter.Reserve(t.Context(), s.current.Load().budgets.of("gpt", "team", "x"), asksFor(26))
	if lease != nil || over == nil || err != nil || over.Left != 25 {
		t.Errorf("%v %+v %v", lease, over, err)
	}
}
