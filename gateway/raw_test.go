package gateway

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// raw sends bytes on a connection of its own, and reads all answers until the
// gateway closes it.
func (r *running) raw(bytes string) []answered {
	r.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	go io.WriteString(c, bytes)
	var all []answered
	from := bufio.NewReader(c)
	for {
		resp, err := http.ReadResponse(from, nil)
		if err != nil {
			return all
		}
		body, _ := io.ReadAll(resp.Body)
		all = append(all, answered{resp.StatusCode, resp.Header, string(body)})
		if resp.Close {
			return all
		}
	}
}

// post is a POST with headers of its own.
func (r *running) post(target, headers, body string) string {
	return "POST " + target + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nAuthorization: Bearer " + r.service() + "\r\n" + headers + "\r\n" + body
}

func (r *running) chatOf(body string) string {
	return r.post("/openai/v1/chat/completions", jsonHeaders(len(body)), body)
}

func jsonHeaders(n int) string {
	return fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n", n)
}

// What could be read in two ways is refused, with a word that says why. Nothing
// of it reaches the upstream.
func TestRefusedOnTheWire(t *testing.T) {
	t.Parallel()
	r := start(t, "{gateway}", "  bounds: {body: 256KiB, header: 32KiB}\n  timeouts: {header: 1s, body: 1s}")
	const chat = "/openai/v1/chat/completions"
	ok := jsonHeaders(len(chatBody))
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	io.CopyN(z, zeros{}, 10<<20)
	z.Close()
	for _, c := range []struct {
		name, bytes string
		status      int
		reason      string
	}{
		{"two lengths", r.post(chat, ok+"Content-Length: 5\r\n", chatBody), 400, ""},
		{"a length that isn't a number", r.post(chat, "Content-Type: application/json\r\nContent-Length: +9\r\n", chatBody), 400, ""},
		{"an unknown transfer encoding", r.post(chat, "Content-Type: application/json\r\nTransfer-Encoding: xchunked\r\n", chatBody), 501, ""},
		{"two transfer encodings", r.post(chat, "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), 501, ""},
		{"space before a colon", r.post(chat, "Content-Type: application/json\r\nTransfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400, ""},
		{"a bad chunk", r.post(chat, "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"), 400, "body_framing"},
		{"a header with a NUL", r.post(chat, ok+"X-A: a\x00b\r\n", chatBody), 400, ""},
		{"a header with a bare CR", r.post(chat, ok+"X-A: a\rX-B: b\r\n", chatBody), 400, ""},
		{"no host", "GET /openai/v1/models HTTP/1.1\r\nConnection: close\r\n\r\n", 400, ""},
		{"two hosts", "GET /openai/v1/models HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 400, ""},
		{"HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 401, "token_missing"},
		{"headers beyond the bound", r.post(chat, ok+"X-A: "+strings.Repeat("a", 64<<10)+"\r\n", chatBody), 431, ""},
		{"a token beyond the bound", "GET /openai/v1/models HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer eyJ" + strings.Repeat("a", 20<<10) + "\r\n\r\n", 401, "token_malformed"},
		{"two authorizations", r.post(chat, ok+"Authorization: Bearer x\r\n", chatBody), 400, "credential_conflict"},
		{"a key beside the token", r.post(chat, ok+"Api-Key: 0123456789abcdef0123456789abcdef\r\n", chatBody), 400, "credential_conflict"},
		{"another server", r.post("http://evil.example"+chat, ok, chatBody), 400, "path_target"},
		{"CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\nAuthorization: Bearer " + r.service() + "\r\n\r\n", 400, "path_"},
		{"two slashes", r.post("//openai/v1/chat/completions", ok, chatBody), 400, "path_slashes"},
		{"two slashes inside", r.post("/openai//v1/chat/completions", ok, chatBody), 400, "path_slashes"},
		{"a slash at the end", r.post(chat+"/", ok, chatBody), 400, "path_trailing_slash"},
		{"dots", r.post("/openai/v1/x/../chat/completions", ok, chatBody), 400, "path_dots"},
		{"encoded dots", r.post("/openai/v1/%2e%2e/chat/completions", ok, chatBody), 400, "path_encoded"},
		{"an encoded slash", r.post("/openai/v1%2fchat/completions", ok, chatBody), 400, "path_encoded"},
		{"an encoded letter", r.post("/openai/v1/%63hat/completions", ok, chatBody), 400, "path_encoded"},
		{"a backslash", r.post(`/openai/v1\chat/completions`, ok, chatBody), 400, "path_"},
		{"a semicolon", r.post(chat+";x=1", ok, chatBody), 400, "path_characters"},
		{"upper case", r.post("/OpenAI/v1/chat/completions", ok, chatBody), 404, "route_unknown"},
		{"a fragment", r.post(chat+"#x", ok, chatBody), 400, "path_"},
		{"admin's pages", "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer " + r.service() + "\r\n\r\n", 404, "route_unknown"},
		{"a version twice", r.post("/openai/deployments/gpt/chat/completions?api-version=2024-10-21&api-version=2024-02-01", ok, chatBody), 400, "query_duplicate"},
		{"a key in the query", r.post(chat+"?api-key=x", ok, chatBody), 400, "query_credential"},
		{"two models", r.chatOf(`{"model":"gpt","messages":[],"model":"other"}`), 400, "body_name_duplicate"},
		{"Model", r.chatOf(`{"model":"gpt","Model":"other","messages":[]}`), 400, "body_name_case"},
		{"model in escapes", r.chatOf(`{"model":"gpt","\u006dodel":"other","messages":[]}`), 400, "body_name_duplicate"},
		{"model with a Kelvin sign", r.chatOf(`{"model":"gpt","max_to\u212aens":5,"messages":[]}`), 400, "body_name_case"},
		{"another model than the path", r.post("/openai/deployments/gpt/chat/completions?api-version=2024-10-21", jsonHeaders(len(`{"model":"other"}`)), `{"model":"other"}`), 400, "model_mismatch"},
		{"model isn't text", r.chatOf(`{"model":["gpt"],"messages":[]}`), 400, "body_type"},
		{"two documents", r.chatOf(chatBody + chatBody), 400, "body_json"},
		{"a byte order mark", r.chatOf("\ufeff" + chatBody), 400, "body_"},
		{"deep nesting", r.chatOf(`{"model":"gpt","messages":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`), 400, "body_depth"},
		{"a body beyond the bound", r.chatOf(`{"model":"gpt","messages":"` + strings.Repeat("a", 300<<10) + `"}`), 413, "body_too_large"},
		{"a chunked body beyond the bound", r.post(chat, "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", 300<<10, strings.Repeat(" ", 300<<10))), 413, "body_too_large"},
		{"a decompression bomb", r.post(chat, "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"+fmt.Sprintf("Content-Length: %d\r\n", bomb.Len()), bomb.String()), 415, "body_encoded"},
		{"another type", r.post(chat, "Content-Type: text/plain\r\nContent-Length: 2\r\n", "{}"), 415, "content_type"},
		{"two types", r.post(chat, ok+"Content-Type: text/plain\r\n", chatBody), 415, "content_type"},
		{"an upgrade", r.post(chat, ok+"Upgrade: h2c\r\n", chatBody), 400, "upgrade_unexpected"},
		{"a body that ends early", r.post(chat, jsonHeaders(500), chatBody), 408, "body_timeout"},
		{"a form in two readings", r.post("/openai/v1/files", "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9\r\n", "--b\n\n--b-"), 400, "body_form"},
	} {
		all := r.raw(c.bytes)
		if len(all) != 1 || all[0].status != c.status || !strings.HasPrefix(all[0].reason(), c.reason) {
			t.Errorf("%s: %d answers, not %d %s: %.300v", c.name, len(all), c.status, c.reason, all)
			continue
		}
		if c.reason != "" && !strings.HasPrefix(all[0].body, `{"error":{"code":"`) {
			t.Errorf("%s: %s", c.name, all[0].body)
		}
	}
	if n := r.backend.count(); n != 0 {
		t.Errorf("the upstream was asked %d times: %v", n, r.backend.asked)
	}
}

// A request with a length and chunks has one reading, the chunks (RFC 9112,
// section 6.3), and the upstream gets it framed anew: what would be a second
// request by the length is not one.
func TestLengthAndChunks(t *testing.T) {
	r := start(t)
	smuggled := "POST /openai/v1/chat/completions HTTP/1.1\r\nHost: x\r\n\r\n"
	body := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(chatBody), chatBody)
	all := r.raw(r.post("/openai/v1/chat/completions", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n", body+smuggled))
	if len(all) > 1 || r.backend.count() > 1 {
		t.Errorf("%d answers, %d calls", len(all), r.backend.count())
	}
	if r.backend.count() == 1 && r.backend.last() != chatBody {
		t.Errorf("the upstream got %q", r.backend.last())
	}
}

// What the caller sends ends up in no header of the upstream or of the answer.
func TestHeadersAreTheGatewaysOwn(t *testing.T) {
	r := start(t)
	r.backend.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("Www-Authenticate", "Basic")
		w.Header().Set("X-Palisade-Reason", "from_upstream")
		w.Header().Set("Server", "secret-server")
		io.WriteString(w, `{}`)
	})
	all := r.raw(r.post("/openai/v1/chat/completions", jsonHeaders(len(chatBody))+
		"X-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\nX-Ms-Oai-Image-Generation-Deployment: other\r\nOpenai-Organization: o\r\nCookie: c=d\r\nTe: trailers\r\n", chatBody))
	if len(all) != 1 || all[0].status != 200 {
		t.Fatal(all)
	}
	for _, name := range []string{"Set-Cookie", "Www-Authenticate", "X-Palisade-Reason", "Server"} {
		if v := all[0].header.Get(name); v != "" {
			t.Errorf("the caller got %s: %s", name, v)
		}
	}
	got := r.backend.headers[0]
	for _, name := range []string{"Authorization", "Api-Key", "X-Forwarded-For", "Forwarded", "X-Ms-Oai-Image-Generation-Deployment", "Openai-Organization", "Cookie", "Te"} {
		if v := got.Get(name); v != "" {
			t.Errorf("the upstream got %s: %s", name, v)
		}
	}
}

// A client that sends its header or body byte by byte is cut off, and holds
// nothing meanwhile that others need.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	r := start(t, "{gateway}", "  timeouts: {header: 1s, body: 1s}")
	address := strings.TrimPrefix(r.url, "http://")
	began := time.Now()
	var slow []net.Conn
	for i := range 40 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if i%2 == 0 {
			io.WriteString(c, "POST /openai/v1/chat/completions HTTP/1.1\r\nHost: a\r\nX-")
		} else {
			io.WriteString(c, strings.TrimSuffix(r.post("/openai/v1/chat/completions", jsonHeaders(500), "{"), "\r\n"))
		}
		slow = append(slow, c)
	}
	if a := r.chat(r.service()); a.status != 200 {
		t.Errorf("another client: %d", a.status)
	}
	for i, c := range slow {
		go func() {
			for range 100 {
				if _, err := io.WriteString(c, "a"); err != nil {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		}()
		c.SetReadDeadline(time.Now().Add(8 * time.Second))
		got, _ := io.ReadAll(c)
		if i%2 == 1 && !strings.Contains(string(got), "body_timeout") {
			t.Errorf("a slow body was answered %q", got)
		}
	}
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("slow clients were held for %v", took)
	}
}

// Connections from one address are bounded; those that are open go on.
func TestConnectionsPerAddress(t *testing.T) {
	r := start(t, "{gateway}", "  bounds: {connectionsPerAddress: 3}")
	address := strings.TrimPrefix(r.url, "http://")
	open := 0
	for range 8 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(3 * time.Second))
		io.WriteString(c, "GET /openai/v1/models HTTP/1.1\r\nHost: a\r\n\r\n")
		if _, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil {
			open++
		}
	}
	if open != 3 {
		t.Errorf("%d connections were served, not 3", open)
	}
}
