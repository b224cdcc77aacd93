package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cpu is the processor time of this process so far.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkCall compares the gateway, with all that it does for a call, to a
// bare reverse proxy and to no proxy at all. Client and upstream are in the same
// process, so that cpu-µs/op of direct is to be taken from the others.
func BenchmarkCall(b *testing.B) {
	prompt := `{"model":"gpt","max_tokens":50,"messages":[{"role":"user","content":"` + strings.Repeat("All work and no play makes a dull day. ", 2600) + `"}]}`
	for _, c := range []struct{ name, body string }{
		{"small", chatBody}, {"100KB", prompt}, {"stream200", streamBody},
	} {
		r := start(b, "{model}", "    limits: {tokensPerMinute: 1000M, requestsPerMinute: 100M}")
		up := httptest.NewServer(http.HandlerFunc(mock))
		defer up.Close()
		r.write(strings.Replace(r.text(), r.backend.URL, up.URL, 1))
		if err := r.Reload(); err != nil {
			b.Fatal(err)
		}
		to, _ := url.Parse(up.URL)
		proxy := httputil.NewSingleHostReverseProxy(to)
		proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true}
		proxy.FlushInterval = -1
		bare := httptest.NewServer(proxy)
		defer bare.Close()
		token := r.service()
		for _, at := range []struct{ name, url string }{{"direct", up.URL}, {"proxy", bare.URL}, {"gateway", r.url + "/openai"}} {
			b.Run(c.name+"/"+at.name, func(b *testing.B) {
				b.ReportAllocs()
				began := cpu()
				for b.Loop() {
					req, _ := http.NewRequest("POST", at.url+"/v1/chat/completions", strings.NewReader(c.body))
					req.Header.Set("Content-Type", "application/json")
					req.Header.Set("Authorization", "Bearer "+token)
					resp, err := r.client.Do(req)
					if err != nil || resp.StatusCode != 200 {
						b.Fatal(resp, err)
					}
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
				b.ReportMetric(float64((cpu()-began).Nanoseconds())/1000/float64(b.N), "cpu-µs/op")
			})
		}
	}
}

func mock(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if !strings.Contains(string(body[:min(len(body), 200)]), `"stream":true`) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"hello"}}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}`)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for range 200 {
		io.WriteString(w, chunk("word"))
		w.(http.Flusher).Flush()
	}
	io.WriteString(w, usageChunk+"data: [DONE]\n\n")
}
