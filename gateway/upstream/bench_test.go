package upstream

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkDo and BenchmarkBare send the same small chat by the pools and by
// what a bare ReverseProxy does of it at least: one round trip of a transport.
func BenchmarkDo(b *testing.B) {
	up := newBackend(b, says(200, strings.Repeat("x", 600)))
	p := newPools(b, at(up, ""), "", Options{})
	o := call(b, "POST", chatPath, chatBody)
	b.ReportAllocs()
	for b.Loop() {
		resp, _, err := p.Do(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

func BenchmarkBare(b *testing.B) {
	up := newBackend(b, says(200, strings.Repeat("x", 600)))
	t := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}
	defer t.CloseIdleConnections()
	b.ReportAllocs()
	for b.Loop() {
		r, err := http.NewRequestWithContext(b.Context(), "POST", up.URL+"/v1/chat/completions", strings.NewReader(chatBody))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		resp, err := t.RoundTrip(r)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}

// BenchmarkChoice is what the pools add to a round trip: choosing, the request,
// the watched body.
func BenchmarkChoice(b *testing.B) {
	p := newPools(b, `{kind: openai, url: "http://127.0.0.1:1/v1"}, {kind: openai, url: "http://127.0.0.1:2/v1", weight: 3}, {kind: echo, priority: 2}`, "", Options{})
	o := call(b, "POST", chatPath, chatBody)
	b.ReportAllocs()
	for b.Loop() {
		u, _ := p.models["gpt"].pick(p.options.Now(), "", 0, p.options.Rand)
		r, err := u.request(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		r.Body.Close()
		u.health.worked()
	}
}
