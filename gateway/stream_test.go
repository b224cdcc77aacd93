package gateway

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"palisade/gateway/limit"
)

const streamBody = `{"model":"gpt","stream":true,"messages":[{"role":"user","content":"hi"}],"max_tokens":500}`

func chunk(text string) string {
	return `data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"` + text + `"}}]}` + "\n\n"
}

const usageChunk = `data: {"id":"c","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":11,"total_tokens":18}}` + "\n\n"

// open begins a call and leaves its answer open.
func (r *running) open(path, body string) *http.Response {
	r.t.Helper()
	req, _ := http.NewRequest("POST", r.url+path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+r.service())
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// Each chunk is with the caller before the upstream sends the next.
func TestStreamsAreFlushedOnArrival(t *testing.T) {
	r := start(t)
	next := make(chan bool)
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 5 {
			io.WriteString(w, chunk(fmt.Sprint("word", i)))
			w.(http.Flusher).Flush()
			<-next
		}
		io.WriteString(w, usageChunk+"data: [DONE]\n\n")
	})
	lines := bufio.NewReader(r.open("/openai/v1/chat/completions", streamBody).Body)
	slowest := time.Duration(0)
	for i := range 5 {
		began := time.Now()
		line, err := lines.ReadString('\n')
		if err != nil || !strings.Contains(line, fmt.Sprint("word", i)) {
			t.Fatalf("%q %v", line, err)
		}
		slowest = max(slowest, time.Since(began))
		lines.ReadString('\n')
		next <- true
	}
	rest, err := io.ReadAll(lines)
	if err != nil || string(rest) != "data: [DONE]\n\n" {
		t.Errorf("%q %v: the usage that the caller didn't ask for has to be hidden", rest, err)
	}
	t.Logf("a chunk came within %v", slowest)
}

// The bytes are the upstream's, whatever it writes and however it cuts it.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	r := start(t)
	stream := ": comment\r\n\r\nevent: x\ndata: {\"a\" : 1.50,\"choices\":[{\"delta\":{\"content\":\"\\u00e9 \u00e9\"}}]}\n\n" + chunk(strings.Repeat("long ", 30_000)) + "data:  odd\r\rid:7\n\n" + usageChunk + "data: [DONE]\n\n"
	whole := `{"id":"c", "choices":[{"message":{"refusal":null,"annotations":[]},"logprobs":{"content":[{"logprob":-0.10}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}` + "\n"
	long := `{"data":[` + strings.Repeat(`{"embedding":[0.5,1e-7]},`, 20_000) + `{}],"usage":{"prompt_tokens":9,"total_tokens":9}}`
	for _, c := range []struct{ name, path, kind, request, answer string }{
		{"stream", "/openai/v1/chat/completions", "text/event-stream", strings.Replace(streamBody, `"stream":true`, `"stream":true,"stream_options":{"include_usage":true}`, 1), stream},
		{"whole", "/openai/v1/chat/completions", "application/json", chatBody, whole},
		{"long", "/openai/v1/embeddings", "application/json", `{"model":"gpt","input":"x"}`, long},
		{"sound", "/openai/v1/audio/speech", "audio/mpeg", `{"model":"gpt","input":"x","voice":"alloy"}`, strings.Repeat("\x00\xff\r\n", 50_000)},
	} {
		r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			for rest := c.answer; rest != ""; {
				n := min(len(rest), 1717)
				io.WriteString(w, rest[:n])
				w.(http.Flusher).Flush()
				rest = rest[n:]
			}
		})
		a := r.call("POST", c.path, r.service(), c.request)
		if sha256.Sum256([]byte(a.body)) != sha256.Sum256([]byte(c.answer)) {
			t.Errorf("%s: %d bytes, not %d", c.name, len(a.body), len(c.answer))
		}
		if got := r.backend.last(); got != c.request {
			t.Errorf("%s: the upstream got %.200s", c.name, got)
		}
	}
}

