package upstream

import (
	"context"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"palisade/gateway/route"
)

// TestRetries walks what upstreams answer, and what may be sent again.
func TestRetries(t *testing.T) {
	stored := `{"model":"gpt","input":"hi"}`
	kept := `{"model":"gpt","messages":[],"store":true}`
	for _, x := range []struct {
		name, path, body string
		status           int
		again            bool
	}{
		{"chat, 500", chatPath, chatBody, 500, true},
		{"chat, 502", chatPath, chatBody, 502, true},
		{"chat, 503", chatPath, chatBody, 503, true},
		{"chat, 504", chatPath, chatBody, 504, true},
		{"chat, 408", chatPath, chatBody, 408, true},
		{"chat, 429", chatPath, chatBody, 429, true},
		{"chat, 401", chatPath, chatBody, 401, true},
		{"chat, 403", chatPath, chatBody, 403, true},
		{"chat, 400", chatPath, chatBody, 400, false},
		{"chat, 404", chatPath, chatBody, 404, false},
		{"kept chat, 500", chatPath, kept, 500, false},
		{"kept chat, 503", chatPath, kept, 503, true},
		{"stored response, 429", "/openai/v1/responses", stored, 429, true},
		{"stored response, 503", "/openai/v1/responses", stored, 503, true},
		{"stored response, 500", "/openai/v1/responses", stored, 500, false},
		{"stored response, 502", "/openai/v1/responses", stored, 502, false},
		{"stored response, 504", "/openai/v1/responses", stored, 504, false},
		{"stored response, 408", "/openai/v1/responses", stored, 408, false},
		{"response that isn't stored, 500", "/openai/v1/responses", `{"model":"gpt","input":"hi","store":false}`, 500, true},
		{"response in the background, 500", "/openai/v1/responses", `{"model":"gpt","input":"hi","store":false,"background":true}`, 500, false},
		{"image, 500", "/openai/v1/images/generations", `{"model":"gpt","prompt":"x"}`, 500, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			bad, fine := newBackend(t, says(x.status, `{"error":{}}`)), newBackend(t, says(200, `{"ok":1}`))
			p := newPools(t, at(bad, "")+", "+at(fine, ", priority: 2"), "", Options{})
			d := do(t, p, call(t, "POST", x.path, x.body))
			if got := fine.asked.Load() == 1; got != x.again || bad.asked.Load() != 1 {
				t.Errorf("sent again: %v, want %v; %+v", got, x.again, d)
			}
			if !x.again && d.status != x.status {
				t.Errorf("the caller gets %+v", d)
			}
		})
	}
}

// TestBroken holds what is done when a connection breaks off after the call was
// sent.
func TestBroken(t *testing.T) {
	hangUp := func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }
	bad, fine := newBackend(t, hangUp), newBackend(t, says(200, "{}"))
	p := newPools(t, at(bad, "")+", "+at(fine, ", priority: 2"), "", Options{})
	if d := do(t, p, chat(t)); d.status != 200 || d.choice.Attempts != 2 {
		t.Errorf("chat: %+v", d)
	}
	d := do(t, p, call(t, "POST", "/openai/v1/responses", `{"model":"gpt","input":"hi"}`))
	if d.reason() != "upstream_unreachable" || fine.asked.Load() != 1 {
		t.Errorf("stored response: %+v", d)
	}
}

// TestNobodyListens holds that what was never sent may always be sent again.
func TestNobodyListens(t *testing.T) {
	gone := newBackend(t, nil)
	gone.Close()
	fine := newBackend(t, says(200, "{}"))
	p := newPools(t, at(gone, "")+", "+at(fine, ", priority: 2"), "", Options{})
	if d := do(t, p, call(t, "POST", "/openai/v1/responses", `{"model":"gpt","input":"hi"}`)); d.status != 200 || d.choice.Attempts != 2 {
		t.Errorf("%+v", d)
	}
	alone := newPools(t, at(gone, ""), "  retry: {attempts: 2}", Options{})
	d := do(t, alone, chat(t))
	if d.reason() != "upstream_unreachable" || d.err.Status != 502 || d.choice.Attempts != 2 {
		t.Errorf("%+v", d)
	}
	if strings.Contains(d.err.Message, "127.0.0.1") {
		t.Error("the message for the caller names a host")
	}
}

