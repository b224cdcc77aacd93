package upstream

import (
	"bufio"
	"bytes"
	"context"
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
	l := &lines{host: address, address: address, dial: d.direct, firstByte: firstByte}
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
	s := newRawServer(t, func(_ int64, c net.Conn) {
		from := bufio.NewReader(c)
		for {
			body, err := readRequest(from)
			if err != nil {
				return
			}
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
	})
	l := linesTo(t, s, time.Second)
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

// FuzzAnswer holds the lines against net/http's Transport: whatever an upstream
// sends, both make the same of it, and nothing waits for ever.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{fine, "HTTP/1.1 100 Continue\r\n\r\n" + fine, "HTTP/1.0 200 OK\r\n\r\nabc", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
		"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 304 Not Modified\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na", "HTTP/1.1 200\r\n\r\n"} {
		f.Add([]byte(text))
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
	f.Fuzz(func(t *testing.T, answer []byte) {
		if len(answer) > mostHeader || bytes.HasPrefix(answer, []byte("HTTP/1.1 101")) {
			return // lines take no other protocol, and the bounds of a header are reckoned in another way
		}
		text.Store(&answer)
		l.CloseIdleConnections() // as the server hangs up after each
		status, body, err := answered(l, post(t.Context(), l, "{}"))
		wantStatus, want, wantErr := answered(theirs, post(t.Context(), l, "{}"))
		if status != wantStatus || body != want || (err == nil) != (wantErr == nil) {
			t.Errorf("%d %q %v, net/http's: %d %q %v", status, body, err, wantStatus, want, wantErr)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("waited")
		}
	})
}
