package upstream

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"palisade/spec"
)

// Tunnel is a WebSocket to an upstream. Serve joins it with a caller's.
type Tunnel struct {
	header http.Header // of the upstream's answer
	conn   io.ReadWriteCloser
	cancel context.CancelFunc
	idle   time.Duration
}

// TunnelOptions are what a gateway wants of a tunnel.
type TunnelOptions struct {
	// MaxFrame is the longest frame in bytes; 16 MiB by default, what a
	// client of the realtime API may send.
	MaxFrame int64
	// Up sees the text messages of the caller, Down those of the upstream, of
	// long ones the first 256 KiB. The bytes are lent. An error ends the tunnel
	// before the last part of the message has passed. Each may be nil.
	Up, Down func(message []byte, whole bool) error
}

// Bounds of a tunnel.
const (
	usualFrame  = 16 << 20
	mostShown   = 256 << 10
	lastFrames  = 5 * time.Second // for the answer to a close frame
	tunnelChunk = 16 << 10
)

// errNoClose is the end of a connection without a close frame.
var errNoClose = errors.New("a side hung up without a close frame")

// Upgrade opens a WebSocket at an upstream of the model. It is tried like any
// call. An answer other than 101 comes as a response, to be passed on; then the
// tunnel is nil. The error is a *Failure.
func (p *Pools) Upgrade(ctx context.Context, o *Outgoing) (*Tunnel, *http.Response, Choice, error) {
	resp, choice, err := p.try(ctx, o, (*Upstream).sendUpgrade)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, resp, choice, err
	}
	both := resp.Body.(*upgraded)
	t := &Tunnel{header: resp.Header, conn: both.ReadWriteCloser, cancel: both.cancel, idle: duration(p.spec.Gateway.Timeouts.Idle)}
	if !strings.EqualFold(resp.Header.Get("Upgrade"), "websocket") || resp.Header.Get("Sec-Websocket-Extensions") != "" {
		t.Close()
		return nil, nil, choice, failure(http.StatusBadGateway, "upstream_broken", "the upstream opened another connection than it was asked to", nil)
	}
	return t, nil, choice, nil
}

// upgraded is the body of an answer 101.
type upgraded struct {
	io.ReadWriteCloser
	cancel context.CancelFunc
}

func (u *Upstream) sendUpgrade(ctx context.Context, p *Pools, o *Outgoing) (*http.Response, error) {
	if u.kind == spec.EchoUpstream {
		return p.echo.RoundTrip(ctx, o)
	}
	with := &Outgoing{Match: o.Match, Model: o.Model, Header: o.Header, Add: upgradeHeaders(o)}
	return u.sendBy(ctx, with, u.transport)
}

// upgradeHeaders ask for the caller's WebSocket. Extensions are left out, as
// compressed frames can't be read on their way; so are subprotocols that carry a
// key.
func upgradeHeaders(o *Outgoing) http.Header {
	h := http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}}
	for name, values := range o.Add {
		h[name] = values
	}
	h["Sec-Websocket-Key"] = o.Header["Sec-Websocket-Key"]
	if kept := subprotocols(o.Header["Sec-Websocket-Protocol"]); kept != "" {
		h["Sec-Websocket-Protocol"] = []string{kept}
	}
	return h
}

// subprotocols are those of the realtime API that hold no credential.
func subprotocols(values []string) string {
	var kept []string
	for _, v := range values {
		for name := range strings.SplitSeq(v, ",") {
			if name = strings.TrimSpace(name); name == "realtime" || strings.HasPrefix(name, "openai-beta.") {
				kept = append(kept, name)
			}
		}
	}
	return strings.Join(kept, ", ")
}

// Close ends a tunnel that isn't served.
func (t *Tunnel) Close() {
	t.conn.Close()
	t.cancel()
}

// Serve answers the caller's request for a WebSocket and passes frames both
// ways, unchanged, until one side closes it, nothing moves for too long, or the
// context ends. It is nil after a close frame.
func (t *Tunnel) Serve(ctx context.Context, w http.ResponseWriter, o TunnelOptions) error {
	defer t.Close()
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.SetDeadline(time.Time{}); err != nil {
		return err
	}
	if _, err := client.Write(t.accept()); err != nil {
		return err
	}
	return t.join(ctx, client, buffered.Reader, o)
}

// accept is the answer to the caller.
func (t *Tunnel) accept() []byte {
	b := []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
	for _, name := range []string{"Sec-Websocket-Accept", "Sec-Websocket-Protocol", "X-Ms-Region", "Apim-Request-Id", "X-Request-Id"} {
		if v := t.header.Get(name); v != "" && !strings.ContainsAny(v, "\r\n") {
			b = append(append(append(append(b, name...), ": "...), v...), "\r\n"...)
		}
	}
	return append(b, "\r\n"...)
}

func (t *Tunnel) join(ctx context.Context, client net.Conn, fromClient *bufio.Reader, o TunnelOptions) error {
	if o.MaxFrame <= 0 {
		o.MaxFrame = usualFrame
	}
	ctx, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	closeBoth := func() { client.Close(); t.conn.Close() }
	defer context.AfterFunc(ctx, closeBoth)()
	var moved atomic.Uint64
	defer t.watch(&moved, cut)()
	up := &frames{limit: o.MaxFrame, masked: true, most: mostShown, tap: o.Up}
	down := &frames{limit: o.MaxFrame, most: mostShown, tap: o.Down}
	results := make(chan error, 2)
	go func() { results <- pass(t.conn, fromClient, up, &moved) }()
	go func() { results <- pass(client, t.conn, down, &moved) }()
	err := <-results
	cause := context.Cause(ctx) // as it is now: net/http ends it when the caller's connection is closed
	if err == nil {
		wait := time.AfterFunc(lastFrames, closeBoth)
		defer wait.Stop()
	} else {
		closeBoth()
	}
	<-results
	if cause != nil {
		return cause
	}
	return err
}

// watch cuts a tunnel on which nothing moves.
func (t *Tunnel) watch(moved *atomic.Uint64, cut context.CancelCauseFunc) (stop func()) {
	if t.idle <= 0 {
		return func() {}
	}
	ticker := time.NewTicker(max(t.idle/ticks, time.Millisecond))
	done := make(chan struct{})
	go func() {
		defer ticker.Stop()
		seen, same := uint64(0), 0
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
			}
			if now := moved.Load(); now != seen {
				seen, same = now, 0
			} else if same++; same > ticks {
				cut(errIdle)
				return
			}
		}
	}()
	return func() { close(done) }
}

// pass copies one direction. It is nil after a close frame.
func pass(to io.Writer, from io.Reader, f *frames, moved *atomic.Uint64) error {
	buf := make([]byte, tunnelChunk)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			moved.Add(1)
			if err := f.feed(buf[:n]); err != nil {
				return err
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return err
			}
		}
		switch {
		case f.closed:
			return nil
		case err == io.EOF:
			return errNoClose
		case err != nil:
			return err
		}
	}
}