// TestWaits holds that a call waits for the one upstream that there is, and only
// as long as it may.
func TestWaits(t *testing.T) {
	n := 0
	b := newBackend(t, nil)
	b.answers(func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			says(429, "{}", "retry-after-ms", "60")(w, r)
			return
		}
		says(200, "{}")(w, r)
	})
	p := newPools(t, at(b, ""), "", Options{})
	began := time.Now()
	if d := do(t, p, chat(t)); d.status != 200 || d.choice.Attempts != 2 || time.Since(began) < 60*time.Millisecond {
		t.Errorf("%+v after %s", d, time.Since(began))
	}
	b.answers(says(429, `{"error":{"code":"429"}}`, "Retry-After", "60"))
	began = time.Now()
	if d := do(t, p, chat(t)); d.status != 429 || d.header.Get("Retry-After") != "60" || time.Since(began) > time.Second {
		t.Errorf("a long Retry-After: %+v after %s", d, time.Since(began))
	}
	d := do(t, p, chat(t))
	if d.reason() != "upstream_throttled" || d.err.Status != 429 || d.err.Wait < 50*time.Second {
		t.Errorf("the next call: %+v", d)
	}
}

// TestDeadline holds that no wait goes beyond the call's own deadline.
func TestDeadline(t *testing.T) {
	b := newBackend(t, says(429, "{}", "retry-after-ms", "2000"))
	p := newPools(t, at(b, ""), "", Options{})
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	if d := doIn(t, ctx, p, chat(t)); d.status != 429 || time.Since(began) > 150*time.Millisecond {
		t.Errorf("%+v after %s", d, time.Since(began))
	}
	b.answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	p = newPools(t, at(b, ""), "", Options{})
	if d := doIn(t, ctx, p, chat(t)); d.reason() != "upstream_timeout" || d.err.Status != 504 {
		t.Errorf("%+v", d)
	}
	if s := p.Status()[0]; s.Failures != 0 {
		t.Errorf("the caller's deadline counts against the upstream: %+v", s)
	}
}

// TestHangUp holds that the end of a caller ends the call at the upstream.
func TestHangUp(t *testing.T) {
	gone := make(chan time.Time, 1)
	begun := make(chan struct{}, 1)
	b := newBackend(t, func(_ http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		<-r.Context().Done()
		gone <- time.Now()
	})
	p := newPools(t, at(b, ""), "", Options{})
	ctx, cancel := context.WithCancel(context.Background())
	o := chat(t)
	done := make(chan did, 1)
	go func() { done <- doIn(t, ctx, p, o) }()
	<-begun
	hungUp := time.Now()
	cancel()
	if d := <-done; d.reason() != "client_closed" || d.err.Status != 499 {
		t.Errorf("%+v", d)
	}
	if after := (<-gone).Sub(hungUp); after > 100*time.Millisecond {
		t.Errorf("the upstream worked on for %s", after)
	}
	if b.asked.Load() != 1 {
		t.Error("sent again for a caller who is gone")
	}
}

