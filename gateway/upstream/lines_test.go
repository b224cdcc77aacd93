package upstream

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// rawServer is an upstream that a test writes itself: each connection is given
// to serve, which closes it by returning.
type rawServer struct {
	net.Listener
	conns atomic.Int64
}

func newRawServer(t testing.TB, serve func(n int64, c net.Conn)) *rawServer {
	t.Helper()
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rawServer{Listener: on}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := on.Accept()
			if err != nil {
				return
			}
			n := s.conns.Add(1)
			all.Go(func() {
				defer c.Close()
				serve(n, c)
			})
		}
	})
	t.Cleanup(func() { on.Close(); all.Wait() })
	return s
}

// linesTo makes the lines to a server.
func linesTo(t testing.TB, s net.Listener, firstByte time.Duration) *lines {
	address := s.Addr().String()
	d := &dialer{only: address, dial: (&net.Dialer{}).DialContext, timeout: time.Second}
	l := &lines{host: address, address: address, users: 1, dial: d.direct, firstByte: firstByte}
	t.Cleanup(l.CloseIdleConnections)
	return l
}

// post makes a request with a body in memory.
func post(ctx context.Context, l *lines, body string) *http.Request {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+l.host+"/v1/x", strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	return r
}

// answered sends a request and reads the answer.
func answered(rt http.RoundTripper, r *http.Request) (int, string, error) {
	resp, err := rt.RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

// readRequest reads a request whole.
func readRequest(from *bufio.Reader) (string, error) {
	r, err := http.ReadRequest(from)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(r.Body)
	return string(body), err
}

// repeats answers each request on a connection with the same text.
func repeats(text string) func(int64, net.Conn) {
	return func(_ int64, c net.Conn) {
		from := bufio.NewReader(c)
		for {
			if _, err := readRequest(from); err != nil {
				return
			}
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
	}
}

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// TestLineIsKept holds which answers leave a connection that serves the next
// call.
func TestLineIsKept(t *testing.T) {
	for _, c := range []struct {
		name, text, body string
		conns            int64 // for three calls
	}{
		{"length", fine, "ok", 1},
		{"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", "ok", 1},
		{"trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n\r\n", "ok", 1},
		{"nothing", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", 1},
		{"204", "HTTP/1.1 204 No Content\r\n\r\n", "", 1},
		{"interim", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + fine, "ok", 1},
		{"told to close", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", "ok", 3},
		{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok", 3},
		{"more than was asked for", fine + fine, "ok", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newRawServer(t, repeats(c.text))
			l := linesTo(t, s, time.Second)
			for range 3 {
				if status, body, err := answered(l, post(t.Context(), l, "{}")); err != nil || body != c.body || status/100 != 2 {
					t.Fatalf("%d %q %v", status, body, err)
				}
			}
			if n := s.conns.Load(); n != c.conns {
				t.Errorf("%d connections, want %d", n, c.conns)
			}
		})
	}
}

// TestLineClosedByUpstream holds that a connection which the upstream closed
// while it was idle isn't used: a call that may not be sent twice would be lost.
func TestLineClosedByUpstream(t *testing.T) {
	gone := make(chan bool)
	s := newRawServer(t, func(_ int64, c net.Conn) {
		readRequest(bufio.NewReader(c))
		io.WriteString(c, fine)
		c.Close()
		gone <- true
	})
	l := linesTo(t, s, time.Second)
	for i := range 20 {
		r := post(t.Context(), l, "{}")
		r.GetBody = nil
		if status, _, err := answered(l, r); err != nil || status != 200 {
			t.Fatalf("call %d: %d %v", i, status, err)
		}
		<-gone
		time.Sleep(time.Millisecond)
	}
}

// TestLineWithUninvitedAnswer holds that what an upstream sends between calls
// isn't taken for the answer to the next.
func TestLineWithUninvitedAnswer(t *testing.T) {
	sent := make(chan bool)
	s := newRawServer(t, func(n int64, c net.Conn) {
		from := bufio.NewReader(c)
		for {
			if _, err := readRequest(from); err != nil {
				return
			}
			io.WriteString(c, fine)
			if n == 1 {
				time.Sleep(20 * time.Millisecond)
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
				sent <- true
			}
		}
	})
	l := linesTo(t, s, time.Second)
	answered(l, post(t.Context(), l, "{}"))
	<-sent
	time.Sleep(time.Millisecond)
	if _, body, err := answered(l, post(t.Context(), l, "{}")); body != "ok" || err != nil {
		t.Errorf("%q %v", body, err)
	}
}

// TestEarlyAnswer holds that an answer counts that comes before all of the
// request is sent, and that the line isn't used again.
func TestEarlyAnswer(t *testing.T) {
	s := newRawServer(t, func(_ int64, c net.Conn) {
		bufio.NewReader(c).ReadString('\n')
		io.WriteString(c, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
		time.Sleep(50 * time.Millisecond)
	})
	l := linesTo(t, s, 5*time.Second)
	for range 3 {
		status, body, err := answered(l, post(t.Context(), l, strings.Repeat("x", 32<<20)))
		if err != nil || status != 413 || body != "big" {
			t.Fatalf("%d %q %v", status, body, err)
		}
	}
	if n := s.conns.Load(); n != 3 {
		t.Errorf("%d connections", n)
	}
}

// TestAnswerBeforeTheEnd holds that a line is kept if the request ends soon after
// its answer, and isn't if it doesn't.
func TestAnswerBeforeTheEnd(t *testing.T) {
	for _, c := range []struct {
		pause time.Duration
		kept  bool
	}{{time.Millisecond, true}, {10 * lastWord, false}} {
		s := newRawServer(t, func(_ int64, c net.Conn) {
			from := bufio.NewReader(c)
			for {
				r, err := http.ReadRequest(from)
				if err != nil {
					return
				}
				io.WriteString(c, fine)
				io.Copy(io.Discard, r.Body)
			}
		})
		l := linesTo(t, s, time.Second)
		for range 3 {
			r := post(t.Context(), l, "")
			r.Body, r.GetBody, r.ContentLength = io.NopCloser(&slowly{text: "a", pause: c.pause}), nil, 1
			began := time.Now()
			if _, body, err := answered(l, r); err != nil || body != "ok" || time.Since(began) > 8*lastWord {
				t.Fatalf("%q %v after %s", body, err, time.Since(began))
			}
			time.Sleep(2 * lastWord)
		}
		if n := s.conns.Load(); (n == 1) != c.kept {
			t.Errorf("%s: %d connections", c.pause, n)
		}
	}
}

// TestBodyIsLeftAlone holds that nothing reads a request's body once its call has
// ended with an error: who made it looks at it again.
func TestBodyIsLeftAlone(t *testing.T) {
	for name, end := range map[string]func(c net.Conn){
		"reset":   func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) },
		"nothing": func(c net.Conn) { time.Sleep(5 * time.Millisecond) },
		"no HTTP": func(c net.Conn) { io.WriteString(c, "SSH-2.0\r\n\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newRawServer(t, func(_ int64, c net.Conn) {
				bufio.NewReader(c).ReadString('\n')
				end(c)
			})
			l := linesTo(t, s, time.Second)
			body := &slowly{text: strings.Repeat("x", 1000), pause: time.Millisecond}
			r := post(t.Context(), l, "")
			r.Body, r.GetBody, r.ContentLength = io.NopCloser(body), nil, 1000
			if _, _, err := answered(l, r); err == nil {
				t.Error("an answer")
			}
			left := body.text // the race detector sees it, too
			time.Sleep(10 * time.Millisecond)
			if body.text != left {
				t.Error("it is still read")
			}
		})
	}
}

// TestStaleLine holds which calls are sent once more, on a new connection, when a
// kept one turns out to be closed after they were sent.
func TestStaleLine(t *testing.T) {
	for _, c := range []struct {
		name, method, path, body string
		again                    bool
	}{
		{"chat", "POST", chatPath, chatBody, true},
		{"stored", "POST", "/openai/v1/responses", `{"model":"gpt","input":"hi"}`, false},
		{"list", "GET", "/openai/v1/models", "", true},
		{"delete", "DELETE", "/openai/v1/responses/resp_1", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var asked atomic.Int64
			s := newRawServer(t, func(n int64, conn net.Conn) {
				from := bufio.NewReader(conn)
				for i := range 3 {
					if _, err := readRequest(from); err != nil {
						return
					}
					if asked.Add(1); n == 1 && i == 1 {
						return
					}
					io.WriteString(conn, fine)
				}
			})
			p := newPools(t, fmt.Sprintf(`{kind: openai, url: "http://%s/v1"}`, s.Addr()), "  retry: {attempts: 1}", Options{})
			if d := do(t, p, call(t, c.method, c.path, c.body)); d.status != 200 {
				t.Fatalf("%+v", d)
			}
			d := do(t, p, call(t, c.method, c.path, c.body))
			if (d.status == 200) != c.again || d.choice.Attempts != 1 {
				t.Errorf("%+v", d)
			}
			if n := asked.Load(); (n == 3) != c.again {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// TestStaleOnce holds that a call isn't sent for ever to an upstream that hangs
// up on each.
func TestStaleOnce(t *testing.T) {
	s := newRawServer(t, func(n int64, c net.Conn) {
		from := bufio.NewReader(c)
		if _, err := readRequest(from); err == nil && n == 1 {
			io.WriteString(c, fine)
			readRequest(from)
		}
	})
	l := linesTo(t, s, time.Second)
	get := func() error {
		r, _ := http.NewRequestWithContext(t.Context(), "GET", "http://"+l.host+"/", nil)
		_, _, err := answered(l, r)
		return err
	}
	if first, second := get(), get(); first != nil || !errors.Is(second, io.ErrUnexpectedEOF) || s.conns.Load() != 2 {
		t.Errorf("%v, %v, %d connections", first, second, s.conns.Load())
	}
}

// TestNothingIsKept holds that the lines of a configuration that is gone keep
// nothing, also of calls that end later, and that those which a later one has
// taken over stay.
func TestNothingIsKept(t *testing.T) {
	begun, go2 := make(chan bool, 2), make(chan bool)
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request) {
		begun <- true
		<-go2
		says(200, "{}")(w, r)
	})
	first := newPools(t, at(b, ""), "", Options{})
	next := newPools(t, at(b, "")+", {kind: echo, priority: 2}", "", Options{Earlier: first})
	l := first.all[0].lines
	run := func(p *Pools, closing *Pools) {
		ended := make(chan did)
		go func() { ended <- do(t, p, chat(t)) }()
		<-begun
		closing.Close()
		closing.Close() // counts once
		go2 <- true
		if d := <-ended; d.status != 200 {
			t.Errorf("%+v", d)
		}
	}
	run(next, first)
	if len(l.idle) != 1 {
		t.Errorf("%d kept, want that of the configuration that runs", len(l.idle))
	}
	run(next, next)
	if len(l.idle) != 0 {
		t.Errorf("%d kept for a configuration that is gone", len(l.idle))
	}
}

// TestDroppedAnswer holds that an answer which is dropped doesn't hold up the
// call when the rest of it doesn't come.
func TestDroppedAnswer(t *testing.T) {
	for status, text := range map[int]string{503: "Service Unavailable", 401: "Unauthorized", 429: "Too Many Requests"} {
		stuck := newRawServer(t, func(_ int64, c net.Conn) {
			from := bufio.NewReader(c)
			readRequest(from)
			fmt.Fprintf(c, "HTTP/1.1 %d %s\r\nContent-Length: 10\r\n\r\n{", status, text)
			io.Copy(io.Discard, from)
		})
		b := newBackend(t, says(200, "{}"))
		p := newPools(t, fmt.Sprintf(`{kind: openai, url: "http://%s/v1"}, %s`, stuck.Addr(), at(b, ", priority: 2")), "", Options{})
		began := time.Now()
		if d := do(t, p, chat(t)); d.status != 200 || time.Since(began) > time.Second {
			t.Errorf("%d: %+v after %s", status, d, time.Since(began))
		}
	}
}

// TestDial holds that a call which ends while it connects doesn't wait, and that
// its connection isn't used.
func TestDial(t *testing.T) {
	l := &lines{host: "upstream.example", address: "upstream.example:80", users: 1}
	d := &dialer{only: l.address, timeout: time.Minute, dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	l.dial = d.direct
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	r := post(ctx, l, "{}")
	closed := &closing{Reader: strings.NewReader("{}")}
	r.Body = closed
	if _, _, err := answered(l, r); !errors.Is(err, context.DeadlineExceeded) || !closed.closed {
		t.Errorf("%v, body closed: %v", err, closed.closed)
	}
}

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

// TestAddress holds how hosts are connected to, and what certificates have to
// name.
func TestAddress(t *testing.T) {
	for _, c := range []struct{ url, address, name string }{
		{"https://a.example", "a.example:443", "a.example"},
		{"http://A.example", "a.example:80", "a.example"},
		{"https://a.example:8443/v1", "a.example:8443", "a.example"},
		{"https://[2001:db8::1]", "[2001:db8::1]:443", "2001:db8::1"},
		{"https://[2001:db8::1]:8443", "[2001:db8::1]:8443", "2001:db8::1"},
	} {
		u := &Upstream{}
		if err := u.setURL(c.url); err != nil {
			t.Fatal(err)
		}
		if a, n := u.address(), (&Pools{}).tlsConfig(u).ServerName; a != c.address || n != c.name {
			t.Errorf("%s: %s, %s", c.url, a, n)
		}
	}
}

// TestRequestStaysOne holds that nothing in a request can end it early and begin
// another.
func TestRequestStaysOne(t *testing.T) {
	got := make(chan string, 1)
	s := newRawServer(t, func(_ int64, c net.Conn) {
		b := make([]byte, 64<<10)
		n, _ := c.Read(b)
		got <- string(b[:n])
		io.WriteString(c, fine)
	})
	const evil = "x\r\nEvil: 1\r\n\r\nGET /evil HTTP/1.1\r\nHost: evil\r\n\r\n"
	for name, change := range map[string]func(r *http.Request){
		"header": func(r *http.Request) { r.Header["Accept"] = []string{evil} },
		"name":   func(r *http.Request) { r.Header[evil] = []string{"x"} },
		"host":   func(r *http.Request) { r.Host = evil },
		"path":   func(r *http.Request) { r.URL.Path = "/" + evil },
		"query":  func(r *http.Request) { r.URL.RawQuery = evil },
	} {
		t.Run(name, func(t *testing.T) {
			l := linesTo(t, s, time.Second)
			r := post(t.Context(), l, "{}")
			change(r)
			_, _, err := answered(l, r)
			select {
			case text := <-got:
				head, _, _ := strings.Cut(text, "\r\n\r\n")
				if strings.Contains(text, "\nEvil:") || strings.Contains(head, "GET /evil HTTP/1.1\r\nHost: evil") {
					t.Errorf("%q", text)
				}
			default:
				if err == nil {
					t.Error("an answer to nothing")
				}
			}
		})
	}
}

// TestLineErrors holds what a caller learns of answers that are none.
func TestLineErrors(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       error // nil for any
	}{
		{"hang-up", "", io.ErrUnexpectedEOF},
		{"half a header", "HTTP/1.1 200 OK\r\nContent-", nil},
		{"not HTTP", "220 smtp.example ESMTP\r\n", nil},
		{"short body", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok", io.ErrUnexpectedEOF},
		{"cut chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok", io.ErrUnexpectedEOF},
		{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", nil},
		{"unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", nil},
		{"endless header", "HTTP/1.1 200 OK\r\nA: " + strings.Repeat("a", mostHeader+1) + "\r\n\r\n", errLongHeader},
		{"endless hints", strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100) + fine, errManyInterim},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newRawServer(t, func(_ int64, conn net.Conn) {
				readRequest(bufio.NewReader(conn))
				io.WriteString(conn, c.text)
			})
			l := linesTo(t, s, time.Second)
			_, body, err := answered(l, post(t.Context(), l, "{}"))
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("%q %v, want %v", body, err, c.want)
			}
			if l.pop() != nil {
				t.Error("the line was kept")
			}
		})
	}
}

// TestFirstByte holds that the time for an answer runs from the end of the
// request, and not while that is still sent, and that a body may take longer.
func TestFirstByte(t *testing.T) {
	silent := newRawServer(t, func(_ int64, c net.Conn) { io.Copy(io.Discard, c) })
	l := linesTo(t, silent, 50*time.Millisecond)
	if _, _, err := answered(l, post(t.Context(), l, "{}")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a silent upstream: %v", err)
	}
	slow := newRawServer(t, func(_ int64, c net.Conn) {
		readRequest(bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
		time.Sleep(120 * time.Millisecond)
		io.WriteString(c, "k")
	})
	l = linesTo(t, slow, 50*time.Millisecond)
	r := post(t.Context(), l, "")
	r.Body, r.GetBody, r.ContentLength = io.NopCloser(&slowly{text: "abc", pause: 40 * time.Millisecond}), nil, 3
	if _, body, err := answered(l, r); err != nil || body != "ok" {
		t.Errorf("a slow caller: %q %v", body, err)
	}
}

// slowly gives a byte after each pause.
type slowly struct {
	text  string
	pause time.Duration
}

func (s *slowly) Read(p []byte) (int, error) {
	if s.text == "" {
		return 0, io.EOF
	}
	time.Sleep(s.pause)
	n := copy(p, s.text[:1])
	s.text = s.text[n:]
	return n, nil
}

// TestLineEndsWithItsCall holds that a call which is over ends its connection, in
// whatever it is doing, and that the upstream sees it.
func TestLineEndsWithItsCall(t *testing.T) {
	for name, text := range map[string]string{
		"waiting": "",
		"reading": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
	} {
		for _, size := range []int{2, 8 << 20} {
			t.Run(fmt.Sprint(name, size), func(t *testing.T) {
				ended := make(chan bool, 1)
				ctx, cancel := context.WithCancel(t.Context())
				s := newRawServer(t, func(_ int64, c net.Conn) {
					from := bufio.NewReader(c)
					if size < 1000 || text != "" {
						readRequest(from)
					}
					io.WriteString(c, text)
					time.Sleep(50 * time.Millisecond)
					cancel()
					time.Sleep(50 * time.Millisecond) // a long request is stuck in sending
					io.Copy(io.Discard, from)
					ended <- true
				})
				l := linesTo(t, s, time.Minute)
				_, body, err := answered(l, post(ctx, l, strings.Repeat("x", size)))
				if !errors.Is(err, context.Canceled) || text != "" && body != "ok" {
					t.Errorf("%q %v", body, err)
				}
				select {
				case <-ended:
				case <-time.After(5 * time.Second):
					t.Error("the upstream isn't told")
				}
			})
		}
	}
}

// TestLineEndsAtTheLast holds that a line isn't kept if its call is over by the
// time the answer is, but nobody has been told yet.
func TestLineEndsAtTheLast(t *testing.T) {
	ctx := &untold{Context: t.Context()}
	s := newRawServer(t, func(_ int64, c net.Conn) {
		readRequest(bufio.NewReader(c))
		ctx.over.Store(true)
		io.WriteString(c, fine)
		io.Copy(io.Discard, c)
	})
	l := linesTo(t, s, time.Minute)
	_, _, _ = answered(l, post(ctx, l, "{}"))
	if len(l.idle) != 0 {
		t.Error("the line was kept")
	}
}

// untold is a context between its end and the news of it.
type untold struct {
	context.Context
	over atomic.Bool
}

func (u *untold) Done() <-chan struct{} { return make(chan struct{}) }

func (u *untold) Err() error {
	if u.over.Load() {
		return context.Canceled
	}
	return nil
}

// TestLineClosedEarly holds that an answer that is closed before its end ends
// the call at the upstream, and that nothing is waited for.
func TestLineClosedEarly(t *testing.T) {
	ended := make(chan bool, 1)
	s := newRawServer(t, func(_ int64, c net.Conn) {
		from := bufio.NewReader(c)
		readRequest(from)
		io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n")
		io.Copy(io.Discard, from)
		ended <- true
	})
	l := linesTo(t, s, time.Second)
	resp, err := l.RoundTrip(post(t.Context(), l, "{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("the upstream isn't told")
	}
}

// TestBrokenRequest holds that what ends a request's body ends the call, and
// that its error is given.
func TestBrokenRequest(t *testing.T) {
	s := newRawServer(t, func(_ int64, c net.Conn) { io.Copy(io.Discard, c) })
	l := linesTo(t, s, time.Minute)
	broken := errors.New("the caller stopped")
	r := post(t.Context(), l, "")
	r.Body, r.GetBody, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader("ab"), failing{broken})), nil, 10
	if _, _, err := answered(l, r); err == nil || !strings.Contains(err.Error(), broken.Error()) {
		t.Error(err)
	}
}

type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

// TestSweep holds that connections don't stay for ever.
func TestSweep(t *testing.T) {
	s := newRawServer(t, repeats(fine))
	l := linesTo(t, s, time.Second)
	answered(l, post(t.Context(), l, "{}"))
	l.sweepOut()
	if len(l.idle) != 1 {
		t.Fatal("a fresh one was closed")
	}
	l.idle[0].since = time.Now().Add(-idleConnLife)
	l.sweepOut()
	if len(l.idle) != 0 || l.sweep != nil {
		t.Errorf("%d idle", len(l.idle))
	}
}

// TestLinesAtOnce holds that no answer goes to another's call.
func TestLinesAtOnce(t *testing.T) {
	echo := func(_ int64, c net.Conn) {
		from := bufio.NewReader(c)
		for {
			body, err := readRequest(from)
			if err != nil {
				return
			}
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
	}
	t.Run("plain", func(t *testing.T) {
		askAtOnce(t, linesTo(t, newRawServer(t, echo), 5*time.Second))
	})
	t.Run("TLS", func(t *testing.T) {
		config, roots := loopbackTLS(t)
		s := newRawServer(t, func(n int64, c net.Conn) { echo(n, tls.Server(c, config)) })
		askAtOnce(t, secureLinesTo(t, s, roots, 5*time.Second))
	})
}

func askAtOnce(t *testing.T, l *lines) {
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for j := range 50 {
				want := strings.Repeat(fmt.Sprint(i, " ", j, ";"), 1+(i*j)%9000)
				ctx, cancel := context.WithCancel(t.Context())
				if j%7 == 3 {
					time.AfterFunc(time.Duration(j)*10*time.Microsecond, cancel)
				}
				if _, body, err := answered(l, post(ctx, l, want)); err == nil && body != want || err != nil && ctx.Err() == nil {
					t.Errorf("%d bytes instead of %d, %v", len(body), len(want), err)
				}
				cancel()
			}
		})
	}
	all.Wait()
}

