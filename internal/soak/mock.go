package main

import (
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// mood is what the mock does to calls, in percent.
type mood struct {
	throttle int // 429, with Retry-After
	fail     int // 500, 502, 503
	reset    int // the connection breaks, before the answer or in it
	slow     int // the answer comes late
}

// usual is the mood between faults: a bit of everything.
var usual = mood{throttle: 1, fail: 1, reset: 1, slow: 3}

// served is what the mock did for one call.
type served struct {
	at     time.Time // when it came first
	model  string
	tokens int64 // that it spent on it, all attempts together
	said   bool  // it sent the usage
}

// mock is the upstream of a gateway. It remembers each call.
type mock struct {
	mood    atomic.Pointer[mood]
	late    time.Duration
	running atomic.Int64 // calls

	mu       sync.Mutex
	calls    map[int64]*served
	narrow   map[*slot]bool
	crowds   [][]*slot // calls that ran at once, where they were too many
	garbled  int       // bodies that aren't what a client sent
	open     map[net.Conn]bool
	mostOpen int
}

// slot is a call to the model that bounds how many run.
type slot struct{ cut bool }

func newMock(late time.Duration) *mock {
	m := &mock{late: late, calls: map[int64]*served{}, narrow: map[*slot]bool{}, open: map[net.Conn]bool{}}
	m.mood.Store(&usual)
	return m
}

// state counts connections.
func (m *mock) state(c net.Conn, s http.ConnState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch s {
	case http.StateNew:
		m.open[c] = true
		m.mostOpen = max(m.mostOpen, len(m.open))
	case http.StateClosed, http.StateHijacked:
		delete(m.open, c)
	}
}

func (m *mock) connections() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.open)
}

func (m *mock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/chat/completions"):
		m.running.Add(1)
		defer m.running.Add(-1)
		m.chat(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (m *mock) chat(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away in its body
	}
	s, err := asked(body)
	if err != nil {
		m.mu.Lock()
		m.garbled++
		m.mu.Unlock()
		http.Error(w, mockError(400), http.StatusBadRequest)
		return
	}
	c := m.note(&s)
	leave := m.enter(&s, r)
	defer leave()
	mood, dice := m.mood.Load(), rand.IntN(100)
	within := func(percent int) bool { dice -= percent; return dice < 0 }
	switch {
	case within(mood.throttle):
		leave() // from here on the gateway may try again
		w.Header().Set("Retry-After", "1")
		m.refuse(w, http.StatusTooManyRequests)
	case within(mood.fail):
		leave()
		m.refuse(w, []int{500, 502, 503}[rand.IntN(3)])
	case within(mood.reset):
		leave()
		m.breakOff(w, &s, c)
	case within(mood.slow):
		pause(r, m.late)
		m.answer(w, r, &s, c, leave)
	default:
		m.answer(w, r, &s, c, leave)
	}
}

func pause(r *http.Request, d time.Duration) {
	select {
	case <-r.Context().Done():
	case <-time.After(d):
	}
}

func (m *mock) refuse(w http.ResponseWriter, status int) {
	text := mockError(status)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// note remembers that a call came.
func (m *mock) note(s *script) *served {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.calls[s.call]
	if c == nil {
		c = &served{at: time.Now(), model: s.model}
		m.calls[s.call] = c
	}
	return c
}

func (m *mock) spend(c *served, tokens int64, said bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c.tokens += tokens
	c.said = c.said || said
}

// enter counts the calls that run at once on the model that bounds them.
func (m *mock) enter(s *script, r *http.Request) (leave func()) {
	if s.model != narrowModel {
		return func() {}
	}
	me := &slot{}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.narrow[me] = true
	if len(m.narrow) > narrowLimit {
		m.crowds = append(m.crowds, slices.Collect(maps.Keys(m.narrow)))
	}
	return sync.OnceFunc(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		me.cut = r.Context().Err() != nil
		delete(m.narrow, me)
	})
}

// most is how many calls ran at once on that model. Those that were cut off
// don't count: the mock learns of it late.
func (m *mock) most() (most int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, crowd := range m.crowds {
		n := 0
		for _, s := range crowd {
			if !s.cut {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func (m *mock) answer(w http.ResponseWriter, r *http.Request, s *script, c *served, leave func()) {
	if !s.stream {
		pause(r, s.delay)
		text := s.document()
		m.spend(c, s.prompt+s.output, true)
		leave()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		_, _ = io.WriteString(w, text)
		return
	}
	if m.chunks(w, r, s, c, s.output) {
		m.spend(c, 0, true)
		leave()
		_, _ = io.WriteString(w, s.usageChunk()+done)
	}
}

// chunks sends the first chunks of a stream, and reports whether anybody still
// listens.
func (m *mock) chunks(w http.ResponseWriter, r *http.Request, s *script, c *served, n int64) bool {
	w.Header().Set("Content-Type", "text/event-stream")
	m.spend(c, s.prompt, false)
	for i := range n {
		m.spend(c, 1, false)
		if _, err := io.WriteString(w, s.chunk(i)); err != nil {
			return false
		}
		_ = http.NewResponseController(w).Flush()
		if pause(r, s.delay/time.Duration(n)); r.Context().Err() != nil {
			return false
		}
	}
	return true
}

// breakOff breaks the connection: before the answer, in its header or in it.
func (m *mock) breakOff(w http.ResponseWriter, s *script, c *served) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if t, ok := conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	switch rand.IntN(3) {
	case 0:
		return
	case 1:
		_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nContent-Ty")
	default:
		half := s.whole()
		half = half[:len(half)/2]
		m.spend(c, s.prompt+s.output/2, false)
		kind := "application/json"
		if s.stream {
			kind = "text/event-stream"
		}
		_, _ = buf.WriteString("HTTP/1.1 200 OK\r\nContent-Type: " + kind + "\r\nContent-Length: " + strconv.Itoa(2*len(half)+2) + "\r\n\r\n" + half)
	}
	_ = buf.Flush()
	time.Sleep(20 * time.Millisecond) // what was sent arrives before the reset
}
