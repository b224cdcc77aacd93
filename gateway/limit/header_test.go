package limit

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

func TestHeaders(t *testing.T) {
	stores(t, func(t *testing.T, l Limiter, clock *virtual) {
		team := Bucket{"team/t", Tokens, Minute, 500}
		rpm := Bucket{"team/t", Requests, Minute, 10}
		a := reserve(t, l, Ask{Requests: 1, Tokens: 300}, tpm, rpm, team)
		h := http.Header{}
		a.Status.Set(h)
		want := map[string]string{
			"X-Ratelimit-Limit-Tokens": "500", "X-Ratelimit-Remaining-Tokens": "200", "X-Ratelimit-Reset-Tokens": "1m5s",
			"X-Ratelimit-Limit-Requests": "10", "X-Ratelimit-Remaining-Requests": "9", "X-Ratelimit-Reset-Requests": "1m5s"}
		same(t, h, want)
		clock.add(1500 * time.Millisecond)
		e := refused(t, l, Ask{Requests: 1, Tokens: 300}, tpm, rpm, team)
		h = http.Header{}
		e.Set(h)
		want["Retry-After"], want["Retry-After-Ms"] = "64", "63500"
		same(t, h, want)
		h = http.Header{}
		refused(t, l, Ask{Requests: 1, Tokens: 3000}, tpm, rpm, team).Set(h)
		delete(want, "Retry-After")
		delete(want, "Retry-After-Ms")
		same(t, h, want)
	})
}

func same(t *testing.T, h http.Header, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for k := range h {
		got[k] = h.Get(k)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("headers\n%v, want\n%v", got, want)
	}
}