// TestHangUpInStream is the same while an answer comes.
func TestHangUpInStream(t *testing.T) {
	gone := make(chan struct{})
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("data: 1\n\n"))
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(gone)
	})
	p := newPools(t, at(b, ""), "", Options{})
	resp, _, err := p.Do(context.Background(), chat(t))
	if err != nil {
		t.Fatal(err)
	}
	io.ReadFull(resp.Body, make([]byte, 4))
	resp.Body.Close()
	select {
	case <-gone:
	case <-time.After(100 * time.Millisecond):
		t.Error("the upstream goes on")
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	silent := newBackend(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	fine := newBackend(t, says(200, "{}"))
	const short = "  timeouts: {firstByte: 1s, idle: 1s}\n  retry: {maxWait: 0s}"
	p := newPools(t, at(silent, "")+", "+at(fine, ", priority: 2"), short, Options{})
	if d := do(t, p, chat(t)); d.status != 200 {
		t.Errorf("chat: %+v", d)
	}
	if d := do(t, p, call(t, "POST", "/openai/v1/responses", `{"model":"gpt","input":"x"}`)); d.reason() != "upstream_timeout" || d.err.Status != 504 {
		t.Errorf("stored: %+v", d)
	}
	silent.answers(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("data: 1\n\n"))
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	resp, _, err := newPools(t, at(silent, ""), short, Options{}).Do(context.Background(), chat(t))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	began := time.Now()
	_, err = io.ReadAll(resp.Body)
	if took := time.Since(began); err != errIdle || took < 900*time.Millisecond || took > 2*time.Second {
		t.Errorf("idle: %v after %s", err, took)
	}
}

// TestRedirect holds that nothing is followed.
func TestRedirect(t *testing.T) {
	other := newBackend(t, says(200, "{}"))
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	p := newPools(t, at(b, ""), "", Options{})
	if d := do(t, p, chat(t)); d.reason() != "upstream_redirect" || other.asked.Load() != 0 {
		t.Errorf("%+v, and the other was asked %d times", d, other.asked.Load())
	}
}

func TestCompressedAnswer(t *testing.T) {
	b := newBackend(t, says(200, "x", "Content-Encoding", "gzip"))
	if d := do(t, newPools(t, at(b, ""), "", Options{}), chat(t)); d.reason() != "upstream_broken" {
		t.Errorf("%+v", d)
	}
}

// TestReuse holds that calls share connections, also after answers that were
// dropped for a retry.
func TestReuse(t *testing.T) {
	busy, fine := newBackend(t, says(500, `{"error":{"message":"x"}}`)), newBackend(t, says(200, "{}"))
	p := newPools(t, at(busy, "")+", "+at(fine, ", priority: 2"), "  breaker: {failures: 1000, pause: 1s}", Options{})
	for range 50 {
		if d := do(t, p, chat(t)); d.status != 200 {
			t.Fatal(d)
		}
	}
	if busy.conns.Load() != 1 || fine.conns.Load() != 1 {
		t.Errorf("%d and %d connections for 50 calls", busy.conns.Load(), fine.conns.Load())
	}
}

// TestOnlyNamedHosts holds that no connection is opened that the spec doesn't
// name, and that no proxy of the environment is used.
func TestOnlyNamedHosts(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://192.0.2.1:3128")
	b := newBackend(t, says(307, "", "Location", "http://192.0.2.2/"))
	var dialed []string
	p := newPools(t, at(b, ""), "  retry: {attempts: 1}", Options{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		dialed = append(dialed, address)
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}})
	do(t, p, chat(t))
	if want := strings.TrimPrefix(b.URL, "http://"); len(dialed) != 1 || dialed[0] != want {
		t.Errorf("connected to %s, want %s", dialed, want)
	}
	r, _ := http.NewRequest("GET", "http://192.0.2.3/", nil)
	if _, err := p.all[0].lines.RoundTrip(r); err == nil || len(dialed) != 1 {
		t.Errorf("another host: %v, %s", err, dialed)
	}
}

// TestForm holds that a form goes again only as far as it is kept, and that what
// is wrong with it is the caller's.
func TestForm(t *testing.T) {
	var text strings.Builder
	w := multipart.NewWriter(&text)
	w.WriteField("model", "gpt")
	part, _ := w.CreateFormFile("file", "a.wav")
	io.WriteString(part, strings.Repeat("x", 1000))
	w.Close()
	form := func(body io.Reader, length int64) *Outgoing {
		r := httptest.NewRequest("POST", "/openai/v1/audio/transcriptions", body)
		r.ContentLength = length
		r.Header.Set("Content-Type", w.FormDataContentType())
		m, refusal := table.Match(r)
		if refusal != nil {
			t.Fatal(refusal)
		}
		f := route.NewMultipart(body, m.Boundary, length)
		if err := f.ReadAhead(true, 1<<20); err != nil {
			t.Fatal(err)
		}
		return &Outgoing{Match: &m, Model: "gpt", Header: r.Header, Payload: f}
	}
	busy, fine := newBackend(t, says(503, "{}")), newBackend(t, says(200, "{}"))
	p := newPools(t, at(busy, ", deployment: whisper")+", "+at(fine, ", priority: 2, deployment: whisper-1"), "", Options{})
	if d := do(t, p, form(strings.NewReader(text.String()), int64(text.Len()))); d.status != 200 {
		t.Errorf("%+v", d)
	}
	if _, body := fine.seen(); body != strings.Replace(text.String(), "gpt", "whisper-1", 1) {
		t.Errorf("sent: %s", body)
	}
	cut := strings.Replace(text.String(), "xxxx", strings.Repeat("x", 300<<10), 1)[:290<<10]
	d := do(t, p, form(strings.NewReader(cut), -1))
	if d.reason() != "body_broken" {
		t.Errorf("cut form: %+v", d)
	}
}
