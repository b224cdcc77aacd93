package gateway

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"runtime"
	"strings"
	"testing"
)

// costYAML has everything on that a gateway in earnest has.
const costYAML = testYAML + `
`

// exchange is one kind of call, as the bytes that go over connections: client
// and upstream are so plain that they allocate nothing, so that what is
// allocated is the gateway's.
type exchange struct {
	name   string
	body   string
	answer [][]byte // what the upstream writes, one write each
	end    string   // of the answer as the client gets it
	budget float64  // allocations of a call
}

const (
	costAnswer = `{"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"gpt-4o-2024-11-20",` +
		`"choices":[{"index":0,"message":{"role":"assistant","content":"A private endpoint is a network interface.","refusal":null},"finish_reason":"stop"}],` +
		`"usage":{"prompt_tokens":22,"completion_tokens":27,"total_tokens":49,"prompt_tokens_details":{"cached_tokens":0}}}`
	costChunk = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-2024-11-20","system_fingerprint":"fp_1",` +
		`"choices":[{"index":0,"delta":{"content":" endpoint"},"logprobs":null,"finish_reason":null}],"usage":null}` + "\n\n"
	costUsed = `data: {"id":"chatcmpl-1","choices":[],"usage":{"prompt_tokens":22,"completion_tokens":200,"total_tokens":222}}` + "\n\ndata: [DONE]\n\n"
)

func exchanges() []exchange {
	whole := [][]byte{fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(costAnswer), costAnswer)}
	chunked := func(text string) []byte { return fmt.Appendf(nil, "%x\r\n%s\r\n", len(text), text) }
	stream := [][]byte{[]byte("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")}
	for range 200 {
		stream = append(stream, chunked(costChunk))
	}
	stream = append(stream, chunked(costUsed), []byte("0\r\n\r\n"))
	body := func(prompt, tail string) string {
		return `{"model":"gpt","messages":[{"role":"system","content":"You are brief."},{"role":"user","content":"` + prompt + `"}]` + tail + `,"max_tokens":400}`
	}
	return []exchange{
		{"small", body("What is a private endpoint?", ""), whole, "}}}", 130},
		{"prompt", body(strings.Repeat("A private endpoint gives a service an address in a virtual network. ", 1500), ""), whole, "}}}", 130},
		{"stream", body("Explain private endpoints.", `,"stream":true,"stream_options":{"include_usage":true}`), stream, "0\r\n\r\n", 150},
	}
}

// rawUpstream answers each request with the same bytes.
func rawUpstream(t testing.TB, e *exchange) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	end := []byte(e.body[len(e.body)-24:])
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				buf := make([]byte, 256<<10)
				for readUntil(conn, buf, end) == nil {
					for _, text := range e.answer {
						if _, err := conn.Write(text); err != nil {
							return
						}
					}
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

func readUntil(conn net.Conn, buf, end []byte) error {
	for n := 0; ; {
		m, err := conn.Read(buf[n:])
		if n += m; bytes.HasSuffix(buf[:n], end) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// rawClient makes calls over one connection.
type rawClient struct {
	conn    net.Conn
	request []byte
	buf     []byte
	end     []byte
}

func newRawClient(t testing.TB, address, path, token string, e *exchange) *rawClient {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	request := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: test\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		path, address, token, len(e.body), e.body)
	return &rawClient{conn, []byte(request), make([]byte, 256<<10), []byte(e.end)}
}

func (c *rawClient) call(t testing.TB) {
	if _, err := c.conn.Write(c.request); err != nil {
		t.Fatal(err)
	}
	if err := readUntil(c.conn, c.buf, c.end); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(c.buf, []byte("HTTP/1.1 200")) {
		t.Fatalf("%.200s", c.buf)
	}
}

// costly runs a gateway with an exchange's upstream, and a client of it.
func costly(t testing.TB, e *exchange) *rawClient {
	r := startYAML(t, costYAML, "{backend}", rawUpstream(t, e),
		"{model}", "    limits: {tokensPerMinute: 1000M}\n    from: [127.0.0.0/8]\n",
		"{grant}", "    limits: {tokensPerMinute: 1000M, requestsPerMinute: 10M, tokensPerDay: 100000M, costPerMonth: 1000000000, concurrent: 1000}\n    callerLimits: {tokensPerDay: 100000M}\n    from: [127.0.0.0/8]\n",
		"{gateway}", "  from: [127.0.0.0/8]\n")
	return newRawClient(t, strings.TrimPrefix(r.url, "http://"), "/openai/v1/chat/completions", r.service(), e)
}

// bare runs a bare reverse proxy in the gateway's place.
func bare(t testing.TB, e *exchange) *rawClient {
	to, err := url.Parse(rawUpstream(t, e))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: proxy}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	return newRawClient(t, l.Addr().String(), "/v1/chat/completions", "x", e)
}

func BenchmarkCost(b *testing.B) {
	for _, e := range exchanges() {
		for _, way := range []struct {
			name string
			run  func(testing.TB, *exchange) *rawClient
		}{{"palisade", costly}, {"bare", bare}} {
			b.Run(e.name+"/"+way.name, func(b *testing.B) {
				c := way.run(b, &e)
				c.call(b)
				b.ReportAllocs()
				for b.Loop() {
					c.call(b)
				}
			})
		}
	}
}

// TestCost holds what a call allocates, in the gateway and in net/http on both
// its sides, below a budget. Times differ from machine to machine; this hardly
// does. How many bytes it is isn't held: with the race detector, pools lose
// what they keep.
func TestCost(t *testing.T) {
	for _, e := range exchanges() {
		c := costly(t, &e)
		for range 50 {
			c.call(t)
		}
		var before, after runtime.MemStats
		const calls = 300
		runtime.ReadMemStats(&before)
		for range calls {
			c.call(t)
		}
		runtime.ReadMemStats(&after)
		n, kilobytes := float64(after.Mallocs-before.Mallocs)/calls, float64(after.TotalAlloc-before.TotalAlloc)/calls/1024
		t.Logf("%s: %.0f allocations, %.1f KiB", e.name, n, kilobytes)
		if n > 1.2*e.budget {
			t.Errorf("%s: %.0f allocations a call; %.0f were enough", e.name, n, e.budget)
		}
	}
}
