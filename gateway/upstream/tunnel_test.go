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
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// realtime is an upstream that sends back what it is told.
func realtime(t *testing.T) *backend {
	return newBackend(t, func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"realtime"}})
		if err != nil {
			return
		}
		c.SetReadLimit(1 << 20)
		defer c.CloseNow()
		for {
			kind, b, err := c.Read(r.Context())
			if err != nil {
				return
			}
			if string(b) == "bye" {
				c.Close(websocket.StatusCode(4001), "as you like")
				return
			}
			if err := c.Write(r.Context(), kind, b); err != nil {
				return
			}
		}
	})
}

// door is a gateway that does nothing but join WebSockets.
type door struct {
	*httptest.Server
	ended chan error
}

func newDoor(t *testing.T, p *Pools, o TunnelOptions) *door {
	d := &door{ended: make(chan error, 8)}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m, refusal := table.Match(r)
		if refusal != nil {
			refusal.Write(w)
			return
		}
		tunnel, resp, _, err := p.Upgrade(r.Context(), &Outgoing{Match: &m, Model: "gpt", Header: r.Header})
		if err != nil {
			http.Error(w, err.Error(), err.(*Failure).Status)
			return
		}
		if tunnel == nil {
			defer resp.Body.Close()
			w.WriteHeader(resp.StatusCode)
			return
		}
		d.ended <- tunnel.Serve(r.Context(), w, o)
	}))
	t.Cleanup(d.Close)
	return d
}

func (d *door) dial(t *testing.T) *websocket.Conn {
	t.Helper()
	c, resp, err := websocket.Dial(t.Context(), strings.Replace(d.URL, "http", "ws", 1)+"/openai/v1/realtime?model=gpt",
		&websocket.DialOptions{Subprotocols: []string{"realtime", "openai-insecure-api-key.canary"}, CompressionMode: websocket.CompressionContextTakeover,
			HTTPHeader: http.Header{"Authorization": {"Bearer canary"}}})
	if err != nil {
		t.Fatal(err, resp)
	}
	t.Cleanup(func() { c.CloseNow() })
	c.SetReadLimit(1 << 20)
	return c
}

func (d *door) end(t *testing.T) error {
	t.Helper()
	select {
	case err := <-d.ended:
		return err
	case <-time.After(3 * time.Second):
		t.Fatal("the tunnel doesn't end")
		return nil
	}
}

func TestTunnel(t *testing.T) {
	b := realtime(t)
	var up, down []string
	note := func(to *[]string) func([]byte, bool) error {
		return func(m []byte, whole bool) error {
			if !whole {
				m = []byte("long")
			}
			*to = append(*to, string(m))
			return nil
		}
	}
	d := newDoor(t, newPools(t, at(b, ", deployment: there"), "", Options{}), TunnelOptions{Up: note(&up), Down: note(&down)})
	c := d.dial(t)
	long := strings.Repeat("x", mostShown+1)
	for _, text := range []string{"one", "", strings.Repeat("two", 1000), long} {
		if err := c.Write(t.Context(), websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, got, err := c.Read(t.Context()); err != nil || string(got) != text {
			t.Fatalf("%v, %d bytes for %d", err, len(got), len(text))
		}
	}
	c.Write(t.Context(), websocket.MessageBinary, []byte("sound"))
	if kind, got, _ := c.Read(t.Context()); kind != websocket.MessageBinary || string(got) != "sound" {
		t.Error("binary")
	}
	r, _ := b.seen()
	if r.URL.String() != "/v1/realtime?model=there" || r.Header.Get("Sec-Websocket-Protocol") != "realtime" || r.Header.Get("Authorization") != "" || r.Header.Get("Sec-Websocket-Extensions") != "" {
		t.Error(r.URL, r.Header)
	}
	if err := c.Close(websocket.StatusCode(4000), "enough"); err != nil {
		t.Error("close isn't answered:", err)
	}
	if err := d.end(t); err != nil {
		t.Error(err)
	}
	want := strings.Join([]string{"one", "", strings.Repeat("two", 1000), "long"}, "|")
	if strings.Join(up, "|") != want || strings.Join(down, "|") != want {
		t.Errorf("seen: %d up, %d down", len(up), len(down))
	}
}

func TestTunnelClosedByUpstream(t *testing.T) {
	d := newDoor(t, newPools(t, at(realtime(t), ""), "", Options{}), TunnelOptions{})
	c := d.dial(t)
	c.Write(t.Context(), websocket.MessageText, []byte("bye"))
	_, _, err := c.Read(t.Context())
	if websocket.CloseStatus(err) != 4001 {
		t.Error(err)
	}
	if err := d.end(t); err != nil {
		t.Error(err)
	}
}

func TestTunnelHangUp(t *testing.T) {
	gone := make(chan struct{})
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err == nil {
			c.Read(context.Background())
			close(gone)
		}
	})
	d := newDoor(t, newPools(t, at(b, ""), "", Options{}), TunnelOptions{})
	d.dial(t).CloseNow()
	select {
	case <-gone:
	case <-time.After(time.Second):
		t.Error("the upstream isn't told")
	}
	if err := d.end(t); err == nil {
		t.Error("as if it had been closed")
	}
}

func TestTunnelIdle(t *testing.T) {
	t.Parallel()
	d := newDoor(t, newPools(t, at(realtime(t), ""), "  timeouts: {idle: 1s}", Options{}), TunnelOptions{})
	d.dial(t)
	if err := d.end(t); err != errIdle {
		t.Error(err)
	}
}