// The usage is asked for, hidden from who didn't ask, and settled.
func TestUsageOfStreams(t *testing.T) {
	r := start(t, "{model}", "    limits: {tokensPerMinute: 10k, concurrent: 1}")
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		io.WriteString(w, chunk("a")+usageChunk+"data: [DONE]\n\n")
	})
	a := r.call("POST", "/openai/v1/chat/completions", r.service(), streamBody)
	if a.status != 200 || strings.Contains(a.body, "usage") || !strings.HasSuffix(a.body, "[DONE]\n\n") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if !strings.Contains(r.backend.last(), `"include_usage":true`) {
		t.Errorf("not asked for: %s", r.backend.last())
	}
	if n := r.used(); n != 18 {
		t.Errorf("%d tokens count, not 18", n)
	}
}

// used waits until no call of the model runs, and tells how many of its tokens
// count in this minute.
func (r *running) used() int64 {
	r.t.Helper()
	set := r.current.Load()
	buckets := set.budgets.of("gpt", "team", r.serviceID())
	for range 200 {
		lease, over, err := r.limiter.Reserve(context.Background(), buckets, limit.Ask{Tokens: 1})
		if err != nil {
			r.t.Fatal(err)
		}
		if over == nil {
			lease.Cancel(context.Background())
			return lease.Status.Tokens.Limit - lease.Status.Tokens.Remaining - 1
		}
		time.Sleep(10 * time.Millisecond)
	}
	r.t.Error("the lease of the call isn't settled")
	return 0
}

// A stream that breaks off counts by what was seen: neither all that was
// reserved nor nothing; and whoever hangs up settles once, too.
func TestBrokenStreams(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]func(w http.ResponseWriter, gone <-chan struct{}){
		"the upstream resets": func(w http.ResponseWriter, _ <-chan struct{}) { panic(http.ErrAbortHandler) },
		"the caller hangs up": func(w http.ResponseWriter, gone <-chan struct{}) { <-gone },
		"no usage at its end": func(w http.ResponseWriter, _ <-chan struct{}) {},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, "{model}", "    limits: {tokensPerMinute: 10k, concurrent: 1}")
			r.backend.answers(func(w http.ResponseWriter, req *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				for range 20 {
					io.WriteString(w, chunk("word"))
				}
				w.(http.Flusher).Flush()
				how(w, req.Context().Done())
			})
			resp := r.open("/openai/v1/chat/completions", streamBody)
			buf := make([]byte, 64)
			io.ReadFull(resp.Body, buf)
			if name != "the caller hangs up" {
				if _, err := io.ReadAll(resp.Body); (err == nil) != (name == "no usage at its end") {
					t.Errorf("the caller reads to the end: %v", err)
				}
			}
			resp.Body.Close()
			used := r.used()
			if used < 21 || used > 100 {
				t.Errorf("%d tokens count; 20 chunks and a short prompt were seen, 500 and more reserved", used)
			}
		})
	}
}

// An upstream that answers before it has read the request: the caller gets the
// answer, whole, and not a broken connection (golang.org/issue/40747).
func TestEarlyAnswers(t *testing.T) {
	t.Parallel()
	r := start(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				http.ReadRequest(bufio.NewReaderSize(c, 1024))
				io.WriteString(c, "HTTP/1.1 413 Content Too Large\r\nContent-Type: application/json\r\nContent-Length: 31\r\n\r\n"+`{"error":{"code":"too_large_1"}}`[:31])
				time.Sleep(300 * time.Millisecond)
			}()
		}
	}()
	yaml := strings.Replace(r.text(), r.backend.URL, "http://"+l.Addr().String(), 1)
	r.write(yaml)
	if err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	const size = 8 << 20
	head := "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
	const tail = "\r\n--b--\r\n"
	for i := range 5 {
		req, _ := http.NewRequest("POST", r.url+"/openai/v1/audio/transcriptions", io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, size), strings.NewReader(tail)))
		req.ContentLength = int64(len(head) + size + len(tail))
		req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		req.Header.Set("Authorization", "Bearer "+r.service())
		if a := r.do(req); a.status != 413 || !strings.Contains(a.body, "too_large") {
			t.Errorf("%d: %d %s", i, a.status, a.body)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