// TestClosedWhileRead holds that an answer may be closed by another goroutine
// while it is read, and by the end of the call at once, and that the lines that
// come back serve the next.
func TestClosedWhileRead(t *testing.T) {
	text := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("5\r\nhello\r\n", 500) + "0\r\n\r\n"
	s := newRawServer(t, repeats(text))
	l := linesTo(t, s, time.Second)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 60 {
				ctx, cancel := context.WithCancel(t.Context())
				resp, err := l.RoundTrip(post(ctx, l, strings.Repeat("x", 1+j%2*2*atOnce)))
				if err != nil {
					t.Error(err)
					cancel()
					continue
				}
				wait := time.Duration((i*j)%40) * 10 * time.Microsecond
				var end sync.WaitGroup
				end.Go(func() { time.Sleep(wait); resp.Body.Close() })
				end.Go(func() { time.Sleep(time.Duration(j%9) * 50 * time.Microsecond); cancel() })
				body, err := io.ReadAll(resp.Body)
				if err == nil && len(body) != 2500 || strings.Trim(string(body), "helo") != "" {
					t.Errorf("%d bytes, %v: %q", len(body), err, body)
				}
				end.Wait()
			}
		})
	}
	all.Wait()
}

// FuzzAnswer holds the lines against net/http's Transport: whatever an upstream
// sends, both make the same of it, and nothing waits for ever.
func FuzzAnswer(f *testing.F) {
	methods := []string{http.MethodPost, http.MethodGet, http.MethodHead, http.MethodDelete}
	for _, text := range []string{fine, "HTTP/1.1 100 Continue\r\n\r\n" + fine, "HTTP/1.0 200 OK\r\n\r\nabc", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
		"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 304 Not Modified\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na", "HTTP/1.1 200\r\n\r\n"} {
		for i := range methods {
			f.Add([]byte(text), byte(i))
		}
	}
	var text atomic.Pointer[[]byte]
	s := newRawServer(f, func(_ int64, c net.Conn) {
		readRequest(bufio.NewReader(c))
		c.Write(*text.Load())
		c.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, c)
	})
	l := linesTo(f, s, 5*time.Second)
	theirs := &http.Transport{DisableCompression: true, MaxResponseHeaderBytes: mostHeader, DisableKeepAlives: true}
	asked := func(t *testing.T, rt http.RoundTripper, method string) (int, string, error) {
		r := post(t.Context(), l, "{}")
		r.Method = method
		return answered(rt, r)
	}
	f.Fuzz(func(t *testing.T, answer []byte, method byte) {
		if len(answer) > mostHeader || bytes.HasPrefix(answer, []byte("HTTP/1.1 101")) {
			return // lines take no other protocol, and the bounds of a header are reckoned in another way
		}
		text.Store(&answer)
		l.CloseIdleConnections() // as the server hangs up after each
		how := methods[int(method)%len(methods)]
		status, body, err := asked(t, l, how)
		wantStatus, want, wantErr := asked(t, theirs, how)
		if status != wantStatus || body != want || (err == nil) != (wantErr == nil) {
			t.Errorf("%d %q %v, net/http's: %d %q %v", status, body, err, wantStatus, want, wantErr)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("waited")
		}
	})
}