func TestTunnelStoppedByTap(t *testing.T) {
	enough := errors.New("enough")
	d := newDoor(t, newPools(t, at(realtime(t), ""), "", Options{}), TunnelOptions{Up: func([]byte, bool) error { return enough }})
	c := d.dial(t)
	c.Write(t.Context(), websocket.MessageText, []byte("x"))
	if _, _, err := c.Read(t.Context()); err == nil {
		t.Error("it passed")
	}
	if err := d.end(t); err != enough {
		t.Error(err)
	}
}

func TestTunnelFrameBound(t *testing.T) {
	d := newDoor(t, newPools(t, at(realtime(t), ""), "", Options{}), TunnelOptions{MaxFrame: 100})
	c := d.dial(t)
	c.Write(t.Context(), websocket.MessageText, bytes.Repeat([]byte("x"), 101))
	if err := d.end(t); err != errFrameLong {
		t.Error(err)
	}
}

// TestUpgradeRefused holds that an answer that is no WebSocket comes through,
// and that another upstream is tried first where that helps.
func TestUpgradeRefused(t *testing.T) {
	b := newBackend(t, says(400, "{}"))
	d := newDoor(t, newPools(t, at(b, ""), "", Options{}), TunnelOptions{})
	_, resp, err := websocket.Dial(t.Context(), strings.Replace(d.URL, "http", "ws", 1)+"/openai/v1/realtime?model=gpt", nil)
	if err == nil || resp.StatusCode != 400 {
		t.Error(err, resp)
	}
	busy := newBackend(t, says(503, "{}"))
	d = newDoor(t, newPools(t, at(busy, "")+", "+at(realtime(t), ", priority: 2"), "", Options{}), TunnelOptions{})
	c := d.dial(t)
	c.Write(t.Context(), websocket.MessageText, []byte("x"))
	if _, got, err := c.Read(t.Context()); string(got) != "x" {
		t.Error(err)
	}
}

// TestUninvitedUpgrade holds that a 101 to a plain call isn't passed on.
func TestUninvitedUpgrade(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, _ := http.NewResponseController(w).Hijack()
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")
		rw.Flush()
		defer conn.Close()
	})
	if d := do(t, newPools(t, at(b, ""), "  retry: {attempts: 1}", Options{}), chat(t)); d.err == nil {
		t.Errorf("%+v", d)
	}
}

func TestFrames(t *testing.T) {
	for name, x := range map[string]struct {
		b      string
		masked bool
		err    error
	}{
		"text":                      {"\x81\x02hi", false, nil},
		"masked":                    {"\x81\x82\x01\x02\x03\x04ih", true, nil},
		"not masked":                {"\x81\x02hi", true, errFrame},
		"masked by a server":        {"\x81\x82\x01\x02\x03\x04ih", false, errFrame},
		"compressed":                {"\xc1\x02hi", false, errFrame},
		"unknown":                   {"\x83\x00", false, errFrame},
		"continues nothing":         {"\x80\x00", false, errFrame},
		"in parts":                  {"\x01\x01h\x89\x00\x80\x01i", false, nil},
		"new within parts":          {"\x01\x01h\x81\x00", false, errFrame},
		"ping in parts":             {"\x09\x00", false, errFrame},
		"long ping":                 {"\x89\x7e\x01\x00", false, errFrame},
		"too long":                  {"\x81\x7e\x04\x01", false, errFrameLong},
		"much too long":             {"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", false, errFrameLong},
		"something after the close": {"\x88\x00\x81\x00", false, errFrame},
	} {
		for _, step := range []int{1, 3, 1000} {
			var got error
			f := &frames{limit: 1024, masked: x.masked, most: 10}
			for b := []byte(x.b); len(b) > 0 && got == nil; {
				n := min(step, len(b))
				got, b = f.feed(b[:n]), b[n:]
			}
			if got != x.err {
				t.Errorf("%s: %v, want %v", name, got, x.err)
			}
		}
	}
}

// FuzzFrames holds that it doesn't matter how the bytes are cut.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x81\x02hi\x01\x01h\x80\x01i\x88\x00"), false, uint8(3))
	f.Add([]byte("\x81\x82\x01\x02\x03\x04ih"), true, uint8(1))
	f.Add([]byte("\x82\x7e\x00\x05hello"), false, uint8(2))
	f.Fuzz(func(t *testing.T, b []byte, masked bool, step uint8) {
		read := func(step int) (string, error) {
			var all strings.Builder
			f := &frames{limit: 64, masked: masked, most: 16, tap: func(m []byte, whole bool) error {
				all.Write(m)
				all.WriteByte('|')
				return nil
			}}
			for rest := b; len(rest) > 0; {
				n := min(step, len(rest))
				if err := f.feed(rest[:n]); err != nil {
					return all.String(), err
				}
				rest = rest[n:]
			}
			return all.String(), nil
		}
		whole, err1 := read(len(b) + 1)
		parts, err2 := read(int(step%16) + 1)
		if whole != parts || err1 != err2 {
			t.Errorf("%q %v, in parts %q %v", whole, err1, parts, err2)
		}
	})
}

// TestHalfUpgrade holds that a 101 without what belongs to it opens no tunnel.
func TestHalfUpgrade(t *testing.T) {
	for _, header := range []string{"", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Content-Length: 2\r\n"} {
		s := newRawServer(t, func(_ int64, c net.Conn) {
			readRequest(bufio.NewReader(c))
			io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\n"+header+"\r\n")
		})
		p := newPools(t, fmt.Sprintf(`{kind: openai, url: "http://%s/v1"}`, s.Addr()), "", Options{})
		o := call(t, "GET", "/openai/v1/realtime?model=gpt", "", "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
		tunnel, resp, _, err := p.Upgrade(t.Context(), o)
		var f *Failure
		if tunnel != nil || resp != nil || !errors.As(err, &f) || f.Reason != "upstream_broken" {
			t.Errorf("%q: %v %v %v", header, tunnel, resp, err)
		}
	}
}
